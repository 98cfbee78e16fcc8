"""`/v1/calendar`: the days off that this deployment knows better, and what a change would do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api import days_off
from api.days_off import Effect
from api.guard import MOST_JSON
from api.problems import described
from api.retention import Mandate
from api.routes.asking import Key, Serving, claim, replied
from claims.clocks.calendar import Market, Override

router = APIRouter(prefix="/v1/calendar", tags=["catalogue"], default_response_class=JSONResponse)


class Days(BaseModel):
    """The days that are to stand in place of those of this deployment."""

    model_config = ConfigDict(extra="forbid")

    override: list[Override] = Field(max_length=5000)


class Kept(Mandate):
    """These days, whose word it is, and why."""

    override: tuple[Override, ...] = Field(max_length=5000)


class Known(BaseModel):
    """The markets by which clocks count, and the days that this deployment knows better."""

    market: list[Market]
    override: list[Override]


@router.get("", summary="Look at the days off", responses={200: {"model": Known}})
def known(desk: Serving) -> Response:
    """Markets as they ship and as this deployment has added some; the days are those of this deployment."""
    calendars = desk.calendars
    markets = [*calendars.own.market, *calendars.table.market]
    found = Known(market=markets, override=list(calendars.own.override))
    return JSONResponse(found.model_dump(mode="json"))


@router.post(
    "/effect",
    summary="What would other days off do?",
    max_body_size=MOST_JSON,
    responses={200: {"model": Effect}, **described(400, 413, 422)},
)
def effect(desk: Serving, key: Key, asked: Days) -> Response:
    """Which clocks of open cases would end at another time. Nothing is changed by it."""
    del key  # looking twice is as good as looking once
    table = days_off.with_days(desk, asked.override)
    return JSONResponse(days_off.effect(desk, table).model_dump(mode="json"))


@router.post(
    "",
    summary="Change the days off",
    max_body_size=MOST_JSON,
    responses=described(400, 413, 422),
)
def changed(request: Request, desk: Serving, key: Key, asked: Kept) -> Response:
    """They stand in place of those that this deployment knew; answers with what was added and removed."""
    table = days_off.with_days(desk, asked.override)
    word = Mandate(by=asked.by, reason=asked.reason)
    return replied(days_off.put(desk, table, word, claim(request, key, asked=asked.model_dump(mode="json"))))
