from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from samples import packets, track
from samples.film import Encoding, read, write
from samples.packets import Piece
from tests.samples.reels import textured

PHONE = Encoding(rate=Fraction(25), key_every=25, phone=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds with a key frame each second and a sound that swells."""
    path = tmp_path_factory.mktemp("packets") / "film.mp4"
    sound = np.linspace(0, 0.9, 5 * track.RATE, dtype=np.float32) * np.sin(np.arange(5 * track.RATE) / 20)
    write(path, textured(125), PHONE, sound.astype(np.float32))
    return path


def seen(path: Path) -> tuple[list[float], list[np.ndarray]]:
    shots = list(read(path))
    return [float(shot.at) for shot in shots], [shot.picture for shot in shots]


def test_key_frames_are_told(film: Path) -> None:
    assert packets.key_frames(film) == pytest.approx((0, 1, 2, 3, 4))


def test_stretches_are_copied_to_the_bit(film: Path, tmp_path: Path) -> None:
    starts = packets.joined([Piece(film, 0, 2), Piece(film, 3)], tmp_path / "jump.mp4")
    assert starts == pytest.approx((0, 2))
    times, pictures = seen(tmp_path / "jump.mp4")
    _, whole = seen(film)
    assert {round(b - a, 3) for a, b in pairwise(times)} == {0.04}
    assert len(pictures) == 100
    for made, source in zip(pictures, whole[:50] + whole[75:], strict=True):
        assert np.array_equal(made, source)
    heard = track.own(tmp_path / "jump.mp4")
    assert heard is not None
    loud = [float(np.abs(heard.wave[round(at * track.RATE) :][:2000]).max()) for at in (1.8, 2.2)]
    assert loud[1] - loud[0] == pytest.approx(0.9 * 1.4 / 5, abs=0.05)


def test_a_recording_with_other_settings_takes_them_along(film: Path, tmp_path: Path) -> None:
    other = replace(PHONE, options={"preset": "ultrafast", "crf": "20"})
    write(tmp_path / "other.mp4", textured(50, speed=3), other)
    with av.open(str(film)) as one, av.open(str(tmp_path / "other.mp4")) as two:
        assert one.streams.video[0].codec_context.extradata != two.streams.video[0].codec_context.extradata
    packets.joined([Piece(film, 0, 2), Piece(tmp_path / "other.mp4")], tmp_path / "both.mp4")
    _, pictures = seen(tmp_path / "both.mp4")
    _, first = seen(film)
    _, second = seen(tmp_path / "other.mp4")
    for made, source in zip(pictures, first[:50] + second, strict=True):
        assert np.array_equal(made, source)


def test_an_edit_list_skips_what_stays_in_the_file(film: Path, tmp_path: Path) -> None:
    made = packets.skipping(film.read_bytes(), [(0.0, 1.52), (2.6, 5.0)])
    (tmp_path / "skipping.mp4").write_bytes(made)
    assert abs(len(made) - film.stat().st_size) < 200
    times, pictures = seen(tmp_path / "skipping.mp4")
    _, whole = seen(film)
    assert max(b - a for a, b in pairwise(times)) == pytest.approx(0.04, abs=0.002)
    for picture, source in zip(pictures, whole[:38] + whole[65:], strict=True):
        assert np.array_equal(picture, source)
    heard = track.own(tmp_path / "skipping.mp4")
    assert heard is not None
    assert heard.seconds == pytest.approx(3.92, abs=0.1)


def test_another_container_holds_the_same_pictures(film: Path, tmp_path: Path) -> None:
    packets.joined([Piece(film)], tmp_path / "film.mkv", "matroska")
    times, pictures = seen(tmp_path / "film.mkv")
    assert times == pytest.approx(seen(film)[0], abs=0.001)
    assert all(np.array_equal(a, b) for a, b in zip(pictures, seen(film)[1], strict=True))
