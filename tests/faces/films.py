"""The development set: films whose faces are known because we drew them, and a second set that is held out.

`dev()` is what the check is tuned on; `other()` comes from the same acts with other seeds, sizes,
appearances and light, and is only reported. `film.sample(folder)` makes a film, or finds it there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from samples.film import Encoding
from samples.glove import Glove
from samples.pose import Shake
from samples.scene import Look
from samples.stage import Haze, Stage
from samples.table import Table
from samples.take import Take
from samples.truth import Sample, Truth, kept
from samples.walk import Walk
from samples.wrap import APPEARANCES, Mailer, Phone, wrapped
from tests.faces import acts
from tests.faces.acts import Act, Cast

PACES = {"slow": (1.25, 0.8), "medium": (0.95, 0.65), "fast": (0.7, 0.5)}
"""Seconds for a quarter turn, and for holding still."""
SIZES = ((640, 360), (640, 360), (854, 480), (640, 360), (360, 640))
LIGHTS = ("day", "dim", "side", "warm", "noisy", "moving", "cold", "soft", "crushed")
SHEET = 7
"""The sheet of stickers of the first box in the sticker variant."""


@dataclass(frozen=True)
class Script:
    """One film as it is meant: what is played, and what follows for the faces of its first box."""

    name: str
    motion: str
    play: Callable[[Cast], Act]
    shown: int
    missing: tuple[str, ...] = ()
    """Which faces of the only box are not shown; empty where there are several boxes or none."""
    upright: bool = True
    """Whether a portrait picture can hold it."""
    appearance: str | None = None


def _six() -> list[Script]:
    plays = {
        "held": acts.held,
        "turned": acts.turned,
        "walked": acts.walked,
        "flipped": acts.flipped,
        "swung": acts.swung,
    }
    order = ("held", "turned", "walked", "held", "flipped", "turned", "swung")
    return [Script(f"six_{motion}_{n}", motion, plays[motion], 6) for n, motion in enumerate(order * 4, 1)]


def _fewer() -> list[Script]:
    scripts = [
        Script(f"five_{face}", "held", lambda c, f=face: acts.held(c, f), 5, (face,), upright=face != "top")
        for face in ("top", "front", "right", "back", "left", "bottom")
    ]
    for name, motion, missing in (
        ("five_bottom_turned", "turned", ("bottom",)),
        ("five_right_turned", "turned", ("right",)),
        ("five_left_turned", "turned", ("left",)),
        ("five_back_turned", "turned", ("back",)),
        ("five_bottom_walked", "walked", ("bottom",)),
        ("five_left_flipped", "flipped", ("left",)),
        ("five_right_flipped", "flipped", ("right",)),
        ("five_bottom_swung", "swung", ("bottom",)),
    ):
        play = getattr(acts, motion)
        scripts.append(Script(name, motion, lambda c, p=play, m=missing: p(c, *m), 6 - len(missing), missing))
    for name, route, missing in (
        ("four_ring", ("front", "bottom", "back", "bottom", "front"), ("right", "left")),
        ("four_side", ("front", "right", "front", "left"), ("back", "bottom")),
        ("four_under", ("front", "bottom", "right"), ("back", "left")),
        ("three_corner", ("front", "right", "top"), ("back", "left", "bottom")),
        ("three_left", ("left", "front", "top", "left"), ("right", "back", "bottom")),
    ):
        scripts.append(Script(name, "held", lambda c, r=route: acts.listed(c, *r), 6 - len(missing), missing))
    scripts.append(
        Script(
            "three_walked",
            "walked",
            lambda c: acts.walked(c, "bottom", goals=(70, 0, 70, 0)),
            3,
            ("back", "bottom"),
        )
    )
    return scripts


def _again() -> list[Script]:
    under = ("bottom",)
    often = ("front", "right", "front", "left", "front", "bottom", "front")
    return [
        Script("fro_table", "to_and_fro", acts.to_and_fro, 4, ("back", "bottom")),
        Script("fro_side", "to_and_fro", lambda c: acts.to_and_fro(c, "right"), 3, ("back", "bottom")),
        Script(
            "fro_held",
            "to_and_fro",
            lambda c: acts.listed(c, "front", "right", "back", "right", "front", "right", "back"),
            4,
            ("left", "bottom"),
        ),
        Script("twice_front", "again", lambda c: acts.listed(c, *often), 5, ("back",)),
        Script(
            "twice_side",
            "again",
            lambda c: acts.listed(c, "front", "right", "front", "right", "front", "right"),
            3,
            ("back", "left", "bottom"),
        ),
        Script("roll_front", "rolled", acts.spun, 2, ("right", "back", "left", "bottom")),
        Script("roll_edge", "rolled", lambda c: acts.spun(c, "edge"), 2, ("right", "back", "left", "bottom")),
        Script("graze_held", "grazing", acts.grazing, 5, under),
        Script("graze_turned", "grazing", acts.grazing_turned, 5, under),
        Script("blur_focus", "blurred", lambda c: acts.blurred(c, None), 5, under),
        Script("blur_smear", "blurred", lambda c: acts.blurred(c, 20.0), 5, under),
        Script("brief_half", "glimpsed", lambda c: acts.glimpsed(c, pitch=41, turn=0.22), 5, under),
        Script("brief_whole", "glimpsed", lambda c: acts.glimpsed(c, pitch=88, turn=0.1), 5, under),
        Script("cover_once", "covered", lambda c: acts.covered(c, twice=False), 5, under),
        Script("cover_twice", "covered", lambda c: acts.covered(c, twice=True), 5, under),
    ]


def _others() -> list[Script]:
    many = [Script(f"pair_panned_{n}", "two_boxes", acts.panned, 3, upright=False) for n in (1, 2, 3)] + [
        Script(f"pair_both_{n}", "two_boxes", acts.both, 3, upright=False) for n in (1, 2)
    ]
    many += [Script(f"swap_hands_{n}", "swapped", acts.swapped_behind_hands, 3) for n in (1, 2)]
    many += [Script(f"swap_away_{n}", "swapped", acts.swapped_out_of_sight, 3) for n in (1, 2)]
    none = [
        Script("none_empty", "no_box", acts.empty, 0, appearance="nothing"),
        Script("none_hands", "no_box", acts.hands_only, 0, appearance="nothing"),
    ]
    for n, shell in enumerate(((62, 66, 74), (206, 204, 198)), 1):
        phone = Phone(shell=shell, seed=n)
        none.append(
            Script(f"phone_{n}", "no_box", lambda c, b=phone: acts.impostor(c, b), 0, appearance="phone")
        )
    for n in (1, 2):
        mailer = Mailer(length=300 + 30 * n, height=8 + 4 * n, seed=n)
        none.append(
            Script(f"mailer_{n}", "no_box", lambda c, b=mailer: acts.impostor(c, b), 0, appearance="mailer")
        )
    return many + none


@dataclass(frozen=True)
class Film:
    """One film of a set, with all that was drawn for it."""

    script: Script
    seed: int
    appearance: str
    light: str
    pace: str
    size: tuple[int, int]
    rate: int
    stickers: bool = False

    @property
    def name(self) -> str:
        return self.script.name + ("_stickers" if self.stickers else "")

    @cached_property
    def take(self) -> Take:
        draw = np.random.default_rng(self.seed + 70_000)
        turn, hold = (seconds * float(draw.uniform(0.94, 1.06)) for seconds in PACES[self.pace])
        width, height = self.size
        known = self.appearance if self.appearance in APPEARANCES else "label"
        body = wrapped(known, self.seed)
        if self.stickers:
            body = replace(body, sheet=SHEET)
        act = self.script.play(Cast(body, turn, hold, height > width, draw))
        shake = Shake(seed=self.seed, degrees=float(draw.uniform(0.2, 0.6)), millimetres=5)
        rig = Walk(width, height, shake=shake, stops=act.stops, focal=float(draw.uniform(0.82, 0.92)))
        look, crf, haze, shutter = _light(self.light, self.seed)
        stage = Stage(
            rig,
            act.length,
            act.props,
            _table(self.seed % 5, self.seed // 1000),
            _glove(self.seed % 4),
            look,
            act.haze + haze,
            shutter,
        )
        encoding = Encoding(
            "mp4",
            options={"preset": "ultrafast" if crf < 30 else "superfast", "crf": str(crf)},
            sound=None,
            rate=Fraction(self.rate),
            key_every=self.rate,
        )
        return Take(
            stage,
            encoding,
            about=f"{self.script.motion}, {self.pace}",
            follow=True,
            motion=self.script.motion,
            appearance=self.appearance,
            light=self.light,
        )

    def sample(self, folder: Path) -> Sample:
        """The film in `folder` with its truth, made where it is not there."""

        def make(path: Path) -> Truth:
            return replace(self.take.film(path), name=self.name)

        # What this file draws is no part of the samples' own digest, so it is part of the name.
        drawn = hashlib.sha256(repr(self.take).encode()).hexdigest()[:8]
        name = f"{self.name}-{drawn}"
        return kept(folder, name, f"{name}.mp4", make, by=("take", "stage", "walk", "wrap", "handling"))


def _light(word: str, seed: int) -> tuple[Look, int, tuple[Haze, ...], float]:
    """Look, quality of the encoding (CRF), blur and exposure time (s)."""
    side = 1 if seed % 2 else -1
    looks = {
        "dim": Look(exposure=0.5, noise=4.5, warmth=1.05, seed=seed),
        "side": Look(key=(0.9 * side, -0.25, 0.36), hardness=0.8, seed=seed),
        "warm": Look(warmth=1.13, seed=seed),
        "cold": Look(warmth=0.88, exposure=1.06, seed=seed),
        "noisy": Look(noise=8, seed=seed),
    }
    haze = (Haze(-1, 1e6, 0.0022),) if word == "soft" else ()
    crf = 35 if word == "crushed" else 26
    return looks.get(word, Look(seed=seed)), crf, haze, 1 / 40 if word == "moving" else 0.0


@cache
def _table(kind: int, variant: int) -> Table:
    tops = ((176, 176, 172), (188, 160, 128), (112, 84, 62), (222, 220, 214), (84, 88, 94))
    mats = ((46, 92, 84), None, None, (60, 64, 110), None)
    at = (kind + variant) % 5
    return Table(top=tops[at], mat=mats[at], seed=kind + 10 * variant, clutter=kind != 3)


@cache
def _glove(kind: int) -> Glove:
    if kind == 0:
        return Glove()
    skins = {1: (222, 178, 150), 2: (146, 98, 70), 3: (204, 160, 128)}
    sleeves = {1: (60, 66, 82), 2: (150, 60, 52), 3: (208, 204, 196)}
    skin, sleeve = skins[kind], sleeves[kind]
    return Glove(back=skin, coat=skin, hem=sleeve, sleeve=sleeve, seed=kind)


SCRIPTS = (*_six(), *_fewer(), *_again(), *_others())


def _set(offset: int, shift: int) -> tuple[Film, ...]:
    made: list[Film] = []
    for n, script in enumerate(SCRIPTS):
        size = SIZES[(n + shift) % len(SIZES)]
        light = LIGHTS[(n * 2 + n // 9 + 2 * shift) % len(LIGHTS)]
        # Every picture of a moving shutter is rendered three times over.
        if (not script.upright and size[1] > size[0]) or (light == "moving" and size[0] > 640):
            size = (640, 360)
        made.append(
            Film(
                script,
                seed=offset + n,
                appearance=script.appearance or APPEARANCES[(n * 5 + n // 8 + shift) % len(APPEARANCES)],
                light=light,
                pace=tuple(PACES)[(n + n // 3 + shift) % 3],
                size=size,
                rate=(24, 30)[(n // 2 + shift) % 2],
            )
        )
    return tuple(made)


@cache
def dev() -> tuple[Film, ...]:
    """The development set."""
    return _set(0, 0)


@cache
def other() -> tuple[Film, ...]:
    """The held-out set."""
    return _set(5000, 3)


def stickered(films: tuple[Film, ...]) -> tuple[Film, ...]:
    """The same films with a sticker on each face of each box; those without a box stay as they are."""
    return tuple(film if film.script.motion == "no_box" else replace(film, stickers=True) for film in films)
