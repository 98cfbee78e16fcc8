"""A person says that a face which the check counted is none: over HTTP, on the page, in the saved report."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from api.desk import Wiring
from evidence.model import Finding, Measure, Outcome, say
from tests.api import made_faces as faces
from tests.api.test_confirmations_http import log_of

ENGLISH = {"Accept-Language": "en"}
WORD = {
    "code": "six_faces.face",
    "face": "back",
    "answer": "disputed",
    "by": "Li Wei",
    "note": "twice left",
}


@pytest.fixture
def item(idle: Wiring, film: Path) -> str:
    """A film in which the check counted two faces."""
    report = faces.report(Outcome.FAIL)
    seen = tuple(
        Finding.of("six_faces.face", Outcome.PASS, say("Seen."), measures=[Measure(name="face", value=face)])
        for face in ("top", "back")
    )
    answers = tuple(
        each.model_copy(update={"findings": (*each.findings, *seen)}) if each.check == "six_faces" else each
        for each in report.answers
    )
    return faces.place(idle, film, report.model_copy(update={"answers": answers})).id


def dispute(client: httpx.Client, item: str, **changed: Any) -> httpx.Response:
    return client.post(f"/v1/evidence/{item}/confirmations", json={**WORD, **changed}, headers=ENGLISH)


def test_a_dispute_stands_beside_the_machines_word_until_it_is_taken_back(
    taker: httpx.Client, idle: Wiring, item: str
) -> None:
    before = taker.get(f"/v1/evidence/{item}/report").content
    answer = dispute(taker, item)
    assert answer.status_code == 201
    assert (answer.json()["machine"], answer.json()["face"]) == ("pass", "back")
    found = taker.get(f"/v1/evidence/{item}").json()
    assert [each["says"] for each in found["disputes"]] == [answer.json()["says"]]
    assert "confirmation" not in found
    assert taker.get(f"/v1/evidence/{item}/report").content == before
    entry = next(each for each in log_of(idle, item) if each.event == "evidence.disputed")
    assert entry.detail["face"] == "back"
    assert "withheld" in entry.detail["by"]
    assert "withheld" in entry.detail["note"]
    assert dispute(taker, item, answer="confirmed", note="").status_code == 201
    assert "disputes" not in taker.get(f"/v1/evidence/{item}").json()


@pytest.mark.parametrize("changed", [{"by": ""}, {"note": " "}, {"face": "left"}, {"face": None}])
def test_what_cannot_count_is_refused(taker: httpx.Client, item: str, changed: dict[str, Any]) -> None:
    assert dispute(taker, item, **changed).status_code == 422
    assert "disputes" not in taker.get(f"/v1/evidence/{item}").json()


def test_the_page_takes_it_and_shows_it_as_does_the_saved_report(taker: httpx.Client, item: str) -> None:
    page = taker.get(f"/evidence/{item}", headers=ENGLISH).text
    form = page[page.index('id="disputes"') :]
    key = re.search(r'name="key" value="(\w+)"', form)
    assert key
    assert re.findall(r'<option value="(\w+)"', form)[:2] == ["top", "back"]
    where = f"/evidence/{item}/confirmations"
    headers = {"Content-Type": "application/x-www-form-urlencoded", **ENGLISH}
    lacking = taker.post(where, content=urlencode(WORD | {"note": "", "key": key[1]}), headers=headers)
    assert lacking.status_code == 422
    assert "Say in note why this is not that face" in lacking.text
    sent = taker.post(where, content=urlencode(WORD | {"key": key[1]}), headers=headers)
    assert (sent.status_code, sent.headers["location"]) == (303, f"/evidence/{item}#disputes")
    for query in ("", "?save=true"):
        shown = html.unescape(taker.get(f"/evidence/{item}{query}", headers=ENGLISH).text)
        assert "face Back disputed by a person (Li Wei, " in shown
        assert "twice left" in shown
        assert "disputed by a person</span>" in shown
    saved = taker.get(f"/evidence/{item}?save=true", headers=ENGLISH).text
    assert "<form" not in saved
    assert "“背面”被人工提出异议" in taker.get(f"/evidence/{item}?lang=zh").text
