"""The hint that the parcel leaves the picture: given where it does, not where it only turns."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator

import httpx
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from samples.footage import scene
from samples.story import turning
from tests.api.browsing import chromium, motion_jpeg, pictures, wandering, watched
from tests.api.conftest import Stage
from tests.api.test_film_browser import to_camera

FPS = 4
LOOKED = """async (looks) => {
    const { framer } = await import("/static/framing.js");
    const frame = framer();
    const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return looks.map((text) => frame.look(bytes(text), 320));
}"""
HINT = "Leaving the picture: move it back, or farther away"
IN, OUT = 240, 150
"""Pictures of the camera, 30 a second, in which the box is in the picture, and then is not."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    def left(number: int) -> int:
        return wandering(number) + (460 if number >= IN else 0)

    path = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    with chromium(motion_jpeg(path, IN + OUT, left=left)) as started:
        yield started


@pytest.fixture
def page(browser: Browser, taker: httpx.Client, stage: Stage) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844})
    context.set_default_timeout(20_000)
    with watched(context.new_page()) as found:
        found.goto(f"{stage.url}/film")
        yield found
    context.close()


def told(page: Page, shots: list[Image.Image]) -> list[bool]:
    """What is told of each look."""
    small = [shot.convert("RGBA").resize((320, 180)) for shot in shots]
    return page.evaluate(LOOKED, [b64encode(np.asarray(each).tobytes()).decode() for each in small])


def drawn(count: int, left: Callable[[int], int]) -> list[Image.Image]:
    return list(pictures(count, left=left))


@pytest.mark.parametrize(
    ("to", "wanted"),
    [(530, True), (640, True), (-140, True), (380, False), (10, False)],
    ids=["half out", "out", "half out to the left", "at the right side", "at the left side"],
)
def test_it_is_told_that_the_box_leaves_and_not_that_it_moves(page: Page, to: int, *, wanted: bool) -> None:
    looks = told(page, drawn(40, lambda number: 200 if number < 20 else to))
    assert not any(looks[:20])
    assert any(looks[20:28]) is wanted
    assert told(page, drawn(60, lambda number: 200 if not 20 <= number < 30 else to))[-20:] == [False] * 20


def test_nobody_is_told_for_ever(page: Page) -> None:
    looks = told(page, drawn(100, lambda number: 200 if number < 20 else 640))
    assert 20 < sum(looks) <= 32
    assert not any(looks[-20:])


def test_where_the_box_does_not_stand_out_nothing_is_told(page: Page) -> None:
    bare = drawn(1, lambda _: 640)[0]
    assert not any(told(page, [bare] * 60))


def test_a_parcel_that_is_turned_through_its_faces_is_left_in_peace(page: Page) -> None:
    world = scene(320, 180, turning(period=16))
    shots = [Image.fromarray(world.picture(n / FPS, index=n)) for n in range(16 * FPS)]
    assert not any(told(page, shots))


def test_who_films_is_told_and_no_longer_once_it_is_back(page: Page, stage: Stage) -> None:
    to_camera(page, stage)
    page.locator("#record").click()
    hint = page.locator("#hint")
    expect(hint).to_have_text(HINT, timeout=30_000)
    expect(hint).not_to_have_text(HINT, timeout=30_000)
    page.locator("#record").click()
