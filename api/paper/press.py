"""A sheet becomes a PDF: laid out by `dossier.typ`, as PDF/A-3b, the same bytes for the same sheet.

Nothing of a user's is ever markup: the words travel as one JSON file, the pictures as files of
names of our making, and the typesetter sees a folder that holds only those. It reads no font of
the machine, no package and no clock. The typesetter and the font are the extra `dossier`.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal, cast

from api.errors import NotTypesetError, NoTypesetterError
from api.paper.font import LACKING, Coverage, coverage, folder
from api.paper.sheet import Seal, Sheet

STANDARD: Final = "a-3b"
"""PDF/A-3b (ISO 19005-3): archival, with the manifest attached."""
log = logging.getLogger(__name__)

_TEMPLATE: Final = ("api.paper", "dossier.typ")
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
    files = dict(pictures)
    if seal:
        files["manifest-sha256.txt"] = seal.manifest.encode("ascii")
    told = {"manifest": "yes" if seal else "no"}
    return typeset(_TEMPLATE, asdict(sheet), files, at=at, told=told, standard=STANDARD)[0]


def typeset(
    template: tuple[str, str],
    words: Mapping[str, Any],
    files: Mapping[str, bytes],
    *,
    at: datetime,
    told: Mapping[str, str] = {},
    standard: Literal["1.7", "a-3b"] = "1.7",
    count: str | None = None,
) -> tuple[bytes, int]:
    """The PDF that a template makes of `words` (as `sheet.json`) and `files`, and its pages.

    Args:
        template: the package and the file of the template.
        words: JSON; every text in it is made of what the font has.
        files: pictures and attachments by their names.
        at: the date that the PDF carries.
        told: further inputs of the template.
        standard: of the PDF.
        count: the label of the template's own count of its pages; not counted (0) where not given.

    Raises:
        NoTypesetterError, NotTypesetError: as `press`.
    """
    fonts = folder()
    if fonts is None or find_spec("typst") is None:
        raise NoTypesetterError
    import typst  # noqa: PLC0415 - an extra

    seconds = str(int(at.timestamp()))
    with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
        root = Path(spare)
        clean = _clean(dict(words), coverage(fonts))
        (root / "sheet.json").write_text(json.dumps(clean, ensure_ascii=False), "utf-8")
        main = root / template[1]
        main.write_bytes(resources.files(template[0]).joinpath(template[1]).read_bytes())
        for name, data in files.items():
            (root / name).write_bytes(data)
        try:
            compiler = typst.Compiler(
                str(main),
                root=str(root),
                font_paths=typst.Fonts(include_system_fonts=False, font_paths=[str(fonts)]),
                ignore_system_fonts=True,
                sys_inputs={**told, "at": seconds},
            )
            pdf = compiler.compile(format="pdf", pdf_standards=[standard], timestamp=int(seconds))
            pages = compiler.query(f"<{count}>", field="value", one=True) if count else "0"
        except typst.TypstError as refused:
            log.warning("the typesetter refused: %a", refused.message[:500])
            raise NotTypesetError from refused
    return cast("bytes", pdf), int(json.loads(pages))


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
