"""What people write into a case on its sheets: goods, parcels with their times, numbers, sums, terms.

One address takes all sheets, since they are data: what cannot be read comes back beside its field with all
that was written, pressing twice writes once, and what somebody else changed meanwhile is not overwritten
unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, dealing, shops
from api.dealing import Amendment, Check, Description
from api.errors import MissingCaseError
from api.idempotency import Claim
from api.pages import plain_form
from api.pages.case_page import shown
from api.pages.entry import Entry, opened
from api.pages.frame import absent, language
from api.pages.plain_form import MOST_SENT, NO_FORM, TROUBLES, Retry, WrongError, troubles_of
from api.pages.sheets import Sheet
from api.pages.written import CURRENCY, read
from api.routes.asking import Serving
from api.words import words
from claims import change
from claims.case import Amount, Case, Direction, Event, EventKind, Item, Parcel, Shown, Sum, Terms, Ticket
from claims.change import UnfitError
from evidence.model import say

if TYPE_CHECKING:
    from api.desk import Desk

router = APIRouter(include_in_schema=False)

_CHANGED: Final = say(
    "Somebody changed this meanwhile: look at what stands there now, and save again if yours is right."
)
_NO_ID: Final = say("Write it in letters, digits, - and _ alone, at most 64 of them.")


@router.post("/cases/{case_id}/entries", max_body_size=MOST_SENT)
def entered(request: Request, desk: Serving, case_id: str, body: Annotated[bytes, Body()] = b"") -> Response:
    """Write down what stands on the sheet that was sent."""
    told = words(language(request))
    sent = NO_FORM
    try:
        sent = plain_form.read(body, desk.caller)
        with desk.read() as reading:
            found = cases.gather(desk, reading, case_id)
        entry = opened(sent.get("form", ""), found.case, found.ruleset.rules, desk.now())
        if entry is None:
            raise WrongError({"": say("There is no such form; load the page anew.")})
        _save(_Saving(desk, found.case, entry, sent, sent.claim(request)))
    except MissingCaseError:
        return absent(request)
    except TROUBLES as error:
        retry = Retry(sent.get("form", ""), sent, troubles_of(error, told))
        return shown(request, desk, case_id, status=422, more={"retry": retry}, fill=retry.form)
    place = quote(sent.get("place", "") or entry.place, safe="-_.")
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}#{place}", 303)


@dataclass(frozen=True)
class _Saving:
    """One sheet that is being saved."""

    desk: Desk
    case: Case
    entry: Entry
    sent: Mapping[str, str]
    claim: Claim

    @property
    def told(self) -> dict[str, Any]:
        """What the sheet says now, with what it does not ask for as it was. Raises `WrongError`."""
        entry = self.entry
        now = read(entry.fields, self.sent, self.case.zone)
        before = entry.texts(self.case.zone)
        # What a field shows is shorter than what is held (no seconds): what nobody touched stays as it is.
        kept = {
            name: value
            for name, value in entry.held.items()
            if all(self.sent.get(each, "") == before.get(each, "") for each in (name, f"{name}{CURRENCY}"))
        }
        asked = {field.name for field in entry.fields}
        rest = {name: value for name, value in entry.held.items() if name not in asked}
        told = now | {name: value for name, value in kept.items() if name in asked}
        return rest | {name: value for name, value in told.items() if value is not None}

    @property
    def check(self) -> Check:
        """Raises `UnfitError` where it does not stand there any more as it did when the form was shown."""

        def still(case: Case) -> None:
            here = opened(self.entry.form, case, None, self.entry.now)
            if self.entry.guarded and (here is None or here.seen != self.sent.get("seen")):
                raise UnfitError(_CHANGED)

        return still

    @property
    def by(self) -> str:
        """Whoever says so; of who is signed in the log tells by itself."""
        return "" if self.desk.caller.shown else self.sent.get("by", "")[:120]


def _save(saving: _Saving) -> None:
    _SAVED[saving.entry.sheet](saving)


def _write(saving: _Saving, change_it: Callable[[Case], Case], event: str = "case.amended") -> None:
    def written(case: Case) -> Case:
        saving.check(case)
        return change_it(case)

    dealing.write(saving.desk, saving.case.id, written, saving.claim, event=event, by=saving.by)


def _goods(saving: _Saving) -> None:
    told = saving.told

    def put(case: Case) -> Case:
        return change.put(case, Item.model_validate({"id": change.next_id(case, Item)} | told))

    _write(saving, put, "item.put")


def _parcel(saving: _Saving) -> None:
    told = saving.told
    times = {kind: told.pop(kind.value, None) for kind in EventKind if kind.value in saving.entry.times}
    before = saving.entry.held
    emptied = [k for k, at in times.items() if at is None and before.get(k.value) is not None]
    if emptied:
        raise WrongError(
            {
                k.value: say("What was recorded stays in the log; write the right time instead.")
                for k in emptied
            }
        )
    events = tuple(
        Event(kind=kind, at=at) for kind, at in times.items() if at and at != before.get(kind.value)
    )

    def put(case: Case) -> Case:
        parcel = Parcel.model_validate({"id": change.next_id(case, Parcel)} | told)
        grown = change.put(case, parcel)
        if parcel.direction is Direction.RETURN and not case.tracking_number:
            grown = grown.model_copy(update={"tracking_number": parcel.tracking_number})
        for event in events:
            grown = grown.with_event(event)
        return grown

    _write(saving, put, "parcel.put")


def _case(saving: _Saving) -> None:
    told = saving.told
    said: dict[str, Any] = {field.name: told.get(field.name, "") for field in saving.entry.fields}
    said["priority"] = told.get("priority", 0)
    shop = said.pop("shop")
    if shop != saving.entry.held.get("shop"):
        with saving.desk.read() as reading:
            said["shop"] = shops.look_up(reading, shop) if shop else None
    made = Amendment.model_validate(said)
    dealing.amend(saving.desk, saving.case.id, made, saving.claim, check=saving.check, by=saving.by)


def _sums(saving: _Saving) -> None:
    sums = [Amount.model_validate(each) for each in saving.told.values()]

    def put(case: Case) -> Case:
        others = [each for each in case.amounts if each.what not in set(Sum)]
        return case.model_copy(update={"amounts": (*others, *sums)})

    _write(saving, put)


def _terms(saving: _Saving) -> None:
    terms = Terms.model_validate(saving.told)
    _write(saving, lambda case: case.model_copy(update={"terms": terms}))


def _ticket(saving: _Saving) -> None:
    told, new = saving.told, not saving.entry.held.get("id")

    def put(case: Case) -> Case:
        if new and any(each.id == told["id"] for each in case.tickets):
            raise WrongError({"id": say("There is a work order of that number already; change that one.")})
        return change.put(case, Ticket.model_validate(told))

    if not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in told["id"]):
        raise WrongError({"id": _NO_ID})
    _write(saving, put, "ticket.put")


def _file(saving: _Saving) -> None:
    told = saving.told
    said = {field.name: told.get(field.name) for field in saving.entry.fields}
    said |= {name: said[name] or "" for name in ("captured_by", "url", "batch", "reason_code")}
    made = Description.model_validate(said)
    exhibit = saving.entry.name

    def put(case: Case) -> Case:
        return change.describe(case, exhibit, made.model_dump(exclude_unset=True))

    _write(saving, put, "exhibit.described")


def _beside(saving: _Saving) -> None:
    dealing.put(saving.desk, saving.case.id, saving.told, saving.claim, "subcases")


def _ended(saving: _Saving) -> None:
    told = saving.told
    note = told.get("note", "")
    dealing.leave(saving.desk, saving.case.id, saving.entry.name, told["at"], saving.claim, note=note)


def _countdown(saving: _Saving) -> None:
    made = Shown.model_validate(saving.told | {"seen_at": saving.desk.now()})
    dealing.show(saving.desk, saving.case.id, made, saving.claim)


def _closing(saving: _Saving) -> None:
    told = saving.told
    dealing.close(saving.desk, saving.case.id, told["at"], saving.claim, note=told.get("note", ""))


_SAVED: Final[Mapping[Sheet, Callable[[_Saving], None]]] = {
    "goods": _goods,
    "parcel": _parcel,
    "case": _case,
    "sums": _sums,
    "terms": _terms,
    "ticket": _ticket,
    "file": _file,
    "beside": _beside,
    "ended": _ended,
    "countdown": _countdown,
    "closing": _closing,
}
"""How each sheet is written down."""
