"""Which blobs are in use: a row of kind `blob` for each, written with the row that needs it.

A blob is stored before its row, so a process that dies in between leaves a blob that nobody
needs. Such blobs are removed at start. Whether a blob is there is asked, and a blob is removed,
only while holding the one write transaction, so a blob never goes while somebody takes it up.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from storage.blobs import Blobs, MissingBlobError
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


def release(blobs: Blobs, rows: Rows, tenant: str, *, now: datetime) -> int:
    """Remove the blobs that nobody holds; returns how many.

    With more than one tenant a blob may go only when none of them holds it.
    """
    with rows.read(tenant) as reading:
        loose = [digest for digest in blobs.digests() if reading.get(KIND, digest) is None]
    return let_go(blobs, rows, tenant, loose, now=now)


def let_go(blobs: Blobs, rows: Rows, tenant: str, digests: Iterable[str], *, now: datetime) -> int:
    """Remove those of these blobs that nobody holds by now; returns how many."""
    gone = 0
    for digest in digests:
        with rows.begin(tenant, now=now) as unit:
            if unit.get(KIND, digest) is None:
                blobs.delete(digest)
                gone += 1
    return gone
