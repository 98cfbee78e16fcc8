"""What PostgreSQL's refusals mean here, by the five characters that it sends with each.

Source: PostgreSQL 15 documentation, appendix A, "PostgreSQL Error Codes".
"""

from __future__ import annotations

from typing import Final

from storage.errors import BusyError, ReadOnlyError, StorageError, StorageFullError

UNUSABLE: Final = (
    "The database cannot be used as it is; check its disk and restore it from a backup if need be."
)
LOST: Final = (
    "The database cannot be reached; check its address, name, user and password in SIXFACE_DATABASE, "
    "and whether it runs, then try again."
)
STANDBY: Final = "The database takes no changes at the moment; name one that does in SIXFACE_DATABASE."
FORBIDDEN: Final = "The user of the database may not do this; make it the owner of the database."

_BUSY: Final = frozenset(
    {
        "55P03",  # lock_not_available: the turn did not come
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "57014",  # query_canceled: by an administrator or by a time limit of the server
        "53300",  # too_many_connections
        "57P03",  # cannot_connect_now: it is starting or stopping
    }
)
_FULL: Final = frozenset({"53100"})
_READ_ONLY: Final = frozenset({"25006"})
_LOST: Final = frozenset(
    {
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "25P03",  # idle_in_transaction_session_timeout: we were frozen in the middle of a unit
        "57P05",  # idle_session_timeout
    }
)
_FORBIDDEN: Final = "42501"


def meaning(sqlstate: str | None) -> StorageError:
    """The error of this room for a state; None is what the driver has where a connection failed."""
    if sqlstate in _BUSY:
        return BusyError()
    if sqlstate in _FULL:
        return StorageFullError()
    if sqlstate in _READ_ONLY:
        return ReadOnlyError(STANDBY)
    if sqlstate is None or sqlstate in _LOST or sqlstate.startswith("08"):  # connection exceptions
        return StorageError(LOST)
    if sqlstate == _FORBIDDEN:
        return StorageError(FORBIDDEN)
    return StorageError(UNUSABLE)
