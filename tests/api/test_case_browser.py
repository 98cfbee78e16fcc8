"""From the board to a sealed packet in a real browser: few clicks, and the whole way from the camera on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from api import chores
from api.caller import HTTP
from api.desk import Wiring
from tests.api.browsing import chromium, motion_jpeg, watched
from tests.api.conftest import Run, Stage
from tests.api.packing.stocked import complete, stock
from tests.api.test_film_browser import PATIENCE, WAYBILL, cut, kept, opened, to_camera

CLICKS = """() => addEventListener("click", (event) => {
    if (event.isTrusted) sessionStorage.setItem("clicks", Number(sessionStorage.getItem("clicks") ?? 0) + 1);
}, true)"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(motion_jpeg(tmp_path_factory.mktemp("camera") / "camera.mjpeg")) as started:
        yield started


def sealed(page: Page, name: str) -> None:
    """Press the button of that name, and wait through the steps until the case is sealed."""
    page.locator("#seal").get_by_role("button", name=name).click()
    expect(page.locator("#seal-digest")).to_have_text(re.compile("^sha256:[0-9a-f]{64}$"), timeout=PATIENCE)


def packed(page: Page, name: str) -> None:
    """Make the packet of the case's own channel, and wait until it is made."""
    page.locator("#packets").get_by_role("button", name=name).first.click()
    expect(page.locator("#standing .members li").first).to_be_visible(timeout=PATIENCE)


def downloaded(page: Page, link: Locator, place: Path) -> Path:
    with page.expect_download() as download:
        link.click()
    download.value.save_as(place)
    return place


def content(page: Page) -> Locator:
    return page.locator("#standing a[href$='/content']")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_board_to_a_sealed_packet_in_five_clicks(  # noqa: PLR0917 - fixtures
    browser: Browser,
    taker: httpx.Client,
    idle: Wiring,
    stage: Stage,
    tmp_path: Path,
    sixface: Run,
    *,
    scripts: bool,
) -> None:
    case = stock(idle.desk(HTTP), tmp_path, seconds=1.0, roles=("defect_photo", "label_photo"))
    complete(idle.desk(HTTP), case)
    context = opened(browser, "en-GB", java_script_enabled=scripts)
    context.add_init_script(f"({CLICKS})()")
    with chores.done_beside(idle), watched(context.new_page()) as page:
        page.goto(f"{stage.url}/cases")
        page.get_by_role("link", name="240917ABC").first.click()  # 1
        sealed(page, "Seal the bundle")  # 2
        packed(page, "Make the packet")  # 3
        packet = downloaded(page, content(page), tmp_path / "packet.zip")  # 4
        link = page.get_by_role("link", name="The sealed bundle")
        bundle = downloaded(page, link, tmp_path / "bundle.zip")  # 5
        if scripts:
            assert int(page.evaluate("sessionStorage.getItem('clicks')")) <= 5
    context.close()
    made = taker.get(f"/v1/cases/{case}/packets").json()["items"][0]
    assert packet.stat().st_size == made["size"]
    assert sixface("verify", bundle).returncode == 0


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_whole_way_from_the_camera_to_a_bundle_that_verifies_offline(  # noqa: PLR0917 - fixtures
    browser: Browser,
    client: httpx.Client,
    wiring: Wiring,
    stage: Stage,
    tmp_path: Path,
    sixface: Run,
    locale: str,
) -> None:
    english = locale == "en-GB"
    context = opened(browser, locale)
    with chores.done_beside(wiring), watched(context.new_page()) as page:
        to_camera(page, stage)
        page.locator("#record").tap()
        expect(page.locator("#timer")).to_be_visible()
        page.wait_for_timeout(2500)
        page.route("**/v1/uploads/*", cut)
        context.set_offline(True)
        page.locator("#record").tap()
        note = page.locator("[data-name=sending] [data-part=note]")
        expect(note).to_contain_text("No network" if english else "没有网络")
        context.set_offline(False)
        page.wait_for_timeout(300)
        page.reload()
        expect(page.locator("#films li bdi")).to_have_text(WAYBILL)
        page.unroute("**/v1/uploads/*")
        report = page.locator("#films a.button")
        expect(report).to_be_visible(timeout=PATIENCE)
        assert kept(page) == 0
        report.click()
        expect(page.locator("#verdict")).to_be_visible()
        page.goto(f"{stage.url}/cases")
        page.get_by_role("link", name=WAYBILL).first.click()
        sealed(page, "Seal it although incomplete" if english else "仍按不完整封存")
        packed(page, "Make the packet" if english else "制作材料包")
        packet = downloaded(page, content(page), tmp_path / "packet.zip")
        link = page.get_by_role("link", name="The sealed bundle" if english else "封存的证据包")
        bundle = downloaded(page, link, tmp_path / "bundle.zip")
    context.close()
    assert packet.stat().st_size > 1000
    verified = sixface("verify", bundle)
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_fact_that_is_lacking_is_written_down_where_it_is_asked_for(
    browser: Browser, taker: httpx.Client, stage: Stage, *, scripts: bool
) -> None:
    told = {"ruleset": "usps", "order_number": "1"}
    case = taker.post("/v1/cases", json=told).json()
    context = opened(browser, "en-GB", java_script_enabled=scripts)
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/cases/{case['id']}")
        link = page.get_by_role("link", name="Write it down: whether it was insured").first
        link.click()
        form = page.locator("form.filling")
        field = form.locator("#parcel-outbound-insured")
        if scripts:
            expect(field).to_be_focused()
        field.select_option("yes")
        weight = form.locator("#parcel-outbound-weight")
        weight.fill("heavy")
        form.get_by_label("Carrier", exact=True).fill("USPS")
        form.get_by_role("button", name="Save").click()
        expect(form.locator(".wrong").last).to_contain_text("Write the weight in grams")
        expect(form.get_by_label("Carrier", exact=True)).to_have_value("USPS")
        if scripts:
            expect(weight).to_be_focused()
        weight.fill("1.25 kg")
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)
        expect(page.locator("#parcels")).to_contain_text("1,250 g")
        page.locator("#goods").get_by_role("link", name="Add a line").click()
        form.get_by_label("Serial numbers").fill("S1")
        form.get_by_role("button", name="Save").click()
        expect(page.locator("#goods li")).to_contain_text("S1")
    context.close()
    (parcel,) = taker.get(case["links"]["self"]).json()["parcels"]
    assert (parcel["carrier"], parcel["weight"], parcel["insured"]) == ("USPS", 1250, True)
