"""Whether the service can do its work: storage, database, sandbox and worker, each tried as it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.desk import Desk

OK: Final = "ok"


def tried(name: str, desk: Desk) -> str:
    """`ok`, `missing`, or the name of the error that came of trying that part."""
    try:
        return OK if PARTS[name](desk) else "missing"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, this is where it is told
        return type(error).__name__


def _storage(desk: Desk) -> bool:
    with desk.blobs.stage() as staging:
        staging.write(b"ready")
    return True


def _database(desk: Desk) -> bool:
    with desk.begin() as unit:
        unit.find("case", limit=1)
    return True


def _sandbox(desk: Desk) -> bool:
    # Tried once, by a process that does what is forbidden: what the kernel says of itself is not enough.
    return not desk.wiring.unwalled()


def _worker(desk: Desk) -> bool:
    return desk.wiring.jobs.alive(desk.now())


PARTS: Final[Mapping[str, Callable[[Desk], bool]]] = {
    "storage": _storage,
    "database": _database,
    "sandbox": _sandbox,
    "worker": _worker,
}
"""What there has to be, by name."""
