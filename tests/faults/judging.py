"""What must hold after a restart, whatever came before; and the names of what does not.

- `lost`: what was told is not there.
- `half-visible`: something is seen without what belongs to it.
- `orphan`: something lies about that nothing speaks for.
- `chain`: a custody log or a stored file is not as it was written.
- `doubled`: one wish was granted twice.
- `slow`: the restart took too long.
- `untold`, `stuck`: an error was told as something else, or did not end with its cause.

An upload that was announced and is not whole stays until its time is over; so does its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

from api.auditing import audit
from api.caller import CLI
from api.dbos_jobs import DbosJobs
from api.desk import Wiring
from api.item import Item, item_of
from api.jobs import Job
from api.uploading import arrival_of
from storage.blobs import damaged
from storage.rows import Reading, Row
from tests.faults.places import Place

LONGEST: Final = 10.0
"""Seconds that a restart may take."""
_ROOMS: Final = {
    "blobs",
    "staging",
    "uploads",
    "work",
    "workers",
    "stations.pem",
    "station.key",
    "signers.pem",
    "signer.key",
}
_TOLD: Final = {"ev": "evidence", "up": "upload", "bundle": "bundle", "case": "case"}


@dataclass(frozen=True)
class Wrong:
    """One thing that does not hold."""

    kind: str
    says: str


Acknowledged = Sequence[Sequence[str]]
"""What a client was told: `("item", id, digest)`, `("upload", id)`, `("offset", id, bytes)`,
`("report", id)`, `("bundle", id, digest)`."""


def judged(wiring: Wiring, place: Place, acknowledged: Acknowledged) -> list[Wrong]:
    """All that is wrong in a store that was put right."""
    with wiring.rows.read("default") as reading:
        seen = _Seen(wiring, reading)
        found = [
            *seen.lost(acknowledged),
            *seen.half_visible(),
            *seen.orphans(),
        ]
    if said := place.wrong(wiring):
        found.append(Wrong("chain", f"the database: {said}"))
    found += [Wrong("half-visible", f"{digest} is other bytes") for digest in damaged(wiring.blobs)]
    found += [Wrong("chain", f"{f.code} {f.where}") for f in audit(wiring.desk(CLI)).faults]
    return found


def doubled(wiring: Wiring, ended: Mapping[str, int]) -> Iterator[Wrong]:
    """Where there are not as many rows of a kind as there should be at the end."""
    with wiring.rows.read("default") as reading:
        for kind, wanted in ended.items():
            if (count := len(_rows(reading, kind))) != wanted:
                yield Wrong("doubled" if count > wanted else "lost", f"{count} of {kind} instead of {wanted}")


def _rows(reading: Reading, kind: str) -> dict[str, Row]:
    return {row.id: row for row in reading.find(kind, limit=500).rows}


class _Seen:
    """All that one look sees."""

    def __init__(self, wiring: Wiring, reading: Reading) -> None:
        self._wiring = wiring
        self._reading = reading
        kinds = ("evidence", "report", "blob", "bundle", "upload", "case", "idempotency", "progress")
        self._rows = {kind: _rows(reading, kind) for kind in kinds}
        self._items = {key: item_of(row) for key, row in self._rows["evidence"].items()}
        self._blobs = set(wiring.blobs.digests())

    def lost(self, acknowledged: Acknowledged) -> Iterator[Wrong]:
        for what, key, *more in acknowledged:
            if not self._has(what, key, *more):
                yield Wrong("lost", f"{what} {key} {' '.join(more)}".strip())

    def _has(self, what: str, key: str, said: str = "") -> bool:
        match what:
            case "item":
                return key in self._items and self._items[key].digest == said and said in self._blobs
            case "report":
                return key in self._rows["report"] and self._items[key].state.value == "reported"
            case "bundle":
                row = self._rows["bundle"].get(key)
                return row is not None and row.body["digest"] == said and said in self._blobs
            case "upload":
                return key in self._rows["upload"]
            case _:
                arrival = arrival_of(self._rows["upload"][key])
                return arrival.state == "received" or self._wiring.spool.size(key) >= int(said)

    def half_visible(self) -> Iterator[Wrong]:
        whole = self._items_whole(), self._answers_whole(), self._promises_whole(), self._jobs_whole()
        for says in chain.from_iterable(whole):
            yield Wrong("half-visible", says)

    def _items_whole(self) -> Iterator[str]:
        for item in self._items.values():
            events = [entry.event for entry in self._reading.entries(item.stream)]
            if item.digest not in self._blobs or item.digest not in self._rows["blob"]:
                yield f"{item.id} without its file"
            if events[:1] != ["evidence.received"]:
                yield f"{item.id} whose log begins with {events[:1]}"
            if (item.id in self._rows["report"]) != (item.state.value == "reported"):
                yield f"{item.id} is {item.state.value}, and its report says otherwise"
            if item.state.final != (f"examination.{item.state.value}" in events):
                yield f"{item.id} is {item.state.value}, and its log says otherwise"
        for digest in self._rows["blob"].keys() - self._blobs:
            yield f"a row for {digest}, which is not there"

    def _answers_whole(self) -> Iterator[str]:
        for key, row in self._rows["report"].items():
            if key not in self._items:
                yield f"a report on {key}, which is not there"
            for still in row.body["stills"]:
                if still["digest"] not in self._rows["blob"]:
                    yield f"a report on {key} without its picture"

    def _promises_whole(self) -> Iterator[str]:
        for row in self._rows["bundle"].values():
            events = self._reading.entries(f"case/{row.body['case']}")
            if row.body["digest"] not in [
                e.detail.get("digest") for e in events if e.event == "bundle.sealed"
            ]:
                yield f"{row.id}, of which its case's log says nothing"
        for row in self._rows["idempotency"].values():
            if not self._is_there(row.body["body"]["id"]):
                yield f"an answer that names {row.body['body']['id']}, which is not there"
        for arrival in map(arrival_of, self._rows["upload"].values()):
            if arrival.state == "received" and arrival.evidence_id not in self._items:
                yield f"{arrival.id} was received as an item that is not there"

    def _is_there(self, key: str) -> bool:
        return key in self._rows[_TOLD[key.partition("_")[0]]]

    def _jobs_whole(self) -> Iterator[str]:
        jobs = self._wiring.jobs
        assert isinstance(jobs, DbosJobs)
        for item in self._items.values():
            if not item.state.final and not jobs.waits(Job("default", item.id)):
                yield f"{item.id}, for which no job waits"
        for job in jobs._client.list_workflows(load_input=False, load_output=False):
            if job.workflow_id.rpartition("-")[0] not in self._items:
                yield f"a job {job.workflow_id} without its item"

    def orphans(self) -> Iterator[Wrong]:
        for says in (*self._files(), *self._unspoken()):
            yield Wrong("orphan", says)

    def _files(self) -> Iterator[str]:
        data = self._wiring.settings.data
        for folder in ("staging", "work"):
            yield from (f"{folder}/{path.name}" for path in _entries(data / folder))
        open_ = {arrival.id for arrival in self._arrivals() if arrival.state == "open"}
        yield from (f"uploads/{path.name}" for path in _entries(data / "uploads") if path.name not in open_)
        for path in _entries(data):
            if path.name not in _ROOMS and not path.name.startswith("sixface.db"):
                yield path.name
        for path in (data / "blobs").rglob("*"):
            if path.is_file() and f"sha256:{path.name}" not in self._blobs:
                yield f"a file {path.name} among the blobs"

    def _arrivals(self) -> Iterable[Any]:
        return map(arrival_of, self._rows["upload"].values())

    def _unspoken(self) -> Iterator[str]:
        yield from (f"{digest} without a row" for digest in self._blobs - self._rows["blob"].keys())
        used = {item.digest for item in self._items.values()}
        used |= {row.body["digest"] for row in self._rows["bundle"].values()}
        used |= {s["digest"] for row in self._rows["report"].values() for s in row.body["stills"]}
        yield from (f"a hold on {digest} by nobody" for digest in self._rows["blob"].keys() - used)
        for key in self._rows["progress"]:
            if _final(self._items.get(key)):
                yield f"progress of {key}, which is done"


def _final(item: Item | None) -> bool:
    return item is None or item.state.final


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
