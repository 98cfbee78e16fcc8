"""A case from its opening to its assessment: what people say about it, and the files that belong to it.

The case itself is a value of `claims`; here it is stored, changed in one transaction with the
ledger, and held against its ruleset. Readiness and due times are computed when asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from api import (
    addresses,
    board,
    confirming,
    idempotency,
    item,
    recognising,
    rulebook,
    searching,
    shops,
    testimony,
)
from api.drafting import Draft, Facts
from api.errors import BadCaseError, MissingCaseError
from api.idempotency import Claim, Reply
from api.recognising import Known
from claims.assess import assess
from claims.assessment import Assessment, Countdown
from claims.case import Case, Event, Exhibit, ExhibitKind, Statement
from claims.confirmation import Confirmation
from claims.difference import differences
from claims.openings import Opening
from claims.ruleset import Loaded
from claims.settling.beside import opened_beside
from evidence.model import Report, say
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "case"
CHANGED: Final = "changed"
"""What a log entry calls the facts that were said otherwise: a JSON list of part, fact, before, after."""
LINKS: Final = (
    "exhibits",
    "assessment",
    "preflight",
    "settlement",
    "deadlines",
    "packets",
    "bundle",
    "shares",
    "dossier.pdf",
)
"""What is asked of a case at addresses of its own."""


@dataclass(frozen=True)
class Dossier:
    """A case with all that speaks for it."""

    case: Case
    ruleset: Loaded
    reports: Mapping[str, Report]
    """By the digest of the exhibit."""
    confirmations: Mapping[str, Sequence[Confirmation]]
    """Likewise; what people said of the pictures, in the order of the recording."""
    earlier: Mapping[str, Sequence[Known]]
    """Likewise; the files that were sent earlier and show the same."""
    openings: Sequence[Opening] = ()
    """The films in other cases with the same waybill."""


def open_case(desk: Desk, draft: Draft, claim: Claim) -> Reply:
    """Open a case.

    Raises:
        UnknownRulesetError: there is no ruleset of that name.
        MissingShopError: there is no such shop.
        BadCaseError: parts of it have the same id.
        KeyReusedError: the idempotency key was used for something else.
    """
    loaded = desk.rulebook.get(draft.ruleset)
    rules = loaded.rules
    told = draft.model_dump(mode="json", exclude={"ruleset", "shop_id"})
    try:
        case = Case.model_validate({**told, "id": item.new_id("case"), "platform": rules.platform})
    except ValidationError as error:
        raise BadCaseError(say("What is told about the case names a thing twice; name each once.")) from error
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        if draft.shop_id:
            case = case.model_copy(update={"shop": shops.look_up(unit, draft.shop_id)})
        case = opened_beside(case, rules, desk.now())
        text = rulebook.keep(unit, loaded)
        body = _body(case, rules.id, text)
        unit.add(KIND, case.id, body, facets=_facets(case))
        board.put_up(unit, case, rules, desk)
        detail = {"ruleset": rules.id, "version": rules.version, "text": text}
        detail |= testimony.step(None, body["case"])
        desk.note(unit, stream_of(case.id), "case.opened", detail)
        _note_entered(desk, unit, case, frozenset())
        reply = Reply(201, shown(case, rules.id), {"Location": f"/v1/cases/{case.id}"})
        return idempotency.remember(unit, claim, reply)


def attach(
    desk: Desk,
    case_id: str,
    evidence_id: str,
    claim: Claim,
    *,
    kind: ExhibitKind | None = None,
    facts: Facts | None = None,
) -> Reply:
    """Make an item of evidence an exhibit of the case; films as films, photos as photos, unless told.

    Raises:
        MissingCaseError, MissingItemError: there is none of that name.
        BadCaseError: the case has these bytes already.
    """

    def change(unit: Unit, case: Case) -> Case:
        found, _ = item.find(unit, evidence_id)
        exhibit = Exhibit(
            id=_next_exhibit(case),
            evidence_id=found.id,
            digest=found.digest,
            size=found.size,
            name=found.name,
            kind=kind or (ExhibitKind.FILM if found.kind == "video" else ExhibitKind.PHOTO),
            added_at=desk.now(),
            **(facts or Facts()).model_dump(),
        )
        detail = {"case": case_id, "exhibit": exhibit.id}
        desk.note(unit, found.stream, recognising.ATTACHED, detail)
        try:
            grown = case.with_exhibit(exhibit)
        except ValueError as error:
            raise BadCaseError(say("This case has that file already; each file is in it once.")) from error
        searching.link(unit, found.id, grown)
        return grown

    return changed(desk, case_id, claim, change, event="exhibit.added", detail={"evidence": evidence_id})


def record(desk: Desk, case_id: str, event: Event, claim: Claim) -> Reply:
    """Note that something happened, or is due. Raises as `attach`."""
    detail = event.model_dump(mode="json")
    return changed(
        desk, case_id, claim, lambda _, case: case.with_event(event), event="event.recorded", detail=detail
    )


def state(desk: Desk, case_id: str, statement: Statement, claim: Claim) -> Reply:
    """Keep a person's answer to a requirement. Raises as `attach`."""

    def change(_: Unit, case: Case) -> Case:
        if statement.exhibit is not None and case.exhibit(statement.exhibit) is None:
            raise BadCaseError(say("This case has no exhibit {exhibit}.", exhibit=statement.exhibit))
        return case.with_statement(statement)

    statement = statement.model_copy(update={"by": desk.caller.named(statement.by)})
    detail = {"requirement": statement.requirement, "answer": statement.answer, "by": statement.by}
    return changed(desk, case_id, claim, change, event="statement.made", detail=detail)


def changed(
    desk: Desk,
    case_id: str,
    claim: Claim,
    change: Callable[[Unit, Case], Case],
    *,
    event: str,
    detail: Mapping[str, Any],
) -> Reply:
    with desk.begin() as unit:
        return _stored(
            desk, unit, case_id, claim, lambda found, _: change(unit, found.case), event=event, detail=detail
        )


def dealt(
    desk: Desk,
    case_id: str,
    claim: Claim,
    deal: Callable[[Opened, int], Case],
    *,
    event: str,
    detail: Mapping[str, Any],
    status: int = 201,
) -> Reply:
    """Store what `deal` makes of the case and the version in which it is held. Raises what `deal` raises."""
    with desk.begin() as unit:
        return _stored(desk, unit, case_id, claim, deal, event=event, detail=detail, status=status)


def _stored(
    desk: Desk,
    unit: Unit,
    case_id: str,
    claim: Claim,
    deal: Callable[[Opened, int], Case],
    *,
    event: str,
    detail: Mapping[str, Any],
    status: int = 201,
) -> Reply:
    if reply := idempotency.recall(unit, claim):
        return reply
    row = _row(unit, case_id)
    found = opened(desk, unit, row)
    case = addresses.tidied(desk, unit, deal(found, row.version))
    stepped = _put_back(desk, unit, row, found, case)
    told = {**detail, **_changed(found.case, case), **stepped}
    desk.note(unit, stream_of(case.id), event, told)
    _note_entered(desk, unit, case, frozenset(s.id for s in found.case.subcases))
    return idempotency.remember(unit, claim, Reply(status, shown(case, row.body["ruleset"])))


def _changed(before: Case, after: Case) -> dict[str, str]:
    """What is said otherwise now, from what to what, as one text that can be erased."""
    found = differences(before, after)
    return {CHANGED: json.dumps(found, ensure_ascii=False)} if found else {}


def _note_entered(desk: Desk, unit: Unit, case: Case, before: frozenset[str]) -> None:
    """Note which sub-cases were entered, by people or because the reason calls for them."""
    for sub in case.subcases:
        if sub.id not in before:
            detail = {"subcase": sub.id, "procedure": sub.procedure}
            desk.note(unit, stream_of(case.id), "subcase.entered", detail)


def altered(desk: Desk, case_id: str, change: Callable[[Unit, Case], Case]) -> None:
    """Store what `change` makes of the case, which notes by itself why. Raises what it raises."""
    with desk.begin() as unit:
        row = _row(unit, case_id)
        found = opened(desk, unit, row)
        case = change(unit, found.case)
        if case != found.case:
            desk.note(unit, stream_of(case_id), "case.amended", _put_back(desk, unit, row, found, case))


def _put_back(desk: Desk, unit: Unit, row: Row, found: Opened, case: Case) -> dict[str, Any]:
    """Store the case; returns what its log has to say of the row."""
    body = _body(case, row.body["ruleset"], rulebook.keep(unit, found.ruleset))
    unit.replace(KIND, case.id, body, version=row.version, facets=_facets(case))
    board.put_up(unit, case, found.ruleset.rules, desk)
    searching.follow(unit, found.case, case)
    return testimony.step(row.body["case"], body["case"])


@dataclass(frozen=True)
class Opened:
    """A case with the ruleset that it is judged by."""

    case: Case
    ruleset: Loaded


def opened(desk: Desk, reading: Reading, row: Row) -> Opened:
    """The case of that row; it is judged by the text that was kept with it.

    Raises:
        UnknownRulesetError: none was kept, and its ruleset does not ship any more.
    """
    text = row.body.get("text")
    loaded = rulebook.kept(reading, text) if text else None
    return Opened(Case.model_validate(row.body["case"]), loaded or desk.rulebook.get(row.body["ruleset"]))


def gather(desk: Desk, reading: Reading, case_id: str) -> Dossier:
    """The case with its ruleset and the reports on its exhibits.

    Raises:
        MissingCaseError: there is none of that id.
        UnknownRulesetError: its ruleset does not ship any more.
    """
    found_case = opened(desk, reading, _row(reading, case_id))
    case = found_case.case
    reports: dict[str, Report] = {}
    confirmations: dict[str, Sequence[Confirmation]] = {}
    earlier: dict[str, Sequence[Known]] = {}
    for exhibit in case.exhibits:
        if found := reading.get("report", exhibit.evidence_id):
            reports[exhibit.digest] = Report.model_validate(found.body)
        if said := confirming.all_of(reading, exhibit.evidence_id):
            confirmations[exhibit.digest] = said
        if known := recognising.known(reading, exhibit.evidence_id):
            earlier[exhibit.digest] = known
    openings = tuple(_openings(reading, case))
    return Dossier(case, found_case.ruleset, reports, confirmations, earlier, openings)


def _openings(reading: Reading, case: Case) -> Iterator[Opening]:
    """The films in other cases with the waybill of this one; those that were purged are no proof any more."""
    if not case.tracking_number:
        return
    for row in reading.find(KIND, {"tracking_number": case.tracking_number}, newest_first=False).rows:
        other = Case.model_validate(row.body["case"])
        for film in other.of_kind(ExhibitKind.FILM) if other.id != case.id else ():
            if reading.get(item.KIND, film.evidence_id):
                yield Opening(
                    case=other.id, evidence_id=film.evidence_id, digest=film.digest, added_at=film.added_at
                )


def assessed(desk: Desk, case_id: str) -> Assessment:
    """The case held against its ruleset now. Raises as `gather`."""
    with desk.read() as reading:
        found = gather(desk, reading, case_id)
    return judged(desk, found)


def judged(desk: Desk, found: Dossier, now: datetime | None = None) -> Assessment:
    """A gathered case held against its ruleset at that moment, else now."""
    return assess(
        found.case,
        found.ruleset.rules,
        found.reports,
        now or desk.now(),
        found.confirmations,
        reuses={digest: [each.reuse for each in known] for digest, known in found.earlier.items()},
        openings=found.openings,
        calendars=desk.calendars,
    )


def soonest_first(clocks: Iterable[Countdown]) -> list[Countdown]:
    """Those to act on first, then by their end; an end that nobody knows comes last."""
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(clocks, key=lambda clock: (not clock.alarm, clock.due_at or last))


def look_up(reading: Reading, case_id: str) -> dict[str, Any]:
    """The case as the outside sees it.

    Raises:
        MissingCaseError: there is none of that id.
    """
    row = _row(reading, case_id)
    return shown(Case.model_validate(row.body["case"]), row.body["ruleset"])


def version_of(reading: Reading, case_id: str) -> int:
    """In which version the case is held, for changes that must not overwrite another's.

    Raises:
        MissingCaseError: there is none of that id.
    """
    return _row(reading, case_id).version


def shown(case: Case, ruleset: str) -> dict[str, Any]:
    own = f"/v1/cases/{case.id}"
    links = {name: f"{own}/{name}" for name in LINKS}
    return {**case.model_dump(mode="json"), "ruleset": ruleset, "links": {"self": own, **links}}


def stream_of(case_id: str) -> str:
    return f"case/{case_id}"


def streams_of(found: Dossier) -> dict[str, str]:
    """The custody logs of the case and of its exhibits, by the id of the case and those of the exhibits."""
    exhibits = {each.id: item.stream_of(each.evidence_id) for each in found.case.exhibits}
    return {found.case.id: stream_of(found.case.id), **exhibits}


def _row(reading: Reading, case_id: str) -> Row:
    row = reading.get(KIND, case_id)
    if row is None:
        raise MissingCaseError(case_id)
    return row


def _body(case: Case, ruleset: str, text: str) -> dict[str, Any]:
    return {"case": case.model_dump(mode="json"), "ruleset": ruleset, "text": text}


def _facets(case: Case) -> dict[str, str]:
    return {"order_number": case.order_number, "tracking_number": case.tracking_number}


def _next_exhibit(case: Case) -> str:
    """`E1`, `E2`, …: never one that was used before, as long as exhibits are only added."""
    used = [int(e.id[1:]) for e in case.exhibits if e.id[1:].isdigit()]
    return f"E{max(used, default=0) + 1}"
