"""What rows say, held against what the custody logs say of them: an edited row is found by the log.

A row can be changed by whoever can write the database, and nobody would see it; an entry of a log cannot,
since the chain breaks. So whatever counts is in both: a report, a case and each state of it by their
digests, the end of an examination, people's words and sealed bundles by what they say. Each change of a
case also names the state that it began from, so an edit is not made true by an honest change after it.

What stands in the rows alone is not looked at: how far an examination is, figures, links, sessions. Who
writes rows and forges the whole log with them is not found here, but by any bundle that was sealed before.
Rows that were written before their digests were in the log are held against the rest of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, cast

from api import withholding
from claims.contents import document
from evidence.model import Saying, say
from storage.ledger import Entry
from storage.rows import LIMIT, Reading

ROW: Final = "row"
"""The member of an entry that says from which state of a case it came to which."""
REPORT: Final = "report"
"""The member of an entry that has the digest of the report."""
_CASE, _ITEM = "case", "evidence"
_ENDS: Final = frozenset({"reported", "refused", "unverifiable"})
_SAID: Final = frozenset({"evidence.confirmed", "evidence.disputed"})
_AGAIN: Final = frozenset({"evidence.received", "evidence.rebuilt"})


class Wrong(StrEnum):
    """What can be wrong with a row, as its log has it."""

    ROW_EDITED = "row_edited"
    """It is not what was kept."""
    ROW_MISSING = "row_missing"
    """It was kept and never removed, and is not there."""
    ROW_UNLOGGED = "row_unlogged"
    """It is there, and no log knows of it."""


def digest_of(body: Mapping[str, Any]) -> str:
    """The digest of a document as a bundle holds it; of a report that is the one of `report.json`."""
    return f"sha256:{hashlib.sha256(document(body)).hexdigest()}"


def step(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says of a case that was changed, given as it was stored and as it is."""
    return {ROW: {"before": digest_of(before) if before is not None else None, "after": digest_of(after)}}


def against(reading: Reading, stream: str, entries: Sequence[Entry]) -> tuple[Wrong, ...]:
    """What is wrong with the rows that this log speaks of, each kind of fault once."""
    kind, _, name = stream.partition("/")
    if kind == _CASE:
        return tuple(dict.fromkeys(_case(reading, name, entries)))
    if kind == _ITEM:
        return tuple(dict.fromkeys(_item(reading, name, entries)))
    return ()


def doubt(reading: Reading, streams: Iterable[str]) -> Saying | None:
    """What has to be said before these rows go out; None where they are what their logs have of them."""
    altered = [each for each in streams if against(reading, each, reading.entries(each))]
    if not altered:
        return None
    return say(
        "The database does not hold what these custody logs say: {logs}; whoever runs the service should "
        "run: sixface audit",
        logs=", ".join(altered),
    )


def unlogged(reading: Reading, streams: Iterable[str]) -> Iterator[str]:
    """The names of cases and files that no log speaks of."""
    known = frozenset(streams)
    for kind in (_CASE, _ITEM):
        after: str | None = None
        while True:
            page = reading.find(kind, after=after, limit=LIMIT, newest_first=False)
            yield from (name for row in page.rows if (name := f"{kind}/{row.id}") not in known)
            if (after := page.next) is None:
                break


def _case(reading: Reading, name: str, entries: Sequence[Entry]) -> Iterator[Wrong]:
    steps = [_step(each.detail[ROW]) for each in entries if ROW in each.detail]
    if any(one[1] != other[0] for one, other in pairwise(steps)):
        yield Wrong.ROW_EDITED
    row = reading.get(_CASE, name)
    gone = any(each.event in {"case.purged", "case.lost"} for each in entries)
    if row is None and not gone and any(each.event == "case.opened" for each in entries):
        yield Wrong.ROW_MISSING
    if row is not None and steps and digest_of(row.body["case"]) != steps[-1][1]:
        yield Wrong.ROW_EDITED
    sealed = {each.detail.get("digest") for each in entries if each.event == "bundle.sealed"}
    stamped = {each.detail.get("stamped") for each in entries if each.event == "bundle.stamped"}
    for bundle in reading.find("bundle", {_CASE: name}, limit=LIMIT).rows:
        later = bundle.body.get("stamped")
        if bundle.body["digest"] not in sealed or (later and later["digest"] not in stamped):
            yield Wrong.ROW_EDITED


def _step(told: object) -> tuple[object, object]:
    """From which state to which; an entry that was edited says anything."""
    found = cast("dict[str, object]", told) if isinstance(told, dict) else {}
    return found.get("before"), found.get("after")


def _item(reading: Reading, name: str, entries: Sequence[Entry]) -> Iterator[Wrong]:
    row = reading.get(_ITEM, name)
    gone = any(each.event == "evidence.purged" for each in entries)
    first = next((each for each in entries if each.event in _AGAIN), None)
    if row is None:
        if first is not None and not gone:
            yield Wrong.ROW_MISSING
        return
    if first is None:
        yield Wrong.ROW_UNLOGGED
        return
    end = _end(entries)
    told = row.body
    if any(told[each] != first.detail.get(each) for each in ("digest", "size", "profile")):
        yield Wrong.ROW_EDITED
    ended = (told["state"], told.get("verdict")) if told["state"] in _ENDS else None
    if ended != (end and (end.event.partition(".")[2], end.detail.get("verdict"))):
        yield Wrong.ROW_EDITED
    yield from _report(reading, name, end)
    yield from _words(reading, name, entries)


def _end(entries: Sequence[Entry]) -> Entry | None:
    """How the examination ended; None where it has not, or where it is to be made again."""
    end: Entry | None = None
    for each in entries:
        if each.event in _AGAIN:
            end = None
        elif each.event.partition(".")[2] in _ENDS and each.event.startswith("examination."):
            end = each
    return end


def _report(reading: Reading, name: str, end: Entry | None) -> Iterator[Wrong]:
    row = reading.get("report", name)
    reported = end is not None and end.event == "examination.reported"
    if row is None:
        if reported:
            yield Wrong.ROW_MISSING
        return
    if not reported:
        yield Wrong.ROW_UNLOGGED
    elif end is not None and REPORT in end.detail and end.detail[REPORT] != digest_of(row.body):
        yield Wrong.ROW_EDITED


def _words(reading: Reading, name: str, entries: Sequence[Entry]) -> Iterator[Wrong]:
    """Each word of a person stands whole in the log, but for names that were erased there."""
    logged = [withholding.revealed(reading, each.detail) for each in entries if each.event in _SAID]
    row = reading.get("confirmations", name)
    kept: list[Mapping[str, Any]] = row.body["items"] if row else []
    if len(kept) < len(logged):
        yield Wrong.ROW_MISSING
    for said, told in zip(kept, logged, strict=False):
        if any(said.get(each) != told[each] for each in told if not withholding.is_withheld(told[each])):
            yield Wrong.ROW_EDITED
    if len(kept) > len(logged):
        yield Wrong.ROW_UNLOGGED
