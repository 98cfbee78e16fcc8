from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from evidence.check import Ending
from evidence.checks.sharpness import Sharpness
from evidence.model import Outcome
from tests.evidence.fakes import FakeAlbum, World, described, film, outcomes, watched

PHOTOS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "photos"
SIZE = (800, 600)


@pytest.fixture(scope="module")
def scene():
    """A table of cards with hard edges on soft texture."""
    random = np.random.default_rng(4)
    picture = World(4, width=SIZE[0], height=SIZE[1]).seen(300, 200)
    for _ in range(60):
        x, y = random.integers(0, SIZE[0]), random.integers(0, SIZE[1])
        box = ((float(x), float(y)), tuple(random.uniform(30, 120, 2)), float(random.uniform(0, 90)))
        cv2.fillPoly(picture, [cv2.boxPoints(box).astype(np.int32)], int(random.integers(10, 240)))
    return picture


def photo(picture, **facts):
    size = {"width": picture.shape[1], "height": picture.shape[0]}
    media = described("photo", **{**size, **facts})
    return watched(Sharpness(), film([picture]), media=media, ending=Ending(frames=1))


def one(findings, code):
    (finding,) = [f for f in findings if f.code == code]
    return finding


def test_a_good_photo_passes_in_everything(scene):
    codes = ["sharpness.blur", "sharpness.exposure", "sharpness.glare", "sharpness.size"]
    assert outcomes(photo(scene)) == dict.fromkeys(codes, "pass")


@pytest.mark.parametrize(("blur", "outcome"), [(0.5, "pass"), (1.8, "unsure"), (4, "fail"), (8, "fail")])
def test_blur_is_graded_by_its_width(scene, blur, outcome):
    finding = one(photo(cv2.GaussianBlur(scene, (0, 0), blur)), "sharpness.blur")
    assert finding.outcome == outcome
    if blur >= 1:
        assert finding.measures[0].value == pytest.approx(1000 * blur / SIZE[0], rel=0.25)


def test_noise_over_a_blurred_photo_does_not_make_it_sharp(scene):
    random = np.random.default_rng(6)
    noisy = cv2.GaussianBlur(scene, (0, 0), 5) + random.normal(0, 6, scene.shape)
    assert outcomes(photo(np.clip(noisy, 0, 255).astype(np.uint8)))["sharpness.blur"] != "pass"


@pytest.mark.parametrize(("gain", "outcome"), [(0.05, "fail"), (0.25, "unsure"), (0.9, "pass")])
def test_a_dark_photo_is_graded(scene, gain, outcome):
    assert outcomes(photo((scene * gain).astype(np.uint8)))["sharpness.exposure"] == outcome


def test_a_photo_as_through_fog_is_unsure(scene):
    assert outcomes(photo((120 + scene * 0.06).astype(np.uint8)))["sharpness.exposure"] == "unsure"


@pytest.mark.parametrize(("share", "outcome"), [(0.1, "pass"), (0.4, "unsure"), (0.8, "fail")])
def test_glare_is_graded_by_the_share_that_is_burnt_out(scene, share, outcome):
    lit = scene.copy()
    lit[: int(share * SIZE[1])] = 255
    finding = one(photo(lit), "sharpness.glare")
    assert finding.outcome == outcome
    assert finding.measures[0].value == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize(("height", "outcome"), [(3024, "pass"), (200, "unsure"), (120, "fail")])
def test_a_photo_that_is_too_small_is_graded(scene, height, outcome):
    assert outcomes(photo(scene, width=4032, height=height))["sharpness.size"] == outcome


def test_a_plain_surface_cannot_be_judged():
    finding = one(photo(np.full((600, 800), 128, np.uint8)), "sharpness.blur")
    assert finding.outcome is Outcome.UNSURE
    assert "plain" in finding.says


def filmed(pictures, album=None):
    ending = Ending(frames=len(pictures), duration=timedelta(seconds=len(pictures) / 2))
    return watched(Sharpness(), film(pictures, rate=2), ending=ending, album=album)


def test_a_film_is_judged_by_the_share_of_its_looks(scene):
    sharp = cv2.resize(scene, (400, 300), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(sharp, (0, 0), 3)
    album = FakeAlbum()
    assert outcomes(filmed([sharp] * 6 + [soft] * 4))["sharpness.blur"] == "pass"
    assert outcomes(filmed([sharp] * 4 + [soft] * 6))["sharpness.blur"] == "unsure"
    finding = one(filmed([sharp] * 1 + [soft] * 9, album), "sharpness.blur")
    assert finding.outcome is Outcome.FAIL
    assert finding.when.spans[0].start == timedelta(seconds=0.5)
    assert {album.kept[digest][0] for digest in finding.stills} == {"blurred"}


def test_a_film_without_a_picture_is_unsure():
    assert {f.outcome for f in filmed([])} == {Outcome.UNSURE}


@pytest.mark.parametrize("name", ["parcels/id_01_20230516_142642.jpg", "damage/box_dent.jpg"])
def test_a_real_photo_is_sharp_and_a_blurred_copy_is_not(name):
    if not PHOTOS.is_dir():
        pytest.skip(f"{PHOTOS} is not here: the real photos are not part of the project")
    with Image.open(PHOTOS / name) as image:
        image.draft("L", (1600, 1600))
        picture = np.asarray(image.convert("L"))
    assert set(outcomes(photo(picture)).values()) == {"pass"}
    soft = cv2.GaussianBlur(picture, (0, 0), max(picture.shape) / 180)
    assert outcomes(photo(soft))["sharpness.blur"] == "fail"
