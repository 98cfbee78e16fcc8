from __future__ import annotations

import functools
import io
import struct
import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from evidence.check import RefusedError
from evidence.decode import Film, open_film
from evidence.examination import Source
from evidence.gate import Sniffed, sniff
from evidence.model import Expectation
from evidence.profile import Limits
from evidence.timeline import ZERO
from samples.calm import calm

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is not here")

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIMITS = Limits(bytes=10**9, pixels=10**7, frames=10_000, duration=3600, cpu=60, memory=10**9)
EVEN = tuple(range(0, 400, 40))
ODD = (0, 33, 70, 105, 170, 171, 250, 900, 940, 1000)
"""Times in milliseconds, as a phone in bad light writes them."""
QUIET = {
    "libx264": {"preset": "ultrafast", "bf": "2", "g": "5"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}


def flat(level: int, size: tuple[int, int] = (128, 96), layout: str = "yuv420p", chroma=(128, 128)):
    frame = av.VideoFrame(*size, layout)
    for plane, value in zip(frame.planes, (level, *chroma), strict=False):
        wide = "10" in layout
        raw = struct.pack("<H", value << 2) if wide else bytes([value])
        plane.update(raw * (plane.buffer_size // len(raw)))
    return frame


def quarters(size: tuple[int, int] = (128, 96)):
    """Bright at the top left, dark grey at the top right, black below."""
    frame = flat(16, size)
    plane = frame.planes[0]
    luma = np.full((size[1], plane.line_size), 16, np.uint8)
    luma[: size[1] // 2, : size[0] // 2] = 235
    luma[: size[1] // 2, size[0] // 2 : size[0]] = 90
    plane.update(luma.tobytes())
    return frame


def encoded(
    codec="libx264",
    container="mp4",
    *,
    times=EVEN,
    frames=None,
    size=(128, 96),
    layout="yuv420p",
    muxing=None,
    sound=None,
    metadata=None,
    turn=None,
    rate=1000,
    **settings,
) -> bytes:
    """A film whose pictures have exactly these times (ms) and grow brighter one by one."""
    with (
        tempfile.TemporaryDirectory() as folder,  # FFmpeg reads its own film again to move the index
        av.open(f"{folder}/film", "w", format=container, options=muxing or {}) as output,
    ):
        output.metadata.update(metadata or {})
        stream = output.add_stream(codec, rate=rate, options=QUIET.get(codec, {}))
        stream.width, stream.height = size
        stream.pix_fmt = layout
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        stream.codec_context.gop_size = 5
        for name, value in settings.items():
            setattr(stream.codec_context, name, value)
        if turn is not None:
            stream.set_display_rotation(*turn)
        if codec == "libsvtav1":
            calm(stream.codec_context)
        audio = output.add_stream(sound, rate=48_000) if sound else None
        for index, time in enumerate(times):
            frame = frames[index] if frames else flat(40 + 15 * index, size, layout)
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if audio:
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            silence.sample_rate = 48_000
            silence.pts = 0
            output.mux(audio.encode(silence))
            output.mux(audio.encode(None))
        output.close()
        return (Path(folder) / "film").read_bytes()


plain = functools.cache(encoded)


def opened(data: bytes, limits: Limits = LIMITS) -> Film:
    file = io.BytesIO(data)
    return open_film(file, sniff(file), limits=limits, expected=Expectation(), now=NOW)


def walked(film: Film) -> list[int]:
    """The times of its pictures in milliseconds, rounded."""
    return [round(picture.at / timedelta(milliseconds=1)) for picture in film.frames()]


def refused(data: bytes, limits: Limits = LIMITS) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        walked(opened(data, limits))
    assert str(caught.value).endswith(".")
    return caught.value


FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}


@pytest.mark.parametrize(
    ("made", "name", "kind"),
    [
        (("libx264", "mp4", "yuv420p", None), "h264", "mp4"),
        (("libx264", "mov", "yuv420p", None), "h264", "mov"),
        (("libx264", "matroska", "yuv420p", None), "h264", "mkv"),
        (("libx264", "mp4", "yuv420p", FRAGMENTED), "h264", "mp4"),
        (("libx264", "mp4", "yuv420p", {"movflags": "frag_every_frame+empty_moov"}), "h264", "mp4"),
        (("libx265", "mp4", "yuv420p", None), "hevc", "mp4"),
        (("libx265", "mov", "yuv420p10le", None), "hevc", "mov"),
        (("libvpx-vp9", "webm", "yuv420p", None), "vp9", "webm"),
        (("libvpx-vp9", "webm", "yuv420p", {"live": "1"}), "vp9", "webm"),
        (("libvpx", "webm", "yuv420p", None), "vp8", "webm"),
        (("mpeg4", "mp4", "yuv420p", None), "mpeg4", "mp4"),
        (("mjpeg", "mov", "yuvj420p", None), "mjpeg", "mov"),
    ],
)
@pytest.mark.parametrize("times", [EVEN, ODD], ids=["even", "odd"])
def test_every_kind_gives_its_pictures_at_their_exact_times(made, name, kind, times):
    codec, container, layout, muxing = made
    film = opened(encoded(codec, container, times=times, layout=layout, muxing=muxing))
    pictures = list(film.frames())
    assert [round(p.at / timedelta(milliseconds=1)) for p in pictures] == list(times)
    assert [p.index for p in pictures] == list(range(len(times)))
    assert all(p.told for p in pictures)
    assert pictures[0].key
    levels = [float(p.gray(32).mean()) for p in pictures]
    assert levels == sorted(levels)
    assert (film.media.container, film.media.video_codec, film.media.audio_codec) == (kind, name, None)
    assert (film.media.width, film.media.height) == (128, 96)
    ending = film.ending
    assert (ending.frames, ending.corrupt, ending.complete, ending.error) == (len(times), 0, True, "")
    assert timedelta(milliseconds=times[-1]) <= ending.duration <= timedelta(milliseconds=times[-1] + 200)


def test_av1_from_a_browser_is_read():
    film = opened(encoded("libsvtav1", "mp4", muxing=FRAGMENTED, rate=25))
    assert walked(film) == list(EVEN)
    assert film.media.video_codec == "av1"


def test_a_film_of_an_old_phone_is_read():
    film = opened(encoded("h263", "3gp", size=(176, 144)))
    assert walked(film) == list(EVEN)
    assert (film.media.container, film.media.video_codec) == ("3gp", "h263")


@pytest.mark.parametrize(
    ("container", "codec", "sound", "name"),
    [
        ("mp4", "libx264", "aac", "aac"),
        ("webm", "libvpx", "libopus", "opus"),
        ("matroska", "libx264", "ac3", "ac3"),
        ("matroska", "libx264", "pcm_f32le", "pcm_f32le"),
    ],
)
def test_sound_is_named_and_whatever_it_is_does_no_harm(container, codec, sound, name):
    film = opened(plain(codec, container, sound=sound))
    assert walked(film) == list(EVEN)
    assert film.media.audio_codec == name
    assert film.ending.complete


def test_the_end_is_the_end_of_the_last_pictures_display():
    film = opened(encoded("libx264", "mp4", times=(0, 40, 80, 120)))
    walked(film)
    assert film.ending.duration == timedelta(milliseconds=160)
    assert film.facts().duration == film.ending.duration


def test_one_picture_is_a_film():
    film = opened(encoded(times=(0,)))
    assert walked(film) == [0]
    assert film.ending.complete


def test_a_late_start_counts_from_the_first_picture():
    assert walked(opened(encoded("libvpx", "webm", times=(5000, 5040, 5080)))) == [0, 40, 80]


def test_the_facts_hold_what_was_decoded():
    film = opened(encoded(metadata={"creation_time": "2026-11-20T08:11:02Z"}, muxing=FRAGMENTED))
    walked(film)
    facts = film.facts()
    assert (facts.kind, facts.container, facts.video_codec) == ("video", "mp4", "h264")
    assert (facts.width, facts.height, facts.rotation, facts.frames) == (128, 96, 0, len(EVEN))
    assert facts.created_at == datetime(2026, 11, 20, 8, 11, 2, tzinfo=UTC)
    assert facts.encoder
    assert facts.encoder.startswith("Lavf")
    assert film.media.now == NOW


def test_the_film_is_a_source():
    source: Source = opened(plain())
    assert source.media.kind == "video"


# Views


@pytest.mark.parametrize("layout", ["yuv420p", "yuv420p10le", "yuv422p"])
@pytest.mark.parametrize(("level", "seen"), [(16, 0), (235, 255), (126, 128), (60, 51)])
def test_limited_luma_comes_out_full(layout, level, seen):
    codec = "libx265" if layout == "yuv420p10le" else "libx264"
    frames = [flat(level, layout=layout) for _ in range(3)]
    picture = next(opened(encoded(codec, times=(0, 40, 80), frames=frames, layout=layout)).frames())
    assert abs(float(picture.gray(64).mean()) - seen) <= 1.5


@pytest.mark.parametrize("level", [4, 128, 250])
def test_full_luma_stays_as_it_is(level):
    frame = flat(level, layout="yuvj420p")
    film = opened(encoded("mjpeg", "mov", times=(0,), frames=[frame], layout="yuvj420p"))
    assert abs(float(next(film.frames()).gray(64).mean()) - level) <= 1.5
    film = opened(encoded("libx264", "mp4", times=(0,), frames=[flat(level)], color_range=2))
    assert abs(float(next(film.frames()).gray(64).mean()) - level) <= 1.5


@pytest.mark.parametrize(
    ("matrix", "yuv", "seen"),
    [
        (2, (81, 90, 240), (255, 0, 0)),
        (6, (81, 90, 240), (255, 0, 0)),
        (1, (63, 102, 240), (255, 0, 0)),
        (1, (173, 42, 26), (0, 255, 0)),
        (9, (74, 97, 240), (255, 0, 0)),
        (1, (126, 128, 128), (128, 128, 128)),
    ],
)
def test_colours_follow_the_matrix_that_the_film_names(matrix, yuv, seen):
    frame = flat(yuv[0], chroma=yuv[1:])
    film = opened(encoded("libx264", "mp4", times=(0,), frames=[frame], colorspace=matrix))
    colour = next(film.frames()).rgb(64).reshape(-1, 3).mean(axis=0)
    assert np.abs(colour - seen).max() <= 4


def test_a_large_film_that_names_no_matrix_is_taken_for_hd():
    size = (1280, 720)
    film = opened(encoded(times=(0,), size=size, frames=[flat(63, size, chroma=(102, 240))]))
    assert np.abs(next(film.frames()).rgb(64).reshape(-1, 3).mean(axis=0) - (255, 0, 0)).max() <= 4


def test_a_view_is_the_mean_of_what_it_covers():
    frame = flat(16, (640, 480))
    rng = np.random.default_rng(1)
    coarse = rng.integers(40, 220, (24, 32)).astype(np.uint8)
    luma = np.full((480, frame.planes[0].line_size), 16, np.uint8)
    luma[:, :640] = np.kron(coarse, np.ones((20, 20), np.uint8))
    frame.planes[0].update(luma.tobytes())
    data = encoded("libx264", "mp4", times=(0,), frames=[frame], size=(640, 480), bit_rate=20_000_000)
    view = next(opened(data).frames()).gray(32)
    assert view.shape == (24, 32)
    assert np.abs(view - (coarse.astype(float) - 16) * 255 / 219).mean() < 3


def test_views_are_shared_read_only_and_never_larger_than_the_picture():
    picture = next(opened(plain()).frames())
    assert picture.gray(64) is picture.gray(64)
    assert picture.gray(500) is picture.gray(128)
    assert picture.gray(9999).shape == (96, 128)
    assert picture.rgb(64).shape == (48, 64, 3)
    for view in (picture.gray(64), picture.rgb(64)):
        assert not view.flags.writeable
        assert view.flags.c_contiguous


def test_a_picture_keeps_its_views_when_the_film_has_gone_on():
    pictures = list(opened(plain()).frames())
    assert [round(float(p.gray(16).mean())) for p in pictures] == pytest.approx(
        [(40 + 15 * i - 16) * 255 / 219 for i in range(len(pictures))], abs=3
    )


@pytest.mark.parametrize(
    ("turn", "rotation", "top_left"),
    [
        ((0,), 0, (0, 0)),
        ((-90,), 90, (0, 1)),
        ((90,), 270, (1, 0)),
        ((180,), 180, (1, 1)),
        ((0, True, False), 0, (0, 1)),
        ((0, False, True), 180, (1, 0)),
    ],
)
@pytest.mark.parametrize("container", ["mp4", "mov"])
def test_pictures_are_upright(container, turn, rotation, top_left):
    film = opened(encoded("libx264", container, times=(0,), frames=[quarters()], turn=turn))
    picture = next(film.frames())
    assert film.media.rotation == rotation
    assert (film.media.width, film.media.height) == (128, 96)
    shape = (96, 128) if rotation % 180 == 0 else (128, 96)
    assert picture.gray(128).shape == (picture.height, picture.width) == shape
    corner = np.unravel_index(int(picture.gray(8)[1::5, 1::5][:2, :2].argmax()), (2, 2))
    whole = picture.gray(128).astype(int)
    cells = [
        [whole[: shape[0] // 2, : shape[1] // 2].mean(), whole[: shape[0] // 2, shape[1] // 2 :].mean()],
        [whole[shape[0] // 2 :, : shape[1] // 2].mean(), whole[shape[0] // 2 :, shape[1] // 2 :].mean()],
    ]
    assert np.unravel_index(int(np.argmax(cells)), (2, 2)) == top_left, corner
    assert np.array_equal(picture.rgb(128)[..., 0] > 200, picture.gray(128) > 200)


# What is broken


def front(data_codec="libx264", times=tuple(range(0, 2000, 40))) -> bytes:
    frames = [noisy(i) for i in range(len(times))]
    return encoded(data_codec, "mp4", times=times, frames=frames, muxing={"movflags": "faststart"})


def noisy(seed: int):
    frame = flat(128)
    rng = np.random.default_rng(seed)
    frame.planes[0].update(rng.integers(30, 220, frame.planes[0].buffer_size, dtype=np.uint8).tobytes())
    return frame


NOISY = functools.cache(front)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.995])
def test_a_film_that_breaks_off_is_shown_as_far_as_it_goes_and_is_not_whole(share):
    data = NOISY()
    film = opened(data[: int(len(data) * share)])
    times = walked(film)
    assert len(times) >= int(50 * share) - 2
    assert times == list(range(0, 40 * len(times), 40))
    assert not film.ending.complete
    assert film.ending.error


@pytest.mark.parametrize(
    ("codec", "container", "muxing"),
    [
        ("libx264", "mp4", FRAGMENTED),
        ("libvpx", "webm", None),
        ("libvpx", "webm", {"live": "1"}),
        ("libx264", "matroska", None),
    ],
)
def test_so_is_one_of_any_other_kind(codec, container, muxing):
    frames = [noisy(i) for i in range(20)]
    data = encoded(codec, container, times=tuple(range(0, 800, 40)), frames=frames, muxing=muxing)
    film = opened(data[: int(len(data) * 0.6)])
    assert 5 <= len(walked(film)) <= 14
    assert not film.ending.complete


def test_bad_packets_cost_themselves_and_not_the_film():
    data = bytearray(NOISY())
    with av.open(io.BytesIO(bytes(data))) as film:
        packets = [(p.pos, p.size) for p in film.demux(video=0) if p.size and not p.is_keyframe]
    for position, size in packets[10:12]:
        data[position : position + size] = bytes([0xFF]) * size
    film = opened(bytes(data))
    times = walked(film)
    assert len(times) >= 46
    assert times[-1] == 1960
    assert not film.ending.complete or film.ending.corrupt


def test_rubble_in_the_pictures_is_counted():
    data = bytearray(NOISY())
    start = data.index(b"mdat") + len(data) // 4
    rng = np.random.default_rng(3)
    for position in rng.integers(start, len(data), 200):
        data[position] ^= 0x55
    film = opened(bytes(data))
    walked(film)
    assert film.ending.corrupt or not film.ending.complete


def test_a_film_of_which_no_picture_can_be_decoded_is_refused():
    data = bytearray(plain())
    start = data.index(b"mdat") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big") - 8
    data[start : start + length] = bytes([0xFF]) * length
    assert refused(bytes(data)).code == "refused.no_pictures"


@pytest.mark.parametrize("seed", range(25))
def test_whatever_is_broken_ends_in_an_answer(seed):
    rng = np.random.default_rng(seed)
    sources = (plain(), plain("libvpx", "webm"), plain("mpeg4"), NOISY())
    data = bytearray(sources[seed % 4])
    for position in rng.integers(0, len(data), rng.integers(1, 60)):
        data[position] = rng.integers(0, 256)
    with suppress(RefusedError):
        film = opened(bytes(data))
        walked(film)
        assert film.ending.frames


# Limits


def tightened(**changes) -> Limits:
    return LIMITS.model_copy(update=changes)


def test_too_many_bytes_pixels_and_pictures_are_refused_with_the_figure():
    assert refused(plain(), tightened(bytes=100)).code == "refused.too_large"
    error = refused(plain(), tightened(pixels=96 * 127))
    assert error.code == "refused.too_many_pixels"
    assert "128 x 96" in str(error)
    error = refused(plain(), tightened(frames=9))
    assert error.code == "refused.too_many_frames"
    assert "9" in str(error)
    assert walked(opened(plain(), tightened(frames=10, pixels=96 * 128))) == list(EVEN)


def test_too_long_a_film_is_refused_before_it_is_decoded_where_its_index_tells():
    limits = tightened(duration=timedelta(milliseconds=300))
    with pytest.raises(RefusedError) as caught:
        opened(plain(), limits)
    assert caught.value.code == "refused.too_long"
    assert refused(plain("libvpx", "webm"), limits).code == "refused.too_long"
    assert refused(plain("mpeg4", "mp4"), limits).code == "refused.too_long"


def test_a_claimed_length_alone_refuses_nothing():
    data = bytearray(plain())
    for name in (b"mvhd", b"tkhd", b"mdhd"):
        at = data.index(name) + {b"mvhd": 20, b"tkhd": 24, b"mdhd": 20}[name]
        data[at : at + 4] = b"\x7f\xff\xff\xff"
    assert walked(opened(bytes(data))) == list(EVEN)


def test_pictures_that_grow_during_the_film_are_refused_or_shown():
    small, large = (64, 48), (320, 240)
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="webm") as output:
        stream = output.add_stream("libvpx", rate=25)
        stream.width, stream.height = small
        stream.pix_fmt = "yuv420p"
        for start, size in ((0, small), (40, large)):
            coder = av.CodecContext.create("libvpx", "w")
            coder.width, coder.height = size
            coder.pix_fmt, coder.time_base = "yuv420p", Fraction(1, 1000)
            frame = flat(100, size)
            frame.pts = start
            for packet in [*coder.encode(frame), *coder.encode(None)]:
                packet.stream = stream
                packet.time_base = Fraction(1, 1000)
                output.mux(packet)
    shapes = [p.gray(9999).shape for p in opened(buffer.getvalue()).frames()]
    assert shapes == [(48, 64), (240, 320)]
    film = opened(buffer.getvalue(), tightened(pixels=100 * 100))
    assert walked(film) == [0]
    assert not film.ending.complete
    assert refused(buffer.getvalue(), tightened(pixels=320 * 240 - 1)).code == "refused.too_many_pixels"


# What FFmpeg must not do


def test_a_codec_off_the_list_is_refused_by_name():
    error = refused(plain("ffv1", "matroska"))
    assert error.code == "refused.codec"
    assert "ffv1" in str(error)


class Named(io.BytesIO):
    @property
    def name(self) -> str:
        raise AssertionError("the name is nobody's business")


def test_the_name_of_the_file_stays_out():
    file = Named(plain())
    film = open_film(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
    assert walked(film) == list(EVEN)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile {path}\n",
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nm=video 9 RTP/AVP 96\r\n",
    ],
)
@pytest.mark.parametrize("container", ["mp4", "webm"])
def test_a_playlist_that_slipped_past_the_gate_opens_no_other_film(tmp_path, text, container):
    canary = tmp_path / "other.mp4"
    canary.write_bytes(plain())
    data = text.format(path=canary).encode()
    with pytest.raises(RefusedError) as caught:
        open_film(
            io.BytesIO(data),
            Sniffed("video", container, len(data)),
            limits=LIMITS,
            expected=Expectation(),
            now=NOW,
        )
    assert caught.value.code == "refused.structure"


def test_metadata_is_bounded_and_clean():
    film = opened(
        encoded("libx264", "matroska", metadata={"title": "\x1b[31m" + "x" * 10_000, "comment": "\u202egpj"})
    )
    assert all(len(text) <= 256 and text.isprintable() for text in film.media.tags.values())
    assert any(text == "gpj" for text in film.media.tags.values())


# Real films


@needs_shared
@pytest.mark.parametrize("path", sorted((SHARED / "video").glob("*")), ids=lambda p: p.name)
def test_every_real_film_is_decoded_to_its_end(path):
    with path.open("rb") as file:
        film = open_film(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
        at = [picture.at for picture in film.frames()]
    assert film.ending.complete
    assert film.ending.corrupt == 0
    assert at[0] == ZERO
    assert at == sorted(set(at))


@needs_shared
def test_the_four_turns_of_one_phone_are_told():
    for turn in (0, 90, 180, 270):
        with (SHARED / "video" / f"decord_video_{turn}.mov").open("rb") as file:
            film = open_film(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
            picture = next(film.frames())
        assert film.media.rotation == turn
        assert (picture.width > picture.height) == (turn % 180 == 0)


@needs_shared
def test_the_iphones_time_and_maker_are_told():
    with (SHARED / "video" / "iphone6_game_box.mov").open("rb") as file:
        film = open_film(file, sniff(file), limits=LIMITS, expected=Expectation(), now=NOW)
        assert len(walked(film)) == 120
    facts = film.facts()
    assert facts.created_at == datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC)
    assert facts.encoder == "12.3 (Apple iPhone 6)"
    assert (facts.rotation, facts.audio_codec) == (90, "aac")
