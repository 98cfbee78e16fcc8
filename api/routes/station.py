"""`/v1/station`: the codes of station clocks, the keys that prove them, and a case's slip."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from api import slips, stations
from api.printing import case_slip
from api.problems import described
from api.routes.asking import Serving
from api.routes.cases import CaseId
from api.words import Lang, words
from evidence.model import Utc

PEM: Final = "application/x-pem-file"
PDF: Final = "application/pdf"

router = APIRouter(prefix="/v1", tags=["station"])


class StationCode(BaseModel):
    """The code of this second."""

    model_config = ConfigDict(frozen=True)

    text: str
    """What the code says, signed."""
    name: str
    at: Utc
    """The second in which it was issued."""
    age: float
    """How long that second had run, in seconds."""
    rows: tuple[str, ...]
    """Its modules row by row, 1 for dark; leave four white ones around it."""


@router.get("/station/code", summary="Show a station's code", responses=described(422))
def code(
    desk: Serving,
    name: Annotated[str, Query(pattern=stations.NAME, description="Which station shows it.")] = "1",
) -> StationCode:
    """The signed code of this second; a code of another second is given to nobody."""
    found = asdict(stations.show(desk, name))
    return StationCode(**{**found, "age": found["age"].total_seconds()})


@router.get(
    "/station/keys.pem",
    summary="Get the public keys",
    response_class=Response,
    responses={200: {"content": {PEM: {}}}},
)
def keys(desk: Serving) -> Response:
    """The public keys with which anybody proves codes offline: `sixface check FILE --stations keys.pem`."""
    return Response(stations.public_keys(desk.wiring.settings), media_type=PEM)


@router.get(
    "/cases/{case_id}/slip.pdf",
    summary="Print a slip for a case",
    response_class=Response,
    responses={200: {"content": {PDF: {}}}, **described(404, 422)},
)
def slip(
    desk: Serving,
    case_id: CaseId,
    lang: Annotated[Lang, Query(description="Of the heading and the instruction.")] = "zh",
) -> Response:
    """A signed code on paper that proves a film not older than itself; each is another, and is logged."""
    made = slips.issue(desk, case_id)
    name = f'inline; filename="slip-{made.name}.pdf"'
    return Response(case_slip(made, words(lang)), media_type=PDF, headers={"Content-Disposition": name})
