"""Every version of a little film is what it says it is; both sets are apart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from samples.film import read
from samples.truth import Sample
from tests.continuity import sources
from tests.continuity.clips import KINDS, Clip, clips, studios
from tests.continuity.forged import JUMPS
from tests.continuity.sources import Source
from tests.continuity.studio import Studio
from tests.samples.reels import textured

LITTLE = Source("little", lambda: textured(225, size=(256, 144), speed=1.5), seed=3)
OTHER = Source("stranger", lambda: textured(100, size=(144, 256), speed=0), seed=4)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("continuity")
    other = Studio(OTHER, folder, lambda: other)
    return Studio(LITTLE, folder, lambda: other)


def made(studio: Studio, kind: str) -> Sample:
    group = next(group for group, kinds in KINDS.items() if kind in kinds)
    sample = Clip(studio.source, kind, group).sample(studio)
    assert sample is not None
    return sample


def thumbs(path: Path, *, turned: bool = False) -> tuple[list[float], npt.NDArray[np.float32]]:
    times: list[float] = []
    small: list[npt.NDArray[np.float32]] = []
    for shot in read(path):
        picture = np.ascontiguousarray(np.rot90(shot.picture, -1)) if turned else shot.picture
        times.append(float(shot.at))
        small.append(cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA).astype(np.float32))
    return times, np.asarray(small)


def moments(studio: Studio, path: Path, *, turned: bool = False) -> tuple[list[float], list[float]]:
    """When each picture is shown, and which moment of the original it looks like."""
    scene, known = thumbs(studio.original.path)
    times, seen = thumbs(path, turned=turned)
    return times, [scene[int(np.argmin(np.abs(known - one).mean(axis=(1, 2, 3))))] for one in seen]


@pytest.mark.parametrize("kind", ["jump_1", "matched_near", "copy_jump", "concat_mixed", "edit_list", "drop"])
def test_what_is_missing_is_missing_where_the_truth_says(studio: Studio, kind: str) -> None:
    sample = made(studio, kind)
    (event,) = sample.truth.events
    assert not sample.truth.one_take
    times, seen = moments(studio, sample.path)
    before, after = (
        min(range(len(times)), key=lambda n: abs(times[n] - at)) for at in (event.start, event.end)
    )
    assert after == before + 1
    assert seen[before] == pytest.approx(event.start, abs=0.09)
    jumped = event.missing if kind == "drop" else event.missing + event.end - event.start
    assert seen[after] - seen[before] == pytest.approx(jumped, abs=0.13)
    assert event.visibility is not None
    assert event.visibility > 1


@pytest.mark.parametrize(
    ("kind", "pace"), [("speed_15", 1.5), ("speed_05", 0.5), ("reverse", -1), ("repeat", 1), ("freeze", 0)]
)
def test_a_stretch_runs_as_it_should(studio: Studio, kind: str, pace: float) -> None:
    sample = made(studio, kind)
    (event,) = sample.truth.events
    times, seen = moments(studio, sample.path)
    inside = [n for n, at in enumerate(times) if event.start + 0.05 < at < event.end - 0.09]
    slope = np.polyfit([times[n] for n in inside], [seen[n] for n in inside], 1)[0]
    assert slope == pytest.approx(pace, abs=0.12)
    outside = [n for n, at in enumerate(times) if at < event.start - 0.05]
    assert [seen[n] for n in outside] == pytest.approx([times[n] for n in outside], abs=0.09)


@pytest.mark.parametrize("kind", ["insert", "black"])
def test_something_else_is_shown_between(studio: Studio, kind: str) -> None:
    sample = made(studio, kind)
    (event,) = sample.truth.events
    times, seen = thumbs(sample.path)
    _, known = thumbs(studio.original.path)
    away = np.asarray([np.abs(known - one).mean(axis=(1, 2, 3)).min() for one in seen])
    strange = [at for at, far in zip(times, away, strict=True) if far > 20]
    assert event.start - 0.05 <= strange[0] <= strange[-1] <= event.end + 0.05
    assert strange[-1] - strange[0] == pytest.approx(event.end - event.start, abs=0.13)


@pytest.mark.parametrize("kind", ["sound_cut", "sound_mute", "sound_paste"])
def test_a_sound_cut_leaves_the_pictures_alone(studio: Studio, kind: str) -> None:
    sample = made(studio, kind)
    (event,) = sample.truth.events
    assert (event.kind, event.visibility, sample.truth.audio_codec) == ("sound", None, "aac")
    times, seen = moments(studio, sample.path)
    assert seen == pytest.approx(times, abs=0.09)


@pytest.mark.parametrize("kind", [kind for kind in KINDS["plain"] if kind != "native"])
def test_an_authentic_version_shows_the_same_take(studio: Studio, kind: str) -> None:
    sample = made(studio, kind)
    assert sample.truth.one_take
    assert sample.truth.events == ()
    times, seen = moments(studio, sample.path, turned=kind == "rotated")
    late = seen[0] - times[0]
    assert (late > 0.5) == kind.startswith("trimmed")
    assert [s - t for s, t in zip(seen, times, strict=True)] == pytest.approx([late] * len(times), abs=0.09)


@pytest.mark.parametrize("kind", ["hand", "pan", "person", "exposure"])
def test_a_mishap_is_innocent_and_over_soon(studio: Studio, kind: str) -> None:
    sample = made(studio, kind)
    assert sample.truth.one_take
    (event,) = sample.truth.events
    assert event.kind == kind
    assert sample.truth.frames == 225


def test_a_clip_is_drawn_by_its_name_alone(studio: Studio, tmp_path: Path) -> None:
    again = Studio(LITTLE, tmp_path, lambda: again)
    assert made(again, "jump_03").path.read_bytes() == made(studio, "jump_03").path.read_bytes()


def test_what_a_source_is_too_short_for_is_left_out(studio: Studio) -> None:
    clip = Clip(LITTLE, "jump_10", "forged")
    assert clip.sample(studio) is None
    assert (studio.folder / "little-jump_10.none").is_file()
    assert clip.sample(studio) is None


def test_the_sets_have_no_film_in_common() -> None:
    ours, theirs = sources.dev(), sources.other()
    names = [source.name for source in (*ours, *theirs) if not source.plain]
    assert len(set(names)) == len(names)
    assert not {s.file for s in ours if s.file} & {s.file for s in theirs if s.file}
    assert not {s.seed for s in ours} & {s.seed for s in theirs}


@pytest.mark.parametrize("which", ["dev", "other"])
def test_a_set_has_every_kind_of_every_source(which: str) -> None:
    everything = clips(which)
    assert len({clip.name for clip in everything}) == len(everything)
    assert set(JUMPS) <= set(KINDS["forged"])
    assert len(everything) > 300
    assert set(studios(which, Path("nowhere"))) == {clip.source.name for clip in everything}
