"""The list of evidence: what was sent, the newest first, found by what people remember of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, searching, showcase, viewing
from api.download import POLICY
from api.errors import BadCaseError, MissingItemError
from api.idempotency import Claim, checked, fingerprint
from api.item import Item, Standing, item_of
from api.packaged import GUARDS
from api.pages import case_view, example
from api.pages.cases import find_cases
from api.pages.frame import absent, language, page
from api.reading import MARKS, VERDICTS
from api.routes.asking import Serving
from api.words import CHINA, Words, legible, words
from claims.case import Case
from evidence.model import Outcome, Saying, Verdict, say
from storage.errors import CursorError, MissingBlobError

ON_A_PAGE: Final = 30
"""Items of one page: as many as one scrolls through on a phone."""
_MOST_SENT: Final = 4096
"""Bytes of a form."""
_DAY: Final = 24 * 3600
_LAST: Final = date(9999, 12, 30)
"""The last day that has one after it."""

STANDINGS: Final[Mapping[Standing, tuple[Saying, Outcome]]] = {
    Standing.SOUND: (VERDICTS[Verdict.SOUND], Outcome.PASS),
    Standing.FLAWED: (VERDICTS[Verdict.FLAWED], Outcome.FAIL),
    Standing.REVIEW: (VERDICTS[Verdict.REVIEW], Outcome.UNSURE),
    Standing.CHECKING: (say("Being checked"), Outcome.SKIPPED),
    Standing.STOPPED: (say("No report"), Outcome.SKIPPED),
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """An item as the list shows it."""

    address: str
    name: str
    picture: str
    """Address of its picture; empty where there is none."""
    numbers: tuple[str, ...]
    """Order and waybill, its own and those of its cases."""
    cases: int
    came: str
    word: str
    tone: str
    mark: str


@router.get("/evidence")
def everything(
    request: Request,
    desk: Serving,
    *,
    q: Annotated[str, Query(max_length=512)] = "",
    standing: Annotated[str, Query(max_length=20)] = "",
    since: Annotated[str, Query(max_length=20)] = "",
    until: Annotated[str, Query(max_length=20)] = "",
    after: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """What cannot be meant (a day that is none, an old link) filters nothing; it is no error."""
    told = words(language(request))
    chosen = next((each for each in Standing if each.value == standing), None)
    first, last = _day(since), _day(until)
    wish = searching.Wish(
        q, chosen, since=_start(first, told), until=_start(last + timedelta(1), told) if last else None
    )
    with desk.read() as reading:
        try:
            found = searching.find(reading, wish, after=after or None, limit=ON_A_PAGE)
        except CursorError:
            after, found = "", searching.find(reading, wish, limit=ON_A_PAGE)
        examples = {f"/evidence/{name}" for name in showcase.names(reading)}
        offered = example.is_offered(desk, reading)
    kept = {
        "q": q.strip(),
        "since": first.isoformat() if first else "",
        "until": last.isoformat() if last else "",
    }
    return page(
        request,
        "evidence.html",
        q=kept["q"],
        since=kept["since"],
        until=kept["until"],
        standing=chosen.value if chosen else "",
        chips=[
            (_address(kept | {"standing": name}), label, name == (chosen.value if chosen else ""))
            for name, label in _chips(told)
        ],
        lines=[_line(item_of(row), told) for row in found.rows],
        examples=examples,
        offered=offered,
        filtered=any(kept.values()) or chosen is not None,
        older=_address(kept | {"standing": standing, "after": found.next}) if found.next else "",
        newest=_address(kept | {"standing": standing}) if after else "",
    )


@router.get("/evidence/{evidence_id}/picture")
def picture(desk: Serving, evidence_id: Annotated[str, Path(max_length=64)]) -> Response:
    """The picture that stands for the item; a look, noted as one, and kept by the browser for a day."""
    headers = {**GUARDS, "Content-Security-Policy": POLICY, "Cache-Control": f"private, max-age={_DAY}"}
    try:
        digest = viewing.look_up(desk, evidence_id).still
        if digest:
            viewing.once(desk, evidence_id, "still.viewed")
            with desk.blobs.open(digest) as file:
                return Response(file.read(), media_type="image/jpeg", headers=headers)
    except (MissingItemError, MissingBlobError):
        pass
    return Response(status_code=404, headers=GUARDS)


@router.post("/evidence/{evidence_id}/case", max_body_size=_MOST_SENT)
def attached(
    request: Request,
    desk: Serving,
    evidence_id: Annotated[str, Path(max_length=64)],
    body: Annotated[bytes, Body()] = b"",
) -> Response:
    """Make the item an exhibit of the case with that number; where several have it, ask which one."""
    lang, place = words(language(request)), f"/evidence/{quote(evidence_id, safe='')}"
    sent = dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=8))
    number = sent.get("number", "").strip()
    found = find_cases(desk, number) if number else []
    if len(found) == 1:
        asked = Claim(checked(sent.get("key")), f"POST {request.url.path}", fingerprint(case=found[0].id))
        try:
            cases.attach(desk, found[0].id, evidence_id, asked)
        except MissingItemError:
            return absent(request)
        except BadCaseError as error:
            return _asked_again(request, place, number, (), lang.say(error.says))
        return RedirectResponse(f"{place}#cases", 303)
    if found:
        says = lang.text(
            "Several cases have the number {number}. Which one is meant?", number=legible(number, 60)
        )
    else:
        says = lang.text("No case has the number {number}. Look at it again.", number=legible(number, 60))
    return _asked_again(request, place, number, found, says)


def _asked_again(request: Request, place: str, number: str, found: Iterable[Case], says: str) -> Response:
    choices = [
        (each.id, case_view.named(each), " · ".join((*case_view.about(each), each.id))) for each in found
    ]
    return page(
        request,
        "attach.html",
        422,
        at=unquote(place),
        place=place,
        number=number,
        found=choices,
        says=says,
        key=secrets.token_hex(16),
    )


def _chips(told: Words) -> list[tuple[str, str]]:
    return [("", told.text("All")), *((each.value, told.say(STANDINGS[each][0])) for each in STANDINGS)]


def _address(values: Mapping[str, Any]) -> str:
    given = urlencode({name: value for name, value in values.items() if value})
    return f"/evidence?{given}" if given else "/evidence"


def _line(found: Item, told: Words) -> Line:
    name, outcome = STANDINGS[found.standing]
    own = (found.expected.order_number or "", found.expected.tracking_number or "")
    of_cases = (n for case in found.cases for n in (case.order_number, case.tracking_number))
    numbers = (*own, *of_cases) if any(own) or found.cases else found.codes
    place = f"/evidence/{quote(found.id, safe='')}"
    return Line(
        address=place,
        name=legible(found.name, 80),
        picture=f"{place}/picture" if found.still else "",
        numbers=tuple(dict.fromkeys(legible(n, 40) for n in numbers if n))[:3],
        cases=len(found.cases),
        came=told.moment(found.received_at),
        word=told.say(name),
        tone=outcome.value,
        mark="…" if found.standing is Standing.CHECKING else MARKS[outcome],
    )


def _day(text: str) -> date | None:
    try:
        return min(date.fromisoformat(text), _LAST)
    except ValueError:
        return None


def _start(day: date | None, told: Words) -> datetime | None:
    """When that day begins where the reader lives."""
    if day is None:
        return None
    zone = UTC if told.lang == "en" else CHINA
    return max(
        datetime(day.year, day.month, day.day, tzinfo=zone), datetime(2, 1, 1, tzinfo=zone)
    ).astimezone(UTC)
