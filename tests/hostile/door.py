"""Hostile files through the front door of a service of its own, while others are served."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from tests.api.running import Service
from tests.hostile.corpus import Hostile
from tests.hostile.trying import BAIT_SIDE, WORDS, Trap

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FINAL: Final = frozenset({"reported", "refused", "unverifiable"})
PATIENCE: Final = 3600.0
"""Seconds that the queue may take to be empty; each job has a budget of its own."""
QUIET: Final = 120
"""Requests of each kind by which the quiet service is measured."""
PAUSE: Final = 0.02
"""Seconds between two requests of others, before and meanwhile."""


@dataclass
class Came:
    """What came of it."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    states: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    quiet: dict[str, float] = field(default_factory=dict[str, float])
    """The 99th percentile of each kind of request in ms, while nothing else was asked."""
    busy: dict[str, float] = field(default_factory=dict[str, float])
    """The same while hostile files were being sent."""

    def __str__(self) -> str:
        told = [f"answers {dict(sorted(self.statuses.items()))}, in the end {dict(self.states)}"]
        for name, quiet in self.quiet.items():
            busy = self.busy[name]
            told.append(f"p99 of {name}: {quiet:.1f} ms quiet, {busy:.1f} ms meanwhile, {busy / quiet:.1f} x")
        return "\n".join([*told, *(f"wrong: {each}" for each in self.wrong)])


class Others:
    """Somebody who goes on with their work meanwhile; each kind of request is timed."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        self.took: dict[str, list[float]] = {}
        self.failed: list[str] = []

    def ask(self, pause: float = 0.0) -> None:
        """One request of each kind."""
        for name, method, path, body in (
            ("health", "GET", "/healthz", None),
            ("reads", "GET", "/v1/evidence?limit=20", None),
            ("small writes", "POST", "/v1/cases", {}),
        ):
            begun = time.perf_counter()
            answer = self._client.request(method, path, json=body)
            self.took.setdefault(name, []).append(time.perf_counter() - begun)
            if answer.is_server_error:
                self.failed.append(f"{method} {path}: {answer.status_code}")
            time.sleep(pause)

    def p99(self) -> dict[str, float]:
        """In ms, by kind; begins anew."""
        found = {name: 1000 * statistics.quantiles(all_, n=100)[98] for name, all_ in self.took.items()}
        self.took = {}
        return found

    def close(self) -> None:
        self._client.close()


def _go_on(url: str, pipe: Connection) -> None:
    """Ask until told to stop, in a process of its own: who makes and sends files would hold up the clock."""
    others = Others(url)
    for _ in range(QUIET):
        others.ask(PAUSE)
    pipe.send(others.p99())
    while not pipe.poll():
        others.ask(PAUSE)
    pipe.send((others.p99(), others.failed))
    others.close()


def knock(files: Iterable[Hostile], folder: Path, trap: Trap, *, timed: bool = True) -> Came:
    """Send all of them to a fresh service and wait until each has its answer."""
    folder.mkdir(parents=True, exist_ok=True)
    service = Service(folder / "data")
    came = Came()
    try:
        with _beside(str(service.client.base_url), came) if timed else nullcontext():
            taken = [_sent(service, file, came) for file in files]
        _settled(service, [each for each in taken if each], came)
    finally:
        service.end(15)
    _searched(folder, trap, came)
    return came


@contextmanager
def _beside(url: str, came: Came) -> Generator[None]:
    """Have others go on with their work, and keep in `came` how long their answers took before and within."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_go_on, args=(url, theirs), daemon=True)
    process.start()
    came.quiet = ours.recv()
    try:
        yield
    finally:
        ours.send(None)
        came.busy, failed = ours.recv()
        came.wrong += failed
        process.join()


def _sent(service: Service, file: Hostile, came: Came) -> str | None:
    """The id of the item, where one was made; every fifth photo is to be answered at once."""
    photo = file.profile != "unboxing"
    path = "/v1/validate" if photo and file.number % 5 == 0 else "/v1/evidence"
    answer = service.client.post(path, files={"file": (file.name, file.data)}, timeout=180)
    came.statuses[answer.status_code] += 1
    if answer.is_server_error:
        came.wrong.append(f"{file.kind} {file.number}: {answer.status_code} {answer.text[:200]}")
    if WORDS in answer.content:
        came.wrong.append(f"{file.kind} {file.number}: the canary's words in the answer")
    location = answer.headers.get("location", "")
    return location.rpartition("/")[2] or None


def _settled(service: Service, ids: list[str], came: Came) -> None:
    """Wait until every item is final, and read what was said of it."""
    deadline = time.monotonic() + PATIENCE
    for each in ids:
        while (item := service.client.get(f"/v1/evidence/{each}").json())["state"] not in FINAL:
            if time.monotonic() > deadline:
                came.wrong.append(f"{each} is still {item['state']}")
                break
            time.sleep(0.2)
        came.states[item["state"]] += 1
        if item["state"] == "unverifiable":
            came.wrong.append(f"{each} could not be told: {item['name']}")
        told = service.client.get(f"/v1/evidence/{each}/report")
        baited = told.status_code == 200 and told.json()["media"]["width"] == BAIT_SIDE[0]
        if baited or WORDS in told.content:
            came.wrong.append(f"{each}: the bait is in its report")


def _searched(folder: Path, trap: Trap, came: Came) -> None:
    """Nothing of the canary in what the service wrote: rows, stills, logs. Originals may name it."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        if WORDS in path.read_bytes():
            came.wrong.append(f"the canary's words in {path.name}")
    came.wrong += trap.sprung()
