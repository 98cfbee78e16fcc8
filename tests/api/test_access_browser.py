"""What a screen reader, a keyboard or weak eyes would stumble over, as axe-core sees it in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api import rewording, sealings
from api.caller import HTTP
from api.desk import Wiring
from api.packing import making
from api.pages.admin.hall import DOORS
from tests.api import made_faces as faces
from tests.api import made_reports as made
from tests.api.browsing import chromium, motion_jpeg, watched
from tests.api.conftest import Stage
from tests.api.packing.stocked import stock
from tests.api.test_editions import edition

WAYBILL = "SF1402938475610"
# What stands in a sentence or a table is read; what is drawn in a lane has a button of its own below.
SMALL = """() => [...document.querySelectorAll("button, a, input, select, summary")]
    .filter((one) => one.checkVisibility() && !one.closest("p:not(.actions), svg, td, .custody"))
    .map((one) => one.matches("[type=checkbox], [type=radio]") ? one.closest("label") ?? one : one)
    .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 1 && box.height < 48 || box.width > 1 && box.width < 32)
    .map(([name, box]) => `${name} ${box.width}x${box.height}`)"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(motion_jpeg(tmp_path_factory.mktemp("camera") / "camera.mjpeg")) as started:
        yield started


def serious(page: Page) -> list[str]:
    """Violations of WCAG that axe calls serious or critical, with where they are."""
    page.wait_for_timeout(200)  # colours that fade in have come
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.fixture(
    params=[(390, 844, "light"), (390, 844, "dark"), (1440, 900, "light"), (1440, 900, "dark")], ids=str
)
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone and a desk, by day and by night."""
    width, height, scheme = request.param
    made = browser.new_context(
        locale="zh-CN",
        color_scheme=scheme,
        viewport={"width": width, "height": height},
        has_touch=width < height,
        is_mobile=width < height,
    )
    yield made
    made.close()


def test_nothing_serious_stands_in_anybodys_way(
    context: BrowserContext, taker: httpx.Client, stage: Stage
) -> None:
    with watched(context.new_page()) as page:
        for path in ("/", "/station"):
            page.goto(stage.url + path)
            assert serious(page) == [], path
            assert page.evaluate(SMALL) == [], path
        page.goto(f"{stage.url}/film?waybill={WAYBILL}")
        page.locator("#options summary").click()
        assert serious(page) == []
        assert page.evaluate(SMALL) == []
        page.keyboard.press("Tab")
        page.locator("#waybill").press("Enter")
        expect(page.locator("#record")).to_be_visible()
        assert serious(page) == []
        page.locator("#record").click()
        expect(page.locator("#timer")).to_be_visible()
        assert serious(page) == []
        assert page.evaluate(SMALL) == []
        box = page.locator("#record").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 88
        page.keyboard.press("Escape")
        expect(page.locator("#asking")).to_be_visible()
        assert serious(page) == []
        page.locator("#asking-no").click()
        _verdict(page)
        page.locator("#record").click()
        expect(page.locator("#verdict-word")).to_be_visible()
        assert serious(page) == []
        assert page.evaluate(SMALL) == []
        page.locator("[data-name=verdict] .onward").click()
        expect(page.locator("#films li")).to_be_visible()
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth === innerWidth")


def test_nothing_serious_stands_before_cases_either(
    context: BrowserContext, taker: httpx.Client, stage: Stage
) -> None:
    told = {"order_number": "111-222", "tracking_number": WAYBILL, "ruleset": "amazon_safet"}
    case = taker.post("/v1/cases", json=told).json()
    event = {"kind": "refunded", "at": "2026-11-20T09:00:00Z"}
    assert taker.post(f"{case['links']['self']}/events", json=event).status_code == 201
    with watched(context.new_page()) as page:
        for path in ("/cases", "/cases?q=nothing", f"/cases/{case['id']}", "/verify"):
            page.goto(stage.url + path)
            _stands(page, path)


def test_nor_before_what_people_tell_about_cases(
    context: BrowserContext, taker: httpx.Client, stage: Stage, photo: Path, tmp_path: Path
) -> None:
    told = {"order_number": "PO-1", "ruleset": "temu", "reason_code": "part_missing"}
    case = taker.post("/v1/cases", json=told).json()
    own = f"/cases/{case['id']}"
    for name in ("a.jpg", "b.jpg"):
        files = {"file": (name, photo.read_bytes() + name.encode(), "image/jpeg")}
        sent = taker.post("/v1/evidence", files=files).json()
        taker.post(case["links"]["exhibits"], json={"evidence_id": sent["id"], "facts": {"shot": "scale"}})
    talk = "2026-11-20 10:03 买家: 少了一个盘子\n2026-11-20 10:20 客服: 您好，明天补寄盘子"
    taker.post(f"{own}/chat", data={"text": talk})
    taker.post(f"{own}/promised", data={"what": "退运费", "due": "2026-11-21T10:00"})
    table = tmp_path / "orders.csv"
    table.write_text("order,platform\nA-1,tmall\nA-2,nowhere\n", "utf-8")
    with watched(context.new_page()) as page:
        for path in (
            "/cases/new",
            "/cases/new?ruleset=temu",
            own,
            f"{own}/photos",
            f"{own}/chat",
            f"{own}/outlook",
            "/cases/import",
            "/batch",
        ):
            page.goto(stage.url + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            _stands(page, path)
        page.goto(f"{stage.url}/cases/new?ruleset=temu")
        page.locator("#order").fill("X-1")
        page.locator("#value").fill("viel")
        page.locator("button.primary").click()
        expect(page.locator("#value-wrong")).to_be_visible()
        _stands(page, "a form with something wrong")
        page.goto(f"{stage.url}{own}/chat")
        page.locator("#check-text").fill("亲，加我微信 abc12345")
        page.locator("#check form:last-of-type button").click()
        expect(page.locator(".checked")).to_be_visible()
        _stands(page, "a text that was checked")
        page.goto(f"{stage.url}/cases/import")
        page.locator("#file").set_input_files(table)
        page.locator("form.card button").click()
        expect(page.locator("#make button.primary")).to_be_visible()
        _stands(page, "a table that was looked at")


def _stands(page: Page, what: str) -> None:
    """Nothing serious, nothing too small for a glove, nothing beside the screen."""
    assert serious(page) == [], what
    assert page.evaluate(SMALL) == [], what
    assert page.evaluate("document.documentElement.scrollWidth === innerWidth"), what


def test_nothing_serious_stands_before_evidence_either(
    context: BrowserContext, taker: httpx.Client, idle: Wiring, film: Path, stage: Stage
) -> None:
    told = {"order_number": "111-222", "tracking_number": WAYBILL, "ruleset": "amazon_safet"}
    case = taker.post("/v1/cases", json=told).json()
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/evidence")
        assert serious(page) == []
        with idle.desk(HTTP).blobs.stage() as staging:
            staging.write(made.PIXEL)
            staging.commit(None)
        items = [faces.place(idle, film, report).id for report in (made.flawed(), faces.report())]
        exhibit = {"evidence_id": items[0]}
        taker.post(f"{case['links']['self']}/exhibits", json=exhibit).raise_for_status()
        rewording.go_on(idle)
        several = f"/evidence/{items[0]}"
        for path in ("/evidence", "/evidence?q=zzz&since=2026-11-01", several, f"/evidence/{items[1]}"):
            page.goto(stage.url + path)
            for summary in page.locator("summary").all():
                if summary.locator("xpath=..").get_attribute("open") is None:
                    summary.click()
            assert serious(page) == [], path
            assert page.evaluate(SMALL) == [], path
            assert page.evaluate("document.documentElement.scrollWidth === innerWidth"), path
        page.goto(stage.url + several)
        page.get_by_label("案件的订单号或运单号").fill("nothing")
        page.get_by_role("button", name="加入案件").click()
        assert serious(page) == []
        assert page.evaluate(SMALL) == []
        page.close()


def test_nothing_serious_stands_between_a_case_and_its_packet(
    context: BrowserContext, taker: httpx.Client, idle: Wiring, stage: Stage, tmp_path: Path
) -> None:
    desk = idle.desk(HTTP)
    case = stock(desk, tmp_path, seconds=1.0, roles=("defect_photo", "label_photo"))
    home = f"/cases/{case}"
    refusal = {"kind": "refuse", "reason_code": "swapped", "explanation": "No.", "evidence": "E1", "by": "Li"}
    form = {"key": "k" * 32, "incomplete": "true", "for": "dhl.freight", **refusal}
    for place in ("seal", "packets", "decisions"):
        assert taker.post(f"{home}/{place}", data=form).status_code == 303
    packet = taker.post(f"{home}/packets", data=form).headers["Location"]
    with watched(context.new_page()) as page:
        seen(page, stage, home, packet)
        assert (sealings.go_on(idle), making.go_on(idle)) == (1, 1)
        link = {"key": "k" * 32, "scope": ["bundle"], "days": "7"}
        assert taker.post(f"{home}/shares", data=link).status_code == 201
        assert taker.post(f"{home}/outcome", data={"kind": "won", "because": "whole"}).status_code == 303
        seen(page, stage, home, packet, f"{home}/channels/taobao_report.report", "/outcomes")


def seen(page: Page, stage: Stage, *paths: str) -> None:
    """Each page with all its folds open."""
    for path in paths:
        page.goto(stage.url + path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert serious(page) == [], path
        assert page.evaluate(SMALL) == [], path
        assert page.evaluate("document.documentElement.scrollWidth === innerWidth"), path


def test_nothing_serious_stands_before_whoever_runs_the_service(
    context: BrowserContext, taker: httpx.Client, stage: Stage
) -> None:
    taker.post("/v1/rulesets/drafts", json={"text": edition()})
    hook = taker.post("/v1/webhooks", json={"url": "https://93.184.216.34/x"}).json()
    rooms = (f"/admin/webhooks/{hook['id']}", "/admin/rulesets/tmall", "/admin/rulesets/amazon_safet/draft")
    with watched(context.new_page()) as page:
        for path in (*DOORS, *rooms):
            page.goto(stage.url + path)
            assert serious(page) == [], path
            assert page.evaluate(SMALL) == [], path
            assert page.evaluate("document.documentElement.scrollWidth === innerWidth"), path


def _verdict(page: Page) -> None:
    """The check ends at once, with that answer."""
    done = "event: done\ndata: {}\n\n"
    reading = {
        "verdict": "flawed",
        "word": "Flawed",
        "lead": ["Why."],
        "steps": [{"does": "So.", "times": ""}],
    }
    page.route("**/events*", lambda route: route.fulfill(content_type="text/event-stream", body=done))
    page.route("**/reading", lambda route: route.fulfill(json=reading))
