"""The example to look around in, asked for over HTTP; its film is a short one instead of the drawn one."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from api import filming
from api.app import create_app
from api.caller import HTTP
from api.desk import Wiring
from api.drawing import Draw, Told
from api.retention import Mandate, hold, lift
from evidence.fault import FaultError
from evidence.model import say
from samples.cases import ExampleCase
from tests.api.conftest import Stage, settle

EXAMPLE = "/v1/example"


@pytest.fixture
def draw(film: Path, photo: Path) -> Draw:
    """In place of the process that draws: it takes a quarter of a minute."""

    def copied(folder: Path, case: ExampleCase, told: Told) -> tuple[Path, Path]:
        assert case.order_number.startswith("EXAMPLE-")
        assert told(1, 2)
        made = folder / "film.mov", folder / "waybill.jpg"
        for source, target in zip((film, photo), made, strict=True):
            shutil.copyfile(source, target)
        return made

    return copied


def state(client: httpx.Client) -> str:
    return str(client.get(EXAMPLE).json()["state"])


def page(client: httpx.Client, address: str, lang: str = "en") -> str:
    return client.get(address, headers={"Accept-Language": lang}, follow_redirects=True).text


def test_an_example_is_made_examined_and_told_by_the_normal_way(
    client: httpx.Client, wiring: Wiring, draw: Draw
) -> None:
    assert client.get(EXAMPLE).status_code == 404
    asked = client.post(EXAMPLE)
    assert (asked.status_code, asked.headers["Location"]) == (202, EXAMPLE)
    assert (asked.json()["state"], asked.json()["evidence"]) == ("waiting", [])
    assert client.post(EXAMPLE).json()["id"] == asked.json()["id"], "asked for twice it is one"
    assert filming.go_on(wiring, draw) == 1
    settle(wiring)
    found = client.get(EXAMPLE).json()
    assert (found["state"], found["share"]) == ("ready", 1)
    assert filming.go_on(wiring, draw) == 0, "it is made once"
    first, *others = found["cases"]
    case = client.get(f"/v1/cases/{first}").json()
    assert [(each["kind"], each["shot"]) for each in case["exhibits"]] == [("film", ""), ("photo", "label")]
    assert [each["evidence_id"] for each in case["exhibits"]] == found["evidence"]
    for name in found["evidence"]:
        assert client.get(f"/v1/evidence/{name}/report").status_code == 200
        assert "Made up, to look around in" in page(client, f"/evidence/{name}")
    answers = {each["answer"] for each in client.get(f"/v1/cases/{first}/assessment").json()["requirements"]}
    assert {"no", "unsure"} <= answers
    assert client.post(f"/v1/cases/{first}/bundle", json={"incomplete": True}).status_code == 201
    assert len(others) == 2


def test_everything_of_it_says_that_it_is_an_example(taker: httpx.Client, idle: Wiring, draw: Draw) -> None:
    found = taker.post(EXAMPLE, headers={"Accept-Language": "zh"}).json()
    filming.go_on(idle, draw)
    for name in found["cases"]:
        case = taker.get(f"/v1/cases/{name}").json()
        assert case["order_number"].startswith("EXAMPLE-")
        assert case["reason"].startswith("示例")
    first = found["cases"][0]
    exhibits = taker.get(f"/v1/cases/{first}").json()["exhibits"]
    assert [each["name"] for each in exhibits] == ["example-film.mov", "example-waybill.jpg"]
    for address in ("/cases", f"/cases/{first}"):
        told = page(taker, address)
        assert "Made up, to look around in" in told
        assert 'action="/cases/example/remove"' in told
    assert len(re.findall('class="chip example"', page(taker, "/cases"))) == 6, "three clocks, three cases"
    assert len(re.findall('class="chip example"', page(taker, "/evidence"))) == 2


def test_its_clocks_are_due_now_and_later(taker: httpx.Client) -> None:
    taker.post(EXAMPLE)
    lines = taker.get("/v1/deadlines").json()["items"]
    assert [line["order_number"] for line in lines] == [
        "EXAMPLE-4019283747",
        "EXAMPLE-4019283746",
        "EXAMPLE-111-2837465",
    ]
    assert lines[0]["urgency"] == "now"
    assert lines[2]["urgency"] == "later"


def test_among_cases_none_is_made(taker: httpx.Client) -> None:
    case = taker.post("/v1/cases", json={"order_number": "111-222"}).json()
    refused = taker.post(EXAMPLE)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "not-empty")
    assert taker.get(EXAMPLE).status_code == 404
    assert "/cases/example" not in page(taker, "/cases")
    assert case["id"] in page(taker, "/cases")


def test_it_is_offered_where_nothing_is_and_made_with_one_press(taker: httpx.Client) -> None:
    for address in ("/cases", "/evidence"):
        assert 'action="/cases/example"' in page(taker, address)
    first = taker.post("/cases/example")
    assert (first.status_code, first.headers["Location"]) == (303, "/cases")
    for address in ("/cases", "/evidence"):
        assert 'action="/cases/example"' not in page(taker, address)
    assert 'hx-get="/cases/example"' in page(taker, "/cases")
    assert "HX-Refresh" not in taker.get("/cases/example").headers
    assert taker.post("/cases/example/remove").headers["Location"] == "/cases"
    assert taker.get("/cases/example").headers["HX-Refresh"] == "true", "what shows it is out of date"
    assert taker.post("/cases/example/remove").status_code == 303
    assert 'action="/cases/example"' in page(taker, "/cases")


def test_where_the_bucket_locks_everything_none_is_made(idle: Wiring, stage: Stage) -> None:
    locking = idle.settings.model_copy(update={"storage": "s3", "s3_lock_days": 30})
    stage.app = create_app(replace(idle, settings=locking))
    refused = httpx.post(f"{stage.url}{EXAMPLE}")
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "example-stays")


def test_one_press_takes_all_of_it_away_and_leaves_the_logs(
    taker: httpx.Client, idle: Wiring, draw: Draw
) -> None:
    before = set(idle.blobs.digests())
    found = taker.post(EXAMPLE).json()
    filming.go_on(idle, draw)
    first, evidence = found["cases"][0], taker.get(EXAMPLE).json()["evidence"]
    taker.post(f"/v1/cases/{first}/bundle", json={"incomplete": True}).raise_for_status()
    taker.post(f"/v1/cases/{first}/shares", json={}).raise_for_status()
    gone = taker.delete(EXAMPLE).json()
    assert sorted(gone["removed"]) == sorted([*found["cases"], *evidence])
    assert gone["kept"] == []
    assert taker.get(EXAMPLE).status_code == 404
    assert taker.get("/v1/cases").json()["items"] == []
    assert taker.get("/v1/evidence").json()["items"] == []
    assert taker.get("/v1/deadlines").json()["items"] == []
    assert set(idle.blobs.digests()) == before
    with idle.desk(HTTP).read() as reading:
        last = [reading.entries(f"evidence/{name}")[-1].event for name in evidence]
        assert last == ["evidence.purged"] * 2
        assert [each.event for each in reading.entries("example")] == ["example.asked", "example.removed"]
    assert taker.delete(EXAMPLE).status_code == 404
    assert taker.post(EXAMPLE).status_code == 202, "it may be made again"


def test_what_a_person_added_stays_and_so_does_what_a_real_case_has(
    taker: httpx.Client, idle: Wiring, draw: Draw, photo: Path
) -> None:
    found = taker.post(EXAMPLE).json()
    filming.go_on(idle, draw)
    film, waybill = taker.get(EXAMPLE).json()["evidence"]
    mine = taker.post("/v1/evidence", files={"file": ("mine.jpg", photo.read_bytes() + b"\0")}).json()["id"]
    taker.post(f"/v1/cases/{found['cases'][0]}/exhibits", json={"evidence_id": mine}).raise_for_status()
    real = taker.post("/v1/cases", json={"order_number": "111-222"}).json()
    taker.post(real["links"]["exhibits"], json={"evidence_id": film}).raise_for_status()
    gone = taker.delete(EXAMPLE).json()
    assert sorted(gone["removed"]) == sorted([*found["cases"], waybill])
    assert gone["kept"] == [film]
    left = {each["id"]: each for each in taker.get("/v1/evidence").json()["items"]}
    assert set(left) == {mine, film}
    assert left[mine]["cases"] == []
    assert taker.get(f"/v1/evidence/{film}/original").status_code == 200


def test_what_somebody_holds_is_not_taken_away(taker: httpx.Client, idle: Wiring, draw: Draw) -> None:
    found = taker.post(EXAMPLE).json()
    filming.go_on(idle, draw)
    word, desk = Mandate(by="Li Wei", reason="to look at"), idle.desk(HTTP)
    hold(desk, found["cases"][1], word)
    refused = taker.delete(EXAMPLE, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "Held by Li Wei: to look at")
    told = taker.post("/cases/example/remove", headers={"Accept-Language": "en"})
    assert (told.status_code, "Held by Li Wei" in told.text) == (409, True)
    assert len(taker.get("/v1/cases").json()["items"]) == 3
    lift(desk, found["cases"][1], word)
    assert taker.delete(EXAMPLE).status_code == 200


def test_taken_away_while_it_is_drawn_nothing_of_it_comes_after(
    taker: httpx.Client, idle: Wiring, draw: Draw
) -> None:
    taker.post(EXAMPLE)

    def interrupted(folder: Path, case: ExampleCase, told: Told) -> tuple[Path, Path]:
        assert state(taker) == "drawing"
        assert told(1, 2)
        taker.delete(EXAMPLE).raise_for_status()
        assert not told(2, 2)
        return draw(folder, case, lambda _done, _total: True)

    filming.go_on(idle, interrupted)
    assert taker.get("/v1/cases").json()["items"] == []
    assert taker.get("/v1/evidence").json()["items"] == []
    assert taker.get(EXAMPLE).status_code == 404


@pytest.mark.parametrize(
    "error", [FaultError("fault.samples", say("The example broke each time; run: sixface doctor."))]
)
def test_what_cannot_be_drawn_says_so_and_can_be_removed(
    taker: httpx.Client, idle: Wiring, error: Exception
) -> None:
    taker.post(EXAMPLE)

    def broken(*_: object) -> tuple[Path, Path]:
        raise error

    filming.go_on(idle, broken)
    found = taker.get(EXAMPLE, headers={"Accept-Language": "en"}).json()
    assert (found["state"], found["reason"]) == (
        "failed",
        "The example broke each time; run: sixface doctor.",
    )
    assert "sixface doctor" in page(taker, "/cases")
    assert taker.delete(EXAMPLE).status_code == 200


def test_a_worker_that_died_is_replaced_and_makes_nothing_twice(
    taker: httpx.Client, idle: Wiring, draw: Draw
) -> None:
    taker.post(EXAMPLE)

    def full(folder: Path, case: ExampleCase, told: Told) -> tuple[Path, Path]:
        draw(folder, case, told)
        raise KeyboardInterrupt  # as though the process were gone

    with pytest.raises(KeyboardInterrupt):
        filming.go_on(idle, full)
    assert filming.go_on(idle, draw) == 0, "somebody may be at it"
    late = replace(idle, clock=lambda: idle.clock() + filming.ABANDONED * 1.1)
    assert filming.go_on(late, draw) == 1
    assert state(taker) == "checking"
    assert len(taker.get("/v1/evidence").json()["items"]) == 2
    assert len(taker.get("/v1/cases").json()["items"]) == 3
