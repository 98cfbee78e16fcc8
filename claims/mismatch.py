"""What can be wrong with a bundle: each mismatch with its path, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from evidence.model import Saying, say


class Wrong(StrEnum):
    """The kinds of mismatch."""

    MISSING = "missing"
    ALTERED = "altered"
    ADDED = "added"
    FORM = "form"
    """A file is not in the one form that bundles are written in."""
    UNSAFE = "unsafe"
    """A name or a kind of file that could harm whoever unpacks it; it was not read."""
    SUM = "sum"
    """The payload's bytes and files do not add up to what was noted."""
    CHAIN = "chain"
    RECORD = "record"
    """Two files of the bundle contradict each other."""
    SIGNATURE = "signature"
    """What is signed is not what is there, or somebody else signed it."""
    ARCHIVE = "archive"
    """The zip itself is damaged or was changed."""


_SENTENCES: Final[Mapping[Wrong, Saying]] = {
    Wrong.MISSING: say("{path} is missing."),
    Wrong.ALTERED: say("{path} has changed: expected {expected}, found {found}."),
    Wrong.ADDED: say("{path} was added: the bundle was sealed without it."),
    Wrong.FORM: say("{path} is not in its proper form."),
    Wrong.UNSAFE: say("{path} could do harm or is no plain file, and was not read."),
    Wrong.SUM: say("{path} notes {expected} for the payload (bytes.files), and there are {found}."),
    Wrong.CHAIN: say("The custody log {path} has another length or end than was noted at the sealing."),
    Wrong.RECORD: say("{path} contradicts other files of the bundle."),
    Wrong.SIGNATURE: say("The signature {path} does not hold: expected {expected}, found {found}."),
    Wrong.ARCHIVE: say("The zip file itself was changed or damaged."),
}
_ON_A_LINE: Final[Mapping[Wrong, Saying]] = {
    Wrong.FORM: say("{path} is not in its proper form at line {line}."),
    Wrong.CHAIN: say("The custody log {path} is broken at line {line}."),
}


class Mismatch(BaseModel):
    """One thing that is not as it was sealed; all three texts are printable."""

    model_config = ConfigDict(frozen=True)

    wrong: Wrong
    path: str
    """Within the bag, odd characters escaped; empty where the zip itself is meant."""
    expected: str = ""
    found: str = ""
    line: int | None = None
    """From 1, where one line is meant."""

    @property
    def says(self) -> Saying:
        """One sentence about it."""
        values: dict[str, str | int] = {"path": self.path, "expected": self.expected, "found": self.found}
        if self.line is not None and self.wrong in _ON_A_LINE:
            return Saying(text=_ON_A_LINE[self.wrong].text, values={**values, "line": self.line})
        return Saying(text=_SENTENCES[self.wrong].text, values=values)

    def __str__(self) -> str:
        return str(self.says)


def mismatch(
    wrong: Wrong, path: str, expected: str = "", found: str = "", line: int | None = None
) -> Mismatch:
    """A mismatch; whatever the bundle wrote is made printable and short."""
    return Mismatch(wrong=wrong, path=shown(path), expected=shown(expected), found=shown(found), line=line)


_LONGEST: Final = 300


def shown(text: str) -> str:
    r"""`text` for a screen: what does not print becomes an escape such as `\x1b`, a long text is cut."""
    whole = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:_LONGEST])
    return whole if len(text) <= _LONGEST else f"{whole}…"


class NotABundleError(Exception):
    """What was given is no bundle at all; `says` is the one sentence about it."""

    def __init__(self, says: Saying) -> None:
        super().__init__(str(says))
        self.says = says
