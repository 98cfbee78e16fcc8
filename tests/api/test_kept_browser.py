"""The station without a network, in a real browser: it opens, films, and sends when the network is back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.identity.scopes import Role
from tests.api.browsing import chromium, motion_jpeg, watched
from tests.api.conftest import Stage
from tests.api.identity.conftest import PASSWORD, House
from tests.api.identity.conftest import house as house  # noqa: PLC0414 - fixtures of that room
from tests.api.identity.conftest import opened as opened  # noqa: PLC0414
from tests.api.test_film_browser import WAYBILL, arrived, film, original, to_camera

NAMES = "caches.keys()"
KEPT = """async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("sixface-shell-"));
    const found = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys())));
    return found.flat().map((request) => request.url);
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(motion_jpeg(tmp_path_factory.mktemp("camera") / "camera.mjpeg")) as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True)
    made.set_default_timeout(20_000)
    yield made
    made.close()


def waited(page: Page, come: Callable[[], bool]) -> None:
    for _ in range(200):
        if come():
            return
        page.wait_for_timeout(50)
    pytest.fail("it did not come")


def kept(page: Page) -> list[str]:
    """The addresses that are kept, as soon as there are all of them: they come together."""
    waited(page, lambda: len(page.evaluate(KEPT)) > 0)
    found: list[str] = page.evaluate(KEPT)
    assert len(found) > 20
    return found


def test_it_opens_and_films_without_a_network_and_sends_when_there_is_one(
    context: BrowserContext, taker: httpx.Client, stage: Stage
) -> None:
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/film")
        assert all("/film/kept/" in address for address in kept(page))
        context.set_offline(True)
        page.reload()
        expect(page.locator(".alone")).to_contain_text("The service could not be reached")
        assert page.locator(".doors, .tongues, .whoever").count() == 0
        to_camera(page, stage)
        film(page, 2.5)
        note = page.locator("[data-name=sending] [data-part=note]")
        expect(note).to_contain_text("No network")
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()  # still without one: what was filmed is known
        expect(page.locator("#films li bdi")).to_have_text(WAYBILL)
        context.set_offline(False)
        seconds, count = original(taker, arrived(taker))
        assert seconds > 1.5
        assert count > 10
        page.reload()
        expect(page.locator(".doors")).to_be_visible()
        expect(page.locator(".alone")).to_have_count(0)


def test_with_a_network_the_page_is_the_services_own_and_a_change_is_kept_at_once(
    context: BrowserContext, taker: httpx.Client, stage: Stage
) -> None:
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/film")
        kept(page)
        assert [name[-3:] for name in page.evaluate(NAMES)] == ["-en"]
        page.goto(f"{stage.url}/film?lang=zh")  # another text, so another version
        expect(page.locator(".doors")).to_be_visible()
        waited(page, lambda: [name[-6:] for name in page.evaluate(NAMES)] == ["-zh-CN"])
        context.set_offline(True)
        page.goto(f"{stage.url}/film?waybill={WAYBILL}")
        expect(page.locator(".alone")).to_contain_text("打开本页时连不上服务")
        expect(page.locator("#waybill")).to_have_value(WAYBILL)


@pytest.mark.parametrize("seconds", [0, 8], ids=["nobody behind the proxy", "too slow"])
def test_a_service_that_is_not_there_is_no_reason_to_wait(
    context: BrowserContext, taker: httpx.Client, stage: Stage, seconds: int
) -> None:
    async def gone(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        await Response(status_code=502)(scope, receive, send)

    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/film")
        kept(page)
        stage.app = gone
        page.reload(wait_until="commit")
        expect(page.locator(".alone")).to_be_visible(timeout=7_000)
        to_waybill = page.locator("#waybill")
        to_waybill.fill(WAYBILL)
        to_waybill.press("Enter")
        expect(page.locator("#record")).to_be_visible()


def test_nobodys_name_is_kept_and_who_signs_out_leaves_no_page_behind(
    context: BrowserContext, house: House
) -> None:
    house.person(Role.UPLOADER, name="mei", password=PASSWORD)
    with watched(context.new_page()) as page:

        def signed_out() -> None:
            page.get_by_role("button", name="Sign out").click()
            expect(page.locator("#password")).to_be_visible()
            waited(page, lambda: page.evaluate(KEPT) == [])

        page.goto(f"{house.url}/sign-in?next=/film")
        for leave in (signed_out, context.clear_cookies):  # the second time the worker is there before
            page.locator("#name").fill("mei")
            page.locator("#password").fill(PASSWORD)
            page.locator("main button").click()
            expect(page.locator(".whoever")).to_contain_text("mei")
            for address in kept(page):
                assert "mei" not in page.evaluate("async (at) => (await caches.match(at)).text()", address)
            leave()
            page.goto(f"{house.url}/film")
            expect(page).to_have_url(re.compile("/sign-in"))
            waited(page, lambda: page.evaluate(KEPT) == [])
        context.set_offline(True)
        with pytest.raises(Error, match="net::ERR_"):
            page.goto(f"{house.url}/film")
