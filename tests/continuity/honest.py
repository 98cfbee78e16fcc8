"""The authentic versions of a source, and the mishaps that honest films have."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from samples import generations, mishaps, packets, track
from samples.forge import Forged, Reel, Span
from samples.generations import Generation
from samples.sprite import Colour, arm, passer
from samples.truth import Event
from tests.continuity.studio import Draw, Made, Recipe, Studio, finished, place, sent, window


def _again(way: Callable[..., Generation], finish: str, **more: int) -> Recipe:
    def make(studio: Studio, _: Draw, __: Path) -> Made:
        return Made(way(studio.reel, sound=studio.sounds, **more), studio.track, finish=finish)

    return make


def _trimmed(studio: Studio, _: Draw, path: Path) -> tuple[Event, ...] | None:
    keys = packets.key_frames(studio.original.path)
    if studio.length < 3:
        return None
    packets.joined([packets.Piece(studio.original.path, keys[1], studio.length - 0.6)], path)
    return ()


def _trimmed_list(studio: Studio, _: Draw, path: Path) -> tuple[Event, ...]:
    shown = [(float(studio.reel[len(studio.reel) // 8].at), studio.length - 0.3)]
    path.write_bytes(packets.skipping(studio.original.path.read_bytes(), shown))
    return ()


def _remuxed(studio: Studio, _: Draw, path: Path) -> tuple[Event, ...]:
    packets.joined([packets.Piece(studio.original.path)], path, "matroska")
    return ()


def _native(studio: Studio, _: Draw, path: Path) -> tuple[Event, ...] | None:
    if studio.source.file is None:
        return None
    shutil.copyfile(studio.source.file, path)
    return ()


PLAIN: Mapping[str, Recipe] = {
    "messenger": _again(generations.messenger, "messenger"),
    "crushed": _again(generations.crushed, "crushed"),
    "hevc": _again(generations.hevc, "hevc"),
    "uneven": _again(generations.uneven, "uneven", seed=7),
    "rotated": _again(generations.rotated, "rotated"),
    "trimmed": _trimmed,
    "trimmed_list": _trimmed_list,
    "remuxed": _remuxed,
    "native": _native,
}


# Honest, and hard.


def _honest(seconds: float, act: Callable[[Reel, float, Draw], Forged]) -> Recipe:
    def make(studio: Studio, draw: Draw, _: Path) -> Made | None:
        reel = window(studio, draw)
        span = place(reel, draw, seconds) or place(reel, draw, 0.2)
        return finished(studio, draw, act(reel, span.start, draw), honest=True) if span else None

    return make


def _reaching(reel: Reel, at: float, draw: Draw) -> Forged:
    width = reel[0].picture.shape[1]
    skins = ((214, 172, 146), (150, 104, 78), (190, 146, 120))
    skin = skins[int(draw.integers(3))]
    size = round(width * float(draw.uniform(0.6, 0.9)))
    sprite = arm(size, skin, _cloth(draw, 200), int(draw.integers(1000)))
    y = float(draw.uniform(0.35, 0.75))
    visit = mishaps.Visit((1.5, y + 0.1), (0.78, y), (1.55, y + 0.15), float(draw.uniform(0.1, 0.2)), 0.5)
    return mishaps.entrance(reel, at, sprite, visit)


def _cloth(draw: Draw, brightest: int) -> Colour:
    """Greys with a tinge, as people wear them."""
    red, green, blue = (int(n) for n in draw.integers(30, brightest) + draw.integers(-25, 26, 3))
    return red, green, blue


def _passing(reel: Reel, at: float, draw: Draw) -> Forged:
    height = reel[0].picture.shape[0]
    size = round(height * float(draw.uniform(0.9, 1.3)))
    sprite = passer(size, _cloth(draw, 180), _cloth(draw, 70), int(draw.integers(1000)))
    visit = mishaps.Visit((-0.4, 0.65), (0.5, 0.6), (1.4, 0.65), float(draw.uniform(0.3, 0.45)), 0.15)
    return mishaps.entrance(reel, at, sprite, visit, "person")


def _panning(reel: Reel, at: float, draw: Draw) -> Forged:
    way = mishaps.there_and_back if draw.random() < 0.5 else mishaps.round_about
    return mishaps.pan(reel, Span(at, at + float(draw.uniform(0.55, 0.8))), way)


def _fan(studio: Studio, draw: Draw, _: Path) -> Made | None:
    span = place(studio.reel, draw, 0.5)
    if span is None:
        return None
    reel, event = mishaps.fan(studio.reel, span.start)
    return sent(draw, reel, track.fanned(studio.heard, span.start, studio.source.seed), (event,), honest=True)


HARD: Mapping[str, Recipe] = {
    "flash": _honest(0.2, lambda reel, at, _: mishaps.flash(reel, at)),
    "exposure": _honest(
        0.3, lambda reel, at, draw: mishaps.exposure(reel, at, float(draw.choice((0.7, 1.35, 1.5))))
    ),
    "balance": _honest(
        0.3, lambda reel, at, draw: mishaps.balance(reel, at, float(draw.choice((0.82, 1.2, 1.3))))
    ),
    "hand": _honest(0.9, lambda reel, at, _: mishaps.hand(reel, Span(at, at + 0.9))),
    "pan": _honest(0.8, _panning),
    "shake": _honest(0.5, lambda reel, at, draw: mishaps.shake(reel, at, float(draw.uniform(0.03, 0.07)))),
    "entrance": _honest(1.0, _reaching),
    "person": _honest(1.0, _passing),
    "focus": _honest(1.3, lambda reel, at, _: mishaps.focus(reel, at)),
    "fan": _fan,
}
