"""What goes and what stays, and that what is purged leaves its log whole and nobody's name in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import auditing, intake, retention, sealing
from api.caller import HTTP, Caller
from api.desk import Wiring, utc_now
from api.idempotency import Claim
from api.identity.directory import found_tenant
from api.intake import Offer
from api.retention import Mandate
from api.settings import Settings
from api.wiring import memory
from api.withholding import revealed
from storage import ledger
from tests.api.conftest import Moving, settle

WORD = Mandate(by="Li Wei", reason="yearly purge")


@pytest.fixture
def wiring(tmp_path: Path, clock: Moving) -> Iterator[Wiring]:
    settings = Settings(data=tmp_path / "data", retention_days=30, retention_loose_days=10)
    made = memory(settings, tmp_path / "work", clock)
    yield made
    made.close()


def sent(client: httpx.Client, wiring: Wiring, file: Path, name: str) -> dict[str, Any]:
    answer = client.post("/v1/evidence", files={"file": (name, file.read_bytes())}).json()
    settle(wiring)
    return answer


@pytest.fixture
def item(client: httpx.Client, wiring: Wiring, photo: Path) -> dict[str, Any]:
    return sent(client, wiring, photo, "张三的照片.jpg")


@pytest.fixture
def case(client: httpx.Client, item: dict[str, Any]) -> dict[str, Any]:
    made = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
    client.post(made["links"]["exhibits"], json={"evidence_id": item["id"], "kind": "photo"})
    client.post(made["links"]["bundle"], json={"incomplete": True})
    return made


def close(client: httpx.Client, case: dict[str, Any]) -> None:
    happened = {"kind": "closed", "at": utc_now().isoformat()}
    assert client.post(f"{case['links']['self']}/events", json=happened).status_code == 201


def codes(wiring: Wiring) -> dict[str, str]:
    return {each.id: each.code for each in retention.planned(wiring.desk(HTTP))}


def test_a_case_stays_while_it_is_open_and_its_files_with_it(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], item: dict[str, Any]
) -> None:
    clock.ahead = timedelta(days=300)
    assert codes(wiring) == {case["id"]: "open", item["id"]: "case"}
    assert retention.purge(wiring.desk(HTTP), WORD) == []
    assert client.get(item["links"]["self"]).status_code == 200


def test_a_running_clock_keeps_a_closed_case(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any]
) -> None:
    due = (utc_now() + timedelta(days=100)).isoformat()
    client.post(f"{case['links']['self']}/events", json={"kind": "evidence_due", "at": due})
    close(client, case)
    clock.ahead = timedelta(days=50)
    assert codes(wiring)[case["id"]] in {"clock", "period"}
    clock.ahead = timedelta(days=120)
    assert codes(wiring)[case["id"]] in {"clock", "period"}


def test_what_is_purged_leaves_an_entry_and_nothing_else(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], item: dict[str, Any]
) -> None:
    close(client, case)
    assert codes(wiring) == {case["id"]: "period", item["id"]: "case"}
    clock.ahead = timedelta(days=31)
    before = {each["id"]: each["goes"] for each in client.get("/v1/retention").json()["items"]}
    assert before == {case["id"]: True, item["id"]: True}
    asked = {"json": WORD.model_dump(), "headers": {"Idempotency-Key": "p"}}
    went = client.post("/v1/retention/purge", **asked)
    assert {each["id"] for each in went.json()["items"]} == {case["id"], item["id"]}
    assert client.post("/v1/retention/purge", **asked).json() == went.json()
    for gone in (case["links"]["self"], item["links"]["self"], item["links"]["original"]):
        assert client.get(gone).status_code == 404
    assert list(wiring.blobs.digests()) == []
    assert codes(wiring) == {}
    with wiring.rows.read("default") as reading:
        for stream, event in (
            (f"case/{case['id']}", "case.purged"),
            (f"evidence/{item['id']}", "evidence.purged"),
        ):
            entries = reading.entries(stream)
            assert entries[-1].event == event
            assert list(ledger.verify(entries)) == []
            assert "张三" not in ledger.export(entries)
            assert "Li Wei" not in ledger.export(entries)
        assert reading.entries(f"evidence/{item['id']}")[-1].detail["digest"] == item["digest"]
        assert reading.entries("retention")[-1].event == "retention.purged"
    assert auditing.audit(wiring.desk(HTTP)).faults == ()


def test_names_are_told_until_they_are_erased(
    client: httpx.Client, wiring: Wiring, item: dict[str, Any]
) -> None:
    with wiring.rows.read("default") as reading:
        entry = reading.entries(f"evidence/{item['id']}")[0]
        assert "张三" not in entry.line
        assert revealed(reading, entry.detail)["name"] == "张三的照片.jpg"


def test_a_hold_keeps_what_is_due_until_it_is_lifted(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], item: dict[str, Any]
) -> None:
    close(client, case)
    clock.ahead = timedelta(days=60)
    for held in (case, item):
        address = f"/v1/retention/holds/{held['id']}"
        assert client.post(address, json=WORD.model_dump()).status_code == 201
        assert codes(wiring)[case["id"]] == "held"
        assert retention.purge(wiring.desk(HTTP), WORD) == []
        assert client.post(f"{address}/lift", json=WORD.model_dump()).json() == {"lifted": True}
        assert client.post(f"{address}/lift", json=WORD.model_dump()).json() == {"lifted": False}
    assert codes(wiring)[case["id"]] == "due"
    for absent in ("case_0", "ev_0"):
        assert client.post(f"/v1/retention/holds/{absent}", json=WORD.model_dump()).status_code == 404
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert log[-2:] == ["hold.set", "hold.lifted"]


def test_bytes_that_another_file_needs_stay(
    client: httpx.Client, wiring: Wiring, clock: Moving, item: dict[str, Any], photo: Path
) -> None:
    clock.ahead = timedelta(days=8)
    again = sent(client, wiring, photo, "again.jpg")
    clock.ahead = timedelta(days=11)
    assert codes(wiring) == {item["id"]: "due", again["id"]: "period"}
    assert [each.id for each in retention.purge(wiring.desk(HTTP), WORD)] == [item["id"]]
    assert client.get(again["links"]["original"]).content == photo.read_bytes()
    report = client.get(again["links"]["report"]).json()
    assert all(wiring.blobs.stat(still["digest"]) for still in report["stills"])
    assert auditing.audit(wiring.desk(HTTP)).faults == ()


def test_nothing_goes_where_no_period_is_set(wiring: Wiring, clock: Moving, item: dict[str, Any]) -> None:
    told = {"retention_days": 0, "retention_loose_days": 0}
    settings = wiring.settings.model_copy(update=told)
    forever = Wiring(settings, wiring.blobs, wiring.rows, wiring.jobs, wiring.work, clock)
    clock.ahead = timedelta(days=4000)
    assert codes(forever) == {item["id"]: "kept"}
    assert Settings(data=wiring.settings.data).retention_days == 0


def test_a_lock_of_the_bucket_is_waited_for(
    client: httpx.Client, wiring: Wiring, clock: Moving, item: dict[str, Any]
) -> None:
    told = {"storage": "s3", "s3_lock_days": 20}
    locked = Wiring(
        wiring.settings.model_copy(update=told), wiring.blobs, wiring.rows, wiring.jobs, wiring.work, clock
    )
    clock.ahead = timedelta(days=11)
    assert codes(locked) == {item["id"]: "locked"}
    clock.ahead = timedelta(days=21)
    assert codes(locked) == {item["id"]: "due"}


def test_the_latest_bundle_is_gone_with_its_case(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any]
) -> None:
    with wiring.rows.read("default") as reading:
        digest = sealing.latest(reading, case["id"])["digest"]
    assert wiring.blobs.stat(digest)
    close(client, case)
    clock.ahead = timedelta(days=31)
    retention.purge(wiring.desk(HTTP), WORD)
    assert wiring.blobs.stat(digest) is None


def test_bytes_of_two_cases_go_with_the_later_one(
    client: httpx.Client, wiring: Wiring, clock: Moving, case: dict[str, Any], photo: Path
) -> None:
    twin = sent(client, wiring, photo, "twin.jpg")  # the bytes of the other case's photo
    other = client.post("/v1/cases", json={"ruleset": "tmall_unboxing"}).json()
    client.post(other["links"]["exhibits"], json={"evidence_id": twin["id"], "kind": "photo"})
    close(client, case)
    clock.ahead = timedelta(days=31)
    assert {each.kind: each.id for each in retention.purge(wiring.desk(HTTP), WORD)}["case"] == case["id"]
    assert client.get(twin["links"]["original"]).content == photo.read_bytes()
    report = client.get(twin["links"]["report"]).json()
    assert all(wiring.blobs.stat(still["digest"]) for still in report["stills"])
    assert client.post(other["links"]["bundle"], json={"incomplete": True}).status_code == 201
    close(client, other)
    clock.ahead = timedelta(days=90)
    assert len(retention.purge(wiring.desk(HTTP), WORD)) == 2
    assert list(wiring.blobs.digests()) == []
    assert auditing.audit(wiring.desk(HTTP)).faults == ()


def test_a_purge_of_one_tenant_leaves_the_bytes_of_another(
    wiring: Wiring, clock: Moving, item: dict[str, Any], photo: Path
) -> None:
    found_tenant(wiring.rows, "other", now=wiring.clock())
    theirs = wiring.desk(Caller("other", "http"))
    with intake.opened(wiring) as opened:
        opened.write(photo.read_bytes())
        kept = intake.receive(theirs, opened, Offer("b.jpg"), Claim(None, "", "")).item
    settle(wiring)
    assert kept.digest == item["digest"]
    clock.ahead = timedelta(days=11)
    assert [each.id for each in retention.purge(wiring.desk(HTTP), WORD)] == [item["id"]]
    with wiring.blobs.open(kept.digest) as stored:
        assert stored.read() == photo.read_bytes()
    assert auditing.audit(theirs).faults == ()
    retention.purge(theirs, WORD)
    assert wiring.blobs.stat(kept.digest) is None
