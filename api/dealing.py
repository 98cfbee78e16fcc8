"""What people do about a case: offers, answers, decisions, promises, tickets, chats, sub-cases, its end.

Each is one change of the stored case, in one transaction with its alarms and the ledger. What the case or
its ruleset does not allow is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api import cases, outlook
from api.drafting import Facts
from api.errors import BadCaseError
from api.idempotency import Claim, Reply
from claims import change
from claims.case import (
    Amount,
    Case,
    Decision,
    DecisionKind,
    Event,
    ExhibitKind,
    Inspection,
    Item,
    Line,
    Locale,
    Offer,
    Parcel,
    Party,
    Promise,
    Shop,
    Shown,
    Speaker,
    SubCase,
    Terms,
    Text,
    Ticket,
)
from claims.change import Part, UnfitError
from claims.chat.reading import Form, read
from claims.preflight import Intent
from claims.ruleset import Ruleset
from claims.scope import scope_of
from claims.settling import authority
from claims.settling.beside import opened_beside
from claims.settling.grounds import allow
from claims.settling.ladder import climbed, out_of_turn
from claims.words.promising import Proposal, proposals
from evidence.model import say
from storage.errors import ConflictError

if TYPE_CHECKING:
    from api.desk import Desk

KINDS: Final[Mapping[str, type[Part]]] = {
    "items": Item,
    "parcels": Parcel,
    "tickets": Ticket,
    "promises": Promise,
    "inspections": Inspection,
    "offers": Offer,
    "decisions": Decision,
    "subcases": SubCase,
}
"""What a case holds under ids of its own, by the last part of its address."""


class Amendment(BaseModel):
    """What is to be said otherwise about a case; what is left out or null stays, but a shop goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: Line | None = None
    locale: Locale | None = None
    procedure: Line | None = None
    order_number: Line | None = None
    tracking_number: Line | None = None
    reason: Text | None = None
    reason_code: Line | None = None
    reason_class: Line | None = None
    priority: int | None = Field(default=None, ge=0, le=9)
    shop: Shop | None = None
    terms: Terms | None = None
    parties: tuple[Party, ...] | None = Field(default=None, max_length=20)
    amounts: tuple[Amount, ...] | None = Field(default=None, max_length=50)


class Description(Facts):
    """What is to be said otherwise about an exhibit; what is left out stays."""

    kind: ExhibitKind = ExhibitKind.DOCUMENT


class Chat(BaseModel):
    """A chat record as it was exported or copied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(max_length=1_000_000)
    form: Form = "auto"
    speakers: dict[str, Speaker] = Field(default_factory=dict[str, Speaker], max_length=100)
    """Who the names in it are, where that is not plain."""


Check = Callable[[Case], None]
"""Looks at the case as it is when the change is made. Raises what speaks against it."""


def put(
    desk: Desk, case_id: str, part: Part | Mapping[str, Any], claim: Claim, kind: str, *, role: str = ""
) -> Reply:
    """Put that part into the case, under its id, or under a new one where it has none.

    `role` is that of whoever makes an offer, for the limits of the shop.

    Raises:
        MissingCaseError: there is none of that id.
        UnfitError: the case, the ruleset or the shop does not allow it.
        ValidationError: it is no such part.
    """
    made = KINDS[kind]
    warned = _warned(desk, case_id, part) if made is Decision else None

    def put_in(case: Case, ruleset: Ruleset) -> Case:
        told = dict(part) if isinstance(part, Mapping) else part.model_dump()
        told.setdefault("id", change.next_id(case, made))
        if "by" in made.model_fields and desk.caller.shown:
            told["by"] = desk.caller.shown
        if made is SubCase:  # only taking an address down makes a slip, and only erasing it ends one
            held = case.subcase(str(told["id"]))
            told["address"] = held.address if held else None
        if made is Decision:  # what stood when it was decided first
            before = next((d for d in case.decisions if d.id == told["id"]), None)
            told["warnings"] = before.warnings if before else warned
        value = made.model_validate(told)
        _allowed(case, ruleset, value, role)
        return change.put(case, value)

    return _dealt(desk, case_id, claim, put_in, event=f"{kind.rstrip('s')}.put", detail={})


def _warned(desk: Desk, case_id: str, part: Part | Mapping[str, Any]) -> tuple[str, ...] | None:
    """What speaks against a refusal or an appeal before it is written down; None for other decisions."""
    told = part if isinstance(part, Mapping) else part.model_dump()
    if told.get("kind") not in {DecisionKind.REFUSE, DecisionKind.APPEAL}:
        return None
    intent = Intent.model_validate({name: told[name] for name in Intent.model_fields if name in told})
    return tuple(question.id for question in outlook.flown(desk, case_id, intent).applying)


def _allowed(case: Case, ruleset: Ruleset, part: Part, role: str) -> None:
    match part:
        case Decision():
            allow(case, ruleset, part)
            authority.check(case, part)
        case Offer() if part.answer is None and part not in case.offers:
            authority.check(case, part, role)
            trouble = out_of_turn(part, climbed(case, ruleset, scope_of(case, ruleset)))
            if trouble:
                raise UnfitError(trouble)
        case SubCase():
            known = [p.id for p in ruleset.procedure]
            if known and part.procedure not in known:
                raise UnfitError(
                    say(
                        "This platform has no procedure {procedure}; choose one of: {known}.",
                        procedure=part.procedure,
                        known=", ".join(known),
                    )
                )
        case _:
            pass


def _valid(told: dict[str, Any]) -> Case:
    try:
        return Case.model_validate(told)
    except ValidationError as error:
        says = say("What is told about the case names a thing twice; name each once.")
        raise BadCaseError(says) from error


def amend(
    desk: Desk,
    case_id: str,
    amendment: Amendment,
    claim: Claim,
    *,
    version: int | None = None,
    check: Check = lambda _: None,
    by: str = "",
) -> Reply:
    """Say otherwise what is said about the case; `by` is whoever says so, where nobody is signed in.

    Raises:
        ConflictError: it was changed since `version`.
        UnfitError: the ruleset knows no such reason or procedure.
    """
    every = amendment.model_dump(exclude_unset=True)
    told = {name: value for name, value in every.items() if value is not None or name == "shop"}

    def change_it(case: Case, ruleset: Ruleset) -> Case:
        check(case)
        _known(told.get("reason_code"), [r.id for r in ruleset.reason])
        _known(told.get("procedure"), [p.id for p in ruleset.procedure if not p.beside])
        said = _valid(case.model_dump() | told)
        opens = told.get("reason_code") or told.get("procedure")
        return opened_beside(said, ruleset, desk.now()) if opens else said

    return _dealt(
        desk,
        case_id,
        claim,
        change_it,
        event="case.amended",
        detail={"fields": sorted(told)} | ({"by": by} if by else {}),
        status=200,
        version=version,
    )


def write(
    desk: Desk, case_id: str, change_it: Callable[[Case], Case], claim: Claim, *, event: str, by: str = ""
) -> Reply:
    """Write several facts into the case at once: all of them, or none. Raises what `change_it` raises."""

    def written(case: Case, _: Ruleset) -> Case:
        return change_it(case)

    return _dealt(desk, case_id, claim, written, event=event, detail={"by": by} if by else {}, status=200)


def describe(desk: Desk, case_id: str, exhibit: str, said: Description, claim: Claim) -> Reply:
    """Say otherwise what an exhibit is to the claim; its bytes and its report stay.

    Raises:
        UnfitError: the case has no such exhibit.
    """
    told = said.model_dump(exclude_unset=True)

    def described(case: Case, _: Ruleset) -> Case:
        return change.describe(case, exhibit, told)

    detail = {"exhibit": exhibit}
    return _dealt(desk, case_id, claim, described, event="exhibit.described", detail=detail, status=200)


def _known(name: str | None, known: list[str]) -> None:
    if name and known and name not in known:
        raise UnfitError(
            say("This platform knows no {name}; choose one of: {known}.", name=name, known=", ".join(known))
        )


def import_chat(desk: Desk, case_id: str, chat: Chat, claim: Claim) -> Reply:
    """Take a chat record into the case; what is there already is not taken twice.

    Raises:
        ChatError: it cannot be read.
    """
    taken: list[Case] = []

    def merge(case: Case, _: Ruleset) -> Case:
        spoken = read(chat.text, zone=case.zone, form=chat.form, speakers=chat.speakers)
        taken.append(change.merge(case, spoken))
        return taken[-1]

    return _dealt(desk, case_id, claim, merge, event="chat.imported", detail={"characters": len(chat.text)})


class Proposed(BaseModel):
    """Something in a message of ours that may be a promise; a person says whether it is one."""

    message: str
    text: str
    due_at: datetime | None = None
    amount: str | None = None
    currency: str = ""


def proposed(case: Case) -> list[Proposed]:
    """What our messages may have promised and nobody has written down."""
    written = {promise.message for promise in case.promises}
    ours = (m for m in case.messages if m.speaker is Speaker.MERCHANT and m.id not in written)
    return [_proposed(m.id, each) for m in ours for each in proposals(m.text, m.at, case.zone)]


def _proposed(message: str, found: Proposal) -> Proposed:
    return Proposed(
        message=message,
        text=found.text,
        due_at=found.due_at,
        amount=None if found.amount is None else str(found.amount),
        currency=found.currency,
    )


def answer(
    desk: Desk, case_id: str, claim: Claim, *, offer: str, said: Literal["accepted", "declined"], at: datetime
) -> Reply:
    """Note the buyer's answer to an offer. Raises as `put`."""

    def answered(case: Case, _: Ruleset) -> Case:
        return change.answer(case, offer, said, at)

    return _dealt(
        desk, case_id, claim, answered, event="offer.answered", detail={"offer": offer, "answer": said}
    )


def keep(desk: Desk, case_id: str, promise: str, at: datetime, claim: Claim, *, proof: str = "") -> Reply:
    """Note that a promise was kept. Raises as `put`."""

    def kept(case: Case, _: Ruleset) -> Case:
        return change.keep(case, promise, at, proof)

    return _dealt(desk, case_id, claim, kept, event="promise.kept", detail={"promise": promise})


def leave(desk: Desk, case_id: str, subcase: str, at: datetime, claim: Claim, *, note: str = "") -> Reply:
    """Close a sub-case. Raises as `put`."""

    def left(case: Case, _: Ruleset) -> Case:
        return change.leave(case, subcase, at, note)

    return _dealt(desk, case_id, claim, left, event="subcase.closed", detail={"subcase": subcase})


def show(desk: Desk, case_id: str, shown: Shown, claim: Claim) -> Reply:
    """Note what the platform's own countdown shows, which wins over any figure of a ruleset."""

    def noted(case: Case, ruleset: Ruleset) -> Case:
        names = {name for c in ruleset.clock for name in (c.id, *(f"{c.id}.{step.id}" for step in c.steps))}
        _known(shown.clock, sorted(names))
        return change.show(case, shown)

    return _dealt(desk, case_id, claim, noted, event="countdown.shown", detail={"clock": shown.clock})


def conclude(desk: Desk, case_id: str, event: Event, sum_: Amount | None, claim: Claim) -> Reply:
    """Note how the case ended, and the sum with which it did, in place of one of the same name."""

    def concluded(case: Case, _: Ruleset) -> Case:
        kept = tuple(each for each in case.amounts if sum_ and each.what != sum_.what)
        amounts = (*kept, sum_) if sum_ else case.amounts
        return case.with_event(event).model_copy(update={"amounts": amounts})

    detail = event.model_dump(mode="json")
    return _dealt(desk, case_id, claim, concluded, event="event.recorded", detail=detail)


def close(desk: Desk, case_id: str, at: datetime, claim: Claim, *, note: str = "") -> Reply:
    """Close the case.

    Raises:
        UnfitError: it has no outcome yet, or a promise or a sub-case is open.
    """

    def closed(case: Case, _: Ruleset) -> Case:
        return change.close(case, at, note)

    return _dealt(desk, case_id, claim, closed, event="case.closed", detail={})


def _dealt(
    desk: Desk,
    case_id: str,
    claim: Claim,
    deal: Callable[[Case, Ruleset], Case],
    *,
    event: str,
    detail: Mapping[str, Any],
    status: int = 201,
    version: int | None = None,
) -> Reply:
    def changed(opened: cases.Opened, held: int) -> Case:
        if version is not None and version != held:
            raise ConflictError
        return deal(opened.case, opened.ruleset.rules)

    return cases.dealt(desk, case_id, claim, changed, event=event, detail=detail, status=status)
