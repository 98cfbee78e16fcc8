"""The film of a report in a real browser: it plays, what names a time leads there, custody is told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from api.caller import HTTP
from api.desk import Wiring
from tests.api import made_faces as faces
from tests.api import made_reports as made
from tests.api.browsing import chromium, watched
from tests.api.test_confirmations_http import log_of

RATE = 15
SECONDS = 42


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def playable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As long as the report that is made for it says, and of a codec that every Chromium has."""
    path = tmp_path_factory.mktemp("film") / "film.webm"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libvpx", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(RATE * SECONDS):
            picture = np.full((64, 96, 3), number % 250, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


def placed(wiring: Wiring, film: Path, codec: str = "vp8") -> str:
    with wiring.desk(HTTP).blobs.stage() as staging:
        staging.write(made.PIXEL)
        staging.commit(None)
    report = made.flawed()
    media = report.media.model_copy(update={"video_codec": codec, "container": "webm"})
    return faces.place(wiring, film, report.model_copy(update={"media": media})).id


def now(page: Page) -> float:
    return float(page.evaluate("document.getElementById('film').currentTime"))


def until(page: Page, holds: str) -> None:
    """Wait until that holds of the film, asked from outside, as the policy evaluates nothing."""
    end = time.monotonic() + 20
    while not page.evaluate(f"(film => {holds})(document.getElementById('film'))"):
        assert time.monotonic() < end, holds
        page.wait_for_timeout(50)


def at(page: Page, seconds: float) -> None:
    until(page, f"Math.abs(film.currentTime - {seconds}) < 0.1")


def test_all_that_names_a_time_leads_there(
    taker: httpx.Client, idle: Wiring, playable: Path, browser: Browser
) -> None:
    item = placed(idle, playable)
    with watched(browser.new_page(locale="en", viewport={"width": 1440, "height": 900})) as page:
        page.goto(f"{taker.base_url}/evidence/{item}")
        expect(page.locator("#unplayed")).to_be_hidden()
        assert "original.played" not in [each.event for each in log_of(idle, item)], "nothing was fetched yet"
        page.get_by_role("button", name="0:27–0:29").click()
        until(page, "film.readyState >= 2")
        at(page, 27)
        expect(page.locator("#moment")).to_have_text("0:27.0")
        share = page.locator("#lanes").evaluate("lanes => Number(lanes.style.getPropertyValue('--at'))")
        assert share == pytest.approx(27 / 41.2, abs=0.01)
        before = now(page)
        page.keyboard.press(".")
        until(page, f"film.currentTime > {before}")
        page.keyboard.press(",")
        at(page, before)
        page.locator("#speed").select_option("2")
        assert page.evaluate("document.getElementById('film').playbackRate") == 2
        page.locator("body").click(position={"x": 2, "y": 2})
        page.keyboard.press("k")
        until(page, f"film.currentTime > {before + 0.3}")
        page.keyboard.press("k")
        events = [each.event for each in log_of(idle, item)]
        assert events.count("original.played") == 1, "however many ranges a player asks for"
        page.close()


def test_the_lanes_are_walked_by_keyboard_and_by_pointer(
    taker: httpx.Client, idle: Wiring, playable: Path, browser: Browser
) -> None:
    item = placed(idle, playable)
    with watched(browser.new_page(locale="en", viewport={"width": 1440, "height": 900})) as page:
        page.goto(f"{taker.base_url}/evidence/{item}")
        stops = page.locator("#lanes [data-at][tabindex='0']")
        expect(stops).to_have_count(1)
        stops.focus()
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        at(page, 18.4)
        expect(page.locator("#told-event")).to_contain_text("The picture changes at once")
        page.keyboard.press("ArrowRight")
        at(page, 27)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        at(page, 18.4)
        plot = page.locator("#lanes .plot").first
        box = plot.bounding_box()
        assert box is not None
        # By its own place, so that it is waited for until it stands still and is in view.
        plot.click(position={"x": box["width"] / 2, "y": box["height"] - 4})
        at(page, 41.2 / 2)
        page.locator("#told-event a").click()
        expect(page.locator(".remarks li:target")).to_be_in_viewport()
        page.close()


def test_a_film_that_the_browser_cannot_play_says_so_and_is_offered(
    taker: httpx.Client, idle: Wiring, film: Path, browser: Browser
) -> None:
    item = placed(idle, film, "mpeg4")
    with watched(browser.new_page(locale="zh-CN")) as page:
        page.goto(f"{taker.base_url}/evidence/{item}")
        expect(page.locator("#unplayed")).to_contain_text("此浏览器无法播放这段视频")
        expect(page.locator("#film")).to_be_hidden()
        with page.expect_download() as download:
            page.get_by_role("link", name="下载原件").click()
        assert Path(download.value.path()).read_bytes() == film.read_bytes()
        page.close()


def test_a_person_adds_the_film_to_its_case_and_reads_who_did_what(
    taker: httpx.Client, idle: Wiring, film: Path, browser: Browser
) -> None:
    item = placed(idle, film, "mpeg4")
    for _ in range(2):
        told = {"ruleset": "amazon_safet", "order_number": "111-222"}
        taker.post("/v1/cases", json=told).raise_for_status()
    with watched(browser.new_page(locale="en")) as page:
        page.goto(f"{taker.base_url}/evidence/{item}")
        number = page.get_by_label("Order or waybill number of the case")
        number.fill("nothing")
        page.get_by_role("button", name="Add to the case").click()
        expect(page.get_by_role("alert")).to_contain_text("No case has the number nothing.")
        number.fill("111-222")
        page.get_by_role("button", name="Add to the case").click()
        expect(page.get_by_role("alert")).to_contain_text("Several cases have the number 111-222.")
        page.locator("form.attach button").first.click()
        expect(page.locator("#cases .links a")).to_have_text("111-222")
        expect(page.locator("#custody li").first).to_contain_text("The report was looked at")
        expect(page.locator("#custody")).to_contain_text("Made an exhibit of a case")
        expect(page.locator("#custody .chain")).to_contain_text("The chain is whole")
        page.close()
