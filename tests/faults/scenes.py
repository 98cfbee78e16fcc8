"""The flows that are killed, as a client runs them: what it was not answered, it asks again.

So each `act` is run to its death, and after the restart once more, to its end; `ended` says what is
there then. What the client was told it notes with `told` before it goes on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from api import cases, examination, intake, sealing, uploading, worker
from api.caller import HTTP, WORKER
from api.dbos_jobs import DbosJobs
from api.desk import Desk, Wiring
from api.drafting import Draft
from api.idempotency import Claim
from api.intake import Offer
from api.item import item_of
from api.settings import Settings
from api.wiring import embedded

Told = Callable[..., None]
PARTS: Final = 3
PATIENCE: Final = 60.0
"""Seconds that a worker is given for one photo."""


@dataclass
class Stage:
    """One process on its data folder."""

    settings: Settings
    media: Path
    """The folder with `film.mp4` and `photo.jpg`."""
    known: dict[str, str] = field(default_factory=dict)
    """What the client knows from earlier."""
    told: Told = lambda *_: None

    @cached_property
    def wiring(self) -> Wiring:
        return embedded(self.settings)

    @property
    def desk(self) -> Desk:
        return self.wiring.desk(HTTP)

    @cached_property
    def film(self) -> bytes:
        return (self.media / "film.mp4").read_bytes()

    @cached_property
    def photo(self) -> bytes:
        return (self.media / "photo.jpg").read_bytes()


@dataclass(frozen=True)
class Scene:
    """One flow."""

    name: str
    prepare: Callable[[Stage], Mapping[str, str]]
    """Makes what was there before, and returns what the client knows of it."""
    act: Callable[[Stage], None]
    ended: Mapping[str, int]
    """How many rows of a kind there are at the end."""
    opens: bool = True
    """Whether the stores are open before the first step; else opening them belongs to the steps."""
    works: bool = False
    """Whether the worker itself is run, which also takes up what it left."""
    weight: int = 1
    """How many trials of others cost as much as one of these."""


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def nothing(stage: Stage) -> Mapping[str, str]:
    """Stores that were opened once."""
    assert stage.wiring
    return {}


def upload(stage: Stage) -> None:
    """A film in parts: announced, sent, and asked for until it is an item."""
    digest = digest_of(stage.film)
    claim = Claim("announced", "POST /v1/uploads", "film")
    offer = Offer("film.mp4", "unboxing", digest=digest)
    reply = uploading.announce(stage.desk, offer, len(stage.film), claim)
    name = reply.body["id"]
    stage.told("upload", name)
    with uploading.continuing(stage.desk, name) as sending:
        standing = sending.settled()
    while standing.offset < len(stage.film):
        part = len(stage.film) // PARTS + 1
        with uploading.continuing(stage.desk, name) as sending:
            sending.expect(standing.offset)
            sending.write(stage.film[standing.offset : standing.offset + part])
            standing = sending.settled()
        stage.told("offset", name, str(standing.offset))
    assert standing.arrival.evidence_id
    stage.told("item", standing.arrival.evidence_id, digest)


def sent(stage: Stage, data: bytes, name: str, key: str | None) -> str:
    """Take a file in whole; returns the id of its item."""
    with intake.opened(stage.wiring) as opened:
        half = len(data) // 2
        opened.write(data[:half])
        opened.write(data[half:])
        claim = Claim(key, "POST /v1/evidence", name)
        return intake.receive(stage.desk, opened, Offer(name, digest=digest_of(data)), claim).item.id


def ingest(stage: Stage) -> None:
    """A film in one request."""
    item = sent(stage, stage.film, "film.mp4", "sent")
    stage.told("item", item, digest_of(stage.film))


def photo_sent(stage: Stage) -> Mapping[str, str]:
    return {"item": sent(stage, stage.photo, "photo.jpg", None)}


def examine(stage: Stage) -> None:
    """What the worker does with a job, by the real child."""
    item = examination.examine(stage.wiring.desk(WORKER), stage.known["item"])
    assert item.state.value == "reported", item
    stage.told("report", item.id)


def case_ready(stage: Stage) -> Mapping[str, str]:
    known = photo_sent(stage)
    examination.examine(stage.wiring.desk(WORKER), known["item"])
    once = Claim(None, "", "")
    case = cases.open_case(stage.desk, Draft(), once).body["id"]
    cases.attach(stage.desk, case, known["item"], once)
    return {**known, "case": case}


def seal(stage: Stage) -> None:
    """The case becomes a bundle."""
    claim = Claim("sealed", "POST bundle", "as it stands")
    reply = sealing.seal(stage.desk, stage.known["case"], sealing.Wish(incomplete=True), claim)
    stage.told("bundle", reply.body["id"], reply.body["digest"])


def work(stage: Stage) -> None:
    """The worker as it runs, until the item has its answer."""
    threading.Thread(target=_until_answered, args=(stage,), daemon=True).start()
    worker.work(stage.settings)


def _until_answered(stage: Stage) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with stage.wiring.rows.read("default") as reading:
            row = reading.get("evidence", stage.known["item"])
        if row is not None and item_of(row).state.final:
            stage.told("report", row.id)
            break
        time.sleep(0.05)
    # Its own steps at the end belong to it: what is done must be noted as done.
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGTERM)


def left_behind(stage: Stage) -> Mapping[str, str]:
    """All that dead processes can leave: see each line."""
    wiring, data = stage.wiring, stage.settings.data
    known = {"item": sent(stage, stage.photo, "photo.jpg", None)}
    with wiring.blobs.stage() as staging:  # a blob that no row came to name
        staging.write(b"stored, and its process died before the row")
        staging.commit()
    (data / "staging" / "0123.part").write_bytes(b"half of a fi")  # a draft whose writer is dead
    stray = data / "work" / f"{_dead()}-x"  # a folder of an examination that nobody runs
    stray.mkdir(parents=True)
    (stray / "still.jpg").write_bytes(b"x")
    offer = Offer("film.mp4", "unboxing", digest=digest_of(stage.film))
    spool = data / "uploads"
    names = [
        uploading.announce(stage.desk, offer, len(stage.film), Claim(None, "", "")).body["id"]
        for _ in range(2)
    ]
    spool.mkdir(exist_ok=True)
    (spool / names[0]).write_bytes(stage.film)  # whole, and its process died before the item
    (spool / names[1]).write_bytes(stage.film[:1000])  # half there; its client comes back
    (spool / "up_nobody").write_bytes(b"x")  # a file that no row speaks for
    return {**known, "whole": names[0], "half": names[1]}


def put_right(stage: Stage) -> None:
    """What a worker does at its start; an upload that it cannot finish now it leaves for the next time."""
    stage.told("offset", stage.known["half"], "1000")
    stage.wiring.sweep()
    worker.put_right(stage.wiring)
    with stage.wiring.rows.read("default") as reading:
        row = reading.get("upload", stage.known["whole"])
    if row is not None and row.body["state"] == "received":
        stage.told("item", row.body["evidence_id"], digest_of(stage.film))


def _dead() -> int:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    return child


def unopened(stage: Stage) -> Mapping[str, str]:
    """Nothing is there, not even a folder."""
    shutil.rmtree(stage.settings.data, ignore_errors=True)
    return {}


def start(stage: Stage) -> None:
    """The first start: folders, database, tables, those of the queue."""
    assert isinstance(stage.wiring.jobs, DbosJobs)
    stage.wiring.sweep()
    worker.put_right(stage.wiring)


def scenes() -> Iterator[Scene]:
    """All of them, cheapest first."""
    yield Scene("upload", nothing, upload, {"upload": 1, "evidence": 1, "blob": 1})
    yield Scene("ingest", nothing, ingest, {"evidence": 1, "blob": 1})
    sealed = {"evidence": 1, "report": 1, "case": 1, "bundle": 1, "blob": 3}
    yield Scene("sealing", case_ready, seal, sealed)
    yield Scene("restart", left_behind, put_right, {"upload": 2, "evidence": 2, "blob": 2})
    examined = {"evidence": 1, "report": 1, "blob": 2}
    yield Scene("examination", photo_sent, examine, examined, weight=4)
    yield Scene("worker", photo_sent, work, examined, opens=False, works=True, weight=8)
    yield Scene("first start", unopened, start, {"evidence": 0, "blob": 0}, opens=False)
