"""A newcomer in a real browser: an example is asked for, watched while made, looked at and taken away."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from api import examination, filming
from api.caller import HTTP
from api.desk import Wiring
from api.drawing import Told
from samples.cases import ExampleCase
from tests.api.browsing import chromium, watched
from tests.api.conftest import Stage
from tests.api.test_access_browser import SMALL, serious


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_newcomer_sees_an_example_grow_and_takes_it_away_again(  # noqa: PLR0917 - fixtures
    browser: Browser, taker: httpx.Client, idle: Wiring, stage: Stage, film: Path, photo: Path
) -> None:
    drawing = threading.Event()

    def slow(folder: Path, _: ExampleCase, told: Told) -> tuple[Path, Path]:
        told(3, 10)
        assert drawing.wait(60)
        made = folder / "film.mov", folder / "waybill.jpg"
        for source, target in zip((film, photo), made, strict=True):
            shutil.copyfile(source, target)
        return made

    worker = threading.Thread(target=lambda: filming.go_on(idle, slow))
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    with watched(context.new_page()) as page:
        page.goto(f"{stage.url}/evidence")
        page.get_by_role("button", name="Show me an example").click()
        card = page.locator("#example")
        expect(card.get_by_text("the film waits for its turn")).to_have_attribute("aria-current", "step")
        assert serious(page) == []
        assert page.evaluate(SMALL) == []
        worker.start()
        expect(card.get_by_text("30%")).to_be_visible(timeout=30_000)
        drawing.set()
        expect(card.get_by_text("The film is checked")).to_have_attribute(
            "aria-current", "step", timeout=30_000
        )
        worker.join(30)
        for name in taker.get("/v1/example").json()["evidence"]:
            examination.give_up(idle.desk(HTTP), name)
        expect(card.locator("progress")).to_have_count(0, timeout=30_000)  # the page came anew by itself
        card.get_by_role("link", name="Open the case that is filmed").click()
        expect(page.get_by_role("link", name="example-film.mov").first).to_be_visible()
        assert serious(page) == []
        assert page.evaluate("document.documentElement.scrollWidth === innerWidth")
        page.get_by_role("button", name="Remove the example").click()
        expect(page.get_by_role("button", name="Show me an example")).to_be_visible()
    context.close()
    assert taker.get("/v1/evidence").json()["items"] == []
