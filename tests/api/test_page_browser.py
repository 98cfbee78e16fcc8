"""The pages in a real browser: a person drops a film, watches its check, reads its report."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.pages.doors import pages
from api.pages.report import Standing
from evidence.model import FACES, Outcome, say
from tests.api import made_reports as made
from tests.api.browsing import chromium

FILM = {"name": "开箱 🧤.mp4", "mimeType": "video/mp4", "buffer": b"f" * 300_000}
PHOTO = {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": b"p" * 1000}


def metadata(header: str) -> dict[str, str]:
    pairs = (pair.split(" ") for pair in header.split(","))
    return {name: base64.b64decode(value).decode() for name, value in pairs}


@dataclass
class Desk:
    """The public API as the page sees it, played by hand."""

    received: list[dict[str, Any]] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    problem: dict[str, Any] | None = None
    finish: threading.Event = field(default_factory=threading.Event)
    failed: dict[str, Any] | None = None
    url: str = ""
    body: bytes = b""

    def standing(self, request: Request, evidence_id: str) -> Standing | None:
        return self.standings.get(evidence_id)

    def still(self, request: Request, evidence_id: str, digest: str) -> bytes | None:
        return {made.PIXEL_DIGEST: made.PIXEL, **made.VIEWS}.get(digest)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.include_router(pages(self))

        @app.post("/v1/uploads")
        async def announce(request: Request) -> Response:
            told = metadata(request.headers["upload-metadata"])
            self.received.append(
                {
                    "profile": told["profile"],
                    "expect": json.loads(told.get("expect", "{}")),
                    "name": told["filename"],
                    "size": int(request.headers["upload-length"]),
                    "sha256": told["sha256"],
                    "key": request.headers.get("idempotency-key"),
                    "language": request.headers.get("accept-language"),
                }
            )
            if self.problem is not None:
                kind = "application/problem+json"
                return JSONResponse(self.problem, status_code=self.problem["status"], media_type=kind)
            return Response(status_code=201, headers={"Location": "/v1/uploads/up_1"})

        @app.head("/v1/uploads/up_1")
        def offset() -> Response:
            return Response(headers=self._standing())

        @app.patch("/v1/uploads/up_1")
        async def part(request: Request) -> Response:
            assert int(request.headers["upload-offset"]) == len(self.body)
            self.body += await request.body()
            return Response(status_code=204, headers=self._standing())

        @app.get("/v1/evidence/ev_1")
        def one() -> JSONResponse:
            base = "/v1/evidence/ev_1"
            links = {"self": base, "report": f"{base}/report", "events": f"{base}/events"}
            digest = f"sha256:{hashlib.sha256(self.body).hexdigest()}"
            return JSONResponse({"id": "ev_1", "digest": digest, "size": len(self.body), "links": links})

        @app.get("/v1/evidence/ev_1/reading")
        def reading() -> JSONResponse:
            return JSONResponse({"verdict": "flawed", "word": "Flawed", "lead": [], "steps": []})

        @app.get("/v1/evidence/ev_1/events")
        def events() -> StreamingResponse:
            return StreamingResponse(self._events(), media_type="text/event-stream")

        return app

    def _standing(self) -> dict[str, str]:
        headers = {"Upload-Offset": str(len(self.body)), "Upload-Length": str(self.received[-1]["size"])}
        if len(self.body) < self.received[-1]["size"]:
            return headers
        self.standings.setdefault("ev_1", Standing(name=self.received[-1]["name"]))
        return {**headers, "Content-Location": "/v1/evidence/ev_1"}

    def _events(self) -> Iterator[str]:
        yield 'event: progress\ndata: {"state": "received", "share": null, "at": 0.0}\n\n'
        yield 'event: progress\ndata: {"state": "examining", "share": 0.42, "at": 12.3}\n\n'
        self.finish.wait(20)
        if self.failed is not None:
            self.standings["ev_1"] = Standing(name="x", refusal=say("This file is empty."))
            yield f"event: failed\ndata: {json.dumps(self.failed)}\n\n"
        else:
            self.standings["ev_1"] = Standing(name="x", report=made.flawed())
            yield 'event: done\ndata: {"report": "/v1/evidence/ev_1/report"}\n\n'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    config = uvicorn.Config(
        desk.app(), host="127.0.0.1", port=0, log_level="warning", ws="none", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    desk.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield desk
    desk.finish.set()
    server.should_exit = True
    server.force_exit = True
    thread.join(10)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which no error and no breach of the policy goes unnoticed."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield opened
    assert [e for e in errors if "status of" not in e] == []


def test_a_person_sends_a_film_watches_its_check_and_reads_the_report(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    page.set_input_files("#file", files=[FILM])
    expect(page.locator("#chosen-name")).to_have_text("开箱 🧤.mp4")
    page.get_by_label("Waybill number").fill(" SF139 ")
    page.get_by_role("button", name="Check this file").click()

    expect(page.get_by_role("heading", name="Checking the file")).to_be_visible()
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()
    expect(page.get_by_text("42 %")).to_be_visible()
    assert page.locator("progress").evaluate("bar => bar.value") == pytest.approx(0.42)
    assert page.url == f"{desk.url}/evidence/ev_1"

    desk.finish.set()
    expect(page.get_by_role("heading", name="Flawed")).to_be_visible()
    sent = desk.received[0]
    assert sent["name"] == "开箱 🧤.mp4"
    assert sent["size"] == 300_000
    assert sent["profile"] == "unboxing"
    assert sent["expect"] == {"tracking_number": "SF139"}
    assert sent["sha256"] == hashlib.sha256(FILM["buffer"]).hexdigest()
    assert len(sent["key"]) > 32
    assert sent["language"] == "en"


def test_a_photo_is_offered_what_photos_show(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    page.set_input_files("#file", files=[PHOTO])
    expect(page.get_by_text("Unboxing film", exact=True)).to_be_hidden()
    page.get_by_label("Photo of the waybill").check()
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()
    assert desk.received[0]["profile"] == "label_photo"


def test_a_problem_is_one_sentence_with_what_to_do(desk: Desk, page: Page) -> None:
    detail = "<img src=x onerror=alert(1)> The file is larger than 10 bytes."
    desk.problem = {"status": 413, "title": "Too large", "detail": detail}
    page.goto(desk.url)
    page.set_input_files("#file", files=[FILM])
    page.get_by_role("button", name="Check this file").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(detail)
    expect(alert).to_contain_text("Film in a lower resolution")
    expect(alert).to_be_focused()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


def test_a_service_that_is_busy_is_asked_again_under_the_same_key(desk: Desk, page: Page) -> None:
    desk.problem = {"status": 503, "title": "Busy", "detail": "The storage is busy."}
    page.goto(desk.url)
    page.set_input_files("#file", files=[FILM])
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("The film is kept on this device and is sent again by itself.")).to_be_visible()
    desk.problem = None
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()
    assert len(desk.received) > 1
    assert len({sent["key"] for sent in desk.received}) == 1


def test_a_check_that_fails_says_why(desk: Desk, page: Page) -> None:
    desk.failed = {"status": 422, "detail": "The film holds no pictures."}
    page.goto(desk.url)
    page.set_input_files("#file", files=[FILM])
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()
    desk.finish.set()
    expect(page.get_by_role("alert")).to_contain_text("The film holds no pictures.")


def test_an_empty_file_and_a_text_file_are_told_before_sending(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    page.set_input_files("#file", files=[{"name": "a.mp4", "mimeType": "video/mp4", "buffer": b""}])
    expect(page.get_by_role("alert")).to_contain_text("This file is empty.")
    page.get_by_role("link", name="Choose another file").click()
    page.set_input_files("#file", files=[{"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}])
    expect(page.get_by_role("alert")).to_contain_text("neither a film nor a photo")
    assert desk.received == []


def test_the_keyboard_alone_reaches_everything(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    reached: list[str] = []
    for _ in range(9):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    # On a phone the language that is read already has no link.
    doors = ["Film", "Check a file", "Evidence", "Cases", "Admin"]
    assert reached == ["Sixface", *doors, "简体", "繁體", "file"]
    page.set_input_files("#file", files=[FILM])
    page.keyboard.press("Enter")  # the button that sends has the focus now
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()


def test_the_language_is_chosen_once_and_kept(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    page.get_by_role("link", name="简体").click()
    expect(page.get_by_role("heading", name="检查拆包视频")).to_be_visible()
    page.goto(desk.url)
    expect(page.get_by_role("heading", name="检查拆包视频")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_a_report_that_is_not_ready_is_watched_to_its_end(desk: Desk, page: Page) -> None:
    desk.standings["ev_1"] = Standing(name="IMG.MOV")
    page.goto(f"{desk.url}/evidence/ev_1")
    expect(page.get_by_text("seen up to 0:12")).to_be_visible()
    desk.finish.set()
    expect(page.get_by_role("heading", name="Flawed")).to_be_visible()


def test_no_page_is_wider_than_a_phone(desk: Desk, page: Page) -> None:
    desk.standings |= {
        "ev_2": Standing(name="x", report=made.flawed()),
        "ev_3": Standing(name="x", report=made.hostile()),
        "ev_5": Standing(name="x", report=made.unfolded("top", "left", outcome=Outcome.FAIL, corners=True)),
        "ev_6": Standing(name="x", report=made.unfolded(outcome=Outcome.UNSURE, says=made.HOSTILE)),
        "ev_4": Standing(name=made.HOSTILE, refusal=say("The code reads {value}.", value=made.HOSTILE)),
    }
    for path in (
        "/",
        "/evidence/ev_2",
        "/evidence/ev_3",
        "/evidence/ev_4",
        "/evidence/ev_5",
        "/evidence/ev_6",
        "/evidence/none",
    ):
        page.goto(desk.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_script_in_names_metadata_and_findings_does_not_run(desk: Desk, page: Page) -> None:
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    desk.standings["ev_3"] = Standing(name=made.HOSTILE, report=made.hostile())
    page.goto(f"{desk.url}/evidence/ev_3")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert {each.get_attribute("src") for each in page.locator("script").all()} == {
        "/static/player.js",
        "/static/shape.js",
    }
    assert alarms == []


def test_a_still_opens_large_and_closes_again_without_script(desk: Desk, page: Page) -> None:
    desk.standings["ev_2"] = Standing(name="x", report=made.flawed())
    page.goto(f"{desk.url}/evidence/ev_2")
    picture = page.get_by_role("img", name="Before")
    assert picture.evaluate("img => img.complete && img.naturalWidth") == 1
    picture.click()
    expect(page.get_by_role("link", name="Close")).to_be_visible()
    page.get_by_role("link", name="Close").click()
    expect(page.get_by_role("link", name="Close")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1100])
def test_six_faces_make_a_cross_in_which_the_missing_one_is_a_gap(desk: Desk, page: Page, width: int) -> None:
    seen = [face for face in FACES if face != "left"]
    desk.standings["ev_2"] = Standing(
        name="x", report=made.unfolded(*seen, outcome=Outcome.FAIL, corners=True)
    )
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{desk.url}/evidence/ev_2")
    faces = page.get_by_role("list", name="The six faces").get_by_role("listitem")
    expect(faces).to_have_count(6)
    boxes = {face: page.locator(f".face.{face}").bounding_box() or {} for face in FACES}
    assert len({boxes[face]["y"] for face in ("left", "front", "right", "back")}) == 1
    assert boxes["left"]["x"] < boxes["front"]["x"] < boxes["right"]["x"] < boxes["back"]["x"]
    assert boxes["top"]["x"] == boxes["front"]["x"] == boxes["bottom"]["x"]
    assert boxes["top"]["y"] < boxes["front"]["y"] < boxes["bottom"]["y"]
    assert boxes["front"]["width"] / boxes["right"]["width"] == pytest.approx(320 / 240, rel=0.03)
    expect(faces.nth(1)).to_contain_text("not seen")
    assert faces.nth(1).locator(".gap").evaluate("gap => getComputedStyle(gap).borderStyle") == "dashed"
    assert (
        page.get_by_text("Hold the left side to the camera for one second.").locator("visible=true").count()
        == 1
    )


def test_a_face_opens_large_by_keyboard_and_its_time_leads_into_the_film(desk: Desk, page: Page) -> None:
    desk.standings["ev_2"] = Standing(name="x", report=made.unfolded(*FACES))
    page.goto(f"{desk.url}/evidence/ev_2")
    page.get_by_role("link", name="Front 0:03–0:05").focus()
    page.keyboard.press("Enter")
    figure = page.locator("#face-front")
    assert figure.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    page.get_by_role("link", name="Close").click()
    page.get_by_role("button", name="Front: 0:03–0:05").click()
    expect(page.locator("#moment")).to_have_text("0:03.0")
    expect(page.locator("#timeline")).to_be_in_viewport()
