"""How the service bears load: the tables of `make bench-load`.

A real `sixface serve` with its worker on loopback. First it is quiet, then films and photos are sent from
several sides while others read, write and ask for its health. Then `--films` tiny films wait, server and
worker are killed, and each has to get one answer after the restart. `--servers`: on PostgreSQL and S3.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

from tests import buckets, postgres
from tests.api.conftest import write_film
from tests.api.running import Service
from tests.hostile.door import FINAL, Others
from tests.hostile.seeds import seeds


class Senders:
    """Who sends films and photos without a pause."""

    def __init__(self, url: str, film: bytes, photo: bytes, count: int) -> None:
        self._url, self._film, self._photo = url, film, photo
        self.took: dict[str, list[float]] = {"uploads of films": [], "photos checked at once": []}
        self.statuses: Counter[int] = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, args=(n,)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def _send(self, number: int) -> None:
        photos = number % 3 == 0
        name, path = (
            ("photos checked at once", "/v1/validate") if photos else ("uploads of films", "/v1/evidence")
        )
        file = ("a.jpg", self._photo) if photos else ("a.mp4", self._film)
        with httpx.Client(base_url=self._url, timeout=120) as client:
            while not self._stop.is_set():
                begun = time.perf_counter()
                self.statuses[client.post(path, files={"file": file}).status_code] += 1
                self.took[name].append(time.perf_counter() - begun)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def under_load(service: Service, film: bytes, photo: bytes, seconds: float, count: int) -> list[str]:
    """The table of a service that is sent more than it can examine."""
    others = Others(str(service.client.base_url))
    for _ in range(150):
        others.ask()
    quiet = others.p99()
    senders = Senders(str(service.client.base_url), film, photo, count)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        others.ask(pause=0.01)
    memory = psutil.Process(service.process.pid).memory_info().rss
    lines = ["| what | a second | p50, ms | p95, ms | p99, ms | p99 quiet, ms |", "|---|---|---|---|---|---|"]
    measured = {**others.took, **senders.took}
    senders.stop()
    others.close()
    for name, took in measured.items():
        cuts = [1000 * cut for cut in statistics.quantiles(took, n=100)] if len(took) > 1 else [0.0] * 99
        cells = (name, f"{len(took) / seconds:.1f}", *(f"{cuts[at]:.0f}" for at in (49, 94, 98)))
        lines.append(
            f"| {' | '.join(cells)} | {quiet[name]:.0f} |" if name in quiet else f"| {' | '.join(cells)} | |"
        )
    errors = sum(n for status, n in senders.statuses.items() if status >= 500) + len(others.failed)
    return [
        *lines,
        f"errors {errors}, memory of the front door {memory >> 20} MiB, {count} senders, {seconds:.0f} s",
    ]


def restarted(service: Service, film: bytes, count: int) -> list[str]:
    """What becomes of `count` films that wait when server and worker are killed."""
    begun = time.monotonic()
    ids: list[str] = []
    for number in range(count):
        answer = service.client.post("/v1/evidence", files={"file": (f"{number}.mp4", film)})
        ids.append(answer.json()["id"])
    waited = sum(service.state(each) == "received" for each in ids)
    worker = service.worker()
    service.process.kill()
    worker.kill()
    service.end(9)
    service.start(at="/healthz")
    left = deque(ids)  # the first sent is examined first; asking after all of them would be a load of its own
    while left and time.monotonic() - begun < 3 * 3600:
        if service.state(left[0]) in FINAL:
            left.popleft()
        else:
            time.sleep(0.5)
    states = Counter(service.state(each) for each in ids)
    told = f"{count} films, {waited} waiting when both were killed: {dict(states)}"
    lines = [f"{told}, {len(left)} without an answer, {time.monotonic() - begun:.0f} s"]
    database = service.data / "sixface.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as rows:
            text = (
                "select count(*), count(distinct stream) from ledger where line like '%examination.reported%'"
            )
            reports, items = rows.execute(text).fetchone()
        lines.append(f"{reports} answers in the logs of {items} items: {reports - items} twice")
    return lines if not left else [*lines, "wrong: some have no answer"]


@contextmanager
def surroundings(servers: bool) -> Generator[Callable[[], Mapping[str, str]]]:  # noqa: FBT001 - where it stores
    """Gives the environment of a fresh service: embedded, or with a database and a bucket of its own."""
    if not servers:
        yield dict
        return
    with postgres.postgres() as database, buckets.ceph() as store:
        yield lambda: {
            **store.settings(buckets.fresh_bucket(store)),
            "SIXFACE_DATABASE": database.fresh(),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--senders", type=int, default=6)
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--servers", action="store_true", help="on PostgreSQL and Ceph")
    asked = parser.parse_args()
    print(f"Load, {datetime.now(UTC):%Y-%m-%d %H:%M}, {'PostgreSQL and S3' if asked.servers else 'embedded'}")
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="load-") as place, surroundings(asked.servers) as fresh:
        film = write_film(Path(place, "film.mp4"), frames=4, width=64, height=48).read_bytes()
        photo = next(seed.data for seed in seeds() if seed.name == "jpeg")
        for name in ("load", "restart"):
            folder = Path(place, name)
            folder.mkdir()
            service = Service(folder / "data", fresh())
            try:
                if name == "load":
                    lines = under_load(service, film, photo, asked.seconds, asked.senders)
                else:
                    lines = restarted(service, film, asked.films)
            finally:
                service.end(9)
            print("\n".join(lines), flush=True)
    sys.exit(lines[-1].startswith("wrong"))


if __name__ == "__main__":
    main()
