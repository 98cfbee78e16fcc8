from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from samples import Sample
from samples.film import Encoding, Shot, loop, read, steady, uneven, write

Make = Callable[[str], Sample]

FILMS = [
    "mp4_h264",
    "mp4_silent",
    "mp4_b_frames",
    "index_first",
    "mov_phone",
    "mp4_fragmented",
    "mp4_vfr",
    "webm_vp9",
    "webm_live",
    "webm_av1",
    "mkv_h264",
    "mp4_hevc",
    "mov_hevc10",
    "mp4_av1",
    "3gp_h264",
    "3gp_h263",
    "rotated_90",
    "fps_240",
]
DECODERS = {"libdav1d": "av1", "amrnb": "amr_nb"}


def stamps(path: Path) -> list[Fraction]:
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        seen = sorted(p.pts * p.time_base for p in film.demux(stream) if p.pts is not None)
    return [at - seen[0] for at in seen]


@pytest.mark.parametrize("name", FILMS)
def test_a_film_holds_what_its_truth_says(make: Make, name: str) -> None:
    path, truth = make(name).path, make(name).truth
    tick = Fraction(*truth.time_base)
    assert stamps(path) == [count * tick for count in truth.pts]
    with av.open(str(path)) as film:
        video = film.streams.video[0]
        assert (video.width, video.height) == (truth.width, truth.height)
        codec = video.codec_context.name
        assert DECODERS.get(codec, codec) == truth.video_codec
        sound = film.streams.audio[0].codec_context.name if film.streams.audio else None
        assert DECODERS.get(sound or "", sound) == truth.audio_codec
        frames = list(film.decode(video))
        assert len(frames) == truth.frames
        assert not any(frame.is_corrupt for frame in frames)
        assert frames[0].rotation % 360 == -truth.rotation % 360
        if name == "mov_hevc10":
            assert frames[0].format.name == "yuv420p10le"


def test_a_recorders_films_are_variable_and_claim_no_length(make: Make) -> None:
    for name in ("mp4_fragmented", "mp4_vfr", "webm_live"):
        steps = np.diff(make(name).truth.pts)
        assert len(set(steps.tolist())) > 5
    with av.open(str(make("webm_live").path)) as film:
        assert film.duration is None
    assert b"moof" in make("mp4_fragmented").path.read_bytes()


def test_every_rotation_is_upright_once_it_is_turned(make: Make) -> None:
    upright = next(read(make("mp4_h264").path)).picture.astype(int)
    for name in ("rotated_90", "rotated_180", "rotated_270"):
        sample = make(name)
        stored = next(read(sample.path)).picture
        turned = np.rot90(stored, -sample.truth.rotation // 90).astype(int)
        assert np.abs(turned - upright).mean() < 4


def test_a_phones_film_carries_its_capture_time_and_no_other_encoder(make: Make) -> None:
    sample = make("mov_phone")
    with av.open(str(sample.path)) as film:
        assert film.metadata["com.apple.quicktime.creationdate"] == "2026-11-20T16:11:02+0800"
        assert film.metadata["creation_time"] == "2026-11-20T08:11:02.000000Z"
        assert "encoder" not in film.metadata
    data = sample.path.read_bytes()
    assert not any(trace in data for trace in (b"x264", b"Lavf", b"Lavc"))
    assert b"x264" in make("mp4_h264").path.read_bytes()


def test_the_same_recipe_gives_the_same_bytes(make: Make, tmp_path: Path) -> None:
    shots = [Shot(Fraction(n, 30), np.full((48, 64, 3), 40 + n * 9, np.uint8)) for n in range(9)]
    for container in ("mp4", "webm"):
        codec = "libvpx-vp9" if container == "webm" else "libx264"
        made = Encoding(container, codec, options={}, sound="libopus" if container == "webm" else "aac")
        for file in ("one", "two"):
            write(tmp_path / file, shots, made)
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_pictures_survive_writing_and_reading(tmp_path: Path) -> None:
    picture = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (96, 128, 3), np.uint8), (0, 0), 6)
    shots = [Shot(Fraction(n, 25), np.asarray(picture), n / 25) for n in range(5)]
    written = write(tmp_path / "film.mp4", shots, Encoding(rate=Fraction(25), sound=None))
    again = list(read(tmp_path / "film.mp4", written.scene_at))
    assert [shot.at for shot in again] == [shot.at for shot in shots]
    assert [shot.scene_at for shot in again] == [shot.scene_at for shot in shots]
    assert all(np.abs(shot.picture.astype(int) - picture).mean() < 6 for shot in again)


def test_an_empty_reel_is_no_film(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        write(tmp_path / "none.mp4", [], Encoding())


def test_a_loop_copies_packets_and_moves_times(make: Make, tmp_path: Path) -> None:
    sample = make("mp4_silent")
    loop(sample.path, tmp_path / "loop.mp4", 3)
    found, length = stamps(tmp_path / "loop.mp4"), Fraction(5, 2)
    once = stamps(sample.path)
    assert found == [at + turn * length for turn in range(3) for at in once]


def test_times() -> None:
    assert steady(30, 1)[:2] == (0, Fraction(1, 30))
    assert len(steady(30, 1)) == 30
    assert uneven(30, 2, seed=3) == uneven(30, 2, seed=3)
    steps = np.diff([float(at) for at in uneven(30, 60)])
    assert 0.025 < steps.min() < steps.max() < 0.07
