from __future__ import annotations

import pytest

from api.dossier import dossier
from api.lanes import strip
from api.reading import read
from api.unfolding import UNFOLDED, Unfolding, face_of, numbered, unfold
from api.words import words
from evidence.model import FACES, Finding, Measure, Outcome, Report, say
from tests.api import made_reports as made
from tests.api.test_dossier import Checker

EN = words("en")
FIVE = [face for face in FACES if face != "left"]


def unfolded(report: Report) -> Unfolding:
    found = unfold(report, read(report, EN), EN)
    assert found is not None
    return found


def page(report: Report) -> Checker:
    checker = Checker()
    checker.feed(dossier(report, made.VIEWS.get, EN))
    checker.close()
    return checker


def test_six_faces_each_with_its_view_its_times_and_its_finding() -> None:
    report = made.unfolded(*FACES, corners=True)
    found = unfolded(report)
    assert tuple(cell.face for cell in found.cells) == UNFOLDED
    assert {cell.outcome for cell in found.cells} == {Outcome.PASS}
    assert found.count == 6
    assert found.lacking == ()
    left = found.cells[1]
    assert (left.name, left.spans, left.does) == ("Left", ("0:12–0:14",), "")
    assert made.VIEWS[left.still] == made.FACE_VIEWS["left"]
    assert found.corners is not None
    assert tuple(made.VIEWS[digest] for digest in found.corners.stills) == made.CORNER_VIEWS


def test_a_face_is_called_missing_only_where_the_check_says_that_one_is() -> None:
    for outcome, lacking, word in (
        (Outcome.FAIL, Outcome.FAIL, "not seen"),
        (Outcome.UNSURE, Outcome.UNSURE, "no clear view"),
        (Outcome.PASS, Outcome.UNSURE, "no clear view"),  # a contradiction is not smoothed over
    ):
        (left,) = unfolded(made.unfolded(*FIVE, outcome=outcome)).lacking
        assert (left.face, left.outcome, left.word) == ("left", lacking, word)
        assert left.does == "Hold the left side to the camera for one second."


def test_a_face_that_is_not_certain_does_not_count_and_is_no_gap() -> None:
    (back,) = unfolded(made.unfolded(*FACES, outcome=Outcome.UNSURE, unsure=["back"])).lacking
    assert (back.face, back.outcome, back.word, back.seen) == ("back", Outcome.UNSURE, "uncertain", True)


def test_of_two_findings_about_one_face_the_worse_one_stands() -> None:
    made_twice = made.unfolded("top", "front", "top", outcome=Outcome.UNSURE, unsure=["top"])
    second = made.unfolded("top").answers[0].findings[1]
    answer = made.answer("six_faces", second, *made_twice.answers[0].findings)
    top = unfolded(made.report(answer, stills=made_twice.stills)).cells[0]
    assert top.outcome is Outcome.UNSURE


def test_many_times_are_counted_beside_the_face() -> None:
    finding = Finding.of(
        "six_faces.face",
        Outcome.PASS,
        say("Shown."),
        when=made.seconds((1, 2), (3, 4), (5, 6), (7, 8)),
        measures=[Measure(name="face", value="top")],
    )
    count = made.unfolded(outcome=Outcome.UNSURE).answers[0].findings[0]
    top = unfolded(made.report(made.answer("six_faces", count, finding))).cells[0]
    assert (top.spans, top.more) == (("0:01–0:02", "0:03–0:04"), 2)
    assert top.times == "0:01–0:02, 0:03–0:04, 0:05–0:06, 0:07–0:08"
    assert top.still == ""


def test_no_parcel_is_unfolded_where_nobody_looked() -> None:
    none = Finding.of("six_faces.count", Outcome.SKIPPED, say("A photo."))
    broken = Finding.of("six_faces.broken", Outcome.UNSURE, say("It broke."))
    for report in (
        made.review(),
        made.report(made.answer("six_faces", none)),
        made.report(made.answer("six_faces", broken)),
    ):
        assert unfold(report, read(report, EN), EN) is None
        assert 'class="net"' not in dossier(report, made.VIEWS.get, EN)


@pytest.mark.parametrize("number", [None, -1, 0, 7])
def test_a_number_that_no_face_has_names_none(number: int | None) -> None:
    assert numbered(number) is None
    assert [numbered(n) for n in range(1, 7)] == list(FACES)


def test_a_face_that_no_parcel_has_is_no_face() -> None:
    report = made.unfolded("top", outcome=Outcome.UNSURE)
    odd = [
        Finding.of("six_faces.face", Outcome.PASS, say("x"), measures=[Measure(name="face", value="inside")])
    ]
    (count, _) = report.answers[0].findings
    made_odd = made.report(made.answer("six_faces", count, *odd))
    assert [face_of(r) for r in read(made_odd, EN).sections[0].remarks] == [None, None]
    assert all(not cell.seen for cell in unfolded(made_odd).cells)


def test_the_page_shows_every_picture_once_and_each_time_leads_to_its_lane() -> None:
    report = made.unfolded(*FIVE, outcome=Outcome.FAIL, corners=True)
    shown = page(report)
    assert len(shown.values("src")) == len(set(shown.values("src"))) == 7
    ids, targets = shown.values("id"), [value.removeprefix("#") for value in shown.values("href")]
    assert len(ids) == len(set(ids))
    assert set(targets) <= set(ids)
    lanes = strip(report, read(report, EN), EN)
    assert lanes is not None
    assert {lane.anchor for lane in lanes.lanes if lane.anchor} == {
        t for t in targets if t.startswith("lane-")
    }
    alts = shown.values("alt")
    assert "Front 0:03–0:05" in alts
    assert "Corner 1 0:20.0" in alts


def test_the_page_says_what_is_missing_and_what_to_do() -> None:
    shown = page(made.unfolded(*FIVE, outcome=Outcome.FAIL))
    text = " ".join(" ".join(shown.text).split())
    assert "5 /6 ✗ faulty Faces were looked for." in text
    assert "Left not seen Hold the left side to the camera for one second." in text
    gaps = [attrs for tag, attrs in shown.tags if tag == "li" and "lacking" in (attrs.get("class") or "")]
    assert [attrs["class"] for attrs in gaps] == ["face left fail lacking"]


def test_without_a_timeline_a_time_leads_to_its_finding() -> None:
    report = made.unfolded("top", outcome=Outcome.UNSURE).model_copy(update={"media": made.PHOTO})
    shown = page(report)
    targets = {value.removeprefix("#") for value in shown.values("href")}
    assert "f1-2" in targets
    assert targets <= set(shown.values("id"))


def test_a_view_that_was_altered_is_not_shown() -> None:
    report = made.unfolded(*FACES)
    html = dossier(report, lambda digest: made.VIEWS[digest] + b"x", EN)
    assert "<img" not in html
    assert html.count("This picture is missing or was altered.") == 6


def test_what_strangers_wrote_stays_text() -> None:
    html = dossier(made.unfolded("top", outcome=Outcome.UNSURE, says=made.HOSTILE), made.VIEWS.get, EN)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
