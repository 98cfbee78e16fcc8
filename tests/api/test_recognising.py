"""Whether footage was sent before: what is told of it, where, to whom, and until when."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest
from rich.console import Console

import samples
from api import intake, item, recognising, testimony
from api.app import create_app
from api.caller import HTTP, Caller
from api.cases import assessed
from api.desk import Desk, Wiring
from api.examination import put
from api.idempotency import Claim
from api.intake import Offer
from api.item import KIND, Item, State, find
from api.jobs import ThreadJobs
from api.telling import show_assessment
from api.words import words
from evidence.imprint import BITS
from evidence.model import Finding, Footage, Measure, Outcome, Report, Subject, say
from tests.api import made_reports as made
from tests.api.conftest import Stage
from tests.api.test_confirmations_http import sealed
from tests.evidence.copies import FILMS, beats, copied, made_of

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
OTHER = Caller("another", "http")


@pytest.fixture
def idle(idle: Wiring) -> Wiring:
    """On a clock that goes on a minute whenever it is read."""
    minutes = count()
    return replace(idle, clock=lambda: NOW + timedelta(minutes=next(minutes)))


def footage(seed: int = 1, *, start: int = 0, most: int = 20, rhythm: int | None = None) -> Footage:
    source = random.Random(seed)
    pictures = [source.getrandbits(BITS) for _ in range(20)][start : start + most]
    moves = beats(seed if rhythm is None else rhythm, 105)[5 * start :]
    return made_of(*pictures, rhythm=moves)


def photo(seed: int = 1) -> Footage:
    return made_of(random.Random(seed).getrandbits(BITS), kind="photo")


def report_of(noted: Footage | None, code: str | None = None) -> Report:
    answers = list(made.GOOD)
    if noted:
        says = say("The picture was noted, so that it is found again.")
        answers.append(
            made.answer("duplicate", Finding.of("duplicate.imprints", Outcome.SKIPPED, says, footage=noted))
        )
    if code:
        read = [Measure(name="value", value=code), Measure(name="symbology", value="Code128")]
        answers.append(
            made.answer("label", Finding.of("label.code", Outcome.PASS, say("{a}", a=code), measures=read))
        )
    return made.report(*answers)


def send(wiring: Wiring, data: bytes, caller: Caller = HTTP) -> tuple[Desk, Item]:
    desk = wiring.desk(caller)
    with intake.opened(wiring) as upload:
        upload.write(data)
        return desk, intake.receive(desk, upload, Offer("film.mp4"), Claim(None, "", "")).item


def examined(desk: Desk, sent: Item, found: Report, meanwhile: Callable[[], object] = lambda: None) -> Item:
    """What an examination leaves, all in one transaction; `meanwhile` happens after it looked."""
    subject = Subject(digest=sent.digest, bytes=sent.size, name=sent.name)
    body = found.model_copy(update={"subject": subject}).model_dump(mode="json")
    with desk.read() as reading:
        sought = recognising.look(reading, body)
    meanwhile()
    with desk.begin() as unit:
        _, row = find(unit, sent.id)
        put(unit, "report", sent.id, body)
        done = sent.model_copy(update={"state": State.REPORTED, "verdict": found.verdict})
        unit.replace(KIND, sent.id, done.body(), version=row.version, facets=done.facets, terms=sought.terms)
        told = {"verdict": found.verdict.value, testimony.REPORT: testimony.digest_of(body)}
        desk.note(unit, sent.stream, "examination.reported", told)
        recognising.recognise(desk, unit, done, sought)
    return done


@pytest.fixture
def place(idle: Wiring, film: Path) -> Any:
    """Stores a file of its own with what it is recognised by, and says its id."""
    data, number = film.read_bytes(), count()

    def stored(
        noted: Footage | None, code: str | None = None, *, caller: Caller = HTTP, same: bool = False
    ) -> str:
        desk, sent = send(idle, data if same else data + bytes([next(number)]), caller)
        return examined(desk, sent, report_of(noted, code)).id

    return stored


def told(client: httpx.Client, evidence_id: str) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/evidence/{evidence_id}")
    assert answer.status_code == 200
    return answer.json()["duplicates"]


def case_with(client: httpx.Client, *evidence: str) -> dict[str, Any]:
    case = client.post("/v1/cases", json={}).json()
    for each in evidence:
        assert client.post(case["links"]["exhibits"], json={"evidence_id": each}).status_code == 201
    return case


def notices(client: httpx.Client, case: dict[str, Any]) -> list[dict[str, Any]]:
    return client.get(case["links"]["assessment"]).json()["notices"]


def test_the_same_bytes_in_another_case_are_told_with_the_case(taker: httpx.Client, place: Any) -> None:
    first, second = place(None, same=True), place(None, same=True)
    before, now = case_with(taker, first), case_with(taker, second)
    assert told(taker, first) == [], "the earlier one is told of nothing"
    (found,) = told(taker, second)
    assert (found["code"], found["grade"], found["evidence_id"]) == ("duplicate.exact", "certain", first)
    assert found["cases"] == found["elsewhere"] == [before["id"]]
    assert "here" not in found
    (notice,) = notices(taker, now)
    assert (notice["code"], notice["cases"]) == ("duplicate.exact", [before["id"]])
    assert notices(taker, before) == []


def test_footage_is_told_with_the_time_in_both_films(taker: httpx.Client, place: Any) -> None:
    first = place(footage(1))
    second = place(footage(1, start=6))
    before, now = case_with(taker, first), case_with(taker, second)
    (found,) = told(taker, second)
    assert (found["code"], found["cases"]) == ("duplicate.footage", [before["id"]])
    assert found["there"][0] - found["here"][0] == 6
    (notice,) = notices(taker, now)
    assert (notice["evidence_id"], notice["here"], notice["there"]) == (first, found["here"], found["there"])
    assert notice["sent_at"] == found["sent_at"]


def test_what_ends_between_the_look_and_the_last_word_is_found_too(
    taker: httpx.Client, idle: Wiring, film: Path, place: Any
) -> None:
    place(footage(1))
    there: list[str] = []
    desk, sent = send(idle, film.read_bytes() + b"later")

    def another_ends() -> None:
        there.append(place(footage(1, start=6)))

    examined(desk, sent, report_of(footage(1)), another_ends)
    assert sent.id in [each["evidence_id"] for each in told(taker, there[0])]


def test_another_take_on_the_same_table_is_nothing(taker: httpx.Client, place: Any) -> None:
    place(footage(1))
    assert told(taker, place(footage(1, rhythm=2))) == []


def test_other_numbers_on_what_moves_alike_leave_it_to_a_person(taker: httpx.Client, place: Any) -> None:
    place(footage(1), "SF1000000000001")
    assert [each["code"] for each in told(taker, place(footage(1), "SF1000000000002"))] == [
        "duplicate.likeness"
    ]
    found = told(taker, place(footage(1), "SF1000000000001"))
    assert [each["code"] for each in found] == ["duplicate.footage", "duplicate.likeness"]


def test_a_photo_only_looks_like_another_one(taker: httpx.Client, place: Any) -> None:
    place(photo(3))
    (found,) = told(taker, place(photo(3)))
    assert (found["code"], found["pictures"]) == ("duplicate.likeness", 1)
    assert "Compare the two" not in found["advice"], "no case has it, so there is nothing to do"
    assert told(taker, place(photo(4))) == []


def test_what_was_sent_first_and_examined_last_is_still_the_earlier(
    taker: httpx.Client, idle: Wiring, film: Path
) -> None:
    (desk, first), (_, second) = (send(idle, film.read_bytes() + bytes([n])) for n in range(2))
    examined(desk, second, report_of(footage(1)))
    examined(desk, first, report_of(footage(1, start=4)))
    assert told(taker, first.id) == []
    (found,) = told(taker, second.id)
    assert found["evidence_id"] == first.id
    assert found["here"][0] - found["there"][0] == 4


def test_two_uploads_into_one_case_are_nothing_to_tell(taker: httpx.Client, place: Any) -> None:
    case = case_with(taker, place(footage(1)), place(footage(1)))
    assert notices(taker, case) == []


def test_a_second_opening_under_one_waybill_is_told_to_the_later_case_only(
    taker: httpx.Client, idle: Wiring, place: Any
) -> None:
    def returned(film: str) -> dict[str, Any]:
        case = taker.post("/v1/cases", json={"tracking_number": "SF1234567890123"}).json()
        assert taker.post(case["links"]["exhibits"], json={"evidence_id": film}).status_code == 201
        return case

    films = [place(footage(1)), place(footage(2))]
    first, second = (returned(film) for film in films)
    assert notices(taker, first) == []
    (notice,) = notices(taker, second)
    assert (notice["code"], notice["cases"], notice["evidence_id"]) == (
        "duplicate.waybill",
        [first["id"]],
        films[0],
    )
    with idle.rows.begin("default", now=NOW) as unit:
        unit.remove(KIND, films[0])
    assert notices(taker, second) == [], "what was purged proves nothing any more"


def test_nothing_of_another_tenant_is_met(taker: httpx.Client, idle: Wiring, place: Any) -> None:
    theirs = [place(footage(1), caller=OTHER), place(None, caller=OTHER, same=True)]
    mine = [place(footage(1)), place(None, same=True)]
    assert [told(taker, each) for each in mine] == [[], []]
    with idle.rows.read("another") as reading:
        assert all(recognising.known(reading, each) == () for each in (*theirs, *mine))
        terms = recognising.Sought.of(report_of(footage(1)).model_dump(mode="json")).terms
        assert reading.sharing(KIND, terms)
    answers = [taker.get(f"/v1/evidence/{each}") for each in (theirs[0], "ev_" + "0" * 32)]
    assert len({answer.status_code for answer in answers}) == 1


def test_what_is_removed_is_forgotten(taker: httpx.Client, idle: Wiring, place: Any) -> None:
    first, second = place(footage(1)), place(footage(1))
    case_with(taker, first)
    assert len(told(taker, second)) == 1
    with idle.rows.begin("default", now=NOW) as unit:
        unit.remove(KIND, first)
        unit.remove(KIND, second)
        terms = recognising.Sought.of(report_of(footage(1)).model_dump(mode="json")).terms
        assert terms
        assert unit.sharing(KIND, terms) == ()
    third = place(footage(1))
    assert told(taker, third) == []


def test_it_is_in_the_custody_log_and_the_bundle_and_decides_nothing(
    taker: httpx.Client, idle: Wiring, place: Any, tmp_path: Path
) -> None:
    first, second = place(footage(1)), place(footage(1))
    before, now = case_with(taker, first), case_with(taker, second)
    with idle.rows.read("default") as reading:
        (entry,) = (e for e in reading.entries(item.stream_of(second)) if e.event == "evidence.recognised")
    assert entry.detail == {"earlier": [{"evidence": first, "grade": "strong"}]}
    archive = sealed(taker, now, tmp_path / "bundle.zip")
    folder = f"sixface-{now['id']}"
    kept = json.loads(archive.read(f"{folder}/data/assessment.json"))
    assert [each["cases"] for each in kept["notices"]] == [[before["id"]]]
    page = archive.read(f"{folder}/data/reports/01-film/report.html").decode()
    assert "Earlier use" in page
    assert before["id"] in page
    one, other = (taker.get(f"/v1/evidence/{each}/report").json() for each in (first, second))
    assert one["verdict"] == other["verdict"]


@pytest.mark.parametrize(("lang", "says"), [("en", "in the same order"), ("zh", "相同顺序")])
def test_the_page_tells_it_in_both_languages(
    taker: httpx.Client, place: Any, lang: Literal["en", "zh"], says: str
) -> None:
    first, second = place(footage(1)), place(footage(1, start=6))
    case = case_with(taker, first)
    page = taker.get(f"/evidence/{second}", headers={"Accept-Language": lang}).text
    assert says in page
    assert case["id"] in page
    assert f'href="/evidence/{first}"' in page
    assert says not in taker.get(f"/evidence/{first}", headers={"Accept-Language": lang}).text


@pytest.mark.parametrize(("lang", "says"), [("en", "0:06–0:19 there"), ("zh", "对方 0:06–0:19")])
def test_the_terminal_tells_it_too(
    taker: httpx.Client, idle: Wiring, place: Any, lang: Literal["en", "zh"], says: str
) -> None:
    first, second = place(footage(1)), place(footage(1, start=6))
    before, now = case_with(taker, first), case_with(taker, second)
    out = Console(file=StringIO(), width=400)
    show_assessment(assessed(idle.desk(HTTP), now["id"]), words(lang), out)
    assert isinstance(out.file, StringIO)
    told_ = out.file.getvalue()
    assert before["id"] in told_
    assert says in told_


def test_a_report_from_before_has_nothing_to_be_found_by(place: Any, taker: httpx.Client) -> None:
    place(None)
    assert recognising.Sought.of(report_of(None).model_dump(mode="json")).terms == frozenset()
    assert told(taker, place(footage(1))) == []


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A film, and a mirrored copy of it that was encoded anew."""
    folder = tmp_path_factory.mktemp("recognising")
    source = samples.make("small", folder).path
    return source, copied(source, folder / "copy.mp4", FILMS["mirrored"])


@pytest.fixture
def kept(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=60) as client:
        yield client


def test_a_mirrored_copy_is_found_by_the_real_examination(
    kept: httpx.Client, wiring: Wiring, rendered: tuple[Path, Path]
) -> None:
    sent = [send(wiring, path.read_bytes())[1].id for path in rendered]
    assert isinstance(wiring.jobs, ThreadJobs)
    assert wiring.jobs.idle(180)
    case = case_with(kept, sent[0])
    (found,) = told(kept, sent[1])
    assert (found["code"], found["turned"], found["cases"]) == ("duplicate.footage", True, [case["id"]])
