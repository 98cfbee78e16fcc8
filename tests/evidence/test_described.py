from __future__ import annotations

import pytest

from evidence import described
from evidence.model import Answer, Finding, Measure, MediaFacts, Outcome, Report, Subject, say
from tests.evidence.fakes import NOW


def report(code, **measures):
    finding = Finding.of(
        code, Outcome.PASS, say("x"), measures=[Measure(name=n, value=v) for n, v in measures.items()]
    )
    return Report(
        engine="sixface test",
        profile="defect_photo",
        examined_at=NOW,
        subject=Subject(digest="sha256:" + "0" * 64, bytes=1, name="a.jpg"),
        media=MediaFacts(kind="photo", container="jpeg", width=100, height=100),
        asks={},
        answers=(Answer(check=code.split(".")[0], version=1, findings=(finding,)),),
    )


def coloured(lightness, error):
    return report("colour.measured", lightness=lightness, a=10.0, b=5.0, uncertainty=error)


def sized(length, error):
    return report("size.measured", length=length, uncertainty=error)


@pytest.mark.parametrize(
    ("lightness", "error", "outcome"),
    [(50, 1.0, "pass"), (50, 8.0, "unsure"), (56, 1.0, "unsure"), (75, 2.0, "fail"), (75, 12.0, "unsure")],
)
def test_colours_differ_only_beyond_their_uncertainty(lightness, error, outcome):
    assert described.colour(coloured(50, error), coloured(lightness, error)).outcome == outcome


@pytest.mark.parametrize(
    ("length", "error", "outcome"),
    [(300, 2, "pass"), (300, 10, "unsure"), (312, 2, "unsure"), (330, 4, "fail"), (250, 4, "fail")],
)
def test_sizes_differ_only_beyond_their_uncertainty(length, error, outcome):
    assert described.size(300.0, sized(length, error)).outcome == outcome


def test_two_photos_add_their_uncertainties():
    assert described.size(sized(300, 1), sized(301, 1)).outcome == "pass"
    assert described.size(sized(300, 9), sized(301, 1)).outcome == "unsure"


def test_what_was_not_measured_is_not_compared():
    assert described.colour(coloured(50, 1), sized(3, 1)).outcome == "skipped"
    assert described.size(sized(300, 1), coloured(50, 1)).outcome == "skipped"
