from __future__ import annotations

import asyncio
import gzip
import json
import re

import httpx
import pytest
from fastapi import FastAPI, Request

from api.pages.doors import pages
from api.pages.frame import FILM_POLICY
from api.pages.report import Standing
from evidence.model import say
from tests.api import made_reports as made

MOST = 60_000
"""Bytes of the first page with all that it loads, packed."""


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


@pytest.mark.parametrize("path", ["/", "/film", "/station/1", "/evidence/ev_done"])
def test_a_live_page_runs_nothing_that_stands_in_it(client: Reader, path: str) -> None:
    answer = client.get(path)
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
    live = "".join(
        client.get(path).text
        for path in ("/", "/film", "/station/1", "/evidence/ev_busy", "/evidence/ev_done")
    )
    wanted = set(re.findall(r"/static/[\w.]+", live))
    seen: set[str] = set()
    while wanted - seen:
        path = (wanted - seen).pop()
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        wanted |= {f"/static/{name}" for name in re.findall(r'from "\./([\w.]+)"', answer.text)}
    assert "/static/watching.js" in seen


def modules(client: Reader, page: str) -> str:
    """The source of everything that a page runs."""
    wanted = set(re.findall(r'src="/static/([\w.]+)"', page))
    seen: dict[str, str] = {}
    while wanted - set(seen):
        name = (wanted - set(seen)).pop()
        seen[name] = client.get(f"/static/{name}").text
        wanted |= set(re.findall(r'from "\./([\w.]+)"', seen[name]))
    return "\n".join(seen[name] for name in sorted(seen) if name.endswith(".js"))


def said(source: str) -> set[str]:
    """The names of the sentences that modules say."""
    titles = [
        w for call in re.findall(r"\bstage\(([^)]*)\)", source) for w in re.findall(r'"(\w+)"', call)[1:]
    ]
    return {*re.findall(r'\bsay\("(\w+)"', source), *re.findall(r'"(\w+_note)"', source), *titles}


@pytest.mark.parametrize("path", ["/", "/film", "/evidence/ev_busy"])
def test_every_sentence_a_module_says_comes_with_the_page(client: Reader, path: str) -> None:
    page = client.get(path).text
    sent = re.search(r'id="words">(.*?)</script>', page, re.DOTALL)
    assert sent is not None
    held = set(json.loads(sent[1]))
    assert said(modules(client, page)) <= held
    everywhere = said("".join(modules(client, client.get(each).text) for each in ("/", "/film")))
    assert held <= everywhere


def test_static_files_are_a_closed_list(client: Reader) -> None:
    for name in ("nothing.js", "..%2fwords.py", "%2e%2e/words.py", "tokens.css%00"):
        assert client.get(f"/static/{name}").status_code == 404, name
    first = client.get("/static/page.js")
    again = client.get("/static/page.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_files_are_packed_for_who_can_unpack_them(client: Reader) -> None:
    plain = client.get("/static/film.js", headers={"Accept-Encoding": "identity"})
    packed = client.get("/static/film.js", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.content == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["/", "/film", "/evidence/ev_done"])
def test_a_page_and_all_it_loads_stay_small(client: Reader, path: str) -> None:
    page = client.get(path).text
    wanted = set(re.findall(r"/static/[\w.]+", page))
    seen: dict[str, int] = {}
    while wanted - set(seen):
        name = (wanted - set(seen)).pop()
        answer = client.get(name, headers={"Accept-Encoding": "gzip"})
        seen[name] = int(answer.headers["content-length"])
        wanted |= {f"/static/{each}" for each in re.findall(r'from "\./([\w.]+)"', answer.text)}
    assert len(gzip.compress(page.encode())) + sum(seen.values()) < MOST


def test_the_doors_say_where_one_stands(client: Reader) -> None:
    page = client.get("/film").text
    assert '<a href="/film" aria-current="page">' in page
    assert page.count('aria-current="page"') == 1


def test_a_report_is_shown_with_its_pictures_and_its_own_policy(client: Reader) -> None:
    answer = client.get("/evidence/ev_done")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == FILM_POLICY
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
