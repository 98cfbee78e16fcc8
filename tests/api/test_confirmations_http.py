from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.desk import Wiring
from api.withholding import revealed
from claims.verify import verify
from evidence.model import Outcome, Report
from storage import ledger
from tests.api import made_faces as faces
from tests.api.made_reports import HOSTILE
from tests.api.test_evidence_http import send

WORD = {"code": "six_faces.count", "stills": faces.SIX, "answer": "confirmed", "by": "Li Wei", "note": "ok"}


@pytest.fixture
def item(idle: Wiring, film: Path) -> str:
    """A film whose faces the check left open."""
    return faces.place(idle, film, faces.report()).id


def confirm(client: httpx.Client, item: str, key: str | None = None, **changed: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/v1/evidence/{item}/confirmations", json={**WORD, **changed}, headers=headers)


def log_of(wiring: Wiring, item: str) -> tuple[ledger.Entry, ...]:
    with wiring.rows.read("default") as reading:
        return reading.entries(f"evidence/{item}")


def test_a_persons_word_stands_beside_the_machines_answer(
    taker: httpx.Client, idle: Wiring, item: str
) -> None:
    report = f"/v1/evidence/{item}/report"
    before = taker.get(report).content
    answer = confirm(taker, item)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/evidence/{item}"
    said = answer.json()
    assert (said["by"], said["answer"], said["machine"]) == ("Li Wei", "confirmed", "unsure")
    assert said["says"] == f"confirmed by a person (Li Wei, {said['at']})"
    found = taker.get(f"/v1/evidence/{item}").json()
    assert found["confirmation"] == said
    assert found["verdict"] == "review", "what a person saw never becomes what the machine saw"
    assert taker.get(found["links"]["confirmations"]).json() == {"items": [said]}
    assert taker.get(report).content == before
    entry = next(each for each in log_of(idle, item) if each.event == "evidence.confirmed")
    assert entry.actor == "http"
    kept = ("by", "at", "stills", "report", "answer", "code", "note", "id")
    with idle.rows.read("default") as reading:
        assert revealed(reading, entry.detail) == {name: said[name] for name in kept}
    assert "Li Wei" not in entry.line
    assert entry.detail["stills"] == faces.SIX
    assert ledger.verify(log_of(idle, item)) == []


def test_nobody_has_said_anything_at_first(taker: httpx.Client, item: str) -> None:
    found = taker.get(f"/v1/evidence/{item}").json()
    assert "confirmation" not in found
    assert taker.get(found["links"]["confirmations"]).json() == {"items": []}


def test_the_latest_word_counts_and_all_are_kept(taker: httpx.Client, idle: Wiring, item: str) -> None:
    confirm(taker, item)
    disputed = confirm(taker, item, answer="disputed", by="Wang", stills={"top": faces.SIX["top"]}).json()
    assert disputed["says"].startswith("disputed by a person (Wang, ")
    assert taker.get(f"/v1/evidence/{item}").json()["confirmation"] == disputed
    listed = taker.get(f"/v1/evidence/{item}/confirmations").json()["items"]
    assert [each["answer"] for each in listed] == ["confirmed", "disputed"]
    events = [entry.event for entry in log_of(idle, item)]
    assert events[-3:] == ["evidence.confirmed", "evidence.disputed", "confirmations.viewed"]
    assert ledger.verify(log_of(idle, item)) == []


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Outcome.PASS, "The check itself saw all six faces; there is nothing to confirm."),
        (
            Outcome.FAIL,
            "The check saw that faces are missing, and no person's word overrules that; film again.",
        ),
        (
            Outcome.SKIPPED,
            "No check has looked for six faces in this file, so there are no pictures to confirm.",
        ),
        (None, "No check has looked for six faces in this file, so there are no pictures to confirm."),
    ],
)
@pytest.mark.parametrize("said", ["confirmed", "disputed"])
def test_only_what_the_check_left_open_is_asked(
    taker: httpx.Client, idle: Wiring, film: Path, *, outcome: Outcome | None, says: str, said: str
) -> None:
    item = faces.place(idle, film, faces.report(outcome)).id
    answer = confirm(taker, item, answer=said)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sixface:problem:not-open")
    assert answer.json()["detail"] == says
    assert "confirmation" not in taker.get(f"/v1/evidence/{item}").json()


def test_there_is_nothing_to_confirm_before_the_report(taker: httpx.Client, film: Path) -> None:
    item = send(taker, film).json()["id"]
    answer = confirm(taker, item)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:sixface:problem:not-ready")
    assert confirm(taker, "ev_none").status_code == 404
    assert taker.get("/v1/evidence/ev_none/confirmations").status_code == 404


def without(face: str) -> dict[str, str]:
    return {name: still for name, still in faces.SIX.items() if name != face}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"stills": without("back")}, "No picture is named for: back. Name one picture for each"),
        ({"stills": {}}, "No picture is named for: top, front, right, back, left, bottom."),
        ({"stills": {**faces.SIX, "back": faces.SIX["left"]}}, "One picture is named for two faces"),
        ({"stills": {**faces.SIX, "back": faces.digest(99)}}, "has no still " + faces.digest(99)),
        ({"by": ""}, "Say in by who confirms or disputes this"),
        ({"by": " \t\u200b"}, "Say in by who confirms or disputes this"),
        ({"by": "", "answer": "disputed"}, "Say in by who confirms or disputes this"),
        ({"answer": "disputed", "stills": {"top": faces.digest(99)}}, "has no still"),
        ({"stills": {**faces.SIX, "inside": faces.digest(7)}}, "cannot be read"),
        ({"stills": {**faces.SIX, "back": "../../x"}}, "cannot be read"),
        ({"code": "continuity.take"}, "cannot be read"),
        ({"answer": "maybe"}, "cannot be read"),
        ({"note": "x" * 2001}, "cannot be read"),
        ({"by": "\ud800"}, "cannot be read"),
        ({"verdict": "sound"}, "cannot be read"),
    ],
)
def test_a_word_that_cannot_count_is_told_why(
    taker: httpx.Client, idle: Wiring, item: str, changed: dict[str, Any], says: str
) -> None:
    before = log_of(idle, item)
    body = json.dumps({**WORD, **changed})
    answer = taker.post(
        f"/v1/evidence/{item}/confirmations", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert log_of(idle, item) == before
    assert "confirmation" not in taker.get(f"/v1/evidence/{item}").json()


def test_a_name_is_asked_for(taker: httpx.Client, item: str) -> None:
    nameless = {name: value for name, value in WORD.items() if name != "by"}
    answer = taker.post(f"/v1/evidence/{item}/confirmations", json=nameless)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sixface:problem:malformed")


def test_pictures_of_another_film_prove_nothing_here(
    taker: httpx.Client, idle: Wiring, film: Path, item: str
) -> None:
    other = faces.place(idle, film, faces.report(stills=[faces.SPARE])).id
    assert confirm(taker, item).status_code == 201
    answer = confirm(taker, other)
    assert answer.status_code == 422
    assert "has no still" in answer.json()["detail"]


def test_any_picture_of_the_report_may_stand_for_a_face(taker: httpx.Client, item: str) -> None:
    answer = confirm(taker, item, stills={**faces.SIX, "bottom": faces.SPARE.digest})
    assert answer.status_code == 201


def test_what_a_person_writes_is_data(taker: httpx.Client, idle: Wiring, item: str) -> None:
    hostile = HOSTILE + '","previous":"sha256:0","seq":1,"stream":"x"}\n'
    said = confirm(taker, item, by=hostile[:500], note=hostile).json()
    assert (said["by"], said["note"]) == (hostile[:500], hostile)
    assert ledger.verify(log_of(idle, item)) == []
    exported = ledger.export(log_of(idle, item))
    assert [ledger.parse(line).seq for line in exported.split("\n")[:-1]] == [1, 2, 3]
    page = taker.get(f"/evidence/{item}").text
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_it_can_be_sent_twice(taker: httpx.Client, idle: Wiring, item: str) -> None:
    first, again = confirm(taker, item, "one"), confirm(taker, item, "one")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert confirm(taker, item, "one", answer="disputed").status_code == 422
    assert [entry.event for entry in log_of(idle, item)].count("evidence.confirmed") == 1


def test_the_assessment_and_the_bundle_carry_it(
    taker: httpx.Client, idle: Wiring, item: str, tmp_path: Path
) -> None:
    case = taker.post("/v1/cases", json={}).json()
    taker.post(case["links"]["exhibits"], json={"evidence_id": item})

    def v03() -> dict[str, Any]:
        found = taker.get(case["links"]["assessment"]).json()["requirements"]
        return next(each for each in found if each["id"] == "V-03")

    assert (v03()["answer"], v03()["confirmable"]) == ("unsure", True)
    said = confirm(taker, item).json()
    assert (v03()["answer"], v03()["by"]) == ("yes", "person")
    assert v03()["reasons"][0]["text"].startswith("Confirmed by a person ({by}, {on})")
    archive = sealed(taker, case, tmp_path / "first.zip")
    folder = f"sixface-{case['id']}"
    reports = f"{folder}/data/reports/01-film"
    kept = json.loads(archive.read(f"{reports}/confirmations.json"))
    assert [each["id"] for each in kept] == [said["id"]]
    report = archive.read(f"{reports}/report.json")
    assert said["report"] == f"sha256:{hashlib.sha256(report).hexdigest()}"
    assert Report.model_validate_json(report).verdict == "review"
    chain = archive.read(f"{folder}/data/custody/01-film.jsonl").decode()
    assert said["id"] in chain
    page = archive.read(f"{reports}/report.html").decode()
    assert "Li Wei" in page
    assert "<form" not in page
    assert "V-03  yes / 满足  (a person's word" in archive.read(f"{folder}/README.txt").decode()

    confirm(taker, item, answer="disputed")
    assert (v03()["answer"], v03()["by"]) == ("unsure", "checks")
    assert "disputes" in v03()["reasons"][0]["text"]
    archive = sealed(taker, case, tmp_path / "second.zip")
    assert len(json.loads(archive.read(f"{reports}/confirmations.json"))) == 2


def sealed(client: httpx.Client, case: dict[str, Any], file: Path) -> zipfile.ZipFile:
    wish = {"incomplete": True, "lang": "en"}
    assert client.post(case["links"]["bundle"], json=wish).status_code == 201
    file.write_bytes(client.get(case["links"]["bundle"]).content)
    assert verify(file) == ()
    return zipfile.ZipFile(io.BytesIO(file.read_bytes()))


def test_the_description_tells_of_it(taker: httpx.Client) -> None:
    described = taker.get("/openapi.json").json()
    operations = described["paths"]["/v1/evidence/{evidence_id}/confirmations"]
    assert set(operations) == {"get", "post"}
    answers = {"201", "400", "401", "403", "404", "409", "413", "422", "429"}
    assert set(operations["post"]["responses"]) == answers
    word = described["components"]["schemas"]["Word"]
    assert word["additionalProperties"] is False
    assert "confirmation" in described["components"]["schemas"]["Evidence"]["properties"]


def test_prompts_come_with_the_upload_and_stay_with_the_item(taker: httpx.Client, film: Path) -> None:
    prompts = [{"face": "top", "at": 0.0}, {"face": "front", "at": 2.5}]
    item = send(taker, film, expect=json.dumps({"prompts": prompts})).json()
    assert item["expected"]["prompts"] == prompts
    for wrong in ([{"face": "inside", "at": 1}], [{"face": "top", "at": -1}], prompts[::-1], prompts * 40):
        answer = send(taker, film, expect=json.dumps({"prompts": wrong}))
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith("What the order says cannot be read (prompts")
