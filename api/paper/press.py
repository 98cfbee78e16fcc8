"""A sheet becomes a PDF: laid out by `dossier.typ`, as PDF/A-3b, the same bytes for the same sheet.

Nothing of a user's is ever markup: the words travel as one JSON file, the pictures as files of
names of our making, and the typesetter sees a folder that holds only those. It reads no font of
the machine, no package and no clock. The typesetter and the font are the extra `dossier`.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

from api.errors import NotTypesetError, NoTypesetterError
from api.paper.font import LACKING, Coverage, coverage, folder
from api.paper.sheet import Seal, Sheet

STANDARD: Final = "a-3b"
"""PDF/A-3b (ISO 19005-3): archival, with the manifest attached."""
_BREAK: Final = "\u200b"
_RUN: Final = re.compile(r"[^\s\u200b\u2e80-\uffff]{28,}")
"""Signs without a place to break a line; an order number is shorter, and stays whole when copied."""
_PIECE: Final = 14


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("typst") is not None and folder() is not None


def press(sheet: Sheet, pictures: Mapping[str, bytes], *, at: datetime, seal: Seal | None = None) -> bytes:
    """The PDF of `sheet`; `at` is the date that it carries.

    Raises:
        NoTypesetterError: the extra `dossier` is not installed.
        NotTypesetError: the typesetter refused, as with a picture that is none.
    """
    fonts = folder()
    if fonts is None or find_spec("typst") is None:
        raise NoTypesetterError
    import typst  # noqa: PLC0415 - an extra

    words = _clean(asdict(sheet), coverage(fonts))
    with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
        root = Path(spare)
        (root / "sheet.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
        (root / "dossier.typ").write_bytes(resources.files("api.paper").joinpath("dossier.typ").read_bytes())
        for name, data in pictures.items():
            (root / name).write_bytes(data)
        if seal:
            (root / "manifest-sha256.txt").write_text(seal.manifest, "ascii")
        try:
            return typst.compile(
                str(root / "dossier.typ"),
                root=str(root),
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)]),
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=[STANDARD],
                timestamp=int(at.timestamp()),
                sys_inputs={"manifest": "yes" if seal else "no", "at": str(int(at.timestamp()))},
            )
        except typst.TypstError as refused:
            raise NotTypesetError from refused


def _clean(value: Any, known: Coverage) -> Any:  # noqa: ANN401 - JSON
    """The same with every text made of characters that the font has, and of lines that can be broken."""
    if isinstance(value, str):
        return printable(value, known)
    if isinstance(value, dict):
        return {key: _clean(each, known) for key, each in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_clean(each, known) for each in cast("list[Any]", value)]
    return value


def printable(text: str, known: Coverage) -> str:
    """`text` with a sign for each character that the font lacks, and places to break in long runs."""
    shown = "".join(c if c in "\n " or known.has(c) else LACKING for c in text)
    return _RUN.sub(
        lambda run: _BREAK.join(run[0][n : n + _PIECE] for n in range(0, len(run[0]), _PIECE)), shown
    )
