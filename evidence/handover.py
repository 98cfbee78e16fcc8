"""What a child hands over, read with distrust: its lines, its report, its stills.

The child opens hostile media, so what it says is checked as if the media had said it.
Sizes are bounded, links are not followed, names are plain, stills are what their
digest says, and a sentence can reach for nothing but its own values.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import string
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from evidence.model import Report, Saying

REPORT: Final = "report.json"
REPORT_BYTES: Final = 8 * 1024 * 1024
STILL_BYTES: Final = 16 * 1024 * 1024
SENTENCE_CHARACTERS: Final = 2000

_STILL: Final = re.compile(r"stills/[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.jpg")
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*")
# Digits after the point and a kind; no width, by which a short sentence fills the memory.
_SPEC: Final = re.compile(r",?(\.\d)?[dfgs%]?")


class HandoverError(ValueError):
    """What was handed over is not to be used; the message is for the log."""


class Words(BaseModel):
    """A refusal or a fault: a stable code and a `Saying`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(pattern=r"^(refused|fault)\.[a-z_]+$", max_length=60)
    text: str = Field(max_length=SENTENCE_CHARACTERS)
    values: dict[str, str | int | float] = {}

    def saying(self) -> Saying:
        """The sentence, found plain.

        Raises:
            HandoverError: it is not.
        """
        saying = Saying(text=self.text, values=self.values)
        _check_plain(saying)
        return saying


class Line(BaseModel):
    """One line of the child: progress, or, last, the name of the report, a refusal or a fault."""

    model_config = ConfigDict(extra="forbid", strict=True)

    progress: float | None = Field(default=None, ge=0, le=1)
    at: float | None = Field(default=None, ge=0, lt=1e9)
    report: str | None = None
    seconds: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Annotated[float, Field(ge=0, lt=1e6)]] = (
        Field(default={}, max_length=100)
    )
    """What each check took, by its name; beside the report, which says only what was seen."""
    refused: Words | None = None
    fault: Words | None = None


def read(folder: Path, *, profile: str) -> Report:
    """The report in `folder`, if it is one, of that profile, with all its stills.

    Raises:
        HandoverError: it is not; or something is missing, too large, or no plain file.
    """
    try:
        report = Report.model_validate_json(_content(folder / REPORT, REPORT_BYTES))
        for still in report.stills:
            _check_still(folder, still.path, still.digest)
    except (OSError, ValueError) as error:  # pydantic's ValidationError is a ValueError
        raise HandoverError(str(error)[:500]) from None
    if report.profile != profile:
        raise HandoverError(f"the report is one of the profile {report.profile!r}")
    for finding in report.findings():
        _check_plain(finding.wording.says)
        if finding.wording.advice:
            _check_plain(finding.wording.advice)
    return report


def keep(report: Report, folder: Path, out: Path) -> None:
    """Move the stills that the report names, and then the report, from `folder` to `out`."""
    for still in report.stills:
        place = out / still.path
        place.parent.mkdir(exist_ok=True)
        (folder / still.path).replace(place)
    (folder / REPORT).replace(out / REPORT)


def _check_still(folder: Path, path: str, digest: str) -> None:
    if not _STILL.fullmatch(path):
        raise HandoverError(f"a still is called {path[:200]!r}")
    found = hashlib.sha256(_content(folder / path, STILL_BYTES)).hexdigest()
    if digest != f"sha256:{found}":
        raise HandoverError(f"{path} is not what its digest says")


def _check_plain(saying: Saying) -> None:
    fields = string.Formatter().parse(saying.text)
    try:
        for _, name, spec, conversion in fields:
            if name is None:
                continue
            known = _NAME.fullmatch(name) is not None and name in saying.values
            if not known or conversion or not _SPEC.fullmatch(spec or ""):
                raise HandoverError("a sentence reaches for more than its values")
        str(saying)
    except (ValueError, OverflowError) as error:
        raise HandoverError(f"a sentence cannot be said: {error}") from None


def _content(path: Path, most: int) -> bytes:
    # Neither a link nor a pipe is followed. The child can make none; it is not asked.
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise HandoverError(f"{path.name} is no plain file")
        content = file.read(most + 1)
    if len(content) > most:
        raise HandoverError(f"{path.name} is too large")
    return content
