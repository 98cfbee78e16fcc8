"""A seal that is asked for: what lacks is told at once, the worker seals, the page of its case shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import purging, sealing, sealings
from api.basis import changes
from api.caller import HTTP
from api.desk import Wiring
from api.retention import Mandate
from claims.verify import verify
from storage.memory import MemoryBlobs
from tests.api.packing.stocked import stock

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def case(idle: Wiring, tmp_path: Path) -> str:
    return stock(idle.desk(HTTP), tmp_path, seconds=1.0, roles=("defect_photo",))


def press(client: httpx.Client, case: str, key: str = "k" * 32, **more: str) -> httpx.Response:
    return client.post(f"/cases/{case}/seal", data={"key": key, **more}, headers=ENGLISH)


def page(client: httpx.Client, case: str) -> str:
    return client.get(f"/cases/{case}", headers=ENGLISH).text


def bundles(idle: Wiring, case: str) -> list[dict[str, Any]]:
    with idle.rows.read("default") as reading:
        return [row.body for row in reading.find("bundle", {"case": case}).rows]


def test_what_is_lacking_is_told_at_once_and_nothing_is_queued(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    assert 'name="incomplete" value="true"' in page(taker, case), "the button says that not everything is met"
    refused = press(taker, case)
    assert refused.status_code == 409
    assert "not met or still open" in refused.text
    assert taker.post(f"/v1/cases/{case}/sealings").status_code == 409
    assert sealings.go_on(idle) == 0
    assert taker.post("/v1/cases/case_none/sealings", json={"incomplete": True}).status_code == 404
    assert press(taker, "case_none").status_code == 404


def test_pressing_twice_seals_once_and_the_page_shows_the_steps_and_then_the_seal(
    taker: httpx.Client, idle: Wiring, case: str, tmp_path: Path
) -> None:
    for _ in range(2):
        answer = press(taker, case, incomplete="true")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cases/{case}#seal")
    assert press(taker, case, "j" * 32, incomplete="true").status_code == 303, "it is under way already"
    busy = page(taker, case)
    assert f'hx-get="/cases/{case}/seal"' in busy
    assert '<meta http-equiv="refresh"' in busy, "without scripts the page asks again itself"
    assert busy.count("<li data-state=") == 4
    assert "Seal it" not in busy
    assert f"/v1/cases/{case}/bundle" not in busy
    assert sealings.go_on(idle) == 1
    (sealed,) = bundles(idle, case)
    done = page(taker, case)
    assert "hx-trigger" not in done
    assert sealed["digest"] in done
    assert f"sixface verify sixface-{case}.zip" in done
    assert 'href="/verify"' in done
    assert "Nothing has changed since it was sealed" in done
    part = taker.get(f"/cases/{case}/seal", headers=ENGLISH).text
    assert "<html" not in part
    assert "The case is sealed." in part
    file = tmp_path / "bundle.zip"
    file.write_bytes(taker.get(f"/v1/cases/{case}/bundle").content)
    assert verify(file) == ()


def test_over_http_its_steps_are_told_until_it_is_sealed(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    asked = taker.post(f"/v1/cases/{case}/sealings", json={"incomplete": True, "lang": "en"})
    assert asked.status_code == 202
    place = asked.headers["Location"]
    assert taker.get(place).json()["state"] == "waiting"
    sealings.go_on(idle)
    told = taker.get(place).json()
    assert (told["state"], told["step"]) == ("sealed", "keeping")
    assert told["done"] == told["total"] > 0
    assert told["bundle"] == bundles(idle, case)[0]["id"]
    assert taker.get(f"/v1/cases/{case}/sealings/sl_0").status_code == 404
    with idle.rows.read("default") as reading:
        events = [entry.event for entry in reading.entries(f"case/{case}")]
    assert events.index("bundle.asked") < events.index("bundle.sealed")


def test_after_a_change_the_page_says_what_changed(taker: httpx.Client, idle: Wiring, case: str) -> None:
    press(taker, case, incomplete="true")
    sealings.go_on(idle)
    event = {"kind": "return_delivered", "at": "2026-11-21T02:15:00Z"}
    assert taker.post(f"/v1/cases/{case}/events", json=event).status_code == 201
    changed = page(taker, case)
    assert "What has changed since it was sealed" in changed
    assert "The case itself says something else" in changed
    press(taker, case, "j" * 32, incomplete="true")
    sealings.go_on(idle)
    assert "Nothing has changed since it was sealed" in page(taker, case)
    assert len(bundles(idle, case)) == 2, "no bundle is replaced"


def test_what_changed_is_named_exhibit_by_exhibit_and_requirement_by_requirement() -> None:
    before = {
        "rules": "tmall 1",
        "case": "a",
        "words": "b",
        "exhibits": {"E1": "sha256:1"},
        "reports": {"E1": "r"},
        "answers": {"V-01": "unsure", "V-02": "yes"},
    }
    assert list(changes(before, before)) == []
    now = {
        **before,
        "rules": "tmall 2",
        "exhibits": {"E1": "sha256:1", "E2": "sha256:2"},
        "reports": {"E1": "s"},
        "answers": {"V-01": "yes", "V-02": "yes", "V-09": "no"},
    }
    assert [str(each) for each in changes(before, now)] == [
        "E2 was added.",
        "E1 has another report.",
        "V-01 was open and is now met.",
        "The rules are now those of tmall 2.",
    ]


def test_a_stored_file_that_changed_is_told_and_nothing_is_sealed(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    assert isinstance(idle.blobs, MemoryBlobs)
    (exhibit, _) = taker.get(f"/v1/cases/{case}").json()["exhibits"]
    press(taker, case, incomplete="true")
    idle.blobs.delete(exhibit["digest"])
    assert sealings.go_on(idle) == 1
    assert bundles(idle, case) == []
    failed = page(taker, case)
    assert re.search(r'role="alert">[^<]+<', failed[failed.index('id="seal"') :])
    assert "Seal it although incomplete" in failed, "it can be tried again"


def test_one_whose_worker_died_is_sealed_once(taker: httpx.Client, idle: Wiring, case: str) -> None:
    press(taker, case, incomplete="true")
    with idle.rows.read("default") as reading:
        (row,) = reading.find("sealing", {"case": case}).rows
    sealings.go_on(idle)
    long_ago = {**row.body, "state": "sealing", "begun_at": "2026-01-01T00:00:00Z"}
    with idle.desk(HTTP).begin() as unit:
        current = unit.get("sealing", row.id)
        assert current is not None
        facets = {"case": case, "state": "sealing"}
        unit.replace("sealing", row.id, long_ago, version=current.version, facets=facets)
    assert sealings.go_on(idle) == 1
    assert len(bundles(idle, case)) == 1, "it had been sealed just before"


def test_a_purge_of_the_case_takes_what_was_asked_for_along(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    press(taker, case, incomplete="true")
    desk = idle.desk(HTTP)
    with desk.begin() as unit:
        purging.drop_case(desk, unit, case, Mandate(by="Wang", reason="over"))
        assert unit.find(sealings.KIND, {"case": case}).rows == ()
        assert unit.find(sealing.KIND, {"case": case}).rows == ()
    assert sealings.go_on(idle) == 0
