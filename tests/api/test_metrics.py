"""What `/metrics` tells, held against what was sent; and that the dashboard asks for nothing else."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api import tally
from api.app import create_app
from api.caller import HTTP
from api.desk import Wiring
from api.examination import examine
from api.item import Item
from api.settings import Settings
from api.wiring import memory
from evidence.model import Verdict
from storage.errors import BusyError
from tests.api.conftest import ROOT, Moving, settle

DASHBOARD = ROOT / "samples" / "grafana" / "sixface.json"


def figures(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Each sample by its name and its labels."""
    text = client.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_photo_that_was_checked_is_counted(client: httpx.Client, wiring: Wiring, photo: Path) -> None:
    answer = client.post("/v1/validate", files={"file": photo.read_bytes()}, data={"profile": "defect_photo"})
    report = answer.json()
    settle(wiring)
    found = figures(client)
    label = (("profile", "defect_photo"), ("verdict", report["verdict"]))
    assert found["sixface_verdicts_total", label] == 1
    names = {("sixface_check_seconds_count", (("check", each["check"]),)) for each in report["answers"]}
    assert {found[name] for name in names} == {1.0}
    assert sum(found[name[0].replace("count", "sum"), name[1]] for name in names) > 0
    assert found["sixface_examination_seconds_count", ()] == 1
    assert found["sixface_evidence_waiting", (("state", "received"),)] == 0


def test_a_file_that_waits_is_told_with_its_age(
    taker: httpx.Client, idle: Wiring, photo: Path, clock: Moving
) -> None:
    object.__setattr__(idle, "clock", clock)
    assert taker.post("/v1/evidence", files={"file": photo.read_bytes()}).status_code in {201, 202}
    clock.ahead = timedelta(minutes=7)
    found = figures(taker)
    assert found["sixface_evidence_waiting", (("state", "received"),)] == 1
    assert found["sixface_evidence_waiting_seconds", ()] == pytest.approx(420, abs=30)
    assert found["sixface_worker_alive", ()] in {0, 1}


def test_the_sums_of_all_who_count_are_added_up() -> None:
    one = tally.Tally(
        verdicts={"unboxing": {"sound": 2}},
        looks={"six_faces": 2},
        seconds={"six_faces": 3.5},
        examinations=2,
        spent=4,
    )
    two = tally.Tally(
        verdicts={"unboxing": {"sound": 1, "review": 1}, "defect_photo": {"flawed": 1}},
        looks={"six_faces": 2, "readable": 3},
        seconds={"six_faces": 0.5, "readable": 0.25},
        examinations=3,
        spent=1.5,
    )
    both = one.plus(two)
    assert both == two.plus(one)
    assert both.verdicts == {"unboxing": {"sound": 3, "review": 1}, "defect_photo": {"flawed": 1}}
    assert (both.looks, both.seconds) == (
        {"six_faces": 4, "readable": 3},
        {"six_faces": 4.0, "readable": 0.25},
    )
    assert (both.examinations, both.spent) == (5, 5.5)


def test_a_store_that_is_busy_ends_no_examination(
    idle: Wiring, taker: httpx.Client, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = taker.post("/v1/evidence", files={"file": photo.read_bytes()}, data={"profile": "defect_photo"})

    def busy(*_: object, **__: object) -> None:
        raise BusyError

    monkeypatch.setattr("api.tally._add", busy)
    item: Item = examine(idle.desk(HTTP), sent.json()["id"])
    assert item.verdict in set(Verdict)
    assert tally.totals(idle.rows) == tally.Tally()


def test_a_fault_of_ours_is_counted_and_named_with_its_request(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise BusyError

    with monkeypatch.context() as patched:
        patched.setattr("api.cases.open_case", broken)
        answer = client.post("/v1/cases", json={}, headers={"X-Request-ID": "proxy-17"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (503, "proxy-17")
    assert answer.json()["request_id"] == "proxy-17"
    assert figures(client)["sixface_problems_total", (("problem", "busy"),)] == 1


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", "a;b"])
def test_a_name_of_a_request_that_is_not_plain_is_replaced(client: httpx.Client, given: str) -> None:
    answer = client.get("/healthz", headers=[(b"X-Request-ID", given.encode("latin-1"))])
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])


def test_the_dashboard_asks_for_nothing_that_is_not_told(tmp_path: Path) -> None:
    wiring = memory(Settings(data=tmp_path), tmp_path / "work")
    app = create_app(wiring)
    app.state.metrics.answered("GET", "/", 200, 0.1)
    app.state.metrics.failed("busy")
    tally.count(
        wiring.desk(HTTP),
        Item.model_construct(profile="unboxing", verdict=Verdict.SOUND),
        1.0,
        {"six_faces": 0.5},
    )
    told = {
        sample.name
        for family in text_string_to_metric_families(app.state.metrics.text(wiring).decode())
        for sample in family.samples
    }
    dashboard = json.loads(DASHBOARD.read_text())
    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"\bsixface_\w+", target["expr"])
    }
    assert asked
    assert asked - told == set()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    wiring.close()
