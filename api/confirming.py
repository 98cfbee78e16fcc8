"""What people say about the pictures of a report: recorded with the ledger in one transaction.

The report stays as it is, since it is what the machine saw. All words on an item are kept in the
order of their recording, the latest counts, and each is whole in the item's custody log, so a
bundle carries it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from api import idempotency, item, viewing
from api.errors import BadConfirmationError, NotOpenError
from api.examination import put
from api.idempotency import Claim, Reply
from api.testimony import digest_of
from claims.confirmation import COUNT, FACE, NAMES, Confirmation, Word, doubts, latest, outcome, trouble
from evidence.model import Outcome, Report, Saying, rfc3339, say
from storage.rows import Reading

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "confirmations"
"""One row for each item of evidence that somebody spoke about, under the item's id."""


class ConfirmationShown(Confirmation):
    """A word as the outside sees it; what the machine answered stands beside it."""

    machine: Literal[Outcome.UNSURE, Outcome.PASS] = Outcome.UNSURE
    """Unsure of what the pictures show, since a word is taken only where the check could not tell; pass of a
    face, since only what was counted can be disputed."""
    says: str
    """Who said what, and when: always a person, never the machine."""


def confirm(desk: Desk, evidence_id: str, word: Word, claim: Claim) -> Reply:
    """Record that a person confirms or disputes what the pictures of the report show, or one counted face.

    Raises:
        MissingItemError, NotReadyError, NoReportError: as `viewing.report`.
        NotOpenError: the check did not leave the question open.
        BadConfirmationError: the word cannot count; the sentence says why.
        KeyReusedError: the idempotency key was used for something else.
    """
    word = word.model_copy(update={"by": desk.caller.named(word.by)})
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        body = viewing.stored_report(unit, evidence_id)
        report = Report.model_validate(body)
        if word.code == COUNT:
            _check_open(outcome(report, COUNT))
        if wrong := trouble(word, report):
            raise BadConfirmationError(wrong)
        said = Confirmation(
            **dict(word),
            id=item.new_id("conf"),
            at=desk.now(),
            report=digest_of(body),
        )
        told = said.model_dump(mode="json", exclude_none=True)
        before = [each.model_dump(mode="json", exclude_none=True) for each in all_of(unit, evidence_id)]
        put(unit, KIND, evidence_id, {"items": [*before, told]})
        desk.note(unit, item.stream_of(evidence_id), f"evidence.{said.answer}", told)
        reply = Reply(201, shown(said), {"Location": item.links(evidence_id)["self"]})
        return idempotency.remember(unit, claim, reply)


def all_of(reading: Reading, evidence_id: str) -> tuple[Confirmation, ...]:
    """Everything that people said about the item's pictures, in the order of the recording."""
    row = reading.get(KIND, evidence_id)
    return tuple(Confirmation.model_validate(each) for each in row.body["items"]) if row else ()


def look_up(desk: Desk, evidence_id: str) -> dict[str, Any]:
    """The item as the outside sees it, with the word that counts. Raises `MissingItemError`."""
    with desk.read() as reading:
        found, _ = item.find(reading, evidence_id)
        everything = all_of(reading, evidence_id)
        disputes = disputed(reading, evidence_id)
    said = latest(everything, COUNT)
    told = {"confirmation": shown(said)} if said else {}
    return item.shown(found) | told | ({"disputes": [shown(each) for each in disputes]} if disputes else {})


def disputed(reading: Reading, evidence_id: str) -> tuple[Confirmation, ...]:
    """The disputes of faces that count for the item, in the order of the faces."""
    said = all_of(reading, evidence_id)
    if not any(each.code == FACE for each in said):
        return ()
    row = reading.get("report", evidence_id)
    return doubts(said, Report.model_validate(row.body)) if row else ()


def listed(desk: Desk, evidence_id: str) -> list[dict[str, Any]]:
    """All words on the item as the outside sees them. Raises `MissingItemError`."""
    with desk.read() as reading:
        item.find(reading, evidence_id)
        return [shown(each) for each in all_of(reading, evidence_id)]


def shown(said: Confirmation) -> dict[str, Any]:
    sentence = str(spoken(said, rfc3339(said.at)))
    machine = Outcome.PASS if said.code == FACE else Outcome.UNSURE
    return ConfirmationShown(**dict(said), machine=machine, says=sentence).model_dump(mode="json")


def spoken(said: Confirmation, at: str) -> Saying:
    """Who said what, and when: always a person, never the machine."""
    if said.face and said.answer == "confirmed":
        return say("face {face} not disputed any more ({by}, {at})", face=NAMES[said.face], by=said.by, at=at)
    if said.face:
        return say("face {face} disputed by a person ({by}, {at})", face=NAMES[said.face], by=said.by, at=at)
    if said.answer == "confirmed":
        return say("confirmed by a person ({by}, {at})", by=said.by, at=at)
    return say("disputed by a person ({by}, {at})", by=said.by, at=at)


def _check_open(found: Outcome | None) -> None:
    match found:
        case Outcome.UNSURE:
            return
        case Outcome.PASS:
            raise NotOpenError(say("The check itself saw all six faces; there is nothing to confirm."))
        case Outcome.FAIL:
            raise NotOpenError(
                say("The check saw that faces are missing, and no person's word overrules that; film again.")
            )
        case _:
            raise NotOpenError(
                say("No check has looked for six faces in this file, so there are no pictures to confirm.")
            )
