"""Copies are found again, and other films and photos are not; `make bench-duplicates` has the figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

import samples
from evidence import profile
from evidence.checks.duplicate import Duplicate
from evidence.imprint import distance, hexadecimal, terms, turned
from evidence.model import MOST_IMPRINTS, Footage, Grade, Imprint
from evidence.recurrence import ALIKE, recurrence
from evidence.rhythm import BEAT
from tests.evidence.copies import (
    FILMS,
    PHOTOS,
    Copy,
    bits_of,
    copied,
    footage_of,
    neighbours_in,
    photos_in,
    picture_of,
    recoded,
)
from tests.evidence.fakes import World, described, film, outcomes, watched

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.exists(), reason="the real media of ../shared/data are absent")
TAKES = ("iphone6_game_box.mov", "arjs_magic-book.mp4", "dex_human_hand.mp4", "sam2_03_blocks.mp4")
STILL = pytest.mark.xfail(
    reason="a room that hardly changes: other calm pictures are taken, and no line fits"
)
LOST = {"a tenth faster"}
"""Ways to copy a film after which it is not found, as the manual page says."""

Look = Callable[[Path], Footage]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("duplicates")


@pytest.fixture(scope="module")
def look() -> Look:
    """Each file is looked at once."""
    return cache(footage_of)


@pytest.fixture(scope="module")
def original(folder: Path) -> Path:
    """The unboxing of a parcel, rendered."""
    return samples.make("small", folder).path


@pytest.fixture(scope="module")
def neighbours(folder: Path) -> list[Path]:
    return neighbours_in(folder)


def photo(bits: int) -> Footage:
    return Footage(kind="photo", imprints=(Imprint(at=0, bits=hexadecimal(bits)),))


def nearest(one: int, other: int) -> int:
    return min(distance(way, other) for way in turned(one))


@pytest.mark.parametrize("name", FILMS)
def test_a_copy_of_a_rendered_film_is_found(name: str, original: Path, folder: Path, look: Look) -> None:
    found = recurrence(look(copied(original, folder / f"{name}.mp4", FILMS[name])), look(original))
    if name in LOST:
        assert found is None
        return
    assert found
    assert found.grade is Grade.STRONG
    assert found.turned == any(word in name for word in ("mirrored", "turn"))


def test_where_a_part_comes_from_is_told(original: Path, folder: Path, look: Look) -> None:
    part = copied(original, folder / "from 4 s on.mp4", Copy(start=4.0))
    found = recurrence(look(part), look(original))
    assert found
    assert found.there.start.total_seconds() - found.here.start.total_seconds() == pytest.approx(4.0, abs=0.7)


@real
@pytest.mark.parametrize("name", [pytest.param(n, marks=STILL) if n.startswith("dex") else n for n in TAKES])
def test_a_copy_of_a_phones_film_is_found(name: str, folder: Path, look: Look) -> None:
    source = DATA / "video" / name
    how = Copy(FILMS["mirrored"].change, crf=32)
    found = recurrence(look(copied(source, folder / f"copy-{Path(name).stem}.mp4", how)), look(source))
    assert found
    # Four seconds of a box that lies still have too few different pictures for more than a likeness.
    assert found.grade is (Grade.UNSURE if name.startswith("iphone6") else Grade.STRONG)


@real
def test_the_same_footage_under_another_wrapper_is_found(look: Look) -> None:
    signed, bare = (look(DATA / "provenance" / name) for name in ("video1.mp4", "video1_no_manifest.mp4"))
    found = recurrence(signed, bare)
    assert found
    assert found.distance == 0


def test_other_parcels_on_the_same_table_are_not_the_same_footage(
    original: Path, neighbours: list[Path], look: Look
) -> None:
    pairs = list(combinations([original, *neighbours], 2))
    found = {(a.stem, b.stem): recurrence(look(a), look(b)) for a, b in pairs}
    assert len(pairs) == 10
    assert {pair: one for pair, one in found.items() if one} == {}


@real
def test_films_of_other_things_have_nothing_in_common(original: Path, look: Look) -> None:
    films = [original, *(DATA / "video" / name for name in (*TAKES, "intel_bottle-detection.mp4"))]
    assert [(a.name, b.name) for a, b in combinations(films, 2) if recurrence(look(a), look(b))] == []


@real
@pytest.mark.parametrize("name", ["dex_human_hand.mp4", "intel_bottle-detection.mp4", "sam2_03_blocks.mp4"])
def test_two_halves_of_a_take_are_not_the_same_footage(name: str, look: Look) -> None:
    """As alike as two films of one table can be: the same camera, the same minute."""
    whole = look(DATA / "video" / name)
    middle = whole.imprints[-1].at / 2
    beat = middle // BEAT
    first = [each for each in whole.imprints if each.at < middle]
    second = [
        each.model_copy(update={"at": each.at - middle}) for each in whole.imprints if each.at >= middle
    ]
    halves = (
        Footage(kind="video", imprints=tuple(first), rhythm=whole.rhythm[:beat]),
        Footage(kind="video", imprints=tuple(second), rhythm=whole.rhythm[beat:]),
    )
    found = recurrence(*halves)
    assert found is None or (found.grade is Grade.UNSURE and found.rhythm is None)


@pytest.fixture(scope="module")
def pictures(folder: Path) -> dict[str, np.ndarray]:
    return {path.name: picture_of(path) for path in photos_in(folder, DATA)}


@pytest.mark.parametrize("name", PHOTOS)
def test_a_copy_of_a_photo_is_found(name: str, pictures: dict[str, np.ndarray]) -> None:
    change, quality = PHOTOS[name]
    copies = {each: recoded(picture, change, quality) for each, picture in pictures.items()}
    apart = {each: nearest(bits_of(copies[each]), bits_of(pictures[each])) for each in pictures}
    found = [each for each, bits in apart.items() if bits <= ALIKE]
    # A crop at one corner moves every frequency, and what has little but fine texture drowns in it.
    assert len(found) >= (0.75 if "4 %" in name or "corner" in name else 0.95) * len(pictures), apart
    shared = [len({*terms(bits_of(copies[each]))} & {*terms(bits_of(pictures[each]))}) for each in found]
    assert sum(count > 0 for count in shared) >= 0.85 * len(shared)


def test_photos_of_other_things_do_not_look_alike(pictures: dict[str, np.ndarray]) -> None:
    bits = [bits_of(picture) for picture in pictures.values()]
    pairs = list(combinations(bits, 2))
    assert min(nearest(a, b) for a, b in pairs) > ALIKE
    assert [1 for a, b in pairs if recurrence(photo(a), photo(b))] == []


def test_the_real_decoder_of_photos_takes_the_same_imprint(folder: Path, look: Look) -> None:
    files = [
        samples.make(name, folder).path for name in ("defect_tear", "photo_heic", "photo_webp", "photo_12mp")
    ]
    for one, other in product(files, files):
        found = recurrence(look(one), look(other))
        assert found
        assert found.grade is Grade.UNSURE
        assert found.distance <= 8


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_that_is_stored_turned_is_the_same_upright(
    orientation: int, folder: Path, look: Look
) -> None:
    one, other = (look(samples.make(f"orientation_{n}", folder).path) for n in (1, orientation))
    found = recurrence(one, other)
    assert found
    assert not found.turned


def test_it_answers_no_question_and_says_what_it_noted() -> None:
    (finding,) = watched(Duplicate(), film(World(1).take(60)))
    assert outcomes([finding]) == {"duplicate.imprints": "skipped"}
    assert finding.footage
    assert 1 <= len(finding.footage.imprints) <= MOST_IMPRINTS
    assert finding.measures[0].value == len(finding.footage.imprints)
    (photo_,) = watched(Duplicate(), film(World(2).take(1)), media=described("photo"))
    assert photo_.footage
    assert [each.at.total_seconds() for each in photo_.footage.imprints] == [0]
    assert photo_.footage.rhythm == ""


def test_what_cannot_be_told_from_others_is_not_noted() -> None:
    dark = [np.full((180, 320), 6, np.uint8)] * 30
    (finding,) = watched(Duplicate(), film(dark))
    assert finding.footage
    assert finding.footage.imprints == ()
    (tiny,) = watched(Duplicate(), film([np.zeros((20, 20), np.uint8)] * 3))
    assert tiny.footage
    assert tiny.footage.imprints == ()


def test_waybills_are_not_compared_since_those_of_one_carrier_look_alike() -> None:
    assert "duplicate" not in profile.load("label_photo").checks
    assert all("duplicate" in profile.load(name).checks for name in ("unboxing", "defect_photo"))
