from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from claims.assess import assess
from claims.assessment import Decider
from claims.confirmation import COUNT, FACE, Confirmation, Word, latest, outcome, trouble
from claims.verify import verify
from evidence.model import FACES, Finding, Measure, Outcome, Report, Still, say
from tests.claims.conftest import SOUND, sha

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PICTURES = {face: random.Random(face).randbytes(300) for face in FACES}
SIX = {face: sha(data) for face, data in PICTURES.items()}
STILLS = tuple(
    Still(digest=digest, path=f"stills/face-{n}.jpg", at=timedelta(seconds=n), what="face", face=n)
    for n, digest in enumerate(SIX.values(), start=1)
)


def word(answer: str = "confirmed", minutes: int = 0, **changed: Any) -> Confirmation:
    told = {
        "id": f"conf_{minutes}",
        "answer": answer,
        "stills": SIX,
        "by": "Li Wei",
        "at": NOW + timedelta(minutes=minutes),
        "report": "sha256:" + "0" * 64,
        **changed,
    }
    return Confirmation.model_validate(told)


def film_of(desk: Any) -> str:
    return desk.case.exhibits[0].digest


@pytest.fixture
def left_open(desk: Any, make_report: Callable[..., Report]) -> Callable[..., Any]:
    """The desk of the house with a film on whose faces the check said this, and `also` this."""

    def make(found: Outcome | None = Outcome.UNSURE, also: Mapping[str, Any] = {}) -> Any:
        said: dict[str, Any] = {**SOUND, "six_faces": {COUNT: found} if found else {}}
        for check, codes in also.items():
            said[check] = {**said[check], **(codes or {})}
            if codes is None:
                del said[check]
        data = desk.blobs[film_of(desk)]
        desk.reports[film_of(desk)] = make_report(data, said, stills=STILLS)
        desk.blobs.update({sha(picture): picture for picture in PICTURES.values()})
        return desk

    return make


def judged(desk: Any, *said: Confirmation, requirement: str = "V-03") -> Any:
    desk.confirmations = {film_of(desk): said}
    return desk.assessment.judgement(requirement)


def test_a_person_meets_what_the_check_left_open(left_open: Any) -> None:
    assert judged(left_open()).answer.value == "unsure"
    found = judged(left_open(), word())
    assert (found.answer.value, found.by, found.confirmable) == ("yes", Decider.PERSON, False)
    assert str(found.reason).startswith("Confirmed by a person (Li Wei, 2026-11-21 18:00")
    assert [pointer.outcome for pointer in found.findings] == [Outcome.UNSURE], "what the machine said stays"
    assert found.advice == ()


@pytest.mark.parametrize(
    ("found", "answer"),
    [(Outcome.FAIL, "no"), (Outcome.PASS, "yes"), (Outcome.SKIPPED, "unsure"), (None, "unsure")],
)
def test_a_person_is_heard_only_where_the_check_could_not_tell(
    left_open: Any, found: Outcome | None, answer: str
) -> None:
    for said in ("confirmed", "disputed"):
        one = judged(left_open(found), word(said))
        assert (one.answer.value, one.by) == (answer, Decider.CHECKS)


def test_it_closes_the_faces_and_nothing_else(left_open: Any) -> None:
    desk = left_open()
    alone = {r.id: r.answer for r in desk.assessment.requirements}
    judged(desk, word())
    with_word = {r.id: r.answer for r in desk.assessment.requirements}
    assert {id_ for id_ in alone if alone[id_] != with_word[id_]} == {"V-03", "V-07"}


def test_an_element_that_hangs_on_the_count_alone_is_met_by_the_person(left_open: Any) -> None:
    desk = left_open(Outcome.UNSURE, {"six_faces": {"six_faces.face": Outcome.UNSURE}})
    alone = judged(desk, requirement="V-07")
    assert (alone.answer.value, alone.confirmable) == ("unsure", False)
    found = judged(desk, word(), requirement="V-07")
    assert (found.answer.value, found.by, found.advice) == ("yes", Decider.PERSON, ())
    assert any(str(reason).startswith("Confirmed by a person (Li Wei") for reason in found.reasons)
    assert {p.code for p in found.findings if p.outcome is Outcome.UNSURE} == {COUNT, "six_faces.face"}
    disputed = judged(desk, word(), word("disputed", 1), requirement="V-07")
    assert (disputed.answer.value, disputed.confirmable) == ("unsure", False)
    assert disputed.reason.values["by"] == "Li Wei"


@pytest.mark.parametrize(
    ("also", "answer"),
    [
        ({"continuity": {"continuity.take": Outcome.UNSURE}}, "unsure"),
        ({"six_faces": {"six_faces.broken": Outcome.UNSURE}}, "unsure"),
        ({"phases": None}, "unsure"),
        ({"clock": {"clock.window": Outcome.UNSURE}}, "unsure"),
        ({"continuity": {"continuity.take": Outcome.FAIL}}, "no"),
        ({"six_faces": {"six_faces.missing": Outcome.FAIL}}, "no"),
    ],
)
def test_an_element_with_another_open_question_hears_nobody(left_open: Any, also: Any, answer: str) -> None:
    found = judged(left_open(Outcome.UNSURE, also), word(), requirement="V-07")
    assert (found.answer.value, found.confirmable) == (answer, False)


@pytest.mark.parametrize("found", [Outcome.SKIPPED, None])
def test_an_element_whose_faces_were_not_looked_at_hears_nobody(
    left_open: Any, found: Outcome | None
) -> None:
    desk = left_open(found)
    assert judged(desk, requirement="V-07") == judged(desk, word(), requirement="V-07")


def test_where_the_ruleset_takes_no_persons_word_none_is_heard(left_open: Any) -> None:
    desk = left_open()
    rules = desk.ruleset.rules
    strict = [each.model_copy(update={"confirmable": False}) for each in rules.requirement]
    strict_rules = rules.model_copy(update={"requirement": tuple(strict)})
    said = {film_of(desk): (word(),)}
    found = assess(desk.case, strict_rules, desk.reports, NOW, said)
    assert found == assess(desk.case, strict_rules, desk.reports, NOW)


def test_the_latest_word_counts(left_open: Any) -> None:
    found = judged(left_open(), word(), word("disputed", 1, by="Wang"))
    assert (found.answer.value, found.by, found.confirmable) == ("unsure", Decider.CHECKS, True)
    assert found.reason.values["by"] == "Wang"
    assert judged(left_open(), word("disputed"), word(minutes=1)).answer.value == "yes"
    assert latest([], COUNT) is None


@pytest.mark.parametrize(("minutes", "answer"), [(-1, "unsure"), (0, "unsure"), (1, "yes")])
def test_a_statement_counts_only_if_it_is_later_than_the_dispute(
    left_open: Any, minutes: int, answer: str
) -> None:
    desk = left_open()
    desk.say("V-03", exhibit="film", at=NOW + timedelta(minutes=minutes))
    assert judged(desk, word("disputed")).answer.value == answer


def test_a_dispute_says_nothing_about_other_requirements(left_open: Any) -> None:
    desk = left_open()
    assert judged(desk, word("disputed"), requirement="V-05").answer.value == "yes"


def test_a_no_of_a_person_stays_a_no(left_open: Any) -> None:
    desk = left_open()
    desk.say("V-03", "no", at=NOW - timedelta(minutes=1))
    assert judged(desk, word()).answer.value == "no"


@pytest.mark.parametrize(
    "changed",
    [
        {"stills": {**SIX, "back": SIX["left"]}},
        {"stills": {**SIX, "back": sha(b"elsewhere")}},
        {"stills": {face: SIX[face] for face in FACES[1:]}},
        {"by": "\u200b"},
    ],
)
def test_a_word_that_cannot_count_is_not_heard(left_open: Any, changed: Any) -> None:
    desk = left_open()
    report = desk.reports[film_of(desk)]
    assert trouble(word(**changed), report) is not None
    assert judged(desk, word(**changed)).answer.value == "unsure"


def test_a_word_about_other_bytes_is_not_heard(left_open: Any) -> None:
    desk = left_open()
    desk.confirmations = {sha(b"another film"): (word(),)}
    assert desk.judged("V-03") == "unsure"


def test_the_worst_finding_is_the_one_asked_about(make_report: Callable[..., Report]) -> None:
    assert outcome(make_report(b"x", {"six_faces": {COUNT: Outcome.SKIPPED}}), COUNT) is None
    assert outcome(make_report(b"x", {}), COUNT) is None
    assert outcome(make_report(b"x", {"six_faces": {COUNT: Outcome.FAIL}}), COUNT) is Outcome.FAIL


def test_only_the_faces_can_be_confirmed() -> None:
    with pytest.raises(ValidationError):
        Word.model_validate({"code": "continuity.take", "answer": "confirmed", "stills": SIX, "by": "Li"})


def test_the_bundle_carries_every_word(left_open: Any, tmp_path: Path) -> None:
    desk = left_open()
    desk.confirmations = {film_of(desk): (word(note="试 <b>"), word("disputed", 1), word(minutes=2))}
    path = tmp_path / "bundle.zip"
    out = io.BytesIO()
    desk.seal(out, incomplete=True)
    path.write_bytes(out.getvalue())
    assert verify(path) == ()
    with zipfile.ZipFile(path) as archive:
        kept = json.loads(archive.read("sixface-case-1/data/reports/01-film/confirmations.json"))
        assert [each["answer"] for each in kept] == ["confirmed", "disputed", "confirmed"]
        assert [Confirmation.model_validate(each) for each in kept] == list(desk.confirmations[film_of(desk)])
        readme = archive.read("sixface-case-1/README.txt").decode()
    assert "V-03  yes / 满足  (a person's word" in readme
    assert "试" not in readme


def of_face(face: str = "back", answer: str = "disputed", minutes: int = 5, **changed: Any) -> Confirmation:
    told: dict[str, Any] = {"code": FACE, "face": face, "stills": {}, "note": "it is the left", **changed}
    return word(answer, minutes, **told)


@pytest.fixture
def counted_faces(left_open: Any) -> Callable[[Outcome], Any]:
    """A film in which the check saw each face without doubt, and said this of their number."""

    def make(found: Outcome = Outcome.PASS) -> Any:
        desk = left_open(found)
        report = desk.reports[film_of(desk)]
        seen = tuple(
            Finding.of(FACE, Outcome.PASS, say("Seen."), measures=[Measure(name="face", value=face)])
            for face in FACES
        )
        answers = tuple(
            each.model_copy(update={"findings": (*each.findings, *seen)})
            if each.check == "six_faces"
            else each
            for each in report.answers
        )
        desk.reports[film_of(desk)] = report.model_copy(update={"answers": answers})
        return desk

    return make


def test_a_disputed_face_is_no_longer_met_and_taking_it_back_gives_the_machines_word_back(
    counted_faces: Any,
) -> None:
    desk = counted_faces()
    machine = judged(desk)
    assert machine.answer.value == "yes"
    found = judged(desk, of_face())
    assert (found.answer.value, found.by, found.confirmable) == ("unsure", Decider.PERSON, False)
    assert str(found.reasons[0]).startswith("Li Wei disputes the face Back (2026-11-21 18:05")
    assert "it is the left" in str(found.reasons[0])
    assert "have the dispute taken back" in str(found.advice[0])
    assert judged(desk, of_face(), of_face(answer="confirmed", minutes=6, note="")) == machine


def test_a_dispute_only_ever_takes_away(counted_faces: Any) -> None:
    goodness = {"no": 0, "unsure": 1, "yes": 2}
    for found in (Outcome.PASS, Outcome.UNSURE, Outcome.FAIL):
        desk = counted_faces(found)
        for before in ((), (word(),), (word("disputed"),)):
            desk.confirmations = {film_of(desk): before}
            without = {each.id: each.answer.value for each in desk.assessment.requirements}
            for after in (of_face(), of_face("top"), of_face("top", "confirmed", note="")):
                desk.confirmations = {film_of(desk): (*before, after)}
                for each in desk.assessment.requirements:
                    assert goodness[each.answer.value] <= goodness[without[each.id]]


def test_six_confirmed_pictures_after_a_dispute_count_and_a_dispute_after_them_counts_too(
    counted_faces: Any,
) -> None:
    desk = counted_faces(Outcome.UNSURE)
    assert judged(desk, of_face(minutes=1), word(minutes=2)).answer.value == "yes"
    assert judged(desk, word(minutes=1), of_face(minutes=2)).answer.value == "unsure"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"by": " "}, "Say in by"),
        ({"note": " "}, "Say in note"),
        ({"face": None}, "Say in face"),
        ({"answer": "confirmed", "note": ""}, ""),
        ({}, ""),
    ],
)
def test_a_dispute_has_a_name_a_face_and_a_reason(
    counted_faces: Any, changed: dict[str, Any], says: str
) -> None:
    desk = counted_faces()
    report = desk.reports[film_of(desk)]
    assert str(trouble(of_face(**changed), report) or "").startswith(says)
    assert (trouble(of_face(**changed), report) is None) == (not says)


def test_only_what_was_counted_can_be_disputed(left_open: Any) -> None:
    desk = left_open(Outcome.PASS)
    report = desk.reports[film_of(desk)]
    assert str(trouble(of_face(), report)) == "The check did not count the face Back in this film."
    assert judged(desk, of_face()).answer.value == "yes", "a word that cannot count is none"
