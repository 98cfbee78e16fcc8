"""Many files at once, in a real browser: a line each, their cases, and the result as a table."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.api.browsing import chromium, watched
from tests.api.conftest import Stage

WAYBILL = "SF1402938475610"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def given(photo: Path, film: Path, text: Path, tmp_path: Path) -> list[Path]:
    """A photo, a film, a file that only claims to be a photo, and one that claims nothing."""
    odd, notes = tmp_path / "=odd.jpg", tmp_path / "notes.txt"
    odd.write_bytes(text.read_bytes())
    notes.write_text("no media")
    return [photo, film, odd, notes]


def test_many_files_are_checked_matched_and_added(
    browser: Browser, client: httpx.Client, stage: Stage, given: list[Path]
) -> None:
    case = client.post("/v1/cases", json={"order_number": "=1+1", "tracking_number": WAYBILL}).json()

    def read(route: Route) -> None:
        """The report of the photo as though a waybill had been read in it."""
        told = route.fetch().json()
        if told["media"]["kind"] != "video":
            found: dict[str, Any] = {
                "code": "label.code",
                "outcome": "pass",
                "says": "",
                "when": [],
                "stills": [],
            }
            found["measures"] = [{"name": "value", "value": WAYBILL, "unit": "", "limit": None}]
            told["answers"].append({"check": "label", "version": 1, "settings": {}, "findings": [found]})
        route.fulfill(json=told)

    with watched(browser.new_page(locale="en", accept_downloads=True)) as page:
        page.route("**/report", read)
        page.goto(f"{stage.url}/batch")
        page.locator("#files").set_input_files(given)
        expect(page.locator("#summary")).to_contain_text("3 of 3 checked", timeout=60000)
        expect(page.locator("#summary")).to_contain_text("1 refused")
        expect(page.locator("#note")).to_contain_text("no film and no photo: 1")
        first = page.locator("#batch-list li").filter(has_text="photo.jpg")
        expect(first.locator(".read")).to_contain_text(WAYBILL)
        expect(first.get_by_role("link", name="Case")).to_have_attribute("href", f"/cases/{case['id']}")
        page.locator("#attach").click()
        expect(first.locator(".read")).to_contain_text("It is in its case.")
        (exhibit,) = client.get(case["links"]["exhibits"]).json()["items"]
        assert exhibit["name"] == "photo.jpg"
        expect(page.locator("#attach")).to_be_disabled()
        with page.expect_download() as coming:
            page.locator("#download").click()
        table = Path(coming.value.path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table, newline="")))
    assert len(rows) == 4
    assert {row[0] for row in rows[1:]} == {"photo.jpg", "film.mp4", "'=odd.jpg"}
    assert [row[3] for row in rows if row[0] == "photo.jpg"] == [case["id"]]


def test_a_reload_loses_no_line_and_sends_nothing_twice(
    browser: Browser, client: httpx.Client, stage: Stage, photo: Path, film: Path
) -> None:
    def lost(route: Route) -> None:
        """The film does not get through yet."""
        if base64.b64encode(b"film.mp4").decode() in route.request.headers.get("upload-metadata", ""):
            route.abort()
        else:
            route.fallback()

    context = browser.new_context(locale="en")
    page = context.new_page()
    page.on("dialog", lambda asked: asked.accept())
    page.route("**/v1/uploads", lost)
    page.goto(f"{stage.url}/batch")
    page.locator("#files").set_input_files([photo, film])
    expect(page.locator("#summary")).to_contain_text("1 of 2 checked", timeout=60000)
    page.reload()
    page.unroute("**/v1/uploads")
    expect(page.locator("#summary")).to_contain_text("1 of 2 checked")
    expect(page.locator("#note")).to_contain_text("1 still have to be sent")
    line = page.locator("#batch-list li").filter(has_text="film.mp4")
    expect(line.locator(".state")).to_have_text("is to be chosen again")
    page.locator("#files").set_input_files([photo, film])
    expect(page.locator("#summary")).to_contain_text("2 of 2 checked", timeout=60000)
    expect(page.locator("#note")).to_have_text("")
    names = [item["name"] for item in client.get("/v1/evidence").json()["items"]]
    assert sorted(names) == ["film.mp4", "photo.jpg"]
    page.reload()
    expect(page.locator("#summary")).to_contain_text("2 of 2 checked")
    page.locator("#anew").click()
    expect(page.locator("#sum")).to_be_hidden()
    context.close()
