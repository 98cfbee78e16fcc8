"""Rulesets of one's own, from a draft to force and back: compared, tried on the open cases, put in force.

A draft is a text that can be used and binds nobody yet. Put in force, it is a file in the data folder under
its own name, in place of the one that ships or of the edition before, which is remembered and comes back when
it is taken back. Cases are judged by the text that they were opened with, so only cases opened from then on
follow a new edition; the trial says what the open ones would come to under it.

The file is written inside the transaction that writes the ledger, last: where it cannot be written nothing is
noted. A process that dies in between leaves a file in force that the ledger does not know.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from api import cases, idempotency, rulebook
from api.errors import UnknownRulesetError
from api.idempotency import Claim, Reply
from api.identity.house import keeper_alone
from api.misfits import BadRulesetError, MissingDraftError
from api.retention import Mandate
from claims import ruleset as rulesets
from claims.assessment import Assessment, Countdown, Judgement, Met, Readiness
from claims.case import Case, Moment
from claims.revision import Revision, revised
from claims.ruleset import Loaded, RulesetError
from claims.vocabulary.quoted import Words
from storage.rows import LIMIT, Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

DRAFT: Final = "draft"
"""Rows of texts that somebody has brought, one for each name."""
HISTORY: Final = "edition"
"""Rows of what was in force, one for each name, the newest last."""
MOST_TRIED: Final = 500
"""Open cases that a trial looks at, the newest; each takes some milliseconds."""
_REMEMBERED: Final = 50
"""Editions of one name that can be gone back to."""


class Draft(BaseModel):
    """A text that binds nobody yet."""

    model_config = ConfigDict(frozen=True)

    name: str
    digest: str
    brought_at: Moment


class Edition(BaseModel):
    """A text that was put in force; `by` is empty where somebody laid its file there by hand."""

    model_config = ConfigDict(frozen=True)

    digest: str
    at: Moment
    by: str = ""
    reason: str = ""


class Moved(BaseModel):
    """A clock of a case that would end at another time, begin, or be no more."""

    clock: str
    title: Words
    before: Moment | None = None
    after: Moment | None = None


class Turned(BaseModel):
    """A requirement that would be answered otherwise; None where it is not asked."""

    requirement: str
    title: Words
    before: Met | None = None
    after: Met | None = None


class Affected(BaseModel):
    """An open case that would not be what it is."""

    case_id: str
    order_number: str
    before: Readiness
    after: Readiness
    requirements: list[Turned] = Field(default_factory=list[Turned])
    clocks: list[Moved] = Field(default_factory=list[Moved])


class Trial(BaseModel):
    """What the open cases of a ruleset would come to under another edition."""

    tried_at: Moment
    looked: int
    """Open cases that were held against both."""
    left: int
    """Open cases that were not looked at, since there were too many."""
    affected: list[Affected]


def read(text: str, origin: str = "ruleset.toml") -> Loaded:
    """The ruleset in that text.

    Raises:
        BadRulesetError: it cannot be used; `problems` names every fault.
    """
    try:
        return rulesets.parse(text.replace("\r\n", "\n"), origin)
    except RulesetError as error:
        raise BadRulesetError(error) from error


def draft(desk: Desk, text: str, origin: str = "ruleset.toml") -> Draft:
    """Keep a text as the draft of its name, in place of the one before. Raises as `read`."""
    loaded = read(text, origin)
    made = Draft(name=loaded.rules.id, digest=loaded.digest, brought_at=desk.now())
    with desk.begin() as unit:
        rulebook.keep(unit, loaded)
        _put(unit, DRAFT, made.name, made.model_dump(mode="json"))
        desk.note(unit, stream_of(made.name), "ruleset.drafted", {"digest": made.digest})
    return made


def drafts(reading: Reading) -> list[Draft]:
    """All of them, the newest first."""
    return [Draft.model_validate(row.body) for row in reading.find(DRAFT, limit=LIMIT).rows]


def drafted(reading: Reading, name: str) -> tuple[Draft, Loaded]:
    """The draft of that name and its text.

    Raises:
        MissingDraftError: there is none.
    """
    row = reading.get(DRAFT, name)
    loaded = rulebook.kept(reading, row.body["digest"]) if row else None
    if row is None or loaded is None:
        raise MissingDraftError(name)
    return Draft.model_validate(row.body), loaded


def discard(desk: Desk, name: str) -> None:
    """Forget the draft of that name; raises `MissingDraftError`."""
    with desk.begin() as unit:
        found, _ = drafted(unit, name)
        unit.remove(DRAFT, name)
        desk.note(unit, stream_of(name), "ruleset.discarded", {"digest": found.digest})


def in_force(desk: Desk, name: str) -> Loaded | None:
    """What cases are opened with now under that name; None where there is nothing that can be used."""
    try:
        return desk.rulebook.get(name)
    except (UnknownRulesetError, RulesetError):
        return None


def compared(desk: Desk, after: Loaded) -> tuple[Revision, ...] | None:
    """What would move against the edition in force; None where none is of that name."""
    before = in_force(desk, after.rules.id)
    return revised(before.rules, after.rules) if before else None


def tried(desk: Desk, after: Loaded, now: datetime | None = None) -> Trial:
    """What each open case of that ruleset would come to under that edition; nothing is changed by it."""
    at = now or desk.now()
    names = {after.rules.id, *after.rules.formerly}
    looked, left, found = 0, 0, list[Affected]()
    with desk.read() as reading:
        for row in _open(reading, names):
            if looked == MOST_TRIED:
                left += 1
                continue
            looked += 1
            held = cases.gather(desk, reading, row.id)
            was = cases.judged(desk, held, at)
            now_ = cases.judged(desk, replace(held, ruleset=after), at)
            if one := _affected(held.case, was, now_):
                found.append(one)
    return Trial(tried_at=at, looked=looked, left=left, affected=found)


def enforce(desk: Desk, name: str, digest: str, word: Mandate, claim: Claim) -> Reply:
    """Put the draft of that name in force, if it is still the text of that digest.

    Raises:
        MissingDraftError: there is none, or it is another text by now.
        ForAllError: the caller is of another tenant than the first; the file holds for all of them.
        StorageError: the file cannot be written; nothing was changed.
    """
    keeper_alone(desk.caller)
    word = word.given_at(desk)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        found, loaded = drafted(unit, name)
        if found.digest != digest:
            raise MissingDraftError(name)
        before = in_force(desk, name)
        history = _history(unit, name)
        if desk.rulebook.is_own(name) and before and (not history or history[-1].digest != before.digest):
            # somebody laid a file there by hand; it can be gone back to as well
            history.append(Edition(digest=rulebook.keep(unit, before), at=desk.now()))
        edition = Edition(digest=digest, at=desk.now(), **word.model_dump())
        _remember(unit, name, [*history, edition])
        unit.remove(DRAFT, name)
        detail = {
            "digest": digest,
            "version": loaded.rules.version,
            "before": before.digest if before else None,
        }
        desk.note(unit, stream_of(name), "ruleset.enforced", {**detail, **word.model_dump()})
        reply = idempotency.remember(
            unit, claim, Reply(200, {"name": name, **edition.model_dump(mode="json")})
        )
        desk.rulebook.put(name, loaded.text)
    return reply


def withdraw(desk: Desk, name: str, word: Mandate, claim: Claim) -> Reply:
    """Take back the edition in force: the one before comes back, or the one that ships, or none.

    Raises:
        UnknownRulesetError: no ruleset of one's own has that name.
        ForAllError: as `enforce`.
        StorageError: the file cannot be changed; nothing was changed.
    """
    keeper_alone(desk.caller)
    word = word.given_at(desk)
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        if not desk.rulebook.is_own(name):
            raise UnknownRulesetError(
                name, [each for each in desk.rulebook.names() if desk.rulebook.is_own(each)]
            )
        gone, history = in_force(desk, name), _history(unit, name)
        if history and gone and history[-1].digest == gone.digest:
            history.pop()  # where somebody laid another file over it by hand, the last one is the one before
        back = rulebook.kept(unit, history[-1].digest) if history else None
        _remember(unit, name, history if back else [])
        digest = rulebook.keep(unit, gone) if gone else None
        detail = {"digest": digest, "back_to": back.digest if back else None, **word.model_dump()}
        desk.note(unit, stream_of(name), "ruleset.withdrawn", detail)
        told = {"name": name, "digest": back.digest if back else None}
        reply = idempotency.remember(unit, claim, Reply(200, told))
        if back:
            desk.rulebook.put(name, back.text)
        else:
            desk.rulebook.remove(name)
    return reply


def history_of(reading: Reading, name: str) -> list[Edition]:
    """What was put in force under that name, the newest first."""
    return _history(reading, name)[::-1]


def stream_of(name: str) -> str:
    """Of the ledger."""
    return f"ruleset/{name}"


def _open(reading: Reading, names: set[str]) -> Iterator[Row]:
    """The open cases of these rulesets, the newest first."""
    after: str | None = None
    while True:
        page = reading.find(cases.KIND, after=after, limit=LIMIT)
        for row in page.rows:
            if row.body["ruleset"] in names and not Case.model_validate(row.body["case"]).closed:
                yield row
        if (after := page.next) is None:
            return


def _affected(case: Case, was: Assessment, now: Assessment) -> Affected | None:
    turned, moved = list(_turned(was, now)), list(_moved(was, now))
    if not turned and not moved and was.readiness is now.readiness:
        return None
    return Affected(
        case_id=case.id,
        order_number=case.order_number,
        before=was.readiness,
        after=now.readiness,
        requirements=turned,
        clocks=moved,
    )


def _turned(was: Assessment, now: Assessment) -> Iterator[Turned]:
    before: dict[str, Judgement] = {each.id: each for each in was.requirements}
    after: dict[str, Judgement] = {each.id: each for each in now.requirements}
    for name, found in (before | after).items():
        one, other = (each[name].answer if name in each else None for each in (before, after))
        if one is not other:
            yield Turned(requirement=name, title=found.title, before=one, after=other)


def _moved(was: Assessment, now: Assessment) -> Iterator[Moved]:
    before: dict[tuple[str, str], Countdown] = {(each.name, each.about): each for each in was.clocks}
    after: dict[tuple[str, str], Countdown] = {(each.name, each.about): each for each in now.clocks}
    for name, found in (before | after).items():
        one, other = (each[name].due_at if name in each else None for each in (before, after))
        if one != other:
            yield Moved(clock=name[0], title=found.title, before=one, after=other)


def _history(reading: Reading, name: str) -> list[Edition]:
    row = reading.get(HISTORY, name)
    return [Edition.model_validate(each) for each in row.body["editions"]] if row else []


def _remember(unit: Unit, name: str, editions: list[Edition]) -> None:
    kept = [each.model_dump(mode="json") for each in editions[-_REMEMBERED:]]
    _put(unit, HISTORY, name, {"editions": kept})


def _put(unit: Unit, kind: str, name: str, body: dict[str, Any]) -> None:
    row = unit.get(kind, name)
    if row is None:
        unit.add(kind, name, body)
    else:
        unit.replace(kind, name, body, version=row.version)
