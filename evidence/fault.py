"""What can go wrong that is not the file's doing: an exception with a stable code and one sentence.

`fault.time`, `fault.cpu`, `fault.memory` (over budget), `fault.full` (no room to write),
`fault.stopped` (on request), `fault.killed` (by the system), `fault.crashed`,
`fault.sandbox` (no sandbox, so nothing was opened), `fault.changed` (the file, meanwhile),
`fault.broke` (anything else).
"""

from __future__ import annotations

import signal
from datetime import timedelta

from evidence.model import Saying, say


class FaultError(Exception):
    """No answer because of us, not of the file; the message is one sentence, the code is stable."""

    def __init__(self, code: str, says: Saying) -> None:
        super().__init__(str(says))
        self.code = code
        self.says = says


def stopped() -> FaultError:
    """Someone asked for the end."""
    return FaultError("fault.stopped", say("The examination was stopped before its end."))


def broke() -> FaultError:
    """The child ended, or spoke, in a way that is no answer."""
    return FaultError(
        "fault.broke",
        say("The examination ended without a usable answer; try again, and report the fault with this file."),
    )


def late(wall: timedelta) -> FaultError:
    """It was not done after the time `wall`."""
    return FaultError(
        "fault.time",
        say(
            "The examination took longer than {seconds} s and was stopped; "
            "try again when the machine is less busy, or with a shorter film.",
            seconds=round(wall.total_seconds()),
        ),
    )


def died(number: int, profile: str) -> FaultError:
    """The signal `number` ended it."""
    if number == signal.SIGXCPU:
        return FaultError(
            "fault.cpu",
            say(
                "The examination needed more processor time than the profile {profile} allows "
                "and was stopped; try a shorter or smaller file.",
                profile=profile,
            ),
        )
    if number == signal.SIGKILL:
        return FaultError(
            "fault.killed",
            say(
                "The system ended the examination, most likely for want of memory; "
                "free some memory and try again."
            ),
        )
    names = {known.value: known.name for known in signal.Signals}
    return FaultError(
        "fault.crashed",
        say(
            "The examination crashed ({signal}); have a person look at this file, "
            "and report the fault with it.",
            signal=names.get(number, str(number)),
        ),
    )
