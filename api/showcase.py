"""The example that a newcomer may look around in: asked for, told of, and taken away again.

Three made-up cases are opened at once, so that the board shows its clocks. The worker has the film of one of
them drawn (`filming`), and takes it in like any other, so what is seen is what happens to a real one. A row
knows what was made; taking the example away removes that and nothing else. Files that a person added stay,
and so do the custody logs, as whenever something is removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from api import cases, example, idempotency, item, retention
from api.example_errors import ExampleStaysError, MissingExampleError, NotEmptyError
from api.idempotency import Claim, Reply
from api.item import Item, new_id
from api.purging import drop, freed, let_go, locks_of
from api.retention import Mandate
from api.words import Lang, Words, words
from evidence.model import Saying, rfc3339, say
from storage.rows import Reading, Row, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "example"
STREAM: Final = "example"
WAITING, DRAWING, MADE, FAILED = "waiting", "drawing", "made", "failed"
CHECKING, READY = "checking", "ready"
"""What one that is made is told as, until its files have their answers and then."""


def ask(desk: Desk, lang: Lang, claim: Claim) -> Reply:
    """Open the example's cases, and have the worker film the parcel; asked for again it is the same one.

    Raises:
        NotEmptyError: there are cases already, among which it could be mistaken for a real one.
        ExampleStaysError: the bucket keeps whatever is stored, so it could not be taken away again.
    """
    settings = desk.wiring.settings
    if settings.storage == "s3" and settings.s3_lock_days:
        raise ExampleStaysError(
            say("This bucket locks all that is stored, so an example could not be removed again.")
        )
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        if (row := unit.get(KIND, KIND)) is None:
            if not is_empty(unit):
                raise NotEmptyError
            body = {"id": new_id("ex"), "state": WAITING, "lang": lang, "asked_at": rfc3339(desk.now())}
            row = unit.add(KIND, KIND, body, facets={"state": WAITING})
            desk.note(unit, STREAM, "example.asked", {"example": body["id"]})
    opened(desk, row.body)
    with desk.begin() as unit:
        return idempotency.remember(
            unit, claim, Reply(202, told(unit, words(lang)) or {}, {"Location": "/v1/example"})
        )


def opened(desk: Desk, body: Mapping[str, Any]) -> str:
    """Open its cases where they are not open yet; returns the id of the one that is filmed."""
    drafts = example.shown(datetime.fromisoformat(body["asked_at"]), words(body["lang"]))
    ids = [
        cases.open_case(desk, draft, claim_of(body, f"case-{number}")).body["id"]
        for number, draft in enumerate(drafts)
    ]
    with desk.begin() as unit:
        put(unit, body["id"], {"cases": ids})
    return ids[0]


def claim_of(body: Mapping[str, Any], part: str) -> Claim:
    """By it a part that is made again after a crash is what was made before."""
    return Claim(f"{body['id']}-{part}", "example", body["id"])


def is_empty(reading: Reading) -> bool:
    """Whether this is a place where nobody has worked yet."""
    return not reading.find(cases.KIND, limit=1).rows


def told(reading: Reading, lang: Words) -> dict[str, Any] | None:
    """How far the example is; None where there is none."""
    row = reading.get(KIND, KIND)
    if row is None:
        return None
    body = row.body
    files = [item.item_of(row) for each in body.get("evidence", ()) if (row := reading.get(item.KIND, each))]
    state = body["state"]
    if state == MADE:
        state = READY if all(each.state.final for each in files) else CHECKING
    return {
        "id": body["id"],
        "state": state,
        "share": _share(reading, body, files),
        "cases": [each for each in body.get("cases", ()) if reading.get(cases.KIND, each)],
        "evidence": [each.id for each in files],
        **({"reason": lang.say(Saying.model_validate(body["reason"]))} if "reason" in body else {}),
        "links": {"self": "/v1/example"},
    }


def names(reading: Reading) -> frozenset[str]:
    """The ids of the cases and files that are examples."""
    row = reading.get(KIND, KIND)
    return frozenset((*row.body.get("cases", ()), *row.body.get("evidence", ()))) if row else frozenset()


def remove(desk: Desk) -> dict[str, list[str]]:
    """Take the example away; returns what went, and what stays because a real case has it by now.

    Raises:
        MissingExampleError: there is none.
        ExampleStaysError: somebody holds a part of it, or the bucket does.
        StorageError: the bucket does not answer; nothing went.
    """
    with desk.read() as reading:
        going, _ = _going(reading, _row(reading).body)
        blobs = freed(reading, going)
    if locks := locks_of(desk, blobs):
        raise ExampleStaysError(retention.locked(list(locks.values()))[0])
    with desk.begin() as unit:
        body = _row(unit).body
        unit.remove(KIND, KIND)
        going, staying = _going(unit, body)
        loose = drop(desk, unit, going, _word(desk))
        desk.note(unit, STREAM, "example.removed", {"example": body["id"], "things": going})
    let_go(desk, loose)
    return {"removed": going, "kept": staying}


def clear(desk: Desk, body: Mapping[str, Any]) -> None:
    """Remove what was still made of an example after it was taken away. Raises as `remove`."""
    with desk.begin() as unit:
        going, _ = _going(unit, body)
        loose = drop(desk, unit, going, _word(desk))
    let_go(desk, loose)


def put(unit: Unit, name: str, more: Mapping[str, Any]) -> bool:
    """Into the row of that example; False where it was taken away meanwhile."""
    row = unit.get(KIND, KIND)
    if row is None or row.body["id"] != name:
        return False
    unit.replace(KIND, KIND, {**row.body, **more}, version=row.version)
    return True


def _row(reading: Reading) -> Row:
    row = reading.get(KIND, KIND)
    if row is None:
        raise MissingExampleError
    return row


def _going(reading: Reading, body: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What of an example is to be removed, and the files that stay since a real case has them by now.

    Raises:
        ExampleStaysError: somebody holds a part of it.
    """
    claims = (claim_of(body, part) for part in (example.FILM, example.PHOTO))
    made = (reply.body["id"] for claim in claims if (reply := idempotency.recall(reading, claim)))
    ours = frozenset(body.get("cases", ()))
    files = {
        name: row for name in (*body.get("evidence", ()), *made) if (row := reading.get(item.KIND, name))
    }
    shared = [name for name, row in files.items() if {each.id for each in item.item_of(row).cases} - ours]
    going = [name for name in body.get("cases", ()) if reading.get(cases.KIND, name)]
    going += [name for name in files if name not in shared]
    for name in going:
        if says := retention.held(reading, name):
            raise ExampleStaysError(says)
    return going, shared


def _word(desk: Desk) -> Mandate:
    return Mandate(by=desk.caller.named(desk.caller.actor), reason="example")


def _share(reading: Reading, body: Mapping[str, Any], files: list[Item]) -> float:
    """How much of the step is done that it is at, from 0 to 1."""
    if body["state"] == MADE and files:
        rows = (reading.get("progress", each.id) for each in files)
        shares = [1.0 if each.state.final else 0.0 for each in files]
        shares = [
            max(share, row.body["share"] or 0.0) if row else share
            for share, row in zip(shares, rows, strict=True)
        ]
        return round(sum(shares) / len(shares), 3)
    return round(body.get("done", 0) / body.get("total", 1), 3)
