"""The films of the catalogue: whole procedures, every container and codec, every rotation, forgeries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from samples.box import Goods, Parcel
from samples.cases import DAMAGED, TEMU, TMALL, ExampleCase
from samples.damage import Damage
from samples.film import Encoding, Shot, loop, render, steady, uneven
from samples.glove import Glove
from samples.label import Waybill
from samples.pose import Rig, Shake
from samples.scene import Look, Scene
from samples.story import Story, lying, turning, unboxing
from samples.table import Table
from samples.take import Take
from samples.truth import Entry, Event, Truth

_FILMED: Final = TMALL.filmed_at
_PASS: Final = ("pass",)
_CAUGHT: Final = ("fail", "unsure")
_WHOLE: Final[Mapping[str, tuple[str, ...]]] = {"continuity.take": _PASS, "six_faces.count": _PASS}


def entries() -> Iterator[Entry]:
    """Every film, in the order of the catalogue."""
    yield from _procedures()
    yield from _formats()
    yield from _long()


def waybill(case: ExampleCase) -> Waybill:
    """The label of a case's parcel."""
    number = case.order_number
    if number.isdigit():
        number = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return Waybill(case.tracking_number, order_number=number)


@cache
def _parcel(seed: int = 0, case: ExampleCase = TMALL) -> Parcel:
    """The carton of most films; its faces are drawn once."""
    return Parcel(waybill=waybill(case), seed=seed)


@cache
def _bench() -> tuple[Table, Glove]:
    return Table(), Glove()


def scene(width: int, height: int, story: Story | None = None, *, parcel: Parcel | None = None) -> Scene:
    """The scene of most films at a size, hand-held."""
    table, glove = _bench()
    return Scene(
        rig=Rig(width, height, shake=Shake(seed=3)),
        parcel=parcel or _parcel(),
        story=story or unboxing(pace=0.92),
        table=table,
        glove=glove,
    )


def procedure(case: ExampleCase = TMALL) -> Take:
    """The whole procedure as a phone films it, with the waybill of that case on the parcel."""
    # The demo waits for this film: the quickest preset takes half the time of the next.
    quick = {"preset": "ultrafast", "crf": "24"}
    encoding = Encoding(
        "mov", options=quick, rate=Fraction(24), key_every=24, phone=True, recorded_at=case.filmed_at
    )
    # Turned as slowly as a person does who wants each side to be seen.
    made = scene(1280, 720, unboxing(pace=1.5), parcel=_parcel(case=case))
    return Take(made, encoding, follow=True)


def small(story: Story | None = None, *, parcel: Parcel | None = None, look: Look | None = None) -> Take:
    made = scene(480, 270, story, parcel=parcel)
    if look:
        made = replace(made, look=look)
    encoding = Encoding("mp4", rate=Fraction(24), key_every=24, phone=True, recorded_at=_FILMED)
    return Take(made, encoding, follow=True)


def temu_scene(width: int, height: int) -> Scene:
    """Another carton, without print, opened by other hands on another table."""
    parcel = Parcel(
        380,
        230,
        150,
        kraft=(196, 164, 124),
        tape=(214, 200, 160),
        prints=False,
        waybill=waybill(TEMU),
        seed=4,
    )
    return Scene(
        Rig(width, height, shake=Shake(seed=8)),
        parcel,
        Goods(190, 110, 70, (246, 244, 236), (204, 112, 34), "LAMP", "model L2"),
        unboxing(150, pace=0.9),
        Table(top=(188, 160, 128), mat=None, seed=5),
        Glove(back=(148, 60, 52), hem=(40, 40, 44), sleeve=(92, 94, 98), seed=2),
        Look(warmth=1.05, seed=4),
    )


def _temu() -> Take:
    encoding = Encoding("mp4", rate=Fraction(24), key_every=24, phone=True, recorded_at=TEMU.filmed_at)
    return Take(temu_scene(640, 360), encoding)


def _damaged() -> Take:
    harm = (Damage("front", "tear", 0.36, 0.45, 0.42), Damage("right", "dent", 0.5, 0.5, 0.5))
    parcel = Parcel(waybill=waybill(DAMAGED), damage=harm, seed=7)
    made = replace(scene(640, 360, turning(period=9), parcel=parcel), rig=Rig(640, 360, shake=Shake(seed=5)))
    return Take(
        made, Encoding("mp4", rate=Fraction(24), key_every=24, phone=True, recorded_at=DAMAGED.filmed_at)
    )


def _procedures() -> Iterator[Entry]:
    yield _filmed(
        "hero",
        "mov",
        procedure,
        "The whole procedure as a phone films it: sealed, six faces, opened.",
        _WHOLE,
    )
    yield _filmed(
        "temu_lamp", "mp4", _temu, "The procedure with another, unprinted carton on another table.", _WHOLE
    )
    yield _filmed(
        "damaged_parcel",
        "mp4",
        _damaged,
        "A torn and dented carton turned through its six faces and not opened.",
        {"continuity.take": _PASS},
    )
    yield _filmed("small", "mp4", small, "The hero's scene at 480 x 270, for quick tests.", _WHOLE)
    yield _filmed(
        "five_faces",
        "mp4",
        lambda: small(unboxing(pace=0.92, bottom=False)),
        "The underside is never shown.",
        {"continuity.take": _PASS, "six_faces.count": _CAUGHT},
    )
    for name, look, code, about in (
        ("dark_film", Look(exposure=0.13, noise=4), "sharpness.exposure", "Filmed almost without light."),
        ("bright_film", Look(exposure=2.6), "sharpness.glare", "Blown out."),
    ):
        expected = {"continuity.take": _PASS, code: _CAUGHT}
        yield _filmed(name, "mp4", lambda look=look: small(lying(duration=2), look=look), about, expected)


def _filmed(
    name: str,
    ending: str,
    take: Callable[[], Take],
    about: str,
    expected: Mapping[str, tuple[str, ...]] | None = None,
    *,
    heavy: bool = False,
) -> Entry:
    def draw(path: Path, _: Path) -> Truth:
        return replace(take().film(path), expected=dict(expected or {}))

    return Entry(name, f"{name}.{ending}", draw, about, heavy)


_AV1: Final = {"preset": "12", "crf": "40", "svtav1-params": "lp=1"}
_HEVC: Final = {
    "preset": "ultrafast",
    "crf": "28",
    "x265-params": "log-level=none:pools=none:frame-threads=1",
}
_VP9: Final = {"deadline": "realtime", "cpu-used": "8", "crf": "36", "b": "0"}
_X264: Final = {"preset": "superfast", "crf": "25"}

_FORMATS: Final[Mapping[str, tuple[str, Encoding, str]]] = {
    "mp4_h264": ("mp4", Encoding("mp4"), "H.264 and AAC in MP4."),
    "mp4_silent": ("mp4", Encoding("mp4", sound=None), "H.264 in MP4 without a sound track."),
    "index_first": ("mp4", Encoding(index_first=True), "MP4 with its index at the front."),
    "mp4_b_frames": ("mp4", Encoding("mp4", b_frames=2), "H.264 with frames stored out of order."),
    "mov_phone": (
        "mov",
        Encoding("mov", phone=True, recorded_at=_FILMED),
        "A phone's MOV with its capture time.",
    ),
    "mp4_fragmented": (
        "mp4",
        Encoding("mp4", fragmented=True),
        "Fragmented MP4 of a browser's recorder, VFR.",
    ),
    "mp4_vfr": ("mp4", Encoding("mp4"), "H.264 with a variable frame rate."),
    "webm_vp9": (
        "webm",
        Encoding("webm", "libvpx-vp9", options=_VP9, sound="libopus"),
        "VP9 and Opus in WebM.",
    ),
    "webm_live": (
        "webm",
        Encoding("webm", "libvpx-vp9", options=_VP9, sound="libopus", live=True),
        "WebM of a browser's recorder: no length, no index, VFR.",
    ),
    "webm_av1": (
        "webm",
        Encoding("webm", "libsvtav1", options=_AV1, sound="libopus"),
        "AV1 and Opus in WebM.",
    ),
    "mkv_h264": ("mkv", Encoding("matroska"), "H.264 and AAC in Matroska."),
    "mp4_hevc": ("mp4", Encoding("mp4", "libx265", options=_HEVC), "HEVC, 8 bit, in MP4."),
    "mov_hevc10": (
        "mov",
        Encoding("mov", "libx265", "yuv420p10le", options=_HEVC, phone=True, recorded_at=_FILMED),
        "HEVC, 10 bit, in a phone's MOV.",
    ),
    "mp4_av1": ("mp4", Encoding("mp4", "libsvtav1", options=_AV1), "AV1 and AAC in MP4."),
    "3gp_h264": ("3gp", Encoding("3gp", options=_X264), "H.264 and AAC in 3GP."),
    "3gp_h263": (
        "3gp",
        Encoding("3gp", "h263", options={"b": "300000"}, sound="libopencore_amrnb", rate=Fraction(15)),
        "H.263 and AMR in 3GP, as phones of long ago wrote it.",
    ),
    "rotated_90": (
        "mov",
        Encoding("mov", rotation=90),
        "Stored lying; 90 degrees clockwise make it upright.",
    ),
    "rotated_180": ("mov", Encoding("mov", rotation=180), "Stored upside down."),
    "rotated_270": (
        "mov",
        Encoding("mov", rotation=270),
        "Stored lying; 270 degrees clockwise make it upright.",
    ),
    "fps_240": ("mp4", Encoding("mp4", rate=Fraction(240), sound=None), "One second at 240 frames a second."),
}
_VARIABLE: Final = {"mp4_fragmented", "webm_live", "mp4_vfr"}


def _formats() -> Iterator[Entry]:
    for name, (ending, encoding, about) in _FORMATS.items():

        def draw(path: Path, _: Path, encoding: Encoding = encoding, name: str = name) -> Truth:
            seconds = 1.0 if name == "fps_240" else 2.5
            made = short(path, encoding, seconds=seconds, variable=name in _VARIABLE)
            return replace(made, expected={"continuity.take": _PASS})

        yield Entry(name, f"{name}.{ending}", draw, about)


def short(path: Path, encoding: Encoding, *, seconds: float = 2.5, variable: bool = False) -> Truth:
    """A little film of a box that turns, 320 x 180."""
    size = (176, 144) if encoding.codec == "h263" else (320, 180)
    times = (uneven if variable else steady)(encoding.rate, seconds)
    return Take(_turn(size), encoding).develop(path, _reel(size, times))


@cache
def _turn(size: tuple[int, int]) -> Scene:
    return scene(*size, turning(period=9))


@lru_cache(maxsize=3)
def _reel(size: tuple[int, int], times: tuple[Fraction, ...]) -> tuple[Shot, ...]:
    """The pictures that most formats share are rendered once."""
    return tuple(render(_turn(size), times))


def looped(truth: Truth, times: int, expected: Mapping[str, tuple[str, ...]]) -> Truth:
    """The truth of a film played several times over."""
    length = truth.pts[-1] + truth.last
    pts = tuple(count + turn * length for turn in range(times) for count in truth.pts)
    unit = truth.time_base[0] / truth.time_base[1]
    events: Sequence[Event] = [
        Event("splice", (turn * length - truth.last) * unit, turn * length * unit) for turn in range(1, times)
    ]
    return replace(
        truth, pts=pts, events=tuple(events), expected=dict(expected), faces=(), phases=(), moments=()
    )


def _stranger() -> Take:
    made = replace(
        temu_scene(640, 360), rig=Rig(480, 270, shake=Shake(seed=9)), story=lying(150, duration=1.5)
    )
    return replace(_temu(), scene=made)


def _piece(width: int = 1920, height: int = 1080) -> Take:
    """Ten seconds of 1080p30 that end as they began, at a phone's bit rate."""
    period = 10.0
    made = replace(
        scene(width, height, turning(period=period)),
        rig=Rig(width, height, shake=Shake(seed=3, period=period)),
        look=Look(noise=3.0, drift=0),
    )
    options = {"preset": "superfast", "maxrate": "11000000", "bufsize": "11000000"}
    return Take(made, Encoding("mp4", options=options, sound=None, bit_rate=10_000_000))


def _small_piece() -> Take:
    return replace(_piece(480, 270), encoding=Encoding(sound=None))


def _long() -> Iterator[Entry]:
    yield _filmed("stranger", "mp4", _stranger, "Another parcel, for putting in.")
    yield _filmed("bench_piece", "mp4", _piece, "Ten seconds of 1080p30 at 10 Mbit/s, seamless.", heavy=True)
    yield _filmed("long_piece", "mp4", _small_piece, "Ten seconds of 480 x 270, seamless.", heavy=True)
    for name, turns, piece in (
        ("bench_60s", 6, "bench_piece"),
        ("bench_20min", 120, "bench_piece"),
        ("long_60s", 6, "long_piece"),
        ("long_20min", 120, "long_piece"),
    ):
        yield Entry(
            name,
            f"{name}.mp4",
            lambda path, folder, turns=turns, piece=piece: _benched(path, folder, turns, piece),
            f"{turns * 10} s: {piece} {turns} times over, packets copied.",
            heavy=True,
        )


def _benched(path: Path, folder: Path, turns: int, start: str) -> Truth:
    piece = by_name(start)(folder)
    loop(piece.path, path, turns)
    return looped(piece.truth, turns, {})


@cache
def _all() -> Mapping[str, Entry]:
    return {entry.name: entry for entry in entries()}


def by_name(name: str) -> Entry:
    """The film of that name.

    Raises:
        LookupError: there is none.
    """
    if name not in _all():
        raise LookupError(f"there is no film {name!r}")
    return _all()[name]
