"""`/admin/stations`: the station clocks that films have shown, the keys that prove them, what to print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, stations
from api.pages.admin.hall import room, told
from api.pages.frame import language
from api.routes.asking import Serving
from evidence.printing.sheet import SHEETS

if TYPE_CHECKING:
    from api.desk import Desk

_CASE: Final = r"case_[a-z0-9]+"

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/stations")
def listed(request: Request, desk: Serving) -> Response:
    """Stations by the film that showed them last, the public keys, and links to clock, stickers and slips."""
    return _shown(request, desk)


@router.get("/stations/slip")
def slip(request: Request, desk: Serving, case: Annotated[str, Query(max_length=64)] = "") -> Response:
    """The slip of a case whose id was typed."""
    wanted = case.strip()
    with desk.read() as reading:
        if re.fullmatch(_CASE, wanted) and reading.get(cases.KIND, wanted):
            return RedirectResponse(f"/v1/cases/{wanted}/slip.pdf?lang={language(request)}", 303)
    trouble = told(request).text("There is no case of that id; it stands in the address of its page.")
    return _shown(request, desk, 404, trouble=trouble)


def _shown(request: Request, desk: Desk, status: int = 200, trouble: str = "") -> Response:
    words = told(request)
    with desk.read() as reading:
        found = stations.seen(reading)
    keys = stations.believed(desk.wiring.settings)
    return room(
        request,
        "admin_stations.html",
        status,
        trouble=trouble,
        seen=[
            (each.name, words.moment(each.at), f"/evidence/{each.evidence_id}", each.proven) for each in found
        ],
        looked=stations.MOST_LOOKED,
        keys=stations.named(keys) if keys else [],
        sheets=SHEETS,
    )
