"""`/admin/days`: days off by market, and the days that this deployment knows better, changed in two steps.

The first step shows which open clocks would end at another time; the second keeps it, by a person's word.
What was typed travels between them in the form, so nothing is stored by looking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import days_off
from api.days_off import Effect
from api.errors import ApiError
from api.misfits import BadFormError
from api.pages.admin.drafts import word_of
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.plain_form import NO_FORM, Form, read
from api.routes.asking import Serving
from api.telling import of
from api.words import Words, legible
from claims.clocks.calendar import Calendars, Market, Override, Table
from evidence.model import Saying, say
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk

HOME: Final = "/admin/days"
AHEAD: Final = timedelta(days=120)
"""How far the page looks ahead: longer than the longest clock of most platforms."""
FIRST: Final = "cn"
"""The market that is shown first: that of the shops' staff."""
_SHORT: Final = 3
"""Letters of a name that is written in capitals, such as UK."""
_WEEKEND: Final = 5
"""Saturday, counted from Monday as 0."""

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/days")
def days(
    request: Request, desk: Serving, market: Annotated[str, Query(max_length=12)] = FIRST, done: str = ""
) -> Response:
    """The days off of one market from now on, this deployment's own days, and a form to add one."""
    said = told(request).text("It is kept; the clocks count by it from now on.") if done else ""
    return _shown(request, desk, market, done=said)


@router.post("/days", max_body_size=MOST_SENT)
def changed(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Look at what one day more or less would do, or keep it where somebody has looked already."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        table, change = _wanted(desk, fields, told(request))
        if fields.get("step") != "keep":
            effect = days_off.effect(desk, table)
            return _shown(
                request, desk, fields.get("market", FIRST), fields=fields, change=change, effect=effect
            )
        days_off.put(desk, table, word_of(fields), fields.claim(request))
    except (ApiError, StorageError) as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, fields.get("market", FIRST), status, trouble=trouble, fields=fields)
    return RedirectResponse(f"{HOME}?market={_market(desk.calendars, fields['market'])}&done=kept", 303)


def _wanted(desk: Desk, fields: Form, words: Words) -> tuple[Table, str]:
    """The table as the form wants it, and the change in words. Raises `BadFormError`."""
    try:
        one = Override.model_validate(
            {
                "market": fields.get("market", ""),
                "day": fields.get("day", ""),
                "works": fields.get("works") == "yes",
                "source": fields.get("source", "").strip(),
            }
        )
    except ValidationError as error:
        raise BadFormError(_DAY) from error
    if one.market not in {each.id for each in _markets(desk.calendars)}:
        raise BadFormError(_DAY)
    rest = [each for each in days_off.own(desk).override if (each.market, each.day) != (one.market, one.day)]
    day = one.day.isoformat()
    if fields.get("what") == "remove":
        return days_off.with_days(desk, rest), words.text(
            "{day} as the list has it ({market})", day=day, market=one.market
        )
    if not one.source:
        raise BadFormError(say("Write where that stands, such as the number of the notice."))
    change = (
        words.text("{day} is a working day ({market})", day=day, market=one.market)
        if one.works
        else words.text("{day} is a day off ({market})", day=day, market=one.market)
    )
    added = one.model_copy(update={"read": desk.now().date()})
    return days_off.with_days(desk, [*rest, added]), change


_DAY: Final[Saying] = say("Choose a market and a day, and say whether it is worked.")


def _shown(request: Request, desk: Desk, market: str, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words, calendars = told(request), desk.calendars
    here = _market(calendars, market)
    calendar = calendars.of(here)
    effect: Effect | None = more.pop("effect", None)
    last = calendar.market.known_through
    return room(
        request,
        "admin_days.html",
        status,
        home=HOME,
        here=here,
        markets=[(each.id, _named(each, words), each.id == here) for each in _markets(calendars)],
        zone=calendar.zone,
        known=calendar.known,
        known_through=last,
        coming=[(day.isoformat(), _weekday(day, words), works) for day, works in _coming(desk, here)],
        own=[
            (each.market, each.day.isoformat(), each.works, legible(each.source, 200))
            for each in calendars.own.override
        ],
        effect=effect,
        shifts=[_shift(each, words) for each in effect.shifts] if effect else [],
        **({"change": ""} | more),
    )


def _markets(calendars: Calendars) -> list[Market]:
    """All of them, our own first, each once."""
    return list({each.id: each for each in (*calendars.own.market, *calendars.table.market)}.values())


def _named(market: Market, words: Words) -> str:
    """By a name in the reader's language, where it has one."""
    found = [each for each in market.also if each.isascii() == (words.lang == "en")]
    name = legible(found[0], 40) if found else ""
    name = name.upper() if len(name) <= _SHORT else name.title()
    return f"{name} ({market.id.upper()})" if name else market.id.upper()


def _market(calendars: Calendars, wanted: str) -> str:
    names = [each.id for each in _markets(calendars)]
    return wanted if wanted in names else FIRST


def _coming(desk: Desk, market: str) -> Iterator[tuple[date, bool]]:
    """The days ahead that are not as the day of the week says: days off in the week, worked weekends."""
    calendar, first = desk.calendars.of(market), desk.now().date()
    for ahead in range(AHEAD.days):
        day = first + timedelta(days=ahead)
        works = calendar.works(day)
        if works != (day.weekday() < _WEEKEND):
            yield day, works


def _weekday(day: date, words: Words) -> str:
    return words.say(_WEEK[day.weekday()])


_WEEK: Final[tuple[Saying, ...]] = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


def _shift(one: days_off.Shift, words: Words) -> tuple[str, str, str, str, str]:
    unknown = words.text("end not known")
    before, after = (words.moment(each) if each else unknown for each in (one.before, one.after))
    named = legible(one.order_number, 60) or one.case_id
    return f"/cases/{one.case_id}", named, of(one.title, words), before, after
