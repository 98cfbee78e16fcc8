from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.desk import Wiring
from api.jobs import Job, NoJobs
from api.receiving import can_wait
from evidence.timeline import ZERO
from storage.rows import Unit
from tests.api.conftest import Stage


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("", False),
        ("u=3", False),
        ("u=0, i", False),
        ("u=4", True),
        ("i, u=7", True),
        ("u=6;x=1", True),
        ("u=77", False),
        ("xu=6", False),
        ("u=-6", False),
        ("é", False),
    ],
)
def test_less_urgent_than_usual_can_wait(header: str, waits: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert can_wait(header) is waits


class Noting(NoJobs):
    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def enqueue(self, unit: Unit, job: Job, *, after: timedelta = ZERO) -> None:
        self.jobs.append(job)


def test_what_is_sent_as_less_urgent_is_queued_so(idle: Wiring, stage: Stage, photo: Path) -> None:
    noting = Noting()
    stage.app = create_app(replace(idle, jobs=noting))
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        for headers in ({}, {"Priority": "u=6"}):
            with photo.open("rb") as file:
                sent = client.post("/v1/evidence", files={"file": ("p.jpg", file)}, headers=headers)
            assert sent.status_code == 201
    assert [job.batch for job in noting.jobs] == [False, True]
