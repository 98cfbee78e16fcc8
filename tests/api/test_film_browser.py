"""The station in a real browser: waybill, camera, a network that goes away, a reload, the verdict."""

from __future__ import annotations

import hashlib
import io
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.api.browsing import chromium, motion_jpeg, pictures, watched
from tests.api.conftest import Stage

WAYBILL = "SF1402938475610"
PATIENCE = 240_000
"""Milliseconds for a check on a machine that has other things to do."""
TAPS = """() => {
    window.taps = Number(sessionStorage.getItem("taps") ?? 0);
    addEventListener("pointerdown", () => sessionStorage.setItem("taps", ++window.taps), true);
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(motion_jpeg(tmp_path_factory.mktemp("camera") / "camera.mjpeg")) as started:
        yield started


def opened(browser: Browser, locale: str = "en-GB", **more: Any) -> BrowserContext:
    context = browser.new_context(
        **{"locale": locale, "viewport": {"width": 390, "height": 844}, "has_touch": True, **more}
    )
    context.set_default_timeout(20_000)
    return context


@pytest.fixture
def page(browser: Browser, taker: httpx.Client) -> Iterator[Page]:
    """A page of a service that takes everything in and examines nothing."""
    context = opened(browser)
    with watched(context.new_page()) as found:
        yield found
    context.close()


def arrived(client: httpx.Client) -> dict[str, Any]:
    """The one item that was sent, as soon as it is there."""
    for _ in range(600):
        if items := client.get("/v1/evidence").json()["items"]:
            (item,) = items
            return item
        time.sleep(0.1)
    pytest.fail("nothing arrived")


def original(client: httpx.Client, item: dict[str, Any]) -> tuple[float, int]:
    """Seconds and pictures of what was stored, as far as it can be decoded."""
    with av.open(io.BytesIO(client.get(item["links"]["original"]).content)) as container:
        times = [float(frame.time or 0) for frame in container.decode(video=0)]
    return times[-1] - times[0], len(times)


def to_camera(page: Page, stage: Stage, waybill: str = WAYBILL) -> None:
    """As a hand scanner does it: the field has the focus, it types and presses Enter."""
    page.goto(f"{stage.url}/film")
    expect(page.locator("#waybill")).to_be_focused()
    page.keyboard.type(waybill)
    page.keyboard.press("Enter")
    expect(page.locator("#record")).to_be_visible()
    # The page's policy forbids the evaluation that `wait_for_function` needs.
    for _ in range(200):
        if page.evaluate("document.getElementById('preview').readyState >= 2"):
            return
        page.wait_for_timeout(50)
    pytest.fail("the camera shows nothing")


def film(page: Page, seconds: float) -> None:
    page.locator("#record").click()
    expect(page.locator("#timer")).to_be_visible()
    page.wait_for_timeout(1000 * seconds)
    page.locator("#record").click()


def cut(route: Route) -> None:
    """A part of a film that does not get through."""
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_parcel_is_filmed_through_a_gap_and_a_reload_to_its_report(
    browser: Browser, client: httpx.Client, stage: Stage, locale: str
) -> None:
    english = locale == "en-GB"
    context = opened(browser, locale)
    context.add_init_script(f"({TAPS})()")
    with watched(context.new_page()) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        to_camera(page, stage)
        page.locator("#record").tap()
        expect(page.locator("#timer")).to_be_visible()
        assert page.evaluate("window.taps") <= 3
        page.wait_for_timeout(3500)
        context.set_offline(True)
        page.locator("#record").tap()
        note = page.locator("[data-name=sending] [data-part=note]")
        expect(note).to_contain_text("No network" if english else "没有网络")
        page.route("**/v1/uploads/*", cut)
        context.set_offline(False)
        page.wait_for_timeout(500)
        page.reload()
        expect(page.locator("#films li bdi")).to_have_text(WAYBILL)
        page.unroute("**/v1/uploads/*")
        report = page.locator("#films a.button")
        expect(report).to_be_visible(timeout=PATIENCE)
        said = page.locator("#films .state").inner_text().split(" · ")[-1]
        report.click()
        heading = page.locator("#verdict")
        assert said.partition(" ")[2] == heading.inner_text().lower()
        assert kept(page) == 0  # let go of once the service had all of it
    context.close()

    (case,) = client.get("/v1/cases", params={"tracking_number": WAYBILL}).json()["items"]
    (exhibit,) = case["exhibits"]
    assert exhibit["role"] == "opening_film"
    assert exhibit["captured_at"] is not None
    item = client.get(f"/v1/evidence/{exhibit['evidence_id']}").json()
    assert item["name"].startswith(f"{WAYBILL}_20")
    assert item["expected"]["tracking_number"] == WAYBILL
    seconds, count = original(client, item)
    assert 2.5 < seconds < 8
    assert count > 20


def kept(page: Page) -> int:
    """Pieces of films that the browser keeps."""
    return page.evaluate(
        """() => new Promise((resolve) => {
            const asked = indexedDB.open("sixface");
            asked.onsuccess = () => {
                const count = asked.result.transaction("pieces").objectStore("pieces").count();
                count.onsuccess = () => resolve(count.result);
            };
        })"""
    )


@pytest.mark.parametrize(("verdict", "word", "sign"), [("sound", "Sound", "✓"), ("flawed", "Flawed", "✗")])
def test_the_verdict_is_one_word_one_sign_and_one_thing_to_do(
    page: Page, stage: Stage, verdict: str, word: str, sign: str
) -> None:
    done = 'event: done\ndata: {"verdict": "x"}\n\n'
    page.route("**/events*", lambda route: route.fulfill(content_type="text/event-stream", body=done))
    step = {"does": "Hold the left side to the camera for one second.", "times": ""}
    reading = {"verdict": verdict, "word": word, "lead": ["Why."], "steps": [step, step]}
    page.route("**/reading", lambda route: route.fulfill(json=reading))
    to_camera(page, stage)
    film(page, 1.5)
    expect(page.locator("#verdict-word")).to_have_text(word)
    expect(page.locator("#verdict")).to_be_focused()
    expect(page.locator("#verdict-sign")).to_have_text(sign)
    expect(page.locator("#verdict-next")).to_have_text(step["does"])
    expect(page.locator("#verdict-report")).to_have_attribute("href", re.compile("^/evidence/ev_"))
    first = page.locator("[data-name=verdict] button.primary")
    expect(first).to_have_text("Next parcel" if verdict == "sound" else "Film again")
    page.get_by_role("button", name="Film again").last.click()
    expect(page.locator("#chip")).to_have_text(WAYBILL)
    expect(page.locator("#hint")).to_contain_text("There is a case for this waybill.")


def test_a_recording_that_a_reload_cuts_off_is_kept_and_sent(
    page: Page, taker: httpx.Client, stage: Stage
) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    to_camera(page, stage)
    page.locator("#record").click()
    page.wait_for_timeout(5500)
    page.reload()
    assert asked == ["beforeunload"]
    seconds, count = original(taker, arrived(taker))
    # Of 5.5; a piece and the time between two key frames may be lost, and a slow machine starts late.
    assert seconds > 1.5
    assert count > 10


def test_the_keyboard_alone_films_and_throws_away(page: Page, stage: Stage) -> None:
    to_camera(page, stage)
    page.keyboard.press("Space")
    expect(page.locator("#timer")).to_be_visible()
    expect(page.locator("#prompts [data-state=now]")).to_have_attribute("data-step", "label")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#cells [data-state=now]")).to_have_text("Front")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Throw this film away?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#timer")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Throw away").click()
    expect(page.locator("#timer")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#waybill")).to_be_focused()
    expect(page.locator("#films")).to_be_hidden()


def test_sides_are_asked_for_one_after_the_other_and_told_with_the_film(
    page: Page, taker: httpx.Client, stage: Stage
) -> None:
    to_camera(page, stage)
    page.locator("#record").click()
    for _ in range(7):
        page.wait_for_timeout(300)
        page.get_by_role("button", name="Next side").click()
    expect(page.locator("#prompts [data-state=now]")).to_have_attribute("data-step", "open")
    expect(page.locator("#cells [data-state=asked]")).to_have_count(6)
    expect(page.get_by_text("Marked sides were asked for.")).to_be_visible()
    page.locator("#record").click()
    prompts = arrived(taker)["expected"]["prompts"]
    assert [prompt["face"] for prompt in prompts] == ["front", "right", "back", "left", "top", "bottom"]


def test_seconds_run_out_where_the_platform_has_a_limit(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/film")
    page.locator("#options summary").click()
    page.locator("#ruleset").select_option("shopee")
    expect(page.locator("#cap-note")).to_contain_text("at most 60 s")
    page.reload()
    to_camera(page, stage)
    page.locator("#record").click()
    expect(page.locator("#cap")).to_have_text("58 s left")
    page.locator("#record").click()


def test_who_does_nothing_for_long_is_asked_and_the_film_is_kept(page: Page, stage: Stage) -> None:
    to_camera(page, stage)
    page.evaluate("document.getElementById('film').dataset.idle = '1.5'")
    page.evaluate("document.getElementById('preview').pause()")  # nothing moves any more
    page.locator("#record").click()
    expect(page.get_by_role("heading", name="Still filming?")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#timer")).to_be_visible()
    expect(page.get_by_role("heading", name="Leave the parcel on the table")).to_be_visible()


def test_a_code_before_the_camera_is_read_where_the_browser_can(
    browser: Browser, taker: httpx.Client, stage: Stage
) -> None:
    context = opened(browser)
    context.add_init_script(
        """window.BarcodeDetector = class {
            static getSupportedFormats() { return Promise.resolve(["code_128", "qr_code"]); }
            async detect() {
                return [{ rawValue: "https://example.org/?n=1" }, { rawValue: "sf 1402938475610" }];
            }
        };"""
    )
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/film")
        page.get_by_role("button", name="Scan with the camera").click()
        expect(page.locator("#chip")).to_have_text(WAYBILL)
        page.locator("#record").click()
        expect(page.locator("#hint")).to_have_text(f"Waybill legible: {WAYBILL}")
        page.locator("#record").click()
    context.close()


def test_where_the_browser_reads_no_codes_the_service_reads_a_photo(
    page: Page, taker: httpx.Client, stage: Stage, tmp_path: Path
) -> None:
    code = zxingcpp.create_barcode(WAYBILL, zxingcpp.BarcodeFormat.Code128)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).convert("RGB")
    label = Image.new("RGB", (drawn.width + 200, drawn.height + 300), "white")
    label.paste(drawn, (100, 150))
    label.save(tmp_path / "label.jpg", quality=95)
    page.goto(f"{stage.url}/film")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Scan with the camera").click()
    chooser.value.set_files(tmp_path / "label.jpg")
    expect(page.locator("#chip")).to_have_text(WAYBILL, timeout=PATIENCE)


def test_what_is_no_waybill_is_told_and_nothing_begins(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/film")
    page.keyboard.type("https://example.org/track")
    page.keyboard.press("Enter")
    expect(page.locator("#waybill-note")).to_contain_text("This is no waybill number")
    expect(page.locator("#waybill")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#waybill")).to_be_focused()


def test_a_film_from_elsewhere_goes_the_same_way(
    page: Page, taker: httpx.Client, stage: Stage, film: Path
) -> None:
    page.goto(f"{stage.url}/film?waybill={WAYBILL}")
    page.locator("#options summary").click()
    page.locator("#pick").set_input_files(film)
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    (case,) = taker.get("/v1/cases", params={"tracking_number": WAYBILL}).json()["items"]
    assert case["exhibits"][0]["captured_at"] is None  # when it was filmed, nobody here knows


def test_without_a_camera_the_way_on_is_told(browser: Browser, taker: httpx.Client, stage: Stage) -> None:
    context = opened(browser)
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); }"
    )
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/film?waybill={WAYBILL}")
        page.keyboard.press("Enter")
        expect(page.locator("#notice")).to_contain_text("The camera was not allowed.")
        expect(page.get_by_role("button", name="Send a film that is on this device")).to_be_visible()
    context.close()


def test_bytes_that_arrive_as_others_are_not_let_go_of(page: Page, taker: httpx.Client, stage: Stage) -> None:
    def other(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "digest": f"sha256:{'0' * 64}"})

    page.route("**/v1/evidence/ev_*", other)
    to_camera(page, stage)
    film(page, 1.5)
    expect(page.get_by_role("alert")).to_contain_text("What arrived is not what was filmed.")
    assert kept(page) > 0
    page.get_by_role("button", name="Next parcel").first.click()
    row = page.locator("#films li")
    with page.expect_download() as saved:
        row.get_by_role("button", name="Save").click()
    assert saved.value.suggested_filename.startswith(WAYBILL)
    item = arrived(taker)
    assert hashlib.sha256(saved.value.path().read_bytes()).hexdigest() == item["digest"].removeprefix(
        "sha256:"
    )
    row.get_by_role("button", name="Remove").click()
    row.get_by_role("button", name="Remove for good?").click()
    expect(page.locator("#films")).to_be_hidden()
    assert kept(page) == 0


def test_a_large_file_that_was_only_in_hand_goes_on_when_it_is_chosen_again(
    page: Page, taker: httpx.Client, stage: Stage, film: Path
) -> None:
    page.add_init_script("navigator.storage.estimate = async () => ({ quota: 10, usage: 0 })")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{stage.url}/film")
    page.route("**/v1/uploads/*", cut)
    page.locator("#options summary").click()
    page.locator("#pick").set_input_files(film)
    expect(page.get_by_text("The film is kept on this device.")).to_be_visible()
    page.reload()
    page.unroute("**/v1/uploads/*")
    expect(page.locator("#films li")).to_contain_text("came to a stop")
    page.locator("#options summary").click()
    page.locator("#pick").set_input_files(film)
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    assert arrived(taker)["size"] == film.stat().st_size


def test_hashes_are_those_of_the_standard(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/film")
    made = page.evaluate(
        """async (sizes) => {
            const { digest } = await import("/static/hashing.js");
            const bytes = (n) => Uint8Array.from({ length: n }, (_, i) => (i * 7 + (i >> 8)) & 255);
            return Promise.all(sizes.map(async (n) => [n, await digest(new Blob([bytes(n)]))]));
        }""",
        [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, (1 << 20) + 3],
    )
    for size, told in made:
        truth = hashlib.sha256(bytes((i * 7 + (i >> 8)) & 255 for i in range(size))).hexdigest()
        assert told == truth, size


def test_the_coach_tells_dark_bright_fast_and_blurred_from_a_good_picture(page: Page, stage: Stage) -> None:
    page.goto(f"{stage.url}/film")
    first, second = (
        np.asarray(picture.convert("L").resize((320, 180)), np.int32) for picture in list(pictures(9))[::8]
    )
    soft = np.asarray(Image.fromarray(first.astype(np.uint8)).filter(ImageFilter.GaussianBlur(3)), np.int32)
    shown = {
        "null": (second, first),
        "dark": (second // 6, first // 6),
        "bright": (200 + second // 6, 200 + first // 6),
        "fast": (255 - second, first),
        "blurred": (soft, soft),
    }
    for wanted, (picture, before) in shown.items():
        found = page.evaluate(
            """async ([picture, before]) => {
                const { measure, trouble } = await import("/static/looking.js");
                const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                return String(trouble(measure(bytes(picture), bytes(before), 320)));
            }""",
            [b64encode(each.astype(np.uint8).tobytes()).decode() for each in (picture, before)],
        )
        assert found == wanted
