from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import numpy as np
import pytest

from evidence.vision import witness
from evidence.vision.witness import Witness, contradictions
from samples.box import Parcel
from samples.pose import about, vector
from tests.evidence.vision.test_appearance import LABELLED, MAILER, PLAIN, SOAP
from tests.evidence.vision.turned import Filming, Shot, turned

WALK = (
    *(("front", "top"), ("right", "top"), ("back", "top"), ("left", "top"), ("front", "top")),
    *(("top", "back"), ("bottom", "front"), ("front", "top")),
)
"""The faces that are turned to the camera, one after the other, and what is above them."""


def walk(*bodies, steps=WALK, each: int = 3, seed: int = 0, tilt: float = 32, filming: Filming | None = None):
    """Shots that show each step `each` times, `0.3` s apart; the bodies take turns of equal length."""
    shots = []
    for number, ((face, up), again) in enumerate(product(steps, range(each))):
        body = bodies[number * len(bodies) // (len(steps) * each)]
        rotation = turned(
            face, up, tilt=tilt, about_to=0, roll=3 * again
        )  # tilted so that the top is seen too
        made = Shot(body, rotation, at=0.3 * number, filming=filming or Filming(), seed=seed + number)
        shots.append(made)
    return shots


def objections(shots, bodies=None):
    """What the witness says of the shots, if the box lay as `bodies` say; as it did if none are given."""
    watching = Witness()
    for shot in shots:
        watching.see(shot.picture(), shot.sight())
    lay = [shot.axes for shot in shots] if bodies is None else bodies
    told = {timedelta(seconds=shot.at): body for shot, body in zip(shots, lay, strict=True)}
    return contradictions(watching.views, told)


@pytest.mark.parametrize("body", [LABELLED, PLAIN, MAILER, SOAP], ids=["labelled", "plain", "mailer", "soap"])
def test_a_box_that_lay_as_geometry_says_raises_no_objection(body) -> None:
    assert objections(walk(body)) == ()


@pytest.mark.parametrize("filming", [Filming(gain=0.35, noise=4), Filming(blur=2.5), Filming(quality=20)])
def test_a_poor_film_raises_no_objection(filming) -> None:
    assert objections(walk(LABELLED, filming=filming)) == ()


def test_another_box_with_other_print_is_noticed() -> None:
    found = objections(walk(LABELLED, SOAP))
    assert "contradiction" in {weakness.doubt for weakness in found}
    assert min(weakness.at.total_seconds() for weakness in found) >= 12 * 0.3 - 0.01


def test_another_colour_is_a_second_box() -> None:
    plain = replace(MAILER, waybill=None)
    found = objections(walk(PLAIN, plain))
    assert {weakness.doubt for weakness in found} == {"second_box"}


def test_a_new_white_balance_is_no_second_box() -> None:
    shots = walk(PLAIN)
    half = len(shots) // 2
    warm = [replace(shot, filming=Filming(warmth=1.3)) for shot in shots[half:]]
    assert objections(shots[:half] + warm) == ()


def test_plain_cardboard_swapped_for_plain_cardboard_is_beyond_it() -> None:
    assert objections(walk(PLAIN, Parcel(prints=False, waybill=None, grain=0.35, seed=8))) == ()


@pytest.mark.parametrize("slip", [90, 180])
def test_an_orientation_that_slips_about_a_face_with_a_label_is_noticed(slip) -> None:
    shots = walk(LABELLED, steps=(*WALK[:1], *WALK[5:6]) * 2)
    half = len(shots) // 2
    upright = about(vector(0, 0, 1), slip)
    told = [shot.axes if i < half else shot.axes @ upright for i, shot in enumerate(shots)]
    found = objections(shots, told)
    assert ("contradiction", "top") in {(weakness.doubt, weakness.face) for weakness in found}


def test_one_face_counted_as_two_is_noticed() -> None:
    shots = walk(LABELLED, steps=(("top", "back"), ("top", "back")), each=4, tilt=8)
    over = about(vector(1, 0, 0), 180)
    told = [shot.axes if i < 4 else shot.axes @ over for i, shot in enumerate(shots)]
    found = objections(shots, told)
    assert [(weakness.doubt, weakness.face) for weakness in found] == [("ambiguous", "bottom")]
    assert found[0].at == timedelta(seconds=1.2)


def test_a_single_odd_view_convinces_nobody() -> None:
    shots = walk(LABELLED, steps=(("top", "back"),), each=7, tilt=8)
    odd = replace(shots[3], body=SOAP)
    assert objections([*shots[:3], odd, *shots[4:]]) == ()


def test_moments_that_geometry_does_not_know_are_not_heard() -> None:
    shots = walk(LABELLED, SOAP)
    half = len(shots) // 2
    unknown = [shot.axes if i < half else np.full((3, 3), np.nan) for i, shot in enumerate(shots)]
    assert objections(shots, unknown) == ()


def test_it_remembers_no_more_than_it_may(monkeypatch) -> None:
    monkeypatch.setattr(witness, "MOST", 20)
    shots = walk(LABELLED, steps=WALK[:1], each=2)
    picture, sight = shots[0].picture(), shots[0].sight()
    watching = Witness()
    for i in range(300):
        watching.see(picture, replace(sight, at=timedelta(seconds=i / 4)))
    times = [view.at.total_seconds() for view in watching.views]
    assert 5 < len(times) <= 22
    assert times[0] < 20
    assert times[-1] > 55
