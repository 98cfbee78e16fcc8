"""The front door over a bucket: what is locked is said, originals come from the bucket itself if so set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.desk import Wiring
from api.settings import Settings
from storage.memory import MemoryRows
from storage.s3 import S3Blobs
from tests.api.conftest import Stage, Waiting
from tests.buckets import Server, fresh_bucket


@pytest.fixture
def bucketed(ceph: Server, stage: Stage, tmp_path: Path) -> Iterator[httpx.Client]:
    settings = Settings(data=tmp_path / "data", s3_links=True)
    bucket = fresh_bucket(ceph, lockable=True)
    blobs = S3Blobs(bucket, "six", ceph.client(), staging=tmp_path / "data" / "staging")
    stage.app = create_app(Wiring(settings, blobs, MemoryRows(), Waiting(), tmp_path / "work"))
    with httpx.Client(base_url=stage.url, timeout=60) as client:
        yield client


def test_readiness_tells_that_locks_are_proven(bucketed: httpx.Client) -> None:
    assert bucketed.get("/readyz").json()["worm"] == "proven"


def test_an_original_comes_from_the_bucket_by_a_short_link(bucketed: httpx.Client, film: Path) -> None:
    with film.open("rb") as opened:
        item = bucketed.post("/v1/evidence", files={"file": ("箱.mp4", opened)}).json()
    away = bucketed.get(item["links"]["original"])
    assert away.status_code == 307
    assert away.headers["cache-control"] == "no-store"
    got = httpx.get(away.headers["location"])
    assert got.content == film.read_bytes()
    assert got.headers["content-disposition"].startswith("attachment; filename=")
    assert "%E7%AE%B1.mp4" in got.headers["content-disposition"]
