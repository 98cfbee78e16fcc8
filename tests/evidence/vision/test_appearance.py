from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from evidence.vision.appearance import Print, describe, likeness
from samples.box import Cuboid, Parcel
from samples.label import Waybill
from samples.pose import FACES, NORMALS
from tests.evidence.vision.turned import Filming, Retail, Shot, turned

LABELLED = Parcel()
PLAIN = Parcel(prints=False, waybill=None, grain=0.35, seed=2)
MAILER = Parcel(
    kraft=(225, 225, 222), tape=(230, 230, 225), prints=False, waybill=Waybill("WW12345678901"), seed=9
)
SOAP, COFFEE = Retail(), Retail(title="COFFEE", detail="500 g", accent=(150, 40, 30))
BODIES = {"labelled": LABELLED, "plain": PLAIN, "mailer": MAILER, "soap": SOAP, "coffee": COFFEE}
FILMINGS = (
    Filming(),
    Filming(),
    Filming(gain=0.3, noise=4),
    Filming(blur=1.6),
    Filming(noise=11),
    Filming(quality=22),
)


def seen(
    body: Cuboid, face: str, *, tilt: float = 20, filming: Filming | None = None, seed: int = 0
) -> Print:
    draw = np.random.default_rng(seed)
    ups = [up for up in FACES if not np.dot(NORMALS[up], NORMALS[face])]
    rotation = turned(
        face, ups[draw.integers(4)], tilt=tilt, about_to=draw.uniform(0, 360), roll=draw.uniform(-20, 20)
    )
    shot = Shot(body, rotation, filming=filming or Filming(), seed=seed)
    told = describe(shot.picture(), shot.quad(face))
    assert told is not None
    return told


@cache
def bank() -> dict[tuple[str, str], list[Print]]:
    made = {}
    for place, (name, body) in enumerate(BODIES.items()):
        for number, face in enumerate(FACES):
            first = 100 * place + 10 * number
            made[name, face] = [
                seen(
                    body,
                    face,
                    tilt=(5, 30, 48)[i],
                    filming=FILMINGS[(first // 10 + 2 * i) % len(FILMINGS)],
                    seed=first + i,
                )
                for i in range(3)
            ]
    return made


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two faces carry the same print by construction, be it stretched a little."""
    retail = {"soap", "coffee"}
    if one[0] == other[0]:
        ends = [
            {one[1], other[1]} <= faces for faces in ({"top", "bottom", "front", "back"}, {"left", "right"})
        ]
        return one[0] in retail and any(ends)
    return one[1] == other[1] == "top" and not retail & {one[0], other[0]}  # one form of label


def test_no_face_is_taken_for_another_and_none_is_denied() -> None:
    table: Counter[tuple[str, str]] = Counter()
    wrong = []
    made = bank()
    for face, views in made.items():
        for a, b in combinations(views, 2):
            told = likeness(a, b)
            table["same", told.verdict] += 1
            if told.verdict == "different":
                wrong.append((face, told))
    for number, ((one, views), (other, others)) in enumerate(combinations(made.items(), 2)):
        if alike(one, other) or number % 2:
            continue
        told = likeness(views[len(one[1]) % 3], others[len(other[1]) % 3])
        table["different", told.verdict] += 1
        if told.verdict == "same":
            wrong.append((one, other, told))
    assert wrong == []
    assert table["same", "same"] >= 25, table
    assert table["different", "different"] >= 65, table


@pytest.mark.parametrize("face", ["front", "bottom"])
def test_blank_cardboard_says_nothing(face) -> None:
    a, b = seen(PLAIN, face, seed=3), seen(PLAIN, "back", seed=4)
    assert likeness(a, b).verdict == "unknown"
    assert likeness(a, seen(PLAIN, face, seed=5)).verdict == "unknown"
    assert max(a.ink, b.ink) < 0.01


def test_a_label_is_missed_only_where_both_views_are_sharp() -> None:
    label, bare = seen(LABELLED, "top", seed=6), seen(LABELLED, "bottom", seed=7)
    assert likeness(label, bare).verdict == "different"
    soft = seen(LABELLED, "bottom", filming=Filming(blur=7), seed=7)
    assert likeness(label, soft).verdict == "unknown"
    burnt = seen(LABELLED, "bottom", filming=Filming(gain=3.5), seed=7)
    assert likeness(label, burnt).verdict == "unknown"


@pytest.mark.parametrize("filming", FILMINGS[1:])
def test_a_label_is_known_again(filming) -> None:
    told = likeness(seen(LABELLED, "top", seed=8), seen(LABELLED, "top", filming=filming, tilt=35, seed=9))
    assert told.verdict == "same"


def test_the_turn_lays_the_second_view_over_the_first() -> None:
    a = seen(LABELLED, "top", seed=8)
    b = seen(LABELLED, "top", seed=10)
    told = likeness(a, b)
    assert told.verdict == "same"
    laid = [np.corrcoef(a.patch.ravel(), np.rot90(b.patch, turn).ravel())[0, 1] for turn in range(4)]
    assert told.turn == int(np.argmax(laid))
    assert likeness(a, b, [(told.turn + 2) % 4]).verdict != "same"


def test_the_outline_tells_the_blur_of_a_blank_face() -> None:
    blurs = [seen(PLAIN, "front", filming=Filming(blur=b), seed=11).blur for b in (0, 2, 4, 7)]
    assert blurs == sorted(blurs)
    assert blurs[0] < 1.2
    assert blurs[-1] > 2.6


def test_no_face_is_no_print() -> None:
    picture = np.zeros((60, 80, 3), np.uint8)
    assert describe(picture, np.full((4, 2), 0.5)) is None
    assert describe(picture, np.array([(0.2, 0.2), (0.2, 0.8), (0.8, 0.8), (0.8, 0.2)])) is None
    blank = describe(picture, np.array([(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)]))
    assert blank is not None
    assert likeness(blank, blank).verdict == "unknown"
