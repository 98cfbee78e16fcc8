"""Our holds on the bucket's objects, and a purge that meets the bucket's own locks; memory, moto and Ceph."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import fastening, retention
from api.caller import HTTP, Caller
from api.desk import Wiring, utc_now
from api.identity.directory import found_tenant
from api.retention import Mandate
from api.settings import Settings
from storage.blobs import Blobs, Lock, Worm
from storage.errors import StorageError
from storage.memory import MemoryBlobs, MemoryRows
from storage.s3 import S3Blobs
from tests.api.conftest import Moving, Waiting
from tests.buckets import Server, fresh_bucket

WORD = Mandate(by="Li Wei", reason="court order")
HELD = Lock(None, held=True)


@pytest.fixture(params=["memory", "ceph"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "memory":
        return MemoryBlobs(locked_for=timedelta(0))
    server: Server = request.getfixturevalue("ceph")
    return S3Blobs(fresh_bucket(server, lockable=True), "", server.client(), staging=tmp_path / "s")


@pytest.fixture
def wiring(blobs: Blobs, tmp_path: Path, clock: Moving) -> Iterator[Wiring]:
    settings = Settings(data=tmp_path / "data", retention_days=30, retention_loose_days=10)
    made = Wiring(settings, blobs, MemoryRows(), Waiting(), tmp_path / "work", clock)
    yield made
    made.close()


@pytest.fixture
def item(client: httpx.Client, photo: Path) -> dict[str, Any]:
    return client.post("/v1/evidence", files={"file": ("a.jpg", photo.read_bytes())}).json()


@pytest.fixture
def case(client: httpx.Client, item: dict[str, Any]) -> dict[str, Any]:
    made = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
    client.post(made["links"]["exhibits"], json={"evidence_id": item["id"], "kind": "photo"})
    client.post(made["links"]["bundle"], json={"incomplete": True})
    return made


def finish(client: httpx.Client, item: dict[str, Any]) -> None:
    """Its check is cancelled, which is an end."""
    assert client.delete(f"{item['links']['self']}/examination").status_code in {200, 204}


def codes(wiring: Wiring) -> dict[str, str]:
    return {each.id: each.code for each in retention.planned(wiring.desk(HTTP))}


def marks(wiring: Wiring) -> dict[str, bool]:
    with wiring.rows.read("default") as reading:
        return {row.id: row.body["set"] for row in reading.find(fastening.KIND).rows}


def test_a_held_file_is_held_in_the_bucket_until_it_is_let_go(wiring: Wiring, item: dict[str, Any]) -> None:
    desk, digest = wiring.desk(HTTP), item["digest"]
    retention.hold(desk, item["id"], WORD)
    assert wiring.blobs.lock(digest) == HELD
    assert marks(wiring) == {digest: True}
    assert fastening.fasten(desk) == 0
    assert retention.lift(desk, item["id"], WORD)
    assert wiring.blobs.lock(digest) is None
    assert marks(wiring) == {}
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries("retention")]
    assert log == ["hold.fastened", "hold.loosened"]


def test_a_held_case_holds_its_bundle_and_what_is_added_later(
    client: httpx.Client, wiring: Wiring, case: dict[str, Any], item: dict[str, Any], photo: Path
) -> None:
    bundle = client.get(f"{case['links']['self']}/bundle").headers
    retention.hold(wiring.desk(HTTP), case["id"], WORD)
    retention.hold(wiring.desk(HTTP), item["id"], WORD)
    assert len(marks(wiring)) == 2, bundle
    later = client.post("/v1/evidence", files={"file": ("b.jpg", photo.read_bytes() + b"2")}).json()
    client.post(case["links"]["exhibits"], json={"evidence_id": later["id"], "kind": "photo"})
    assert fastening.go_on(wiring) == 1  # as the worker does
    assert all(wiring.blobs.lock(digest) == HELD for digest in marks(wiring))
    assert later["digest"] in marks(wiring)
    retention.lift(wiring.desk(HTTP), case["id"], WORD)
    assert marks(wiring) == {item["digest"]: True}  # which is held by itself
    assert wiring.blobs.lock(later["digest"]) is None


class Failing(MemoryBlobs):  # type: ignore[misc]
    """A bucket that does not answer when it is to hold, or does it and dies before it says so."""

    does = False
    fails = True

    def hold(self, digest: str, *, held: bool) -> bool:
        if self.does or not self.fails:
            super().hold(digest, held=held)
        if self.fails:
            raise StorageError
        return True


@pytest.mark.parametrize("does", [False, True])
@pytest.mark.parametrize("blobs", [Failing(locked_for=timedelta(0))])
def test_what_the_bucket_did_not_answer_is_settled_later(
    blobs: Failing, wiring: Wiring, item: dict[str, Any], *, does: bool
) -> None:
    blobs.does, blobs.fails = does, True
    desk, digest = wiring.desk(HTTP), item["digest"]
    retention.hold(desk, item["id"], WORD)  # which stands in any case
    assert marks(wiring) == {digest: False}
    assert codes(wiring)[item["id"]] == "held"
    blobs.fails = False
    assert fastening.go_on(wiring) == 1
    assert (blobs.lock(digest), marks(wiring)) == (HELD, {digest: True})
    blobs.fails = True
    retention.lift(desk, item["id"], WORD)
    assert marks(wiring) == {digest: False}
    blobs.fails = False
    assert fastening.go_on(wiring) == 1
    assert (blobs.lock(digest), marks(wiring)) == (None, {})


@pytest.mark.parametrize("blobs", [MemoryBlobs()])
def test_a_store_that_keeps_no_holds_is_asked_for_none(wiring: Wiring, item: dict[str, Any]) -> None:
    assert wiring.blobs.worm() is Worm.ABSENT
    retention.hold(wiring.desk(HTTP), item["id"], WORD)
    assert marks(wiring) == {}


def test_a_bucket_whose_holds_were_not_proven_is_asked_for_none(moto: Server, tmp_path: Path) -> None:
    bucket = fresh_bucket(moto, lockable=True)
    blobs = S3Blobs(bucket, "", moto.client(), staging=tmp_path / "s")
    made = Wiring(Settings(data=tmp_path), blobs, MemoryRows(), Waiting(), tmp_path / "work")
    with blobs.stage() as staging:
        staging.write(b"abc")
        digest = staging.commit().digest
    desk = made.desk(HTTP)
    with desk.begin() as unit:
        unit.add("evidence", "ev_1", {"digest": digest})
    retention.hold(desk, "ev_1", WORD)
    assert (blobs.lock(digest), marks(made)) == (None, {})


def test_two_tenants_hold_the_same_bytes(wiring: Wiring, item: dict[str, Any]) -> None:
    other = wiring.desk(Caller("other", "http"))
    found_tenant(wiring.rows, "other", now=wiring.clock())
    with wiring.rows.read("default") as reading, other.begin() as unit:
        row = reading.get("evidence", item["id"])
        assert row is not None
        unit.add("evidence", item["id"], row.body)
    for desk in (wiring.desk(HTTP), other):
        retention.hold(desk, item["id"], WORD)
    retention.lift(wiring.desk(HTTP), item["id"], WORD)
    assert wiring.blobs.lock(item["digest"]) == HELD
    retention.lift(other, item["id"], WORD)
    assert wiring.blobs.lock(item["digest"]) is None


def test_what_the_bucket_keeps_is_told_and_stays_wholly(
    client: httpx.Client, wiring: Wiring, clock: Moving, item: dict[str, Any], photo: Path
) -> None:
    free = client.post("/v1/evidence", files={"file": ("b.jpg", photo.read_bytes() + b"2")}).json()
    for each in (item, free):
        finish(client, each)
    clock.ahead = timedelta(days=11)
    wiring.blobs.hold(item["digest"], held=True)  # by somebody with the bucket's own tools
    assert codes(wiring) == {item["id"]: "locked", free["id"]: "due"}
    went = client.post("/v1/retention/purge", json=WORD.model_dump()).json()["items"]
    assert {each["id"]: each["goes"] for each in went} == {free["id"]: True, item["id"]: False}
    assert "legal hold" in next(each["text"] for each in went if not each["goes"])
    assert client.get(item["links"]["self"]).status_code == 200
    assert client.get(item["links"]["original"]).content == photo.read_bytes()
    assert list(wiring.blobs.digests()) == [item["digest"]]
    wiring.blobs.hold(item["digest"], held=False)
    client.post("/v1/retention/purge", json=WORD.model_dump())
    assert list(wiring.blobs.digests()) == []


@pytest.mark.parametrize("blobs", [MemoryBlobs(locked_for=timedelta(days=50))])
def test_a_file_that_the_bucket_keeps_keeps_its_case(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], item: dict[str, Any]
) -> None:
    finish(client, item)
    happened = {"kind": "closed", "at": utc_now().isoformat()}
    client.post(f"{case['links']['self']}/events", json=happened)
    clock.ahead = timedelta(days=40)
    assert codes(wiring) == {case["id"]: "locked", item["id"]: "case"}
    [kept] = retention.purge(wiring.desk(HTTP), WORD)
    assert (kept.id, kept.goes, kept.until is not None) == (case["id"], False, True)
    assert "until" in str(kept.says)
    assert client.get(case["links"]["self"]).status_code == 200


@pytest.mark.parametrize("blobs", [MemoryBlobs(locked_for=timedelta(days=5))])
def test_sealing_locks_the_originals_for_as_long_as_the_bundle(
    client: httpx.Client, wiring: Wiring, blobs: MemoryBlobs, case: dict[str, Any], item: dict[str, Any]
) -> None:
    before = blobs.lock(item["digest"])
    blobs._clock = lambda: utc_now() + timedelta(days=3)
    client.post(case["links"]["bundle"], json={"incomplete": True})
    after = blobs.lock(item["digest"])
    assert before is not None
    assert after is not None
    assert after.until - before.until > timedelta(days=2)  # type: ignore[operator]
