"""The station clock in a real browser: what is on the screen is read as a camera would."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from evidence.station import Keys, Signed, parse
from tests.api.browsing import chromium
from tests.api.conftest import Stage


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": 800, "height": 1000}, locale="en", color_scheme="dark"
        )
        yield context.new_page()


def shown(page: Page) -> Signed | None:
    picture = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"))
    codes = zxingcpp.read_barcodes(picture)
    return parse(codes[0].text) if codes else None


def test_the_screen_shows_fresh_codes_and_never_an_old_one(
    client: httpx.Client, page: Page, stage: Stage
) -> None:
    keys = Keys(client.get("/v1/station/keys.pem").content)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stage.url}/station/TABLE-1")
    expect(page.locator("#code svg")).to_be_visible(timeout=10_000)
    first = shown(page)
    assert first is not None
    assert keys.prove(first)
    page.wait_for_timeout(1300)
    second = shown(page)
    assert second is not None
    assert second.at > first.at
    # A service that answers no longer leaves no code behind.
    page.route("**/v1/station/code*", lambda route: route.abort())
    expect(page.locator("#code svg")).to_have_count(0, timeout=4000)
    expect(page.locator("#trouble")).to_be_visible()
    page.unroute("**/v1/station/code*")
    expect(page.locator("#code svg")).to_be_visible(timeout=5000)
    expect(page.locator("#trouble")).to_be_hidden()
    assert errors == []


def test_a_name_is_given_on_the_page_and_stays_in_the_address(
    client: httpx.Client, page: Page, stage: Stage
) -> None:
    page.goto(f"{stage.url}/station")
    page.locator("input[name=name]").fill("table-7")
    page.locator("form button").click()
    page.wait_for_url("**/station/TABLE-7")
    expect(page.locator("#code svg")).to_be_visible(timeout=10_000)
    code = shown(page)
    assert code is not None
    assert code.name == "TABLE-7"
