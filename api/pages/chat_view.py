"""The chat of a case and the ledger of its promises, as plain texts in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api.dealing import Proposed, proposed
from api.outlook import Checked
from api.pages.plain_form import local
from api.telling import of
from api.words import Words, legible
from claims.case import Case, Promise
from claims.naming import SPEAKERS, TAGS
from evidence.model import Saying, say

MOST: Final = 200
"""Messages on the page, the latest; the API has them all."""
WHERE: Final[dict[str, Saying]] = {
    "chat": say("in the chat"),
    "listing": say("in the listing"),
    "refund_note": say("in a note of the refund"),
}


@dataclass(frozen=True)
class Said:
    """One message."""

    id: str
    who: str
    ours: bool
    at: str
    text: str
    tags: str


@dataclass(frozen=True)
class Owed:
    """One promise, and whether it was kept."""

    id: str
    what: str
    where: str
    due: str
    tone: str
    mark: str
    state: str
    open: bool


@dataclass(frozen=True)
class Offered:
    """Something in a message of ours that may be a promise."""

    message: str
    text: str
    due: str
    """As a field for date and time wants it; empty where none was named."""
    amount: str
    currency: str


def messages(case: Case, told: Words) -> tuple[Said, ...]:
    """The latest, in the order in which they were said."""
    return tuple(
        Said(
            id=each.id,
            who=told.say(SPEAKERS[each.speaker]),
            ours=each.speaker in {"merchant", "bot"},
            at=told.moment(each.at),
            text=legible(each.text, 4000),
            tags=" · ".join(told.say(TAGS[tag]) for tag in each.tags),
        )
        for each in case.messages[-MOST:]
    )


def promises(case: Case, told: Words, now: datetime) -> tuple[Owed, ...]:
    """The ledger: what was broken first, then what is due next, then what was kept."""
    order = ("fail", "unsure", "skipped", "pass")
    last = max((p.due_at for p in case.promises if p.due_at), default=now)
    every = sorted(case.promises, key=lambda p: (order.index(_state(p, now)[0]), p.due_at or last))
    return tuple(_owed(each, told, now) for each in every)


def _state(promise: Promise, now: datetime) -> tuple[str, str, Saying]:
    """Tone, mark and word: a promise that was kept too late was broken."""
    due, kept = promise.due_at, promise.kept_at
    if kept:
        return ("fail", "✗", say("kept too late")) if due and kept > due else ("pass", "✓", say("kept"))
    if due is None:
        return "skipped", "–", say("without a date")
    return (
        ("fail", "✗", say("broken: its time is over")) if due <= now else ("unsure", "…", say("to be kept"))
    )


def _owed(promise: Promise, told: Words, now: datetime) -> Owed:
    tone, mark, state = _state(promise, now)
    where = told.say(WHERE[promise.where])
    return Owed(
        id=promise.id,
        what=legible(promise.what, 400),
        where=f"{where} · {promise.message}" if promise.message else where,
        due=told.moment(promise.due_at) if promise.due_at else "",
        tone=tone,
        mark=mark,
        state=told.say(state),
        open=promise.kept_at is None,
    )


def proposals(case: Case) -> Iterator[Offered]:
    for each in proposed(case):
        yield Offered(each.message, each.text, _local(each, case), each.amount or "", each.currency)


def _local(each: Proposed, case: Case) -> str:
    return local(each.due_at, case.zone) if each.due_at else ""


@dataclass(frozen=True)
class Verdict:
    """A text, and whether it may be sent."""

    text: str
    tone: str
    says: str
    remarks: tuple[tuple[str, str, str, str], ...]
    """Tone, title, what is wrong with which words, what to do."""
    warnings: tuple[str, ...]
    missing: Sequence[str]


def verdict(checked: Checked, told: Words) -> Verdict:
    says = (
        told.text("It may be sent.") if checked.may_be_sent else told.text("It must not be sent like this.")
    )
    return Verdict(
        text=checked.text,
        tone="pass" if checked.may_be_sent else "fail",
        says=says,
        remarks=tuple(
            ("fail" if r.blocks else "unsure", of(r.title, told), told.say(r.says), told.say(r.advice))
            for r in checked.remarks
        ),
        warnings=tuple(of(each.says, told) for each in checked.warnings),
        missing=checked.missing,
    )
