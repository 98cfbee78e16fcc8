"""A second look at a photo that is stored, for a question that its report does not answer.

It is bounded as the first look was: one child behind its walls, with the limits of the profile. What is
seen is handed to whoever asked; nothing of it is stored here, and the item stays as it is.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from api.stations import believed
from evidence.model import Expectation, Report, say
from evidence.profile import load, require
from evidence.spawn import Child, FaultError

if TYPE_CHECKING:
    from api.desk import Desk
    from api.item import Item
    from evidence.marks import Marks


@contextmanager
def second_look(
    desk: Desk, found: Item, *, profile: str, marks: Marks | None
) -> Generator[tuple[Report, Path]]:
    """The report by that profile with what is marked, and the folder that holds its stills for as long.

    Raises:
        RefusedError: it is a film, or no answer can be given on it.
        FaultError: the child broke, or saw other bytes than were sent.
        StorageError: the bytes are not there.
    """
    require(load(profile), found.kind)
    with desk.wiring.workspace() as folder, desk.blobs.local(found.digest) as path:
        report = Child(
            path,
            profile=profile,
            out=folder,
            now=desk.now(),
            name=found.name,
            expected=Expectation(marks=marks),
            trust=desk.wiring.settings.trust_list,
            stations=believed(desk.wiring.settings),
            spares=desk.wiring.spares,
        ).wait()
        if report.subject.digest != found.digest:
            raise FaultError(
                "fault.changed", say("The stored file no longer holds the bytes that were sent.")
            )
        yield report, folder
