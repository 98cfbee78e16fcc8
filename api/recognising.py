"""Whether footage was sent before: by the same tenant, and told as a fact about the later file.

When an examination ends, the item's terms go into the index of its tenant and the items that share
some are compared with it (`evidence.recurrence`); equal bytes are found by their digest. What was
found is a row under the later item, written with its final state in one transaction, and a ledger
entry. In which cases the earlier item is, and whether it still exists, is looked up when somebody
asks. The index lives with the item's row and goes with it.

Every question goes to the rows of one tenant, who is bound before this module is called.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from pydantic import BaseModel, ConfigDict

from api import item
from api.item import Item
from claims.reuse import CODES, Reuse, advised, told
from evidence.imprint import GROUPS, terms
from evidence.model import Footage, Grade, Saying, Utc
from evidence.recurrence import Recurrence, recurrence
from evidence.timeline import Span
from storage.rows import Reading, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "duplicates"
"""One row for each item that was recognised, under its id."""
ATTACHED: Final = "evidence.attached"
"""The ledger entry of an item that became an exhibit; its detail names the case."""
MOST_COMPARED: Final = 128
"""Items of the index that are looked at, those that share the most terms first; 0.2 ms each."""
MOST_EQUAL: Final = 64
"""Items with the same bytes that are told, the oldest first."""
MOST_KEPT: Final = 20
"""Earlier items that are kept for one item."""
_GROUPS_OF_FILMS: Final = 8
"""Terms of one picture of a film: it has many pictures. A photo has one, so all its terms count."""
_SURE: Final = tuple(Grade)
"""The surest first."""


class Duplicate(BaseModel):
    """An earlier item that shows the same, as it is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence_id: str
    grade: Grade
    pictures: int = 0
    """Key pictures that look alike, 0 where the bytes are the same."""
    distance: int = 0
    """The median of the bits in which they differ, of 252."""
    rhythm: float | None = None
    """How well the rhythms of two films agree, at most 1."""
    turned: bool = False
    """Whether one is mirrored or turned against the other."""
    here: Span | None = None
    there: Span | None = None
    """From the first to the last of the pictures, in the time of each file."""


class DuplicateShown(Duplicate):
    """An earlier item as the outside sees it; it decides nothing."""

    code: str
    sent_at: Utc
    cases: list[str]
    """The cases that have the earlier item."""
    elsewhere: list[str]
    """Those of them that do not have this item."""
    says: str
    advice: str


@dataclass(frozen=True)
class Known:
    """What is known of one recognised item now: the earlier one, and where it is used."""

    duplicate: Duplicate
    reuse: Reuse
    elsewhere: tuple[str, ...]
    """The cases of the earlier item that do not have this one."""

    @property
    def says(self) -> Saying:
        return told(self.reuse, self.elsewhere)

    @property
    def advice(self) -> Saying:
        return advised(self.reuse, self.elsewhere)


@dataclass(frozen=True)
class Sought:
    """What a report is recognised by, with the comparisons that were made so far."""

    footage: Footage
    codes: frozenset[str]
    terms: frozenset[int]
    """What the index keeps of it."""
    compared: dict[str, Recurrence | None] = field(default_factory=dict[str, "Recurrence | None"])
    """By the id of the other item, whose report never changes; None where it shows something else."""

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Sought:
        """`report` is given as it is stored."""
        footage = _footage(report)
        groups = GROUPS if footage.kind == "photo" else _GROUPS_OF_FILMS
        found = frozenset(term for each in footage.imprints for term in terms(int(each.bits, 16), groups))
        return cls(footage, codes_of(report), found)

    def alike(self, reading: Reading) -> Iterator[tuple[str, Recurrence]]:
        """The items in the index that look like it, by their ids."""
        for shared in reading.sharing(item.KIND, self.terms, limit=MOST_COMPARED):
            if found := self._beside(reading, shared.id):
                yield shared.id, found

    def _beside(self, reading: Reading, evidence_id: str) -> Recurrence | None:
        if evidence_id not in self.compared:
            stored = reading.get("report", evidence_id)
            if stored is None:
                return None
            self.compared[evidence_id] = self._compared(stored.body)
        return self.compared[evidence_id]

    def _compared(self, report: Mapping[str, Any]) -> Recurrence | None:
        found = recurrence(self.footage, _footage(report))
        theirs = codes_of(report)
        if found and self.codes and theirs and self.codes.isdisjoint(theirs):
            return replace(found, grade=Grade.UNSURE)  # other numbers on what looks the same
        return found


def look(reading: Reading, report: Mapping[str, Any]) -> Sought:
    """What that report is recognised by, compared with all that the index has by now.

    Comparing takes long beside writing, and others want to write: the transaction that ends the examination
    compares what came since.
    """
    sought = Sought.of(report)
    for _ in sought.alike(reading):
        pass
    return sought


def recognise(desk: Desk, unit: Unit, done: Item, sought: Sought | None) -> None:
    """Keep what shows the same as `done`, in the transaction that gave it its final state and its terms.

    Of two items the later one is told of the earlier one, whichever was examined first.
    """
    mine: list[Duplicate] = []
    for other, found in (*_equal(unit, done), *_alike(unit, done, sought)):
        if _sent(other) < _sent(done):
            mine.append(_duplicate(other, found))
        elif other.state.final:  # it did not find this one, and will not look again
            _keep(desk, unit, other, [_duplicate(done, found, here=False)])
    _keep(desk, unit, done, mine)


def known(reading: Reading, evidence_id: str) -> tuple[Known, ...]:
    """The earlier items that show the same as this one, the surest first; without those that are gone."""
    row = reading.get(KIND, evidence_id)
    kept = [Duplicate.model_validate(each) for each in row.body["items"]] if row else []
    own = frozenset(cases_of(reading, evidence_id)) if kept else frozenset[str]()
    return tuple(_known(reading, kept, own))


def look_up(desk: Desk, evidence_id: str) -> dict[str, Any]:
    """What is told of the item beside what it is: the earlier items that show the same."""
    with desk.read() as reading:
        return {"duplicates": [shown(each) for each in known(reading, evidence_id)]}


def shown(found: Known) -> dict[str, Any]:
    return DuplicateShown(
        **dict(found.duplicate),
        code=CODES[found.duplicate.grade],
        sent_at=found.reuse.sent_at,
        cases=list(found.reuse.cases),
        elsewhere=list(found.elsewhere),
        says=str(found.says),
        advice=str(found.advice),
    ).model_dump(mode="json", exclude_none=True)


def cases_of(reading: Reading, evidence_id: str) -> tuple[str, ...]:
    """The cases of which the item is an exhibit, in the order in which it came into them."""
    entries = reading.entries(item.stream_of(evidence_id))
    return tuple(dict.fromkeys(str(each.detail["case"]) for each in entries if each.event == ATTACHED))


def _known(reading: Reading, kept: Iterable[Duplicate], own: frozenset[str]) -> Iterator[Known]:
    for duplicate in kept:
        row = reading.get(item.KIND, duplicate.evidence_id)
        if row is None:
            continue
        cases = cases_of(reading, duplicate.evidence_id)
        reuse = Reuse(
            evidence_id=duplicate.evidence_id,
            sent_at=item.item_of(row).received_at,
            cases=cases,
            grade=duplicate.grade,
            pictures=duplicate.pictures,
            here=duplicate.here,
            there=duplicate.there,
        )
        yield Known(duplicate, reuse, tuple(case for case in cases if case not in own))


def _equal(unit: Unit, done: Item) -> Iterator[tuple[Item, None]]:
    """The other items with the same bytes."""
    for row in unit.find(item.KIND, {"digest": done.digest}, limit=MOST_EQUAL, newest_first=False).rows:
        if row.id != done.id:
            yield item.item_of(row), None


def _alike(unit: Unit, done: Item, sought: Sought | None) -> Iterator[tuple[Item, Recurrence]]:
    """The items that look like this one, but for those with the same bytes."""
    for evidence_id, found in sought.alike(unit) if sought else ():
        row = unit.get(item.KIND, evidence_id)
        if row is not None and (other := item.item_of(row)).digest != done.digest:
            yield other, found


def _duplicate(earlier: Item, found: Recurrence | None, *, here: bool = True) -> Duplicate:
    """What is kept of one comparison; `here` is whether it was made from the later item's side."""
    if found is None:
        return Duplicate(evidence_id=earlier.id, grade=Grade.CERTAIN)
    return Duplicate(
        evidence_id=earlier.id,
        grade=found.grade,
        pictures=found.pictures,
        distance=found.distance,
        rhythm=found.rhythm,
        turned=found.turned,
        here=found.here if here else found.there,
        there=found.there if here else found.here,
    )


def codes_of(report: Mapping[str, Any]) -> frozenset[str]:
    """The texts of the codes that were read in the file, from its report as it is stored."""
    return frozenset(
        str(measure["value"])
        for finding in _findings(report, "label")
        if finding["code"] == "label.code"
        for measure in finding["measures"]
        if measure["name"] == "value"
    )


def _footage(report: Mapping[str, Any]) -> Footage:
    """What a file is recognised by, likewise; a report from before this was noted says nothing."""
    found = (each["footage"] for each in _findings(report, "duplicate") if each.get("footage"))
    footage = next(found, None)
    return Footage.model_validate(footage) if footage else Footage(kind=report["media"]["kind"])


def _findings(report: Mapping[str, Any], check: str) -> Iterator[dict[str, Any]]:
    said = cast("list[dict[str, Any]]", report["answers"])
    return (finding for answer in said if answer["check"] == check for finding in answer["findings"])


def _keep(desk: Desk, unit: Unit, later: Item, found: list[Duplicate]) -> None:
    """Keep what is new, and write it into the later item's custody log."""
    row = unit.get(KIND, later.id)
    before = [Duplicate.model_validate(each) for each in row.body["items"]] if row else []
    there = {each.evidence_id for each in before}
    new = [each for each in found if each.evidence_id not in there]
    if not new:
        return
    kept = sorted([*before, *new], key=lambda each: (_SURE.index(each.grade), -each.pictures))[:MOST_KEPT]
    body = {"items": [each.model_dump(mode="json") for each in kept]}
    if row is None:
        unit.add(KIND, later.id, body)
    else:
        unit.replace(KIND, later.id, body, version=row.version)
    named = [{"evidence": each.evidence_id, "grade": each.grade.value} for each in new[:MOST_KEPT]]
    desk.note(unit, later.stream, "evidence.recognised", {"earlier": named})


def _sent(one: Item) -> tuple[datetime, str]:
    return one.received_at, one.id
