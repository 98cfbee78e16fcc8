"""A real Chromium with a camera of ours before it, and a page on which no error goes unnoticed."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@contextmanager
def chromium(film: Path | None = None) -> Generator[Browser]:
    """Chromium whose camera sees `film` (Motion JPEG), again and again."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        reason = "no Chromium on the path; the pages were not tried in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    camera = [f"--use-file-for-fake-video-capture={film}"] if film else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *camera])
        yield started
        started.close()


@contextmanager
def watched(page: Page) -> Generator[Page]:
    """Fails where the page logs an error; a network that a test cuts itself is none."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    ours = ("status of", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "net::ERR_ABORTED")
    assert [error for error in errors if not any(each in error for each in ours)] == []


def wandering(number: int) -> int:
    """Where the box stands in a picture: it goes to and fro in the middle."""
    return 180 + abs(40 - number % 80)


def pictures(
    count: int, width: int = 640, height: int = 360, *, left: Callable[[int], int] = wandering
) -> Iterator[Image.Image]:
    """A box that wanders over a table with print on it: sharp, lit, and slow; `left` is its left edge."""
    table = np.random.default_rng(3).integers(90, 140, (height // 4, width // 4, 3), np.uint8)
    ground = Image.fromarray(table).resize((width, height), Image.Resampling.NEAREST)
    for number in range(count):
        picture = ground.copy()
        at = left(number)
        draw = ImageDraw.Draw(picture)
        draw.rectangle((at, 80, at + 220, 290), fill=(196, 148, 96), outline=(60, 40, 20), width=3)
        for bar in range(24):
            draw.rectangle((at + 30 + 6 * bar, 200, at + 32 + 6 * bar + bar % 3, 260), fill="black")
        yield picture


def motion_jpeg(path: Path, count: int = 80, *, left: Callable[[int], int] = wandering) -> Path:
    """As many as make the end meet the beginning; another number would be a cut."""
    with path.open("wb") as out:
        for picture in pictures(count, left=left):
            held = io.BytesIO()
            picture.save(held, "JPEG", quality=85)
            out.write(held.getvalue())
    return path
