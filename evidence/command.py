"""The child's command line and what it says, which together are the whole worker protocol.

On stdout one JSON object a line: `{"progress": 0.42, "at": 12.3}` at most five times a
second, lastly `{"report": "report.json", "seconds": {"six_faces": 1.2}}`, or `{"refused": {...}}` or
`{"fault": {...}}` with `code`, `text` and `values`. Exit status 0, 65 (refused), 70 (our
fault), 64 (wrong usage). Everything else goes to stderr, also what libraries print. The examination
itself is in `evidence/child.py`.
"""

from __future__ import annotations

import argparse
import errno
import json
import logging
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NoReturn

from evidence import station
from evidence.check import RefusedError
from evidence.child import REPORT, ChangedError, Order, carry_out
from evidence.environment import ENVIRONMENT
from evidence.model import Expectation, Saying, say
from evidence.profile import names
from evidence.walls.sandbox import SandboxUnavailableError

WRONG_USAGE: Final = 64
REFUSED: Final = 65
FAULT: Final = 70

_PAUSE: Final = 0.2
_MOST_EXPECTED: Final = 64 * 1024
_MOST_TRUST: Final = 4 * 1024 * 1024
"""The public list of signers has about 100 kB."""

log = logging.getLogger("evidence")


class Voice:
    """Speaks to the parent: one JSON object a line, on a channel that no library prints to."""

    def __init__(self) -> None:
        self._channel = os.dup(1)
        os.dup2(2, 1)
        self._next = 0.0

    def tell(self, **line: object) -> None:
        os.write(self._channel, json.dumps(line).encode() + b"\n")

    def tell_of(self, kind: str, code: str, says: Saying) -> None:
        self.tell(**{kind: {"code": code, "text": says.text, "values": dict(says.values)}})

    def tell_progress(self, share: float | None, at: timedelta) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PAUSE
            self.tell(progress=share, at=at.total_seconds())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message}\n")


def _asked(arguments: Sequence[str]) -> Order:
    parser = _Parser(prog="python -m evidence", description="Examine one film or photo in a sandbox.")
    parser.add_argument("file", type=Path, help="the film or photo")
    parser.add_argument("--profile", required=True, choices=names())
    parser.add_argument("--out", type=Path, required=True, help="a folder for report.json and stills/")
    parser.add_argument("--expect", metavar="FACTS.json", help="what the order says; - reads it from stdin")
    parser.add_argument("--trust", metavar="SIGNERS.pem", help="whose records of origin are trusted")
    parser.add_argument("--stations", metavar="KEYS.pem", help="whose station clocks are believed")
    parser.add_argument("--now", type=_moment, default=None, help="the moment of the examination, RFC 3339")
    parser.add_argument("--name", help="what the user called the file; data, never a path")
    parser.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    try:
        expected = _expectation(asked.expect)
    except (OSError, ValueError):
        parser.error("--expect takes a JSON object of facts that are known, with RFC 3339 times")
    try:
        trust = _trust(asked.trust)
    except (OSError, ValueError):
        parser.error("--trust takes a file of certificates in PEM")
    try:
        stations = _stations(asked.stations)
    except (OSError, ValueError):
        parser.error("--stations takes a file of Ed25519 public keys in PEM")
    return Order(
        file=asked.file,
        profile=asked.profile,
        out=asked.out,
        name=asked.file.name if asked.name is None else asked.name,
        now=asked.now or datetime.now(UTC),
        expected=expected,
        parent=asked.parent,
        trust=trust,
        stations=stations,
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _expectation(place: str | None) -> Expectation:
    if place is None:
        return Expectation()
    with open(0 if place == "-" else place, "rb") as facts:  # noqa: PTH123 - stdin has no path
        return Expectation.model_validate_json(facts.read(_MOST_EXPECTED))


def _trust(place: str | None) -> bytes:
    if place is None:
        return b""
    with Path(place).open("rb") as list_:
        trust = list_.read(_MOST_TRUST + 1)
    if len(trust) > _MOST_TRUST or b"-----BEGIN CERTIFICATE-----" not in trust:
        raise ValueError(place)
    return trust


def _stations(place: str | None) -> bytes:
    if place is None:
        return b""
    with Path(place).open("rb") as list_:
        pem = list_.read(station.MOST_PEM + 1)
    station.read(pem)
    return pem


def _fault(error: Exception) -> tuple[str, Saying]:
    """The code and the sentence of an exception that is no refusal."""
    match error:
        case MemoryError():
            return "fault.memory", say(
                "The examination needs more memory than the profile allows; try a smaller file."
            )
        case SandboxUnavailableError():
            return "fault.sandbox", say(
                "No file is examined without a sandbox: {reason}.", reason=error.reason
            )
        case ChangedError():
            return "fault.changed", say("The file changed while it was examined; examine it again.")
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EFBIG):
            return "fault.full", say("There is no room to write the report; free some space and try again.")
        case _:
            return "fault.broke", say(
                "The examination broke ({fault}); try again, and report the fault with this file.",
                fault=type(error).__name__,
            )


def main(arguments: Sequence[str]) -> int:
    """Examine the file that the arguments name; returns the exit status."""
    order = _asked(arguments)
    os.environ.update(ENVIRONMENT)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    voice = Voice()
    try:
        seconds = carry_out(order, voice.tell_progress)
    except RefusedError as refusal:
        voice.tell_of("refused", refusal.code, refusal.says)
        return REFUSED
    except MemoryError as error:
        # What ran out is held by the frames that it ran out in; without them there is room for an answer.
        error.__traceback__ = None
        voice.tell_of("fault", *_fault(error))
        log.warning("the memory ran out")
        return FAULT
    except Exception as error:
        log.exception("the examination broke")
        voice.tell_of("fault", *_fault(error))
        return FAULT
    voice.tell(report=REPORT, seconds={name: round(took, 4) for name, took in seconds.items()})
    return 0
