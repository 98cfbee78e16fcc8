"""`counting`: scores made by hand, with figures that are misread now and then."""

from __future__ import annotations

import numpy as np
import pytest

from evidence.vision.counting import Sample, alone, counted, runs

SURE, OTHER = -0.05, -6.0


def sample(at: float, moment: int, *, half: bool = False) -> Sample:
    hour = moment // 3600 % 24
    if half:
        hour = (hour + 11) % 12 + 1
    text = f"{hour:02}{moment // 60 % 60:02}{moment % 60:02}"
    scores = np.full((6, 10), OTHER, np.float32)
    scores[np.arange(6), [int(figure) for figure in text]] = SURE
    return Sample(at, scores)


def film(seconds: float = 12, *, begun: float = 45_296.4, half: bool = False) -> list[Sample]:
    return [sample(n * 0.3, int(begun + n * 0.3), half=half) for n in range(round(seconds / 0.3))]


def misread(one: Sample, place: int, figure: int) -> Sample:
    scores = one.scores.copy()
    scores[place] = OTHER
    scores[place, figure] = SURE
    return Sample(one.at, scores)


def test_a_clear_film_is_read_as_it_is() -> None:
    told, score = counted(film(), half=False)
    assert [(one.at, one.shown) for one in told] == [(n * 0.3, int(45_296.4 + n * 0.3)) for n in range(40)]
    assert score == pytest.approx(SURE)
    assert runs(film())


def test_a_figure_that_is_misread_each_time_it_comes_makes_no_jump() -> None:
    read = [misread(one, 5, 1) if one.scores[5].argmax() == 7 else one for one in film(30)]
    told, _ = counted(read, half=False)
    assert all(one.shown == int(45_296.4 + one.at) for one in told)
    assert len(told) >= 0.85 * len(read)


def test_noise_is_left_out() -> None:
    draw = np.random.default_rng(1)
    read = [
        Sample(one.at, np.log(draw.dirichlet(np.ones(10), 6)).astype(np.float32)) if n % 4 == 0 else one
        for n, one in enumerate(film(20))
    ]
    told, _ = counted(read, half=False)
    assert all(one.shown == int(45_296.4 + one.at) for one in told)


@pytest.mark.parametrize("removed", [2, 5, 70])
def test_a_jump_is_kept(removed: int) -> None:
    read = [sample(n * 0.3, int(45_296.4 + n * 0.3) + (removed if n >= 20 else 0)) for n in range(40)]
    told, _ = counted(read, half=False)
    assert all(one.shown == int(45_296.4 + one.at) + (removed if one.at >= 5.95 else 0) for one in told)


def test_midnight_goes_on() -> None:
    told, _ = counted(film(begun=86_396.4), half=False)
    assert [one.shown for one in told][-1] == int(86_396.4 + 11.7)


def test_a_clock_of_twelve_hours_counts_them() -> None:
    told, _ = counted(film(begun=45_296.4, half=True), half=True)
    assert told[0].shown == 45_296 - 43_200


def test_what_does_not_run_is_no_clock() -> None:
    assert not runs([sample(n * 0.3, 45_296) for n in range(40)])
    assert not runs([])
    assert counted([], half=False)[0] == []
    assert alone([sample(0, 45_296)])[0].shown == 45_296
