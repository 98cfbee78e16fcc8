from __future__ import annotations

import functools
import io
import struct
import tempfile
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
