"""A slip for a case: signed, printed once, remembered by the case's log, and expected in its films."""

from __future__ import annotations

from typing import Final

from api import cases, stations
from api.desk import Desk
from api.stations import Slip
from evidence.model import Expectation

ISSUED: Final = "slip.issued"
_CASE: Final = "case_"
"""What all ids of cases begin with; the slip's name does without."""


def name_of(case_id: str) -> str:
    """What a slip calls the case."""
    return case_id.removeprefix(_CASE).upper()


def held_against(desk: Desk, case_id: str | None, expected: Expectation) -> Expectation:
    """What is expected of a file for that case: also its slip, where one was ever printed.

    Raises:
        MissingCaseError: there is no such case.
    """
    if case_id is None or expected.slip is not None:
        return expected
    with desk.read() as reading:
        cases.look_up(reading, case_id)
        issued = any(entry.event == ISSUED for entry in reading.entries(cases.stream_of(case_id)))
    return expected.model_copy(update={"slip": name_of(case_id)}) if issued else expected


def issue(desk: Desk, case_id: str) -> Slip:
    """A fresh slip for that case. Raises `MissingCaseError`."""
    with desk.begin() as unit:
        cases.look_up(unit, case_id)
        made = stations.slip(desk, name_of(case_id))
        desk.note(unit, cases.stream_of(case_id), ISSUED, {"code": made.text})
    return made
