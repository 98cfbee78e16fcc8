"""A slip for a case: signed, printed once, and remembered by the case's log."""

from __future__ import annotations

from typing import Final

from api import cases, stations
from api.desk import Desk
from api.stations import Slip

_CASE: Final = "case_"
"""What all ids of cases begin with; the slip's name does without."""


def issue(desk: Desk, case_id: str) -> Slip:
    """A fresh slip for that case. Raises `MissingCaseError`."""
    with desk.begin() as unit:
        cases.look_up(unit, case_id)
        made = stations.slip(desk, case_id.removeprefix(_CASE).upper())
        desk.note(unit, cases.stream_of(case_id), "slip.issued", {"code": made.text})
    return made
