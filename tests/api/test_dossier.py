from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from api.dossier import POLICY, dossier
from api.words import Lang, words
from evidence.model import Report
from tests.api import made_reports as made

VOID = {"meta", "img", "br", "link", "input"}


class Checker(HTMLParser):
    """Collects tags, attributes and text, and whether elements nest."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text.append(data)

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


def still(digest: str) -> bytes | None:
    return made.PIXEL if digest == made.PIXEL_DIGEST else None


def checked(report: Report, lang: Lang = "en") -> Checker:
    checker = Checker()
    checker.feed(dossier(report, still, words(lang)))
    checker.close()
    return checker


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", ["sound", "flawed", "review", "hostile"])
def test_the_file_needs_nothing_else_and_runs_nothing(name: str, lang: Lang) -> None:
    page = checked(getattr(made, name)(), lang)
    assert not {"script", "link", "iframe", "object", "form", "base"} & {tag for tag, _ in page.tags}
    assert not [key for _, attrs in page.tags for key in attrs if key.startswith("on") or key == "style"]
    assert all(value.startswith("#") for value in page.values("href"))
    assert all(value.startswith("data:image/jpeg;base64,") for value in page.values("src"))
    policy = [a for _, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert [attrs["content"] for attrs in policy] == [POLICY]


@pytest.mark.parametrize("name", ["flawed", "hostile"])
def test_every_link_leads_to_one_place(name: str) -> None:
    page = checked(getattr(made, name)())
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {value.removeprefix("#") for value in page.values("href")} <= set(ids)


def test_verdict_advice_findings_and_digest_are_there() -> None:
    text = " ".join(" ".join(checked(made.flawed()).text).split())
    for part in (
        "Flawed",
        "Faults found: Cuts and gaps.",
        "Hand in the uncut original, or film the parcel again in one take. 0:18.4, 0:27–0:29",
        "The picture changes at once at 18.4 s: here something was cut out.",
        "continuity.cut",
        "SF1390012345678",
        "was not checked",
        made.flawed().subject.digest,
        "sixface 0.1.0",
        "Unboxing film",
        "that the scene is genuine",
    ):
        assert part in text
    assert text.index("What to do next") < text.index("The film at a glance") < text.index("What was found")


def test_the_same_report_in_chinese() -> None:
    page = checked(made.flawed(), "zh")
    assert page.tags[0] == ("html", {"lang": "zh-CN"})
    text = "".join(page.text)
    for part in ("有问题", "下一步怎么做", "未核实的内容", "（北京时间）", "拆包视频"):
        assert part in text


def test_text_of_strangers_stays_text() -> None:
    html = dossier(made.hostile(), still, words("en"))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", html)
    checked(made.hostile())


def test_a_still_is_shown_only_if_its_bytes_are_those_of_the_report() -> None:
    for wrong in (None, b"", made.PIXEL + b"x", b"<svg onload=alert(1)>"):
        html = dossier(made.flawed(), lambda _, wrong=wrong: wrong, words("en"))
        assert "<img" not in html
        assert "This picture is missing or was altered." in html
    assert '<img src="data:image/jpeg' in dossier(made.flawed(), still, words("en"))


def test_thousands_of_stills_do_not_make_a_file_that_nobody_can_open() -> None:
    report = made.flawed()
    many = report.model_copy(update={"stills": report.stills * 3000})
    assert len(dossier(many, still, words("en"))) < 200_000
