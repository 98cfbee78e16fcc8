"""A bucket that is slow, cut off, busy, or says that all is well when it is not: what is told is there.

Between the store and the server stands `proxy`. Against moto all of it, against Ceph, where it is, what a
server could take otherwise: requests that came half, or came and were not heard to be done.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from storage.blobs import damaged
from storage.errors import MissingBlobError, StorageError
from storage.s3 import S3Blobs
from storage.s3_client import connect
from tests.buckets import Server, fresh_bucket
from tests.faults import proxy
from tests.faults.judging import doubled, judged
from tests.faults.places import SqlitePlace
from tests.faults.proxy import Fault, Proxy, at, between
from tests.faults.scenes import Stage, digest_of, ingest

SMALL = os.urandom(100_000)
LARGE = os.urandom(17 << 20)
"""More than one part."""


@pytest.fixture
def server(request: pytest.FixtureRequest, kind: str) -> Server:
    found: Server = request.getfixturevalue(kind)
    return found


@pytest.fixture
def way(server: Server) -> Iterator[Proxy]:
    with between(server.endpoint) as made:
        yield made


@pytest.fixture
def bucket(server: Server) -> str:
    return fresh_bucket(server)


@pytest.fixture
def blobs(server: Server, way: Proxy, bucket: str, tmp_path: Path) -> S3Blobs:
    client = connect(
        endpoint=way.endpoint,
        region="us-east-1",
        access_key=server.access_key,
        secret_key=server.secret_key,
    )
    return S3Blobs(bucket, "", client, staging=tmp_path / "staging")


@pytest.fixture
def stage(
    server: Server, way: Proxy, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A deployment whose bucket is behind the proxy."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    where = {"s3_bucket": fresh_bucket(server), "s3_endpoint": way.endpoint, "s3_region": "us-east-1"}
    made = Stage(Settings(data=tmp_path / "data", storage="s3", **where), film.parent)
    assert made.wiring
    yield made
    made.wiring.close()


def keep(blobs: S3Blobs, data: bytes) -> str:
    with blobs.stage() as staging:
        staging.write(data)
        return staging.commit().digest


ON_CEPH = {
    "cut before the answer",
    "a part cut off",
    "200 with an error at the end",
    "always cut before the answer",
    "always cut when read back",
    "a part that is not kept",
}


def cases(faults: Iterable[str]) -> list[tuple[str, str]]:
    """On which server each of these is tried."""
    return [(kind, what) for what in faults for kind in ("moto", "ceph") if kind == "moto" or what in ON_CEPH]


OUTLIVED: dict[str, tuple[Fault, bytes]] = {
    "slow": (proxy.slow, SMALL),
    "busy once": (at(proxy.refused, most=1), SMALL),
    "busy when it is to keep": (at(proxy.refused, when="PUT", most=1), SMALL),
    "cut before it arrives": (at(proxy.cut_before, when="PUT", most=1), SMALL),
    "cut before the answer": (at(proxy.cut_after, when="PUT", most=1), SMALL),
    "a part cut off": (at(proxy.cut_before, when="PUT", first=1, most=1), LARGE),
    "200 with an error at the end": (at(proxy.well_but_error, when="POST*uploadId", most=1), LARGE),
}
"""What passes, the client that asks again does not notice."""


@pytest.mark.parametrize(("kind", "what"), cases(OUTLIVED))
def test_what_passes_is_outlived(blobs: S3Blobs, way: Proxy, tmp_path: Path, what: str) -> None:
    way.fault, data = OUTLIVED[what]
    assert keep(blobs, data) == digest_of(data)
    way.fault = proxy.passed
    assert list(damaged(blobs)) == []
    assert list(blobs.digests()) == [digest_of(data)]
    assert list((tmp_path / "staging").iterdir()) == []


TOLD: dict[str, tuple[Fault, bytes]] = {
    "busy all the time": (proxy.refused, SMALL),
    "busy whenever it is to keep": (at(proxy.refused, when="PUT"), SMALL),
    "always cut before it arrives": (at(proxy.cut_before, when="PUT"), SMALL),
    "always cut before the answer": (at(proxy.cut_after, when="PUT"), SMALL),
    "always cut when read back": (at(proxy.cut_within, when="GET"), SMALL),
    "an error read back with 200": (at(proxy.well_but_error, when="GET"), SMALL),
    "200 and nothing kept": (at(proxy.well_but_nothing, when="PUT"), SMALL),
    "200 with an error, nothing kept": (at(proxy.well_but_error, when="PUT"), SMALL),
    "200 with an error whenever it ends": (at(proxy.well_but_error, when="POST*uploadId"), LARGE),
    "a part that is not kept": (at(proxy.well_but_nothing, when="PUT", first=1), LARGE),
}
"""What does not pass is told, and nothing is acknowledged."""


@pytest.mark.parametrize(("kind", "what"), cases(TOLD))
def test_what_does_not_pass_is_told_and_leaves_nothing_half_kept(
    blobs: S3Blobs, way: Proxy, tmp_path: Path, what: str
) -> None:
    way.fault, data = TOLD[what]
    with pytest.raises(StorageError) as caught:
        keep(blobs, data)
    assert not isinstance(caught.value, MissingBlobError)
    assert "\n" not in str(caught.value)
    assert list((tmp_path / "staging").iterdir()) == []
    way.fault = proxy.passed
    assert list(damaged(blobs)) == []
    assert keep(blobs, data) == digest_of(data)
    assert list(blobs.digests()) == [digest_of(data)]
    assert list(damaged(blobs)) == []


@pytest.mark.parametrize("kind", ["moto"])
@pytest.mark.parametrize(
    "what", ["busy all the time", "always cut before the answer", "200 and nothing kept"]
)
def test_an_item_is_there_with_its_object_or_not_at_all(stage: Stage, way: Proxy, what: str) -> None:
    told: list[tuple[str, ...]] = []
    stage.told = lambda *said: told.append(said)
    place = SqlitePlace()
    way.fault, _ = TOLD[what]
    with pytest.raises(StorageError):
        ingest(stage)
    assert told == []
    way.fault = proxy.passed
    stage.wiring.sweep()
    assert judged(stage.wiring, place, told) == []
    assert list(doubled(stage.wiring, {"evidence": 0})) == []
    ingest(stage)
    assert judged(stage.wiring, place, told) == []
    assert list(doubled(stage.wiring, {"evidence": 1, "blob": 1})) == []
