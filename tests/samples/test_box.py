from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from samples.box import Goods, Parcel, light
from samples.damage import Damage, Harm
from samples.label import Waybill
from samples.pose import FACES, NORMALS, vector


@pytest.mark.parametrize("face", FACES)
def test_the_corners_of_a_face_go_clockwise_from_outside(face: str) -> None:
    a, b, c, d = Parcel(300, 200, 100).corners_of(face)
    normal = vector(*NORMALS[face])
    # Clockwise seen from outside is against the normal's right-handed turn.
    assert np.cross(b - a, c - b) @ normal < 0
    assert (a + c) / 2 == pytest.approx((b + d) / 2)
    assert ((a + c) / 2) @ normal == pytest.approx(abs(vector(150, 100, 50) @ normal))


def test_opposite_faces_are_equal_and_sizes_are_the_box() -> None:
    parcel = Parcel(300, 200, 100)
    assert parcel.size_of("top") == parcel.size_of("bottom") == (300, 200)
    assert parcel.size_of("front") == parcel.size_of("back") == (300, 100)
    assert parcel.size_of("left") == parcel.size_of("right") == (200, 100)


def test_a_blank_carton_is_plain_and_the_label_is_white_on_top_only() -> None:
    parcel = Parcel(200, 160, 90, prints=False, waybill=Waybill("NW1"))
    white = {face: float((skin.levels[0].min(axis=2) > 225).mean()) for face, skin in parcel.faces.items()}
    assert white["top"] > 0.2
    assert all(share < 0.01 for face, share in white.items() if face != "top")


def test_the_same_seed_draws_the_same_carton() -> None:
    one, two, other = (Parcel(120, 100, 80, waybill=None, seed=seed).skin("front") for seed in (1, 1, 2))
    assert (one == two).all()
    assert (one != other).any()


@pytest.mark.parametrize("kind", get_args(Harm))
def test_damage_stays_on_its_face(kind: Harm) -> None:
    whole = Parcel(160, 120, 100, waybill=None)
    hurt = Parcel(160, 120, 100, waybill=None, damage=(Damage("front", kind),))
    assert np.abs(whole.skin("front").astype(int) - hurt.skin("front")).max() > 40
    assert (whole.skin("back") == hurt.skin("back")).all()


def test_goods_are_printed() -> None:
    skin = Goods(title="SOAP").skin("top")
    assert len(np.unique(skin.reshape(-1, 3), axis=0)) > 50


def test_what_looks_up_is_brighter_than_what_looks_down() -> None:
    key = (-0.4, -0.2, 0.9)
    assert light(vector(0, 0, 1), key) > light(vector(0, -1, 0), key) > light(vector(0, 0, -1), key)
