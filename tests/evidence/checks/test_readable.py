from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from evidence.check import Ending
from evidence.checks.readable import Readable
from evidence.model import Outcome
from tests.evidence.fakes import described, film, outcomes, watched


def found(*, frames=150, seconds=5.0, corrupt=0, complete=True, error="", kind="video", **facts):
    pictures = film([np.zeros((9, 16), np.uint8)] * frames)
    for picture in pictures[10 : 10 + corrupt]:
        picture.corrupt = True
    ending = Ending(
        frames=frames, duration=timedelta(seconds=seconds), corrupt=corrupt, complete=complete, error=error
    )
    return watched(Readable(), pictures, media=described(kind, **facts), ending=ending)


def one(findings, code):
    (finding,) = [f for f in findings if f.code == code]
    return finding


def test_a_whole_film_passes_with_its_facts():
    findings = found(audio_codec="aac")
    assert outcomes(findings) == dict.fromkeys(
        ["readable.end", "readable.duration", "readable.size", "readable.frame_rate", "readable.codec"],
        "pass",
    )
    assert one(findings, "readable.frame_rate").measures[0].value == 30
    assert one(findings, "readable.codec").says == "The film is h264 with aac sound in mp4."


def test_a_film_that_breaks_off_fails_with_the_place():
    findings = found(complete=False, error="boom", duration=timedelta(seconds=60))
    end = one(findings, "readable.end")
    assert end.outcome is Outcome.FAIL
    assert end.says == "The film breaks off after 5.0 of 60.0 s; the file is incomplete or damaged."
    assert end.when.spans[0].start == timedelta(seconds=5)
    assert end.advice


def test_a_film_with_errors_to_its_end_fails_without_a_place_to_name():
    end = one(found(complete=False, error="boom", duration=timedelta(seconds=5)), "readable.end")
    assert "breaks off" not in end.says
    assert end.outcome is Outcome.FAIL


@pytest.mark.parametrize(("corrupt", "outcome"), [(1, "unsure"), (10, "fail")])
def test_damaged_pictures_are_counted_and_placed(corrupt, outcome):
    findings = found(corrupt=corrupt)
    damaged = one(findings, "readable.corrupt")
    assert damaged.outcome == outcome
    assert damaged.says.startswith(f"{corrupt} of 150 pictures")
    assert damaged.when.spans[0].start == timedelta(seconds=10 / 30)


@pytest.mark.parametrize(
    ("frames", "seconds", "outcome"),
    [(1, 0.03, "fail"), (90, 0.0, "fail"), (45, 1.5, "unsure"), (90, 3.0, "pass")],
)
def test_the_length_of_a_film_is_judged(frames, seconds, outcome):
    assert outcomes(found(frames=frames, seconds=seconds))["readable.duration"] == outcome


def test_one_picture_is_a_still():
    assert one(found(frames=1, seconds=0.03), "readable.duration").says == "This is a still, not a film."


@pytest.mark.parametrize(("height", "outcome"), [(720, "pass"), (144, "pass"), (120, "fail")])
def test_a_picture_has_a_least_size(height, outcome):
    assert outcomes(found(width=1280, height=height))["readable.size"] == outcome


def test_a_time_lapse_is_unsure():
    assert outcomes(found(frames=20, seconds=20.0))["readable.frame_rate"] == "unsure"


def test_a_photo_is_asked_for_neither_length_nor_rate():
    findings = found(kind="photo", frames=1, seconds=0.0)
    assert outcomes(findings) == dict.fromkeys(["readable.end", "readable.size", "readable.codec"], "pass")


def test_a_photo_that_breaks_off_fails():
    findings = found(kind="photo", frames=1, seconds=0.0, complete=False, error="truncated")
    assert outcomes(findings)["readable.end"] == "fail"
