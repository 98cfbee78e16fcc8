"""Many files asked about at once, each told on its own; stored ones held against something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.desk import Wiring
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import Stage, settle
from tests.api.origin import Origin, Page, serving


@pytest.fixture
def origin() -> Iterator[Origin]:
    with serving() as made:
        yield made


@pytest.fixture
def wiring(tmp_path: Path, origin: Origin) -> Iterator[Wiring]:
    settings = Settings(
        data=tmp_path / "data", fetch_hosts=(origin.name,), fetch_inside=True, fetch_seconds=20
    )
    made = memory(settings, tmp_path / "work")
    yield made
    made.close()


@pytest.fixture
def client(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


def batch(client: httpx.Client, *asked: dict[str, Any], key: str | None = None) -> httpx.Response:
    return client.post("/v1/validate/batch", json=asked, headers={"Idempotency-Key": key} if key else {})


def sent(client: httpx.Client, file: Path) -> str:
    with file.open("rb") as opened:
        return client.post("/v1/evidence", files={"file": (file.name, opened)}).json()["id"]


def test_each_question_is_told_on_its_own_in_its_place(
    client: httpx.Client, wiring: Wiring, origin: Origin, film: Path, photo: Path
) -> None:
    origin.pages["/a.jpg"] = Page(photo.read_bytes())
    here = sent(client, film)
    answer = batch(
        client,
        {"evidence_id": here},
        {"url": origin.url("/a.jpg")},
        {"url": origin.url("/none.jpg")},
        {"evidence_id": "ev_none"},
        {"url": "https://elsewhere.example/a.jpg"},
        {"url": origin.url("/a.jpg"), "profile": "unboxing"},
    )
    assert answer.status_code == 202
    items = answer.json()["items"]
    assert [each["status"] for each in items] == [202, 202, 422, 404, 403, 422]
    assert items[0]["location"] == f"/v1/evidence/{here}"
    assert [each["problem"]["code"] for each in items[2:] if "code" in each["problem"]] == [
        "fetch.status",
        "fetch.not_listed",
        "refused.wrong_kind",
    ]
    settle(wiring)
    for each in items[:2]:
        assert client.get(each["location"]).json()["state"] == "reported"


def test_a_batch_that_is_sent_again_goes_on_where_it_failed(
    client: httpx.Client, origin: Origin, photo: Path
) -> None:
    origin.pages["/a.jpg"] = Page(photo.read_bytes())
    asked = ({"url": origin.url("/a.jpg")}, {"url": origin.url("/b.jpg")})
    first = batch(client, *asked, key="k").json()["items"]
    origin.pages["/b.jpg"] = Page(photo.read_bytes())
    second = batch(client, *asked, key="k").json()["items"]
    assert [each["status"] for each in (*first, *second)] == [202, 422, 202, 202]
    assert first[0]["location"] == second[0]["location"]
    assert [path for path, _ in origin.asked].count("/a.jpg") == 1
    other = batch(client, asked[0], key="k")
    assert (other.status_code, other.json()["type"]) == (422, "urn:sixface:problem:key-reused")


@pytest.mark.parametrize("body", [[], {}, [{}], [1], [{"evidence_id": "ev_x"}] * 101, "x"])
def test_what_is_no_batch_is_refused_whole(client: httpx.Client, body: object) -> None:
    assert client.post("/v1/validate/batch", json=body).status_code == 422


def test_a_batch_that_is_too_long_is_told(client: httpx.Client) -> None:
    answer = client.post("/v1/validate/batch", content=b"[" + b" " * 1_100_000 + b"]")
    assert answer.status_code == 413


def test_what_is_here_can_be_held_against_something_else(
    client: httpx.Client, wiring: Wiring, photo: Path
) -> None:
    here = sent(client, photo)
    settle(wiring)
    ask = {"evidence_id": here, "profile": "label_photo", "expect": {"tracking_number": "SF1"}}
    headers = {"Idempotency-Key": "one"}
    first = client.post("/v1/validate", json=ask, headers=headers)
    again = client.post("/v1/validate", json=ask, headers=headers)
    assert (first.status_code, first.json()["profile"]) == (200, "label_photo")
    assert first.json()["expected"]["tracking_number"] == "SF1"
    assert first.headers["location"] == again.headers["location"] != f"/v1/evidence/{here}"
    same = client.post("/v1/validate", json={"evidence_id": here, "profile": "defect_photo", "expect": {}})
    assert same.headers["location"] == f"/v1/evidence/{here}"
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(f"evidence/{here}")]
        made = list(reading.entries(first.headers["location"].removeprefix("/v1/")))
    assert log.count("evidence.reused") == 1
    assert made[0].event == "evidence.received"
    assert made[0].detail["source"] == here
    wrong = client.post("/v1/validate", json={"evidence_id": here, "profile": "unboxing"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "refused.wrong_kind")


def test_a_key_is_bound_to_the_file_that_was_asked_about(
    client: httpx.Client, wiring: Wiring, photo: Path
) -> None:
    one, two = sent(client, photo), sent(client, photo)
    settle(wiring)
    headers = {"Idempotency-Key": "k"}
    for _ in range(2):
        assert client.post("/v1/validate", json={"evidence_id": one}, headers=headers).status_code == 200
    other = client.post("/v1/validate", json={"evidence_id": two}, headers=headers)
    assert other.json()["type"] == "urn:sixface:problem:key-reused"
