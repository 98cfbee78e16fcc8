"""Odd names on every way out: files, order numbers, goods and shops whose names are meant to do something.

Whatever somebody is called, or calls a thing, is text: it ends no header, line or cell, names no file of
ours, starts nothing in a spreadsheet, turns no reading direction around, and commands no terminal.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import zipfile
from html import unescape

import httpx
import pytest
from pypdf import PdfReader

from api import logs, tables
from api.desk import Wiring
from tests.api.conftest import Run
from tests.api.packing.stocked import picture

ODD = {
    "quotes": "a\"b'c`d",
    "lines": "one\r\nX-Injected: yes\nBEGIN:VEVENT\r\n\r\n<b>two",
    "turned": "gnp.\u202eexe\u2066\u200f",
    "formula": "=cmd|' /C calc'!A0",
    "hyperlink": '@SUM(1+1)*HYPERLINK("http://evil.example")',
    "way": "../../../../etc/passwd",
    "windows": "..\\..\\con.mp4",
    "nothing": "nul\0byte",
    "escape": "\x1b]0;owned\x07\x1b[31mred\x9b2J",
    "long": "長" * 300,
    "wide": "😀" * 500,
    "emoji": "👩‍👩‍👧‍👦📦🏳️‍🌈",
    "arabic": "فيلم ١٢٣",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "template": "{{7*7}}{0.__class__}%(name)s${x}",
    "typst": '#import "/etc/passwd": * $x$ \\u{202e}',
    "sheet": "＝1＋1",
}
ENGLISH = {"Accept-Language": "en"}
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What no reader sees, and what a terminal or a browser obeys."""
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")

each = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)


def opened(client: httpx.Client, odd: str) -> str | None:
    """A case that bears that name wherever one can be; None where it is refused, which is an answer too."""
    names = {"order_number": odd, "reason": odd, "items": [{"id": "I1", "sku": odd, "title": odd}]}
    answer = client.post("/v1/cases", json={"ruleset": "tmall", **names})
    assert answer.status_code in {201, 422}, answer.text
    for path, name in (
        ("/v1/cases", "order_number"),
        ("/v1/evidence", "q"),
        ("/cases", "q"),
        ("/evidence", "q"),
    ):
        assert client.get(path, params={name: odd}).status_code < 500, path
    return answer.json()["id"] if answer.status_code == 201 else None


def sent(client: httpx.Client, odd: str, number: int) -> str:
    """A file of that name."""
    answer = client.post("/v1/evidence", files={"file": (odd, picture(number, 64, 48))})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def assert_is_text(page: str) -> None:
    """A page that shows it, and does nothing of what it says."""
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49{" not in page
    assert "class &#39;str&#39;" not in page
    seen = re.sub(r'(value|data-[a-z-]+)="[^"]*"|<textarea[^>]*>.*?</textarea>', "", page, flags=re.DOTALL)
    assert HIDDEN.findall(unescape(seen)) == []


@each
def test_a_file_is_handed_out_and_its_page_shown(taker: httpx.Client, odd: str) -> None:
    item = sent(taker, odd, 1)
    for path in (f"/v1/evidence/{item}/original", f"/v1/evidence/{item}/content"):
        answer = taker.get(path)
        told = answer.headers["content-disposition"]
        assert told.isascii()
        assert "x-injected" not in answer.headers
        assert not re.search(r"[\\/]|\.\.", told.partition("filename=")[2].partition(";")[0])
    for path in (f"/evidence/{item}", "/evidence"):
        assert_is_text(taker.get(path, headers=ENGLISH).text)


@each
def test_a_case_is_shown_as_page_and_calendar(taker: httpx.Client, odd: str) -> None:
    case = opened(taker, odd)
    if case is None:
        return
    at = "2026-11-20T08:00:00Z"
    taker.post(f"/v1/cases/{case}/events", json={"kind": "delivered", "at": at, "note": odd})
    for path in (f"/cases/{case}", "/cases", f"/cases/{case}/outlook", f"/cases/{case}/chat", "/admin/shops"):
        assert_is_text(taker.get(path, headers=ENGLISH).text)
    for path in (f"/v1/cases/{case}/deadlines.ics", "/v1/deadlines.ics"):
        feed = taker.get(path).content
        lines = feed.split(b"\r\n")
        assert max(map(len, lines)) <= 75
        assert b"\n" not in feed.replace(b"\r\n", b"")
        assert [line for line in lines if line.startswith((b"X-Injected", b"<b>"))] == []
        assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT")
        assert HIDDEN.findall(b"".join(lines).decode()) == []


@each
def test_a_shop_is_shown(taker: httpx.Client, odd: str) -> None:
    answer = taker.post("/v1/shops", json={"id": "s1", "name": odd[:200], "platform": "temu"})
    assert answer.status_code in {201, 422}
    for path in ("/admin/shops", "/admin/shops/s1"):
        assert_is_text(taker.get(path, headers=ENGLISH).text)
    assert taker.post("/v1/shops", json={"id": odd, "name": "x", "platform": "temu"}).status_code == 422


@each
def test_a_table_starts_nothing_where_it_is_opened(taker: httpx.Client, odd: str) -> None:
    text = tables.written(["order", "waybill", "platform"], [[odd, odd, "tmall"]])
    (cell, *_), *_ = list(csv.reader(io.StringIO(text.lstrip(tables.BOM), newline="")))[1:]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
    assert cell.removeprefix("'") == odd
    answer = taker.post("/v1/imports", content=text.encode(), headers={"Content-Type": "text/csv"})
    assert answer.status_code < 500
    form = {"file": ("t.csv", text.encode(), "text/csv")}
    assert_is_text(taker.post("/cases/import", files=form, headers=ENGLISH).text)


@each
def test_a_terminal_is_told_and_not_commanded(sixface: Run, odd: str) -> None:
    if "\0" in odd:  # no argument of a program holds it
        return
    made = sixface("case", "new", f"--order={odd}", f"--reason={odd}")
    shown = [made.stdout, made.stderr, sixface("case", "list").stdout]
    if made.returncode == 0:
        case = re.search(r"case_[0-9a-f]+", made.stdout)
        assert case is not None
        shown += [sixface("case", command, case[0]).stdout for command in ("show", "assess", "preflight")]
    for told in shown:
        assert HIDDEN.findall(told.replace("\n", "")) == [], told


@each
def test_a_log_line_is_one_line(odd: str, capfd: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        logs.configure("info")
        logging.getLogger("api").warning("the file %s", odd)
    finally:
        root.handlers = handlers
        root.setLevel(level)
    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["event"] == f"the file {odd}"
    assert HIDDEN.findall(line) == [] or not re.search(r"[\x00-\x1f]", line)


def test_a_bundle_and_a_dossier_hold_them_all_as_data(taker: httpx.Client, idle: Wiring) -> None:
    del idle
    case = opened(taker, ODD["markup"])
    assert case is not None
    for number, odd in enumerate(ODD.values()):
        exhibit = {"evidence_id": sent(taker, odd, 10 + number)}
        taker.post(f"/v1/cases/{case}/exhibits", json=exhibit).raise_for_status()
    taker.post(f"/v1/cases/{case}/bundle", json={"incomplete": True}).raise_for_status()
    archive = zipfile.ZipFile(io.BytesIO(taker.get(f"/v1/cases/{case}/bundle").content))
    names = archive.namelist()
    assert [name for name in names if PLAIN.fullmatch(name) is None or ".." in name] == []
    assert {name.split("/")[0] for name in names} == {f"sixface-{case}"}
    top = f"sixface-{case}"
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "README.txt"):
        text = archive.read(f"{top}/{name}").decode()
        assert HIDDEN.findall(text.replace("\n", "")) == [], name
        assert [line for line in text.splitlines() if line.startswith(("X-Injected", "BEGIN:"))] == []
    whole = json.loads(archive.read(f"{top}/data/case.json"))
    assert {each["name"] for each in whole["exhibits"]} >= {ODD["formula"], ODD["emoji"], ODD["arabic"]}
    paper = taker.get(f"/v1/cases/{case}/dossier.pdf")
    assert paper.status_code == 200
    reader = PdfReader(io.BytesIO(paper.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "root:" not in text
    assert not re.search("[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert all("/AA" not in page and "/JS" not in str(page) for page in reader.pages)


def test_names_of_any_length_are_taken_or_refused(taker: httpx.Client) -> None:
    for length in (255, 256, 300, 4096, 70_000):
        answer = taker.post("/v1/evidence", files={"file": ("é" * length, picture(99, 64, 48))})
        assert answer.status_code < 500, length
