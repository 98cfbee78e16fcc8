"""What one file of a packet is, and how it came about, as the manifest tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evidence.fitting import workshop
from evidence.fitting.wish import Made

if TYPE_CHECKING:
    from claims.packets.plan import Piece
    from claims.packets.shown import Shown
    from evidence.model import Saying


@dataclass(frozen=True)
class File:
    """One file that was made, in the folder of the packet."""

    name: str
    digest: str
    bytes: int
    form: str
    part: str
    sources: tuple[Mapping[str, Any], ...]
    """Each with the exhibit, the digest of the bytes it was made from, and the moment in a film."""
    made: Made | None = None
    """How; None of an original or a picture that went in as it was."""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def told(self) -> dict[str, Any]:
        """As the manifest has it."""
        body: dict[str, Any] = {
            "name": self.name,
            "form": self.form,
            "bytes": self.bytes,
            "digest": self.digest,
            "part": self.part,
            "sources": [dict(each) for each in self.sources],
            **self.facts,
        }
        if self.made:
            body |= self.made.what.model_dump(mode="json", exclude={"settings"}, exclude_none=True)
            body |= {
                "program": self.made.program,
                "commands": list(self.made.commands),
                "settings": dict(self.made.settings),
            }
        return body


@dataclass(frozen=True)
class Filled:
    """The files, and what was left out while they were made."""

    files: tuple[File, ...]
    dropped: tuple[tuple[str, Saying], ...] = ()
    """The exhibit, and why."""


def file_of(piece: Piece, place: Path, shown: Shown, made: Made | None = None) -> File:
    digest, size = workshop.digest_of(place)
    return File(
        name=piece.name,
        digest=digest,
        bytes=size,
        form=piece.form,
        part=piece.part,
        sources=(source_of(shown),),
        made=made,
    )


def source_of(shown: Shown) -> dict[str, Any]:
    told: dict[str, Any] = {"exhibit": shown.exhibit, "digest": shown.digest, "what": shown.what}
    if shown.at is not None:
        told["at"] = round(shown.at, 3)
    return told
