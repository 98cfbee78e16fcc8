from __future__ import annotations

import asyncio
import json
import re

import httpx
import pytest
from fastapi import FastAPI, Request

from api.dossier import POLICY
from api.pages import Standing, pages
from evidence.model import say
from tests.api import made_reports as made


class Shelf:
    """Evidence kept in a dictionary."""

    def __init__(self) -> None:
        self.standings = {
            "ev_done": Standing(name="a.mov", report=made.flawed()),
            "ev_busy": Standing(name=made.HOSTILE),
            "ev_odd/../é": Standing(name="a.mov", report=made.sound()),
            "ev_refused": Standing(name="a.mov", refusal=say("The code reads {value}.", value="<b>")),
        }

    def standing(self, request: Request, evidence_id: str) -> Standing | None:
        return self.standings.get(evidence_id)

    def still(self, request: Request, evidence_id: str, digest: str) -> bytes | None:
        assert evidence_id == "ev_done"
        return made.PIXEL if digest == made.PIXEL_DIGEST else None


class Reader:
    """Somebody with a browser that keeps cookies and reads English."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.cookies = httpx.Cookies()

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return asyncio.run(self._get(path, {"Accept-Language": "en"} | (headers or {})))

    async def _get(self, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://desk", cookies=self.cookies, headers=headers
        ) as client:
            answer = await client.get(path)
            self.cookies = client.cookies
            return answer


@pytest.fixture
def client() -> Reader:
    app = FastAPI()
    app.include_router(pages(Shelf()))
    return Reader(app)


def test_the_first_page_runs_nothing_that_stands_in_it(client: Reader) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    scripts = re.findall(r"<script([^>]*)>", answer.text)
    assert all('src="/static/' in s or 'type="application/json"' in s for s in scripts)
    assert not re.search(r"\sstyle=|\son\w+=|https?://", answer.text)


def test_all_that_the_pages_load_is_there(client: Reader) -> None:
    wanted = set(re.findall(r"/static/[\w.]+", client.get("/").text + client.get("/evidence/ev_busy").text))
    seen: set[str] = set()
    while wanted - seen:
        path = (wanted - seen).pop()
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        wanted |= {f"/static/{name}" for name in re.findall(r'from "\./([\w.]+)"', answer.text)}
    assert "/static/watching.js" in seen


def test_every_sentence_a_module_says_comes_with_the_page(client: Reader) -> None:
    sent = re.search(r'id="words">(.*?)</script>', client.get("/").text, re.DOTALL)
    assert sent is not None
    held = set(json.loads(sent[1]))
    said: set[str] = set()
    for name in ("page", "say", "sending", "showing", "waiting", "watching"):
        source = client.get(f"/static/{name}.js").text
        said |= set(re.findall(r'\bsay\("(\w+)"', source))
        said |= {
            word
            for call in re.findall(r"\bstage\(([^)]*)\)", source)
            for word in re.findall(r'"(\w+)"', call)[1:]
        }
    assert said <= held
    assert held <= said


def test_static_files_are_a_closed_list(client: Reader) -> None:
    for name in ("nothing.js", "..%2fwords.py", "%2e%2e/words.py", "tokens.css%00"):
        assert client.get(f"/static/{name}").status_code == 404, name
    first = client.get("/static/page.js")
    again = client.get("/static/page.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_report_is_shown_with_its_pictures_and_its_own_policy(client: Reader) -> None:
    answer = client.get("/evidence/ev_done")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith(POLICY)
    assert answer.headers["cache-control"] == "no-store"
    assert "Flawed" in answer.text
    assert "data:image/jpeg;base64," in answer.text
    assert 'href="/evidence/ev_done?save=true&amp;lang=en"' in answer.text


def test_a_saved_report_is_the_file_alone(client: Reader) -> None:
    answer = client.get("/evidence/ev_done?save=true")
    assert answer.headers["content-disposition"] == 'attachment; filename="sixface-evdone.html"'
    assert 'href="/' not in answer.text


def test_a_report_that_is_not_ready_is_waited_for(client: Reader) -> None:
    answer = client.get("/evidence/ev_busy")
    assert 'data-events="/v1/evidence/ev_busy/events"' in answer.text
    assert "<script>alert" not in answer.text
    assert "\x1b" not in answer.text


def test_a_refusal_is_one_sentence(client: Reader) -> None:
    answer = client.get("/evidence/ev_refused")
    assert answer.status_code == 200
    assert "The code reads &lt;b&gt;." in answer.text


def test_an_address_that_leads_nowhere_says_so(client: Reader) -> None:
    answer = client.get("/evidence/%3Cscript%3E")
    assert answer.status_code == 404
    assert "There is no report at this address." in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        ("", "en-GB", "en"),
        ("", "zh-CN", "zh-CN"),
        ("", "", "zh-CN"),
        ("?lang=zh", "en", "zh-CN"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_language(client: Reader, query: str, header: str, lang: str) -> None:
    for path in ("/", "/evidence/ev_done"):
        answer = client.get(path + query, headers={"Accept-Language": header})
        assert answer.headers["content-language"] == lang
        assert f'<html lang="{lang}">' in answer.text


def test_the_language_chosen_is_kept_and_nothing_else_is(client: Reader) -> None:
    answer = client.get("/?lang=zh")
    assert "lang=zh" in answer.headers["set-cookie"]
    assert client.get("/").headers["content-language"] == "zh-CN"
    assert "set-cookie" not in client.get("/").headers
    client.cookies.set("lang", "<script>")
    assert client.get("/").status_code == 200


def test_pages_are_no_part_of_the_interface_for_programs(client: Reader) -> None:
    assert client.get("/openapi.json").json()["paths"] == {}
