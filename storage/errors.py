"""What can go wrong in this room, as one tree.

    StorageError                 the store could not do it; the message is one sentence for a person
    ├── MissingBlobError         no blob has this digest
    ├── DigestMismatchError      the bytes are not those that were declared; nothing was stored
    ├── DamagedBlobError         stored bytes no longer match their name
    ├── LockedBlobError          the store itself keeps the bytes until later; nothing was changed
    ├── StorageFullError         no space, or over a quota; nothing was stored
    ├── ReadOnlyError            the device failed while saving, and is not trusted with more
    ├── BusyError                others held the store for too long; the same request may be sent again
    ├── ExistsError              a row with this key exists
    ├── MissingRowError          no row has this key
    ├── ConflictError            the row (or the stream) was changed by somebody else meanwhile
    ├── UnreadObjectError        an object of somebody else's bucket could not be read
    ├── StampError               this is no time stamp that can be believed
    └── CursorError              the position to continue from was not given out by this store

The sentences are fixed, so that they can be translated and can never carry what a
user typed; what belongs to one case is in attributes.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class StorageError(Exception):
    """The store could not do what was asked; nothing half-done is left behind."""

    sentence: ClassVar[str] = (
        "The storage did not answer as it should; try again, and check it if that fails."
    )

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(sentence or self.sentence)


class MissingBlobError(StorageError):
    """No blob has this digest; a malformed digest is answered the same way."""

    sentence = "There is no stored file with this digest."

    def __init__(self, digest: str) -> None:
        super().__init__()
        self.digest = digest


class DigestMismatchError(StorageError):
    """The bytes received hash to `found`, and the sender declared `expected`."""

    sentence = "The file that arrived is not the file that was declared; send it again."

    def __init__(self, expected: str, found: str) -> None:
        super().__init__()
        self.expected = expected
        self.found = found


class DamagedBlobError(StorageError):
    """The store holds bytes under `digest` that do not hash to it."""

    sentence = "The stored file no longer matches its digest; restore it from a backup."

    def __init__(self, digest: str) -> None:
        super().__init__()
        self.digest = digest


class LockedBlobError(StorageError):
    """The store keeps these bytes, `until` then if that is known; nothing was changed."""

    sentence = (
        "The bucket keeps this file locked; it can be removed once its lock is over and "
        "no legal hold is on it."
    )

    def __init__(self, digest: str, until: datetime | None) -> None:
        super().__init__()
        self.digest = digest
        self.until = until


class StorageFullError(StorageError):
    """ENOSPC, EDQUOT, a full database, or a bucket over its quota."""

    sentence = "The storage is full; free some space and send the file again."


class ReadOnlyError(StorageError):
    """After a device error nothing more is written until the store is opened anew."""

    sentence = (
        "The disk reported an error while saving, so nothing more is written to it; "
        "check the disk, then restart."
    )


class BusyError(StorageError):
    """The wait for the others ended without a turn."""

    sentence = "The storage is busy; try again in a moment."


class ExistsError(StorageError):
    """A row with this kind and id exists in this tenant."""

    sentence = "There is already an entry with this id."

    def __init__(self, kind: str, row: str) -> None:
        super().__init__()
        self.kind = kind
        self.row = row


class MissingRowError(StorageError):
    """No row with this kind and id exists in this tenant."""

    sentence = "There is no entry with this id."

    def __init__(self, kind: str, row: str) -> None:
        super().__init__()
        self.kind = kind
        self.row = row


class ConflictError(StorageError):
    """The row is not at the version that the writer had read; read it again and decide anew."""

    sentence = "Somebody else changed this meanwhile; look at it again and repeat the change."


class CursorError(StorageError):
    """The cursor of a list was not made by this store."""

    sentence = "This position in the list is not valid; start again from the first page."


class StampError(StorageError):
    """This is no time stamp of these bytes, or none that is to be believed; `why` is for the log."""

    sentence = "The time stamp cannot be believed; ask another time-stamping authority."

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class UnreadObjectError(StorageError):
    """It is not there, may not be read, or did not come whole."""

    sentence = "The object could not be read from its bucket."
