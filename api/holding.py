"""Which blobs are in use: a row of kind `blob` for each, written with the row that needs it.

A blob is stored before its row, so a process that dies in between leaves a blob that nobody
needs. Such blobs are removed at start. Whether a blob is there is asked, and a blob is removed,
only while holding the one write transaction, so a blob never goes while somebody takes it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Final

from storage.blobs import Blobs, LockedBlobError, MissingBlobError
from storage.rows import Rows, Unit

KIND: Final = "blob"


def hold(blobs: Blobs, unit: Unit, digest: str) -> None:
    """Note in `unit` that the blob is in use.

    Raises:
        MissingBlobError: it was removed since it was stored; store it again.
    """
    found = blobs.stat(digest)
    if found is None:
        raise MissingBlobError(digest)
    if unit.get(KIND, digest) is None:
        unit.add(KIND, digest, {"size": found.size})


def release(blobs: Blobs, rows: Rows, among: Sequence[str], *, now: datetime) -> int:
    """Remove the blobs that none of these tenants, who must be all, holds; returns how many."""
    with ExitStack() as views:
        readings = [views.enter_context(rows.read(tenant)) for tenant in among]
        loose = [
            digest
            for digest in blobs.digests()
            if all(reading.get(KIND, digest) is None for reading in readings)
        ]
    return let_go(blobs, rows, among, loose, now=now)


def let_go(blobs: Blobs, rows: Rows, among: Sequence[str], digests: Iterable[str], *, now: datetime) -> int:
    """Remove those of these blobs that no tenant holds by now; returns how many.

    What the store itself keeps longer stays, and goes at a later start.
    """
    gone = 0
    for digest in digests:
        with rows.begin(among[0], now=now):  # for the turn: whoever would take the blob up waits
            if not held(rows, among, digest):
                with suppress(LockedBlobError):
                    blobs.delete(digest)
                    gone += 1
    return gone


def held(rows: Rows, among: Iterable[str], digest: str) -> bool:
    """Whether one of these tenants needs the blob, as far as was committed."""
    for tenant in among:
        with rows.read(tenant) as reading:
            if reading.get(KIND, digest) is not None:
                return True
    return False
