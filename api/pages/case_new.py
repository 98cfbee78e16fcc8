"""A case opened by hand: first the platform, out of a list, then only what its ruleset asks for."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import cases
from api.drafting import Draft
from api.errors import ApiError, UnknownRulesetError
from api.importing import amounts
from api.pages import case_view
from api.pages.case_forms import asked_fields, event_choices
from api.pages.frame import language, page
from api.pages.plain_form import MOST_SENT, NO_FORM, NOTHING, Form, Retry, WrongError, local, read, wrong_of
from api.routes.asking import Serving
from api.shops import KIND as SHOP
from api.telling import of
from api.words import Words, legible, words
from claims.case import Case
from claims.ruleset import Ruleset, RulesetError
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

ZONES: Final = (
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "UTC",
)
"""Zones that are proposed; any other may be written."""
_MOST_SHOPS: Final = 100
_FORM: Final = "new"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Platform:
    """A ruleset as it stands in the list."""

    id: str
    title: str
    platform: str
    source: str
    also: str
    """What it is found by."""


def platforms(desk: Desk, told: Words, wanted: str = "") -> Iterator[Platform]:
    """The rulesets that can be used, by name; with `wanted` those that are called so."""
    for name in desk.rulebook.names():
        with suppress(RulesetError):  # one's own file that is wrong says so in: sixface rulesets check
            rules = desk.rulebook.get(name).rules
            also = " ".join(
                (name, rules.platform, rules.title.zh, rules.title.en, *rules.formerly)
            ).casefold()
            if all(part in also for part in wanted.casefold().split()):
                yield Platform(name, of(rules.title, told), rules.platform, rules.source.title, also)


@router.get("/cases/new")
def new(
    request: Request,
    desk: Serving,
    ruleset: Annotated[str, Query(max_length=64)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The list of platforms; with `ruleset` the form of that one."""
    return _form(request, desk, ruleset) if ruleset else _list(request, desk, q)


@router.post("/cases/new", max_body_size=MOST_SENT)
def opened(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Open it, and show it; pressing twice opens one."""
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = read(body, desk.caller)
        draft = drafted(sent)
        if not sent.get("again") and (known := _known(desk, draft)):
            return _form(request, desk, draft.ruleset, Retry(_FORM, sent), known)
        reply = cases.open_case(desk, draft, sent.claim(request))
    except WrongError as error:
        return _form(request, desk, sent.get("ruleset", ""), Retry(_FORM, sent, error.told(told)))
    except ApiError as error:
        return _form(request, desk, sent.get("ruleset", ""), Retry(_FORM, sent, {"": told.say(error.says)}))
    return RedirectResponse(f"/cases/{reply.body['id']}", 303)


def drafted(sent: Form) -> Draft:
    """What the form says.

    Raises:
        WrongError: something in it cannot be.
    """
    zone = sent.get("zone") or "Asia/Shanghai"
    if not (sent.get("order_number") or sent.get("tracking_number")):
        raise WrongError({"order_number": say("Write the order number or the waybill number.")})
    told: dict[str, Any] = {
        name: sent.get(name, "")
        for name in (
            "ruleset",
            "order_number",
            "tracking_number",
            "reason",
            "reason_code",
            "procedure",
            "shop_id",
        )
    }
    told["zone"] = zone
    told["amounts"] = sums(sent)
    try:
        ZoneInfo(zone)
    except (OSError, LookupError, ValueError):
        raise WrongError(
            {"zone": say("There is no such time zone; write one such as Asia/Shanghai.")}
        ) from None
    if kind := sent.get("event"):
        told["events"] = [{"kind": kind, "at": sent.moment("event_at", zone)}]
    try:
        return Draft.model_validate(told)
    except ValidationError as error:
        raise wrong_of(error, {"events": "event", "amounts": "value"}) from error


def sums(sent: Mapping[str, str]) -> list[dict[str, Any]]:
    """The value of the goods, where it is told. Raises `WrongError`."""
    troubles: dict[str, Saying] = {}
    found = amounts(sent, troubles)
    if troubles:
        raise WrongError(troubles)
    return found


def _known(desk: Desk, draft: Draft) -> tuple[str, str] | None:
    """Address and name of a case with the same numbers on the same platform."""
    platform = desk.rulebook.get(draft.ruleset).rules.platform
    numbers = {"order_number": draft.order_number, "tracking_number": draft.tracking_number}
    with desk.read() as reading:
        rows = reading.find(cases.KIND, {k: v for k, v in numbers.items() if v}).rows
    found = (Case.model_validate(row.body["case"]) for row in rows)
    case = next((each for each in found if each.platform == platform), None)
    return (case_view.address(case), case_view.named(case)) if case else None


def _list(request: Request, desk: Desk, q: str, trouble: str = "", status: int = 200) -> Response:
    told = words(language(request))
    found = tuple(platforms(desk, told, q))
    return page(request, "case_new.html", status, q=q, platforms=found, rules=None, trouble=trouble)


def _form(
    request: Request, desk: Desk, name: str, retry: Retry = NOTHING, known: tuple[str, str] | None = None
) -> Response:
    told = words(language(request))
    try:
        rules = desk.rulebook.get(name).rules
    except (UnknownRulesetError, RulesetError):
        return _list(request, desk, "", told.text("There is no such platform; choose one of these."), 404)
    status = 200 if retry is NOTHING else 409 if known else 422
    wanted = asked_fields(rules)
    return page(
        request,
        "case_new.html",
        status,
        rules=rules,
        ruleset=name,
        title=of(rules.title, told),
        source=rules.source.title,
        wanted=wanted,
        reasons=[(each.id, of(each.title, told)) for each in rules.reason],
        procedures=[(p.id, of(p.title, told)) for p in rules.procedure if not p.beside],
        events=event_choices(rules, told),
        zones=ZONES,
        shops=_shops(desk, rules),
        now=local(desk.now(), "Asia/Shanghai"),
        currency="USD" if told.lang == "en" else "CNY",
        key=secrets.token_hex(16),
        retry=retry,
        known=known,
        form=_FORM,
    )


def _shops(desk: Desk, rules: Ruleset) -> list[tuple[str, str]]:
    """The shops on that platform."""
    with desk.read() as reading:
        rows = reading.find(SHOP, limit=_MOST_SHOPS).rows
    return [(str(row.id), legible(str(row.id), 60)) for row in rows if row.body["platform"] == rules.platform]
