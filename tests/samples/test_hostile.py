from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from PIL import Image

import samples
from samples import Sample, hostile
from samples.film import read
from samples.header import boxes

Make = Callable[[str], Sample]


@pytest.mark.parametrize(
    "name", ["empty", "text", "junk", "archive", "no_index", "nested_boxes", "lying_box"]
)
def test_what_is_no_film_opens_nowhere(make: Make, name: str) -> None:
    sample = make(name)
    assert sample.truth.refusals
    with pytest.raises((av.FFmpegError, IndexError)), av.open(str(sample.path), format="mp4") as film:
        next(film.decode(video=0))


@pytest.mark.parametrize("name", ["hls", "dash", "ffconcat"])
def test_a_playlist_names_a_neighbour_that_is_there(make: Make, folder: Path, name: str) -> None:
    sample = make(name)
    assert sample.truth.refusals == ("refused.playlist",)
    assert "mp4_silent.mp4" in sample.path.read_text("utf-8")
    assert (folder / "mp4_silent.mp4").is_file()


def test_sound_without_pictures(make: Make) -> None:
    with av.open(str(make("sound_only").path)) as film:
        assert not film.streams.video
        assert film.streams.audio


def test_the_png_bomb_is_small_and_refused_by_its_header(make: Make) -> None:
    path = make("png_bomb").path
    assert path.stat().st_size < 2000
    with pytest.raises(Image.DecompressionBombError):
        Image.open(path)


def test_the_scan_bomb_is_small_and_a_photo(make: Make) -> None:
    path = make("scan_bomb").path
    assert path.stat().st_size < 400_000
    with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
        assert image.size == (6000, 6000)


def test_wrong_endings(make: Make) -> None:
    assert make("jpeg_named_mp4").path.read_bytes()[:3] == b"\xff\xd8\xff"
    assert make("mp4_named_jpg").path.read_bytes()[4:8] == b"ftyp"


def test_one_frame_is_one_frame(make: Make) -> None:
    sample = make("one_frame")
    assert len(list(read(sample.path))) == sample.truth.frames == 1


def test_headers_lie_as_told(make: Make) -> None:
    with av.open(str(make("lying_length").path)) as film:
        assert film.duration == 9 * 3600 * 1_000_000
    assert len(list(read(make("lying_length").path))) == 75
    data = make("no_time").path.read_bytes()
    kinds = [kind for kind, _, _ in boxes(data)]
    assert {b"mvhd", b"tkhd", b"mdhd", b"stts"} <= set(kinds)


@pytest.mark.parametrize("name", ["cut_fragments", "cut_download", "cut_webm"])
def test_a_film_cut_off_is_readable_up_to_there(make: Make, name: str) -> None:
    sample = make(name)
    seen = 0
    try:
        for _ in read(sample.path):
            seen += 1
    except av.FFmpegError:
        pass
    assert 10 < seen < sample.truth.frames


def test_bit_rot_leaves_the_length_and_damages_pictures(make: Make) -> None:
    spoiled, whole = make("bit_rot"), make("small")
    assert spoiled.path.stat().st_size == whole.path.stat().st_size
    assert spoiled.path.read_bytes() != whole.path.read_bytes()


def test_names_are_data(make: Make) -> None:
    assert make("emoji_name").path.name == "拆箱 😀.mp4"
    assert "../" in (make("emoji_name").truth.shown_name or "")
    assert any("\u202e" in name for name in hostile.SHOWN_NAMES)
    with av.open(str(make("script_tags").path)) as film:
        assert film.metadata["title"].startswith("<script>")


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no sample"):
        samples.make("nothing", tmp_path)
