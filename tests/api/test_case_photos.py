"""The photos of a case as slots: without scripts by a plain form, with scripts in parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from claims.shots import catalogue
from tests.api.browsing import chromium, watched
from tests.api.conftest import Stage

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def case_of(client: httpx.Client, **told: Any) -> dict[str, Any]:
    body = {"ruleset": "tmall", "order_number": "111-222", "reason_code": "swapped_item", **told}
    return client.post("/v1/cases", json=body).json()


def page(client: httpx.Client, case: dict[str, Any]) -> str:
    answer = client.get(f"/cases/{case['id']}/photos", headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def action(text: str, slot: str) -> str:
    found = re.search(rf'action="([^"]+slot={slot}&amp;key=[^"]+)"', text)
    assert found is not None
    return unescape(found[1])


def test_the_slots_are_those_of_the_reason_each_with_a_drawing(taker: httpx.Client) -> None:
    case = case_of(taker)
    text = page(taker, case)
    wanted = catalogue().of("tmall.swapped_item")
    assert wanted is not None
    for shot in (*wanted.needed, *wanted.helpful):
        assert f'id="shot-{shot}"' in text
        assert catalogue().named(shot).how.en in unescape(text)
    assert text.count('<svg class="sketch"') == text.count('<li class="card') - 1
    assert f"0 of {len(re.findall('Missing', text))} needed photos" in text


def test_without_a_reason_the_usual_photos_are_proposed_and_the_reason_is_asked(taker: httpx.Client) -> None:
    case = case_of(taker, reason_code="")
    assert 'id="shot-close_up"' in page(taker, case)
    told = {"reason_code": "swapped_item", "page": "photos", "form": "reason"}
    answer = taker.post(f"/cases/{case['id']}/facts", data=told)
    assert answer.headers["Location"] == f"/cases/{case['id']}/photos"
    assert 'id="shot-sold_serial"' in page(taker, case)
    wrong = taker.post(f"/cases/{case['id']}/facts", data=told | {"reason_code": "odd"}, headers=ENGLISH)
    assert wrong.status_code == 422
    assert "knows no odd" in wrong.text


def test_a_photo_of_a_slot_is_told_at_once_and_counts_as_that_shot(client: httpx.Client, photo: Path) -> None:
    case = case_of(client)
    address = action(page(client, case), "shot-seal")
    for _ in range(2):
        files = {"file": ("IMG_1.jpg", photo.read_bytes(), "image/jpeg")}
        answer = client.post(address, files=files, data={"case_id": case["id"]})
        assert (answer.status_code, answer.headers["Location"]) == (
            303,
            f"/cases/{case['id']}/photos#shot-seal",
        )
    (exhibit,) = client.get(case["links"]["exhibits"]).json()["items"]
    assert (exhibit["shot"], exhibit["role"], exhibit["kind"]) == ("seal", "packaging_photo", "photo")
    text = page(client, case)
    slot = text[text.index('id="shot-seal"') : text.index('id="shot-received"')]
    assert re.search(r"Sound|Flawed|Needs review", slot)
    assert "Take again" in slot
    told = client.get(f"/v1/cases/{case['id']}/photo-set").json()
    assert [s["photos"] for s in told["shots"] if s["shot"] == "seal"] == [[exhibit["evidence_id"]]]


def test_what_is_no_photo_is_refused_beside_its_slot(client: httpx.Client, text: Path, photo: Path) -> None:
    case = case_of(client)
    address = action(page(client, case), "shot-seal")
    answer = client.post(address, files={"file": ("a.jpg", text.read_bytes(), "image/jpeg")})
    assert answer.status_code == 422
    slot = answer.text[answer.text.index('id="shot-seal"') : answer.text.index('id="shot-received"')]
    assert 'class="wrong"' in slot
    files = {"file": ("a.jpg", photo.read_bytes(), "image/jpeg")}
    unknown = client.post(address.replace("shot-seal", "shot-none"), files=files)
    assert unknown.status_code == 400
    assert client.post(address.replace(case["id"], "case_none"), files=files).status_code == 404
    assert client.get(case["links"]["exhibits"]).json()["items"] == []


def test_an_exhibit_can_be_no_shot_that_nobody_knows(client: httpx.Client, photo: Path) -> None:
    case = case_of(client)
    sent = client.post("/v1/evidence", files={"file": ("a.jpg", photo.read_bytes(), "image/jpeg")}).json()
    told = {"evidence_id": sent["id"], "facts": {"shot": "none"}}
    assert client.post(case["links"]["exhibits"], json=told).status_code == 422


def test_two_photos_are_held_against_each_other(client: httpx.Client, photo: Path) -> None:
    case = case_of(client)
    ids: list[str] = []
    for more in (b"", b"again"):
        files = {"file": ("a.jpg", photo.read_bytes() + more, "image/jpeg")}
        assert client.post("/v1/validate", files=files).status_code == 200
        ids.append(client.get("/v1/evidence").json()["items"][0]["id"])
        client.post(case["links"]["exhibits"], json={"evidence_id": ids[-1]})
    told = {"listing": ids[0], "received": ids[1]}
    answer = client.post(f"/cases/{case['id']}/compared", data=told, headers=ENGLISH)
    assert answer.status_code == 200
    assert 'class="compared"' in answer.text
    absent = client.post(f"/cases/{case['id']}/compared", data={"listing": "x"}, headers=ENGLISH)
    assert absent.status_code == 404
    assert "There is no evidence" in absent.text


def test_a_photo_goes_in_parts_and_its_verdict_comes_without_a_reload(
    browser: Browser, client: httpx.Client, stage: Stage, photo: Path
) -> None:
    case = case_of(client)
    with watched(browser.new_page(locale="en")) as shown:
        shown.goto(f"{stage.url}/cases/{case['id']}/photos")
        slot = shown.locator("#shot-label")
        slot.locator("input[type=file]").set_input_files(photo)
        expect(slot.locator(".taken b")).to_have_text(re.compile("Sound|Flawed|Needs review"), timeout=30000)
        expect(slot).to_be_focused()
        (exhibit,) = client.get(case["links"]["exhibits"]).json()["items"]
        assert (exhibit["shot"], exhibit["role"]) == ("label", "label_photo")
        assert client.get(f"/v1/evidence/{exhibit['evidence_id']}").json()["profile"] == "label_photo"
        slot.locator("input[type=file]").set_input_files(photo)
        expect(slot.locator(".state .wrong")).to_contain_text("This case has that file already")
