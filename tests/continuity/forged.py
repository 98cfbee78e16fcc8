"""The forged versions of a source, and what each does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from samples import forge, generations, joins, packets, track
from samples.film import write
from samples.forge import Forged, Reel, Span
from samples.track import Track
from samples.truth import Event
from samples.visibility import steps
from tests.continuity.studio import MARGIN, Draw, Made, Recipe, Studio, finished, place, sent, window


def _jump(seconds: float) -> Recipe:
    def make(studio: Studio, draw: Draw, _: Path) -> Made | None:
        reel = window(studio, draw, seconds)
        span = place(reel, draw, seconds)
        return finished(studio, draw, forge.cut(reel, span, "jump") if span else None)

    return make


def _spanned(shortest: float, longest: float, act: Callable[[Reel, Span], Forged], **more: float) -> Recipe:
    """What is done to a stretch of a drawn length."""

    def make(studio: Studio, draw: Draw, _: Path) -> Made | None:
        reel = window(studio, draw, longest)
        span = place(reel, draw, float(draw.uniform(shortest, longest))) or place(reel, draw, shortest)
        return finished(studio, draw, act(reel, span) if span else None, **more)

    return make


def _matched(shortest: float, longest: float) -> Recipe:
    def make(studio: Studio, draw: Draw, _: Path) -> Made | None:
        reel = window(studio, draw, longest)
        total = float(reel[-1].at)
        margin = min(MARGIN, 0.28 * total)
        if total < shortest + max(2.4, 2 * margin + 0.2):
            return None
        return finished(studio, draw, joins.matched(reel, shortest, longest, margin))

    return make


def _paused(studio: Studio, draw: Draw, _: Path) -> Made | None:
    reel = window(studio, draw, 6)
    total = float(reel[-1].at)
    shortest = 2.0 if total > 6 else 0.8
    margin = min(MARGIN, 0.28 * total)
    if total < shortest + max(2.4, 2 * margin + 0.2):
        return None
    return finished(studio, draw, joins.paused(reel, shortest, 6.0, margin, int(draw.integers(1 << 30))))


def _insert(studio: Studio, draw: Draw, _: Path) -> Made | None:
    reel = window(studio, draw)
    span = place(reel, draw, 0.1)
    strange = studio.stranger(float(draw.uniform(0.8, 2)))
    return finished(studio, draw, forge.insert(reel, span.start, strange) if span else None, strange=True)


def _sounding(change: Callable[[Track, Span, Draw], Track], seconds: float) -> Recipe:
    """The pictures stay as they are."""

    def make(studio: Studio, draw: Draw, _: Path) -> Made | None:
        reel = window(studio, draw)
        span = place(reel, draw, seconds)
        if span is None:
            return None
        sound = change(track.follow(studio.heard, reel), span, draw)
        return sent(draw, reel, sound, (Event("sound", span.start, span.end),))

    return make


def _shortened(heard: Track, span: Span, draw: Draw) -> Track:
    most = 0.45 * (heard.seconds - span.start)  # as much again is made up at the end
    return track.shortened(heard, span.start, min(float(draw.uniform(0.7, 2.5)), most))


def _pasted(heard: Track, span: Span, draw: Draw) -> Track:
    length = span.end - span.start
    source = (
        span.end + 0.2 if span.end + length + 0.3 < heard.seconds else max(0.0, span.start - length - 0.2)
    )
    return track.pasted(heard, span, source)


# Without encoding again.


def _copy_jump(studio: Studio, draw: Draw, path: Path) -> tuple[Event, ...] | None:
    keys = packets.key_frames(studio.original.path)
    pairs = [
        (a, b) for n, a in enumerate(keys) for b in keys[n + 1 : n + 5] if a >= 1 and studio.length - b >= 1
    ]
    if not pairs:
        return None
    first, second = pairs[int(draw.integers(len(pairs)))]
    source = studio.original.path
    _, join = packets.joined([packets.Piece(source, 0, first), packets.Piece(source, second)], path)
    return (_joined(path, join, "copy_jump", second - first),)


def _concat(*, mixed: bool) -> Recipe:
    def make(studio: Studio, draw: Draw, path: Path) -> tuple[Event, ...] | None:
        reel = window(studio, draw, 3)
        span = place(reel, draw, min(float(draw.uniform(1, 3)), 0.35 * float(reel[-1].at)))
        if span is None:
            return None
        parts = Span(0, span.start), Span(span.end, float(reel[-1].at) + 1)
        files: list[packets.Piece] = []
        for n, part in enumerate(parts):
            taken = forge.excerpt(reel, part)
            sound = track.follow(studio.track, taken) if studio.track else None
            made = generations.recorded(taken, sound=sound is not None)
            if mixed and n:
                options = {"preset": "ultrafast", "crf": "24"}
                made = replace(made, encoding=replace(made.encoding, options=options))
            file = path.with_name(f"part{n}.mp4")
            write(file, made.reel, made.encoding, sound.wave if sound else None)
            files.append(packets.Piece(file))
        _, join = packets.joined(files, path)
        return (_joined(path, join, "concat", span.end - span.start),)

    return make


def _edit_list(studio: Studio, draw: Draw, path: Path) -> tuple[Event, ...] | None:
    longest = min(4.0, 0.35 * studio.length)
    span = place(studio.reel, draw, float(draw.uniform(0.8, longest))) if longest > 0.8 else None
    if span is None:
        return None
    times = [float(shot.at) for shot in studio.reel]
    first, second = (min(times, key=lambda at: abs(at - edge)) for edge in (span.start, span.end))
    shown = [(0.0, first), (second, studio.length)]
    path.write_bytes(packets.skipping(studio.original.path.read_bytes(), shown))
    return (_joined(path, first, "edit_list", second - first),)


def _joined(path: Path, join: float, kind: str, missing: float) -> Event:
    """The event of a join at a time of a finished file."""
    times = steps(path).times
    after = min(times, key=lambda at: abs(at - join))
    before = max(at for at in times if at < after)
    return Event(kind, before, after, missing=missing)


def _count(span: Span) -> int:
    """8 to 15 pictures of a transition, as the span's own length draws it."""
    return 8 + int(span.end * 1000) % 8


FORGED: Mapping[str, Recipe] = {
    "jump_03": _jump(0.3),
    "jump_1": _jump(1),
    "jump_3": _jump(3),
    "jump_10": _jump(10),
    "matched_near": _matched(0.7, 2),
    "matched_far": _matched(2.5, 7),
    "pause": _paused,
    "copy_jump": _copy_jump,
    "concat": _concat(mixed=False),
    "concat_mixed": _concat(mixed=True),
    "edit_list": _edit_list,
    "insert": _insert,
    "freeze": _spanned(1.1, 2, forge.freeze),
    "black": _spanned(0.4, 1, forge.black),
    "drop": _spanned(0.4, 0.9, forge.drop),
    "speed_15": _spanned(1.5, 4, lambda reel, span: forge.speed(reel, span, 1.5)),
    "speed_2": _spanned(1.5, 4, lambda reel, span: forge.speed(reel, span, 2)),
    "speed_05": _spanned(1, 2, lambda reel, span: forge.speed(reel, span, 0.5)),
    "reverse": _spanned(1, 3, forge.reverse),
    "repeat": _spanned(1, 2.5, forge.repeat),
    "fade": _spanned(0.8, 3, lambda reel, span: joins.faded(reel, span, _count(span)), soft=0.3),
    "morph": _spanned(0.5, 2, lambda reel, span: joins.morphed(reel, span, _count(span)), soft=0.3),
    "pan_jump": _spanned(1, 4, joins.behind_pan),
    "hand_jump": _spanned(1, 4, joins.behind_hand),
    "sound_cut": _sounding(_shortened, 0.02),
    "sound_mute": _sounding(lambda heard, span, _: track.muted(heard, span), 0.8),
    "sound_paste": _sounding(_pasted, 1.0),
}
JUMPS = (
    "jump_03", "jump_1", "jump_3", "jump_10", "matched_near", "matched_far", "pause",
    "copy_jump", "concat", "concat_mixed", "edit_list",
)  # fmt: skip
"""The kinds that the first bar is about."""
