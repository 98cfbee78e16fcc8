"""The form below a report whose faces the check left open, sent as a browser sends it."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from api.desk import Wiring
from api.dossier import POLICY
from api.pages.frame import FILM_POLICY
from api.proposing import MOST, candidates, proposed
from evidence.model import FACES, Outcome
from tests.api import made_faces as faces
from tests.api import made_reports as made
from tests.api.test_confirmations_http import log_of
from tests.api.test_dossier import Checker

ENGLISH = {"Accept-Language": "en"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def item(idle: Wiring, film: Path) -> str:
    return faces.place(idle, film, faces.report()).id


def page_of(client: httpx.Client, item: str, query: str = "") -> httpx.Response:
    return client.get(f"/evidence/{item}{query}", headers=ENGLISH)


def text_of(page: httpx.Response) -> str:
    checker = Checker()
    checker.feed(page.text)
    checker.close()
    return " ".join("".join(checker.text).split())


def filled(page: httpx.Response) -> dict[str, str]:
    """What a browser would send if nothing in the form were changed."""
    chosen = re.findall(r'<select name="([^"]+)">(.*?)</select>', page.text, re.DOTALL)
    fields = {name: "".join(re.findall(r'value="(\w+)" selected', body)) for name, body in chosen}
    key = re.search(r'name="key" value="(\w+)"', page.text)
    assert key
    return {"key": key[1], **fields, "by": "Li Wei", "note": "", "answer": "confirmed"}


def send(client: httpx.Client, item: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    where = f"/evidence/{item}/confirmations"
    return client.post(where, content=urlencode(fields), headers={**FORM, **ENGLISH, **headers})


def test_the_page_asks_about_the_pictures_and_shows_the_answer(
    taker: httpx.Client, idle: Wiring, item: str
) -> None:
    page = page_of(taker, item)
    assert page.headers["content-security-policy"] == FILM_POLICY
    assert page.headers["referrer-policy"] == "same-origin"
    fields = filled(page)
    assert {face: digest for digest, face in fields.items() if face in FACES} == faces.SIX
    answer = send(taker, item, fields, Origin=str(taker.base_url))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/evidence/{item}#confirmation")
    text = text_of(page_of(taker, item))
    assert "confirmed by a person (Li Wei, " in text
    assert "The check itself could not tell; the report stays as it is." in text
    assert "seen by the machine" not in text
    said = taker.get(f"/v1/evidence/{item}").json()["confirmation"]
    assert said["stills"] == faces.SIX
    send(taker, item, fields)
    assert [each.event for each in log_of(idle, item)].count("evidence.confirmed") == 1, "sent twice"
    send(taker, item, {**filled(page_of(taker, item)), "answer": "disputed", "by": "Wang"})
    assert "disputed by a person (Wang, " in text_of(page_of(taker, item))


def test_a_saved_page_has_no_form_but_the_word(taker: httpx.Client, item: str) -> None:
    saved = page_of(taker, item, "?save=true")
    assert "<form" not in saved.text
    assert "A person's word" not in saved.text
    send(taker, item, filled(page_of(taker, item)))
    saved = page_of(taker, item, "?save=true")
    assert "<form" not in saved.text
    assert 'action="' not in saved.text
    assert saved.headers["content-security-policy"].startswith(POLICY)
    assert "confirmed by a person (Li Wei, " in html.unescape(saved.text)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"by": "  "}, "Say in by who confirms or disputes this"),
        ({faces.SIX["back"]: ""}, "No picture is named for: back."),
        ({faces.SIX["back"]: "left"}, "Two pictures are chosen for one face (left)"),
        ({faces.SIX["back"]: "inside"}, "The form cannot be read"),
        ({"answer": "yes"}, "The form cannot be read"),
        ({"sha256:" + "0" * 64: "back", faces.SIX["back"]: ""}, "has no still"),
    ],
)
def test_a_form_that_cannot_count_comes_back_as_it_was_sent(
    taker: httpx.Client, item: str, changed: dict[str, str], says: str
) -> None:
    fields = filled(page_of(taker, item)) | {"note": '"><b>'} | changed
    answer = send(taker, item, fields)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="&#34;&gt;&lt;b&gt;"' in answer.text
    assert f'href="/evidence/{item}?lang=en"' in answer.text
    assert "confirmation" not in taker.get(f"/v1/evidence/{item}").json()


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_pages_of_other_sites_cannot_send_it(taker: httpx.Client, item: str, headers: dict[str, str]) -> None:
    assert send(taker, item, filled(page_of(taker, item)), **headers).status_code == 403
    assert "confirmation" not in taker.get(f"/v1/evidence/{item}").json()


def test_what_is_no_form_is_told(taker: httpx.Client, item: str) -> None:
    where = f"/evidence/{item}/confirmations"
    for body in (b"", b"\xff\xfe", b"a=1&" * 500):
        assert taker.post(where, content=body, headers={**FORM, **ENGLISH}).status_code == 422
    assert taker.post(where, content=b"a" * 100_000, headers=FORM).status_code == 413
    gone = taker.post("/evidence/ev_none/confirmations", content=b"", headers={**FORM, **ENGLISH})
    assert gone.status_code == 404


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED, None])
def test_a_decided_film_is_not_asked_about(
    taker: httpx.Client, idle: Wiring, film: Path, outcome: Outcome | None
) -> None:
    item = faces.place(idle, film, faces.report(outcome)).id
    page = page_of(taker, item)
    assert page.headers["content-security-policy"] == FILM_POLICY
    assert "/confirmations" not in page.text
    assert "A person's word" not in page.text


def test_fewer_than_six_pictures_cannot_be_confirmed(taker: httpx.Client, idle: Wiring, film: Path) -> None:
    item = faces.place(idle, film, faces.report(stills=faces.FACE_STILLS[:4])).id
    page = page_of(taker, item)
    assert "/confirmations" not in page.text
    assert "kept 4 pictures of faces; a person needs six to confirm" in text_of(page)


def test_no_face_is_proposed_twice_and_what_has_no_number_is_left_to_the_person() -> None:
    stills = [faces.still(1, 2), faces.still(2, 2), faces.still(3, None), faces.still(4, 9), faces.SPARE]
    found = [(each.digest, face) for each, face in candidates(faces.report(stills=stills))]
    assert found == [
        (faces.digest(1), "front"),
        (faces.digest(2), ""),
        (faces.digest(3), ""),
        (faces.digest(4), ""),
    ]
    assert proposed(faces.report(stills=stills)) == {"front": faces.digest(1)}
    many = [faces.still(number, 1) for number in range(1, 60)]
    assert len(candidates(faces.report(stills=many))) == MOST


def test_the_page_tells_what_was_asked_for_while_filming(
    taker: httpx.Client, idle: Wiring, film: Path
) -> None:
    expected = made.Expectation.model_validate(
        {"prompts": [{"face": "top", "at": 0}, {"face": "back", "at": 12.25}]}
    )
    item = faces.place(idle, film, faces.report().model_copy(update={"expected": expected})).id
    assert "Asked for while filming; proves nothing by itself" in page_of(taker, item).text
    assert "Top 0:00.0, Back 0:12.2" in text_of(page_of(taker, item))
