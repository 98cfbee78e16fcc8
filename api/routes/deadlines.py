"""`/v1/deadlines`: the board of all clocks, what is due before somebody looks again, and a calendar of it."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from api import board, viewing
from api.board import Board
from api.problems import described
from api.routes.asking import Serving
from api.words import Lang
from claims.clocks.board import Alarm, Digest
from claims.clocks.feed import feed
from claims.value import Zone

router = APIRouter(prefix="/v1", tags=["deadlines"], default_response_class=JSONResponse)

CALENDAR: Final = "text/calendar; charset=utf-8"
_CALENDAR: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/calendar": {}}, "description": "iCalendar, RFC 5545"}
}


@router.get(
    "/deadlines", summary="The board of all clocks", responses={200: {"model": Board}, **described(400, 422)}
)
def deadlines(
    desk: Serving,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    after: Annotated[str | None, Query(max_length=3000)] = None,
) -> Response:
    """Every clock to act on, of all open cases: what is late first, then by its end, with the counts of all.

    Of clocks that contradict each other the one that ends first is on the board, and names the others.
    """
    found = board.board(desk, limit=limit, after=after)
    return JSONResponse(found.model_dump(mode="json", exclude_none=True))


@router.get(
    "/deadlines/digest",
    summary="What is due before somebody looks again",
    responses={200: {"model": Digest}, **described(422)},
)
def digest(
    desk: Serving,
    zone: Annotated[Zone | None, Query(description="Of the warehouse; Asia/Shanghai where left out.")] = None,
    at: Annotated[
        list[time] | None, Query(description="When somebody looks; 09:00 and 18:00 where left out.")
    ] = None,
) -> Response:
    """For a message in the morning and in the evening: what is late, what is due now, what nobody knows."""
    found = board.digested(desk, zone=zone, times=at or ())
    return JSONResponse(found.model_dump(mode="json", exclude_none=True))


@router.get("/deadlines.ics", summary="The board as a calendar", response_class=Response, responses=_CALENDAR)
def calendar(desk: Serving, lang: Lang = "zh") -> Response:
    """To subscribe to from any calendar program; each alarm reminds two hours before it is due."""
    with desk.begin() as unit:
        desk.note(unit, "board", "deadlines.exported")
    return _calendar(desk, board.everything(desk), lang)


@router.get(
    "/cases/{case_id}/deadlines.ics",
    summary="The clocks of a case as a calendar",
    response_class=Response,
    responses={**_CALENDAR, **described(404)},
)
def calendar_of_case(
    desk: Serving, case_id: Annotated[str, Path(max_length=64)], lang: Lang = "zh"
) -> Response:
    """The alarms of one case."""
    viewing.case(desk, case_id, "deadlines.exported")
    return _calendar(desk, board.of_case(desk, case_id), lang)


def _calendar(desk: Serving, found: tuple[Alarm, ...], lang: Lang) -> Response:
    text = feed(found, desk.now(), lang)
    return Response(text, media_type=CALENDAR, headers={"Cache-Control": "no-store"})
