"""Many at once: a hundred equal requests make one item, and no job is done by two."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from api import examination
from api.app import create_app
from api.caller import WORKER
from api.desk import Wiring
from api.errors import ApiError
from api.item import Item, item_of
from api.settings import Settings
from api.wiring import embedded
from tests.api.conftest import Stage as Address
from tests.api.running import ENVIRONMENT
from tests.faults.judging import doubled, judged
from tests.faults.places import Place, PostgresPlace, SqlitePlace
from tests.faults.scenes import Stage, digest_of, sent
from tests.postgres import Postgres

MANY = 100
JOBS = 5
LONG = 240.0
"""Seconds that all jobs may take on a machine that others use as well."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "sqlite":
        return SqlitePlace()
    server: Postgres = request.getfixturevalue("server")
    return PostgresPlace(server.url("postgres"))


@pytest.fixture
def stages(place: Place, tmp_path: Path, photo: Path) -> Iterator[tuple[Stage, Stage]]:
    """Two servers, as it were, over one folder."""
    settings = place.settings(tmp_path / "data")
    made = Stage(settings, photo.parent), Stage(settings, photo.parent)
    yield made
    for each in made:
        each.wiring.close()


def at_once(*acts) -> list[object]:
    """Run them in threads that begin together; their results in order."""
    line = threading.Barrier(len(acts))

    def run(act) -> object:
        line.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [each.result() for each in [threads.submit(run, act) for act in acts]]


def test_a_hundred_equal_requests_at_two_servers_make_one_item(
    stages: tuple[Stage, Stage], stage: Address, place: Place
) -> None:
    """Over HTTP, in threads of the server, on the real stores."""
    data, apps = stages[0].photo, [create_app(each.wiring) for each in stages]
    numbers = iter(range(1_000_000))

    async def either(scope, receive, send) -> None:
        await apps[next(numbers) % 2](scope, receive, send)

    stage.app = either

    def post() -> httpx.Response:
        files = {"file": ("photo.jpg", data)}
        return httpx.post(
            f"{stage.url}/v1/evidence", files=files, headers={"Idempotency-Key": "one"}, timeout=120
        )

    answers: list[httpx.Response] = at_once(*[post] * MANY)  # type: ignore[assignment]
    assert Counter(each.status_code for each in answers) == {201: MANY}
    bodies = {each.text for each in answers}
    assert len(bodies) == 1
    told = [("item", answers[0].json()["id"], digest_of(data))]
    assert judged(stages[0].wiring, place, told) == []
    assert list(doubled(stages[1].wiring, {"evidence": 1, "blob": 1})) == []


def test_two_who_examine_one_item_give_one_answer(stages: tuple[Stage, Stage], place: Place) -> None:
    item = sent(stages[0], stages[0].photo, "photo.jpg", None)

    def examine(by: Stage) -> Item | None:
        with suppress(ApiError):  # who comes second may be told so
            return examination.examine(by.wiring.desk(WORKER), item)
        return None

    results = at_once(*[partial(examine, each) for each in stages])
    assert len({each.model_dump_json() for each in results if isinstance(each, Item)}) == 1
    assert answers_of(stages[0].wiring) == {item: 1}
    assert judged(stages[0].wiring, place, [("report", item)]) == []


def answers_of(wiring: Wiring) -> dict[str, int]:
    """How many answers each item's log tells of."""
    with wiring.rows.read("default") as reading:
        items = [item_of(row) for row in reading.find("evidence", limit=500).rows]
        return {
            item.id: sum(e.event == f"examination.{item.state.value}" for e in reading.entries(item.stream))
            for item in items
        }


@pytest.mark.timeout(2 * LONG)
def test_two_workers_and_one_who_takes_the_place_of_a_killed_one_do_each_job_once(
    stages: tuple[Stage, Stage], place: Place
) -> None:
    stage = stages[0]
    items = [sent(stage, stage.photo + bytes([n]), f"{n}.jpg", None) for n in range(JOBS)]
    data = stage.settings.data
    command = [sys.executable, "-m", "api.cli", "worker", "--data", str(data)]
    environment = {**ENVIRONMENT, **surroundings(stage.settings)}
    processes = [psutil.Popen(command, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        # A quick machine may be done with one before both are seen at work.
        wait_for(stage.wiring, lambda states: states["examining"] >= 2 or states["reported"] >= 1)
        processes[0].kill()
        processes.append(psutil.Popen(command, env=environment, stderr=subprocess.DEVNULL))
        wait_for(stage.wiring, lambda states: states == {"reported": JOBS})
    finally:
        for each in processes:
            each.send_signal(signal.SIGTERM)
        assert {each.wait(30) for each in processes[1:]} == {0}
        processes[0].wait(30)
    with closing(embedded(stage.settings)) as wiring:
        wiring.sweep()
        assert answers_of(wiring) == dict.fromkeys(items, 1)
        assert judged(wiring, place, [("report", item) for item in items]) == []


def surroundings(settings: Settings) -> dict[str, str]:
    """Where a process of its own finds the same database."""
    return {} if settings.database is None else {"SIXFACE_DATABASE": settings.database_url}


def wait_for(wiring: Wiring, reached: Callable[[Counter[str]], bool]) -> None:
    """Until the items stand so."""
    end = time.monotonic() + LONG
    while True:
        with wiring.rows.read("default") as reading:
            found = [item_of(row) for row in reading.find("evidence", limit=500).rows]
        if reached(Counter(item.state.value for item in found)):
            return
        assert time.monotonic() < end, found
        time.sleep(0.2)
