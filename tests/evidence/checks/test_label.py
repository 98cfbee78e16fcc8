from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from evidence import profile
from evidence.checks.label import Label
from evidence.model import Expectation, Finding, Outcome
from evidence.vision import lettering
from tests.evidence.fakes import FakeAlbum, FakeFrame, described, film, watched
from tests.evidence.vision import labelled

NUMBER, ORDER = labelled.NUMBER, "851483467451"
PLAIN = labelled.laid(np.full((10, 10), 150, np.uint8))
LABEL = labelled.laid(labelled.waybill(), turn=25)
OTHER = labelled.laid(labelled.waybill("SF7777777777777"), turn=25)
BLURRED = cv2.blur(labelled.laid(labelled.waybill(scale=4.0)), (9, 1))

EXPECTED = Expectation(tracking_number=NUMBER)


@pytest.fixture(autouse=True)
def _without_print(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a plain installation: the extra is not there."""
    monkeypatch.setattr(lettering, "available", lambda: False)


def found(
    pictures: list[np.ndarray],
    expected: Expectation = EXPECTED,
    *,
    album: FakeAlbum | None = None,
    **settings,
) -> dict[str, Finding]:
    """The findings on a film of 10 pictures a second, by code; of several codes the first."""
    findings = watched(
        Label(**settings), film(pictures, rate=10), media=described(expected=expected), album=album
    )
    return {finding.code: finding for finding in reversed(findings)}


def of_photo(picture: np.ndarray, expected: Expectation = EXPECTED, **settings) -> dict[str, Finding]:
    findings = watched(Label(**settings), [FakeFrame(picture)], media=described("photo", expected=expected))
    return {finding.code: finding for finding in reversed(findings)}


def measured(finding: Finding) -> dict[str, object]:
    return {measure.name: measure.value for measure in finding.measures}


def spans(finding: Finding) -> list[tuple[float, float]]:
    return [(s.start.total_seconds(), s.end.total_seconds()) for s in finding.when.spans]


def test_the_expected_waybill_passes_with_its_times_and_its_picture() -> None:
    album = FakeAlbum()
    findings = found([PLAIN] * 10 + [LABEL] * 20 + [PLAIN] * 10, album=album)
    tracking, legible, code = (findings[f"label.{name}"] for name in ("tracking", "legible", "code"))
    assert {f.outcome for f in (tracking, legible, code)} == {Outcome.PASS}
    ((start, end),) = spans(code)
    assert start == pytest.approx(1.0, abs=0.21)
    assert end == pytest.approx(2.9, abs=0.51)
    assert measured(legible)["first"] == start
    assert measured(legible)["last"] == end
    assert measured(legible)["total"] == pytest.approx(end - start)
    assert measured(legible)["width"] == pytest.approx(363, rel=0.1)
    assert measured(code)["value"] == NUMBER
    assert measured(code)["symbology"] == "Code 128"
    assert measured(code)["carrier"] == "SF"
    assert spans(tracking) == [(start, end)]
    (still,) = code.stills
    assert album.kept[still][0] == "label"


def test_a_waybill_shown_twice_has_two_spans() -> None:
    code = found([LABEL] * 10 + [PLAIN] * 30 + [LABEL] * 10)["label.code"]
    assert len(spans(code)) == 2


def test_another_waybill_fails_and_says_which() -> None:
    findings = found([OTHER] * 20)
    tracking = findings["label.tracking"]
    assert tracking.outcome is Outcome.FAIL
    assert "SF7777777777777" in tracking.says
    assert tracking.advice
    assert findings["label.legible"].outcome is Outcome.PASS
    assert measured(findings["label.code"])["value"] == "SF7777777777777"


def test_another_carriers_label_is_the_wrong_one_where_it_was_alone_for_long() -> None:
    foreign = labelled.laid(labelled.waybill("1Z5R89390357567127"), turn=25)
    long, short = [PLAIN] * 5 + [foreign] * 40, [PLAIN] * 5 + [foreign] * 15
    wrong = found(long)["label.tracking"]
    assert wrong.outcome is Outcome.FAIL
    assert "another carrier's waybill: UPS" in str(wrong.wording.says)
    assert found(short)["label.tracking"].outcome is Outcome.UNSURE
    assert found([*long, *[PLAIN] * 15, *[BLURRED] * 10])["label.tracking"].outcome is Outcome.UNSURE
    assert found([*long, *[LABEL] * 5])["label.tracking"].outcome is Outcome.PASS
    assert of_photo(foreign)["label.tracking"].outcome is Outcome.UNSURE


def test_the_expected_one_among_others_passes() -> None:
    findings = found([OTHER] * 40 + [LABEL] * 10)  # long enough for looks to become rarer
    assert findings["label.tracking"].outcome is Outcome.PASS
    assert measured(findings["label.code"])["value"] == NUMBER


def test_a_neighbour_is_never_taken_for_the_expected_one() -> None:
    near = labelled.laid(labelled.waybill(NUMBER[:-1] + "9"), turn=10)
    tracking = found([near] * 20)["label.tracking"]
    assert tracking.outcome is Outcome.FAIL
    assert "character 15 differs" in tracking.says


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([PLAIN] * 20, "close enough"),
        ([BLURRED] * 20, "too blurred"),
        ([labelled.laid(labelled.waybill(), scale=0.3)] * 20, "too small"),
    ],
)
def test_what_cannot_be_read_is_unsure_with_its_reason_and_advice(pictures: list, words: str) -> None:
    findings = found(pictures)
    for code in ("label.tracking", "label.legible"):
        assert findings[code].outcome is Outcome.UNSURE
        assert findings[code].advice
    if words != "too small":  # a code that small may not even be noticed
        assert words in findings["label.tracking"].says
    assert "label.code" not in findings


def test_one_legible_picture_passes_the_number_but_is_too_little_for_people() -> None:
    findings = found([PLAIN] * 10 + [LABEL] + [PLAIN] * 10, pace=timedelta(seconds=0.1))
    assert findings["label.tracking"].outcome is Outcome.PASS
    assert findings["label.legible"].outcome is Outcome.UNSURE
    assert "one picture only" in findings["label.legible"].says


def test_a_symbology_without_check_has_to_be_read_twice() -> None:
    code39 = labelled.laid(labelled.code("ABC-12345", "Code39"), turn=15)
    expected = Expectation(tracking_number="abc 12345")
    pace = timedelta(seconds=0.1)
    once = found([PLAIN] * 5 + [code39] + [PLAIN] * 5, expected, pace=pace)
    assert once["label.tracking"].outcome is Outcome.UNSURE
    assert "only once" in once["label.tracking"].says
    assert "label.code" not in once
    assert found([code39] * 10, expected, pace=pace)["label.tracking"].outcome is Outcome.PASS


def test_the_number_inside_a_matrix_code_passes() -> None:
    picture = labelled.laid(labelled.code(f"https://a.example/t/{NUMBER}?x=1", "QRCode", scale=7), turn=30)
    findings = found([picture] * 10)
    assert findings["label.tracking"].outcome is Outcome.PASS
    assert measured(findings["label.code"])["symbology"] == "QR Code"


def test_where_nothing_is_expected_nothing_is_judged_but_told() -> None:
    findings = found([LABEL] * 10, Expectation())
    assert {finding.outcome for finding in findings.values()} == {Outcome.SKIPPED}
    assert NUMBER in findings["label.tracking"].says
    assert measured(findings["label.code"])["value"] == NUMBER
    assert found([PLAIN] * 10, Expectation())["label.legible"].outcome is Outcome.UNSURE


def test_an_order_number_that_no_code_bears_does_not_spoil_the_waybill() -> None:
    both = Expectation(tracking_number=NUMBER, order_number=ORDER)
    findings = found([LABEL] * 10, both)
    assert findings["label.tracking"].outcome is Outcome.PASS
    assert findings["label.order"].outcome is Outcome.SKIPPED
    alone = found([LABEL] * 10, Expectation(order_number=ORDER))
    assert alone["label.order"].outcome is Outcome.UNSURE


def test_an_order_number_in_a_code_passes() -> None:
    picture = labelled.laid(labelled.code("ORD-778812", "QRCode", scale=8))
    assert found([picture] * 5, Expectation(order_number="ord 778812"))["label.order"].outcome is Outcome.PASS


def test_goods_are_no_waybill() -> None:
    goods = labelled.laid(labelled.code("4006381333931", "EAN13", scale=3))
    findings = found([goods] * 10, Expectation(tracking_number="4006381333924"))
    assert findings["label.tracking"].outcome is Outcome.UNSURE
    assert found([goods] * 10, Expectation())["label.tracking"].says.endswith("none was read.")


def test_print_says_that_it_cannot_be_read_here() -> None:
    assert "`ocr` is not installed" in found([BLURRED] * 10)["label.text"].says
    assert "nothing asked" in found([LABEL] * 10)["label.text"].says


def test_print_overrules_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A neighbour's number of which a digit is misread as the expected one, in every cutting."""
    monkeypatch.setattr(lettering, "available", lambda: True)
    monkeypatch.setattr(lettering, "lines", lambda _: (lettering.Line(NUMBER, 0.99),))
    near = labelled.laid(labelled.waybill(NUMBER[:-1] + "9"), turn=10)
    findings = found([near] * 20)
    assert findings["label.tracking"].outcome is Outcome.FAIL
    assert "nothing asked" in findings["label.text"].says
    assert found([BLURRED] * 20)["label.tracking"].outcome is Outcome.PASS


def test_the_words_of_a_stranger_are_data() -> None:
    hostile = "{value.__class__} \x1b[31m\u202e<script>" + "A" * 900
    picture = labelled.laid(labelled.code(hostile, "QRCode", scale=3), width=1600, height=1000)
    findings = found([picture] * 5, Expectation(tracking_number=hostile))
    code = findings["label.code"]
    value = measured(code)["value"]
    assert isinstance(value, str)
    assert value.isprintable()
    assert len(value) <= 200
    assert "{value.__class__}" in code.says
    assert len(code.says) < 200


def test_many_codes_are_bounded() -> None:
    pictures = [labelled.laid(labelled.bars(f"NW{n:013}")) for n in range(40)]
    findings = watched(
        Label(pace=timedelta(seconds=0.1)), film(pictures, rate=10), media=described(expected=EXPECTED)
    )
    assert sum(finding.code == "label.code" for finding in findings) == 12


def test_a_damaged_picture_is_not_read() -> None:
    frames = [FakeFrame(LABEL, index=n, at=timedelta(seconds=n / 10), corrupt=True) for n in range(10)]
    findings = watched(Label(), frames, media=described(expected=EXPECTED))
    assert {f.code: f.outcome for f in findings}["label.tracking"] is Outcome.UNSURE


def test_a_photo_of_the_waybill_passes_or_fails_by_its_number() -> None:
    assert of_photo(LABEL)["label.tracking"].outcome is Outcome.PASS
    assert of_photo(OTHER)["label.tracking"].outcome is Outcome.FAIL
    none = of_photo(PLAIN)
    assert none["label.tracking"].outcome is Outcome.UNSURE
    assert "Take the photo again" in none["label.tracking"].advice
    assert of_photo(LABEL)["label.code"].stills


def test_a_photo_of_the_damage_needs_no_waybill_but_notices_a_wrong_one() -> None:
    settings = {"thorough": False, "required": False}
    none = of_photo(PLAIN, **settings)
    assert {finding.outcome for finding in none.values()} == {Outcome.SKIPPED}
    large = labelled.waybill(scale=5.0)
    assert of_photo(labelled.laid(large), **settings)["label.tracking"].outcome is Outcome.PASS
    other = labelled.waybill("SF7777777777777", scale=5.0)
    assert of_photo(labelled.laid(other), **settings)["label.tracking"].outcome is not Outcome.PASS


def test_an_empty_film_is_unsure() -> None:
    assert found([])["label.tracking"].outcome is Outcome.UNSURE


def test_the_profiles_ask_for_it() -> None:
    for name in ("unboxing", "label_photo", "defect_photo"):
        assert any(isinstance(check, Label) for check in profile.load(name).configured())
    defect = next(c for c in profile.load("defect_photo").configured() if isinstance(c, Label))
    assert (defect.required, defect.thorough) == (False, False)


def test_every_code_is_declared() -> None:
    seen = {*found([LABEL] * 10), *found([BLURRED] * 10), *of_photo(LABEL)}
    assert seen <= set(Label.codes)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads cannot be counted here")
def test_a_film_and_a_photo_at_a_glance_load_what_they_need() -> None:
    """The glance of a defect photo does without OpenCV; see `evidence.vision.ladder`."""
    import subprocess  # noqa: PLC0415 - only here
    import sys  # noqa: PLC0415 - only here

    program = (
        "import sys; import evidence.checks.label; print('cv2' in sys.modules, 'rapidocr' in sys.modules)"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]
