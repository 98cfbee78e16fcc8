"""What the time stamps of a bundle say, in words: who signed which time, and whether that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from claims.verify import stamps
from evidence.model import Saying, rfc3339, say
from storage import notary
from storage.errors import StampError


@dataclass(frozen=True)
class Time:
    """One stamp of an intact bundle."""

    file: str
    says: Saying
    trusted: bool = False
    """Its signature leads to the roots that were given."""
    wrong: bool = False
    """It is there and is not to be believed."""
    at: str | None = None
    by: str | None = None

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "file": self.file,
            "trusted": self.trusted,
            "wrong": self.wrong,
            "at": self.at,
            "by": self.by,
            "text": str(self.says),
        }


def read(bundle: Path, roots: bytes | None) -> tuple[Time, ...]:
    """The stamps of an intact bundle, checked against `roots` (certificates in PEM) where they are given."""
    found = stamps(bundle)
    return tuple(told(name, stamp, found.content, roots) for name, stamp in found.by_name.items())


def told(file: str, stamp: bytes, content: bytes, roots: bytes | None) -> Time:
    """What one stamp says of `content`."""
    if not notary.available():
        says = say(
            "There is a time stamp, {file}; the extra notary reads it, or openssl (see README).", file=file
        )
        return Time(file, says)
    try:
        found = notary.read(stamp, content, roots=roots)
    except StampError as error:
        says = say("The time stamp {file} is not to be believed: {why}.", file=file, why=error.why)
        return Time(file, says, wrong=True)
    at = rfc3339(found.at)
    if found.checked:
        says = say("Trusted time: {by} signed that all of it existed by {at}.", by=found.by, at=at)
    else:
        says = say(
            "A stamp by {by} says that it existed by {at}; who signed it was not checked (--roots does).",
            by=found.by,
            at=at,
        )
    return Time(file, says, trusted=found.checked, at=at, by=found.by)
