"""Bad input: broken, mislabelled, lying and hostile files, each with the refusal that is right."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
from PIL import Image

from samples import footage
from samples.film import Encoding, Shot, write
from samples.forge import rotten, truncated
from samples.header import boastful, timeless
from samples.muxing import SoundStream, writing
from samples.truth import Entry, Kind, Truth

SHOWN_NAMES: Final = (
    "../../etc/passwd.mp4",
    "拆箱视频 😀📦.mp4",
    "<script>alert(1)</script>.mov",
    "gnp.\u202eexe.mp4",
    "a" * 4096 + ".mp4",
    "con.mp4",
    "line\nbreak.mp4",
    "{name} %s ${HOME}.mp4",
    "=cmd|' /C calc'!A0.mp4",
)
"""What users may call a file; data for every place that shows a name."""

_CAUGHT: Final = ("fail", "unsure")
_FLAWS: Final[Mapping[str, str]] = {
    "no_time": "readable.duration",
    "half_jpeg": "readable.end",
    "cut_fragments": "readable.end",
    "cut_download": "readable.end",
    "cut_webm": "readable.end",
    "bit_rot": "readable.corrupt",
}
"""The finding that must not pass, of files that are examined as far as they go."""

_SCRIPT: Final = "<script>alert('sixface')</script>"
_NINE_HOURS: Final = 9 * 3600

Bytes = Callable[[Path], bytes]
"""The content of a bad file; told the folder, for those that start from another sample."""


def entries() -> Iterator[Entry]:
    """Every bad file, in the order of the catalogue."""
    for name, (file, make, kind, refusals, about) in _BAD.items():
        expected = {_FLAWS[name]: _CAUGHT} if name in _FLAWS else {}
        yield _spoiled(name, file, make, Truth(name, kind, about, refusals=refusals, expected=expected))
    for name, (ending, start, make, about) in _PARTLY.items():
        yield _damaged(name, ending, start, make, about)
    yield Entry("eight_k", "eight_k.mp4", _eight_k, "Three pictures of 7680 x 4320.")
    yield Entry("one_frame", "one_frame.mp4", _one_frame, "A film of a single picture.")
    yield Entry("script_tags", "script_tags.mov", _script_tags, "Markup in the film's tags.")
    yield Entry("emoji_name", "拆箱 😀.mp4", _emoji, "A name with Chinese, an emoji and a path.")


def _spoiled(name: str, file: str, make: Bytes, truth: Truth) -> Entry:
    def draw(path: Path, folder: Path) -> Truth:
        path.write_bytes(make(folder))
        return truth

    return Entry(name, file, draw, truth.about)


def _damaged(name: str, ending: str, start: str, make: Callable[[bytes], bytes], about: str) -> Entry:
    """A film that can be read in part, or whose header lies."""

    def draw(path: Path, folder: Path) -> Truth:
        whole = footage.by_name(start)(folder)
        path.write_bytes(make(whole.path.read_bytes()))
        return replace(whole.truth, expected={_FLAWS[name]: _CAUGHT} if name in _FLAWS else {})

    return Entry(name, f"{name}.{ending}", draw, about)


def _film(folder: Path, name: str = "mp4_h264") -> bytes:
    return footage.by_name(name)(folder).path.read_bytes()


def _nothing(_: Path) -> bytes:
    return b""


def _text(_: Path) -> bytes:
    return b"Dear warehouse,\n\nthe film is attached to the other mail.\n" * 40


def _junk(_: Path) -> bytes:
    return np.random.default_rng(1).bytes(50_000)


def _hls(folder: Path) -> bytes:
    near = footage.by_name("mp4_silent")(folder).path.name
    return (
        f"#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:2.5,\n{near}\n#EXT-X-ENDLIST\n".encode()
    )


def _dash(folder: Path) -> bytes:
    near = footage.by_name("mp4_silent")(folder).path.name
    return (
        '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1000">'
        f"<BaseURL>{near}</BaseURL></Representation></AdaptationSet></Period></MPD>\n"
    ).encode()


def _ffconcat(folder: Path) -> bytes:
    near = footage.by_name("mp4_silent")(folder).path.name
    return f"ffconcat version 1.0\nfile {near}\nduration 2.5\n".encode()


def _sdp(_: Path) -> bytes:
    lines = (
        "v=0",
        "o=- 0 0 IN IP4 127.0.0.1",
        "s=x",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=video 5004 RTP/AVP 96",
        "a=rtpmap:96 H264/90000",
    )
    return "\n".join(lines).encode()


def _svg(_: Path) -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>\n'


def _zip(_: Path) -> bytes:
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        archive.writestr(zipfile.ZipInfo("../film.mp4", (2026, 1, 1, 0, 0, 0)), b"no film")
    return room.getvalue()


def _sound_only(_: Path) -> bytes:
    room = io.BytesIO()
    with writing(room, "mp4", {}) as out:
        stream = cast("SoundStream", out.add_stream("aac", rate=48_000, layout="mono"))
        tone = (np.sin(np.arange(48_000) * 0.06) * 8000).astype(np.int16)
        for at in range(0, 47_104, 1024):
            frame = av.AudioFrame.from_ndarray(tone[None, at : at + 1024], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return room.getvalue()


def _no_index(folder: Path) -> bytes:
    return truncated(_film(folder), 0.6)


def _jpeg(_: Path) -> bytes:
    room = io.BytesIO()
    Image.fromarray(footage.scene(640, 480).picture(0.4)).save(room, "JPEG", quality=88)
    return room.getvalue()


def _half_jpeg(folder: Path) -> bytes:
    return truncated(_jpeg(folder), 0.5)


def _png_bomb(_: Path) -> bytes:
    """60,000 x 60,000 pixels in its header: 10.8 GB, in a file of a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(180_001), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _scan_bomb(_: Path) -> bytes:
    """A flat progressive JPEG of 36 megapixels whose last scan comes 200 times."""
    room = io.BytesIO()
    Image.new("L", (6000, 6000), 128).save(room, "JPEG", quality=50, progressive=True)
    data = room.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 200 + data[-2:]


def _nested(_: Path) -> bytes:
    """Boxes within boxes, 4,000 deep."""
    body = b""
    for _depth in range(4000):
        body = struct.pack(">I4s", len(body) + 8, b"moov") + body
    return _ftyp() + body


def _lying_box(_: Path) -> bytes:
    """A box that claims an exabyte."""
    return _ftyp() + struct.pack(">I4sQ", 1, b"moov", 1 << 60) + bytes(64)


def _ftyp() -> bytes:
    return struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"isom", 512, b"isom", b"mp41")


def _no_time(folder: Path) -> bytes:
    return timeless(_film(folder, "mp4_silent"))


_BAD: Final[Mapping[str, tuple[str, Bytes, Kind, tuple[str, ...], str]]] = {
    "empty": ("empty.mp4", _nothing, "neither", ("refused.empty",), "No bytes at all."),
    "text": ("text.mp4", _text, "neither", ("refused.not_media",), "A letter, renamed."),
    "junk": ("junk.mp4", _junk, "neither", ("refused.not_media",), "Random bytes."),
    "hls": ("hls.mp4", _hls, "neither", ("refused.playlist",), "An HLS playlist that names a neighbour."),
    "dash": ("dash.mp4", _dash, "neither", ("refused.playlist",), "A DASH manifest that names a neighbour."),
    "ffconcat": (
        "ffconcat.mp4",
        _ffconcat,
        "neither",
        ("refused.playlist",),
        "A list that names a neighbour.",
    ),
    "sdp": ("sdp.mp4", _sdp, "neither", ("refused.playlist", "refused.not_media"), "A session description."),
    "svg": (
        "svg.jpg",
        _svg,
        "neither",
        ("refused.not_media", "refused.playlist"),
        "A drawing that names a file.",
    ),
    "archive": ("archive.mp4", _zip, "neither", ("refused.not_media",), "A zip with a climbing path."),
    "sound_only": (
        "sound_only.mp4",
        _sound_only,
        "neither",
        ("refused.no_pictures",),
        "Sound without pictures.",
    ),
    "no_index": ("no_index.mp4", _no_index, "neither", ("refused.truncated",), "Cut off before its index."),
    "no_time": (
        "no_time.mp4",
        _no_time,
        "video",
        (),
        "Every frame lasts no time.",
    ),
    "nested_boxes": ("nested_boxes.mp4", _nested, "neither", ("refused.structure",), "Boxes 4,000 deep."),
    "lying_box": (
        "lying_box.mp4",
        _lying_box,
        "neither",
        ("refused.structure", "refused.truncated"),
        "A box that claims an exabyte.",
    ),
    "jpeg_named_mp4": ("jpeg_named.mp4", _jpeg, "photo", (), "A photo with the ending of a film."),
    "mp4_named_jpg": ("mp4_named.jpg", _film, "video", (), "A film with the ending of a photo."),
    "png_bomb": (
        "png_bomb.png",
        _png_bomb,
        "neither",
        ("refused.too_many_pixels",),
        "10.8 GB by its header.",
    ),
    "scan_bomb": ("scan_bomb.jpg", _scan_bomb, "photo", (), "A few kB that cost seconds to decode."),
    "half_jpeg": (
        "half_jpeg.jpg",
        _half_jpeg,
        "photo",
        (),
        "A photo cut off in the middle.",
    ),
}

_PARTLY: Final[Mapping[str, tuple[str, str, Callable[[bytes], bytes], str]]] = {
    "cut_fragments": (
        "mp4",
        "mp4_fragmented",
        lambda data: truncated(data, 0.7),
        "A recorder's film cut off: readable up to there.",
    ),
    "cut_download": (
        "mp4",
        "index_first",
        lambda data: truncated(data, 0.6),
        "Its index says more than the file holds.",
    ),
    "cut_webm": (
        "webm",
        "webm_vp9",
        lambda data: truncated(data, 0.6),
        "WebM cut off in the middle.",
    ),
    "bit_rot": (
        "mp4",
        "small",
        lambda data: rotten(data, 60),
        "Bytes in the middle are spoiled: some pictures are damaged.",
    ),
    "lying_length": (
        "webm",
        "webm_vp9",
        lambda data: boastful(data, _NINE_HOURS),
        "Its header claims nine hours; it lasts 2.5 s.",
    ),
}


def _eight_k(path: Path, _: Path) -> Truth:
    picture = np.full((4320, 7680, 3), (120, 116, 108), np.uint8)
    shots = [Shot(Fraction(n, 30), picture) for n in range(3)]
    write(path, shots, Encoding(options={"preset": "ultrafast", "crf": "40"}, sound=None))
    return Truth("", "video", "", width=7680, height=4320, refusals=("refused.too_many_pixels",))


def _one_frame(path: Path, _: Path) -> Truth:
    return footage.short(path, Encoding(sound=None), seconds=1 / 30)


def _script_tags(path: Path, _: Path) -> Truth:
    tags = {"title": _SCRIPT, "com.apple.quicktime.software": _SCRIPT, "comment": "{0.__class__} \u202e\x07"}
    return footage.short(path, Encoding("mov", tags=tags))


def _emoji(path: Path, _: Path) -> Truth:
    return replace(footage.short(path, Encoding()), shown_name="../../拆箱 😀 <b>.mp4")
