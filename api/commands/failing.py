"""What the command line says when a command fails, and with which status it ends."""

from __future__ import annotations

import os

from api import errors
from api.words import legible, pick_from, words
from claims.bundle import UnmetError
from claims.change import UnfitError
from claims.chat import ChatError
from claims.clocks.calendar import CalendarError
from claims.mismatch import NotABundleError
from claims.ruleset import RulesetError
from claims.shop import LockedError
from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.model import Saying, say
from storage.errors import StorageError

STATUS: dict[type[Exception], int] = {
    UnmetError: 1,
    errors.AbsentError: 64,
    errors.MalformedError: 64,
    errors.NotOpenError: 64,
    errors.NotReadyError: 64,
    errors.NoReportError: 65,
    errors.TooLargeError: 65,
    errors.UnreadableFileError: 65,
    errors.BackupError: 65,
    errors.CertificateError: 64,
    UnfitError: 64,
    LockedError: 64,
    ChatError: 65,
    CalendarError: 64,
    RulesetError: 64,
    RefusedError: 65,
    NotABundleError: 65,
    FaultError: 70,
    StorageError: 70,
}


def explained(error: Exception) -> tuple[str, int]:
    """One sentence and the exit status."""
    told = words(pick_from(os.environ))
    status = next((STATUS[up] for up in type(error).__mro__ if up in STATUS), 70)
    said = getattr(error, "says", None)
    if isinstance(said, Saying):
        return told.say(said), status
    if isinstance(error, StorageError):
        return told.text(str(error)), status
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        where = legible(os.fsdecode(error.filename)) if error.filename else ""
        return told.say(say("This did not work: {where} ({reason}).", where=where, reason=reason)), status
    return (
        told.say(
            say(
                "Something went wrong on our side ({fault}); report it, with what "
                "SIXFACE_LOG_LEVEL=debug shows.",
                fault=type(error).__name__,
            )
        ),
        status,
    )
