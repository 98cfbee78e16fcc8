"""What is done with a box in one film; each act says who moves how, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from samples.box import Parcel
from samples.handling import Hand, Step, ends, handled, lying, tumbled, wander
from samples.pose import FACES, Pose, vector
from samples.stage import Haze, Prop
from samples.story import Grip
from samples.walk import Stop
from samples.wrap import Mailer, Phone

LEAD = 0.9
FOREVER = 1e6


@dataclass(frozen=True)
class Act:
    """The part of a stage that a story needs."""

    props: tuple[Prop, ...]
    stops: tuple[Stop, ...]
    length: float
    haze: tuple[Haze, ...] = ()


@dataclass(frozen=True)
class Cast:
    """Who plays: the box, the pace, the shape of the picture, and dice for all that is free."""

    body: Parcel
    turn: float
    hold: float
    tall: bool
    draw: np.random.Generator

    def stop(self, *, elevation: float = 42, target: tuple[float, float, float] = (0, 0, 90)) -> Stop:
        reach = max(self.body.length, self.body.width, self.body.height)
        distance = max(780.0, 2.7 * reach) * (1.12 if self.tall else 1.0)
        return Stop(0, elevation=elevation, distance=distance, target=target)

    def hand(self, stop: Stop) -> Hand:
        reach = max(self.body.length, self.body.width, self.body.height)
        distance = max(560.0, (2.5 if self.tall else 2.25) * reach)
        return Hand(stop.eye, vector(*stop.target), min(distance, stop.distance - 60))

    def about(self, reach: float) -> float:
        return float(self.draw.uniform(-reach, reach))

    def rest(self, **place: float) -> Pose:
        return lying(self.body, yaw=self.about(8), **place)

    def step(self, pose: Pose, hold: float | None = None, turn: float | None = None) -> Step:
        return Step(pose, self.turn if turn is None else turn, self.hold if hold is None else hold)

    def tumble(
        self, hand: Hand, route: Iterable[str], start: tuple[str, str] = ("front", "top")
    ) -> list[Step]:
        return [
            self.step(hand.shows(face, up, yaw=self.about(11), pitch=self.about(9)))
            for face, up in tumbled(list(route), start=start)
        ]

    def played(self, stop: Stop, steps: Sequence[Step], *, start: Pose | None = None, **more: Any) -> Act:
        story = handled(self.body, start or self.rest(), steps, lead=LEAD)
        return Act((Prop(self.body, story),), (stop,), ends(story) + 0.3, **more)


def without(*missing: str) -> list[str]:
    return [face for face in FACES if face not in missing]


# Six faces, and fewer of them.


def held(cast: Cast, *missing: str) -> Act:
    """Face by face before the camera, in a drawn order; those missing are never turned to it."""
    stop, start, first = cast.stop(), ("front", "top"), ("front", "right", "left", "top")
    if "top" in missing:
        stop = cast.stop(elevation=20)
    if "front" in missing:
        stop, start, first = cast.stop(elevation=76), ("top", "back"), ("top", "right", "left", "back")
    route = wander(cast.draw, without(*missing), first=first)
    return cast.played(stop, cast.tumble(cast.hand(stop), route, start))


def listed(cast: Cast, *route: str) -> Act:
    """Face by face in a given order."""
    stop = cast.stop()
    return cast.played(stop, cast.tumble(cast.hand(stop), route))


def turned(cast: Cast, *missing: str) -> Act:
    """Turned on the table side by side, then tipped back to show the underside."""
    way = 1 if cast.draw.random() < 0.5 else -1
    stop = cast.stop(elevation=45)
    last = next((n for n in (1, 2, 3) if {1: "right", 2: "back", 3: "left"}[n] in missing), 4)
    # Turned to the left (negative) the right side comes to the front first.
    turns = [n * 90 for n in range(1, last)] if way > 0 else [-n * 90 for n in range(1, last)]
    if (
        last < 4
    ):  # a side is missing: go only as far as its neighbour, and the other way round to the other one
        turns = {1: [90, 180], 2: [90, 0, -90], 3: [-90, -180]}[last]
        turns = [t if last != 2 else t * way for t in turns]
    steps = [cast.step(lying(cast.body, yaw=t + cast.about(7))) for t in turns]
    if "bottom" not in missing:
        # From an end of the row whose upper face, once tipped, has been shown.
        steps.append(cast.step(lying(cast.body, yaw=turns[-1], tip=-104)))
    return cast.played(stop, steps)


def walked(cast: Cast, *missing: str, goals: Sequence[float] = (90, 180, 270, 360)) -> Act:
    """The camera goes round the box, or part of the way and back; then hands tip the box."""
    way = 1 if cast.draw.random() < 0.5 else -1
    stop = cast.stop(elevation=44)
    stops = [stop, replace(stop, at=LEAD)]
    for goal in goals:
        there = replace(stop, at=stops[-1].at + 1.4 * cast.turn, azimuth=way * goal)
        stops += [there, replace(there, at=there.at + 0.5 * cast.hold)]
    steps = [] if "bottom" in missing else [cast.step(lying(cast.body, tip=-104))]
    story = handled(cast.body, cast.rest(), steps, lead=stops[-1].at + 0.5, held=bool(steps))
    return Act((Prop(cast.body, story),), tuple(stops), ends(story) + 0.3)


def flipped(cast: Cast, *missing: str) -> Act:
    """Rolled away over the table onto its top, then turned."""
    stop = cast.stop(elevation=45)
    steps = [cast.step(lying(cast.body, tip=tip)) for tip in (-90, -180)]
    sides = {"left": (-90,), "right": (90,), "": (90, 180, 270)}
    steps += [
        cast.step(lying(cast.body, tip=-180, spin=spin + cast.about(6)))
        for spin in sides[missing[0] if missing else ""]
    ]
    return cast.played(stop, steps)


def swung(cast: Cast, *missing: str) -> Act:
    """Held aslant and swung round in one go, then turned over."""
    stop = cast.stop()
    hand = cast.hand(stop)
    pitch = 20 + cast.about(4)
    ring = [("front", "top"), ("right", "top"), ("back", "top"), ("left", "top"), ("front", "top")]
    steps = [cast.step(hand.shows(face, up, pitch=pitch), hold=0.12) for face, up in ring]
    if "bottom" not in missing:
        steps.append(cast.step(hand.shows("bottom", "front")))
    return cast.played(stop, steps)


# The same faces again.


def to_and_fro(cast: Cast, *route: str) -> Act:
    """Turned there and back on the table, never round."""
    stop = cast.stop(elevation=45)
    yaws = [0, 84, 0, -84, 0] if not route else [70, 0, 70, 0]
    steps = [cast.step(lying(cast.body, yaw=yaw + cast.about(4))) for yaw in yaws]
    return cast.played(stop, steps)


def spun(cast: Cast, *seen: str) -> Act:
    """Rolled about the line of sight alone."""
    stop = cast.stop()
    hand = cast.hand(stop)
    yaw, pitch = (0, 0) if not seen else (-12, 40)
    steps = [
        cast.step(hand.shows("front", "top", yaw=yaw, pitch=pitch, roll=roll))
        for roll in (0, 90, 180, 270, 360, 450)
    ]
    return cast.played(stop, steps)


# The underside is shown, but not well.


def grazing(cast: Cast) -> Act:
    stop = cast.stop()
    hand = cast.hand(stop)
    steps = cast.tumble(hand, ("front", "right", "back", "left", "front"))
    steps.append(cast.step(hand.shows("front", "top", pitch=-22), hold=1.2))
    return cast.played(stop, steps)


def grazing_turned(cast: Cast) -> Act:
    stop = cast.stop(elevation=45)
    steps = [cast.step(lying(cast.body, yaw=yaw)) for yaw in (90, 180, 270, 360)]
    steps.append(cast.step(lying(cast.body, yaw=360, tip=-58), hold=1.2))
    return cast.played(stop, steps)


def blurred(cast: Cast, smear: float | None) -> Act:
    act = listed(cast, "front", "right", "back", "left", "bottom", "left")
    keys = act.props[0].story.path.keys
    start, end = keys[-5].at, keys[-2].at
    haze = Haze(start - 0.25, end + 0.25, 0.014 if smear is None else 0.024, smear)
    return replace(act, haze=(haze,), length=act.length + 0.2)


def glimpsed(cast: Cast, *, pitch: float, turn: float) -> Act:
    """The underside for about two pictures."""
    stop = cast.stop()
    hand = cast.hand(stop)
    steps = cast.tumble(hand, ("front", "right", "back", "left", "front"))
    steps.append(cast.step(hand.shows("front", "top"), hold=0.3))
    steps.append(Step(hand.shows("front", "top", pitch=-pitch), turn, 0.0))
    steps.append(Step(hand.shows("front", "top"), turn, 0.6))
    return cast.played(stop, steps)


def covered(cast: Cast, *, twice: bool) -> Act:
    """The underside under two hands, always."""
    act = listed(cast, "front", "right", "back", "left", *(("bottom", "left") * (2 if twice else 1)))
    prop = act.props[0]
    keys = prop.story.path.keys
    before = len(keys) - (9 if twice else 5)
    start = (keys[before - 1].at + keys[before].at) / 2 - 0.3
    grips = (
        Grip(LEAD - 0.5, start, "hold"),
        Grip(start, keys[-2].at + 0.4, "cover"),
        Grip(keys[-2].at + 0.4, FOREVER, "hold"),
    )
    story = replace(prop.story, grips=grips)
    return replace(act, props=(replace(prop, story=story),), length=act.length + 0.6)


# More than one box.


def twin(body: Parcel) -> Parcel:
    return replace(body, seed=body.seed + 50, sheet=None if body.sheet is None else body.sheet + 1)


def _halves(cast: Cast, hand: Hand) -> tuple[list[Step], list[Step]]:
    """Three faces, and the other three."""
    one = cast.tumble(hand, ("front", "right", "top"))
    other = cast.tumble(hand, ("bottom", "back", "left"), ("bottom", "front"))
    return one, other


def panned(cast: Cast) -> Act:
    """One box is turned; the camera goes on to another, that lies on its top."""
    far = 940.0
    stop = cast.stop(target=(-far / 2, 0, 90))
    beyond = replace(stop, target=(far / 2, 0, 90))
    one, _ = _halves(cast, cast.hand(stop))
    first = handled(cast.body, cast.rest(x=-far / 2), one, lead=LEAD)
    away = ends(first) + 0.3
    other = twin(cast.body)
    _, rest = _halves(cast, cast.hand(beyond))
    second = handled(
        other, lying(other, tip=-180, spin=cast.about(8), x=far / 2), rest, lead=away + 1.3 + LEAD
    )
    stops = (replace(stop, at=0), replace(stop, at=away), replace(beyond, at=away + 1.3))
    return Act((Prop(cast.body, first), Prop(other, second, box=2)), stops, ends(second) + 0.3)


def both(cast: Cast) -> Act:
    """Two boxes side by side: one shows top, front and a side, the other the rest."""
    gap = max(cast.body.length, cast.body.width) * 0.5 + 60
    other = twin(cast.body)
    stop = replace(cast.stop(elevation=45), distance=max(900.0, 3.4 * gap + 150))
    one = [cast.step(lying(cast.body, yaw=yaw, x=-gap)) for yaw in (-45, 0)]
    first = handled(cast.body, cast.rest(x=-gap), one, lead=LEAD)
    down = ends(first)
    first = replace(first, grips=(Grip(LEAD - 0.5, down + 0.2, "hold"),))
    two = [cast.step(lying(other, tip=-180, spin=spin, x=gap)) for spin in (52, 0)]
    second = handled(other, lying(other, tip=-180, x=gap), two, lead=down + 0.7)
    return Act((Prop(cast.body, first), Prop(other, second, box=2)), (stop,), ends(second) + 0.4)


def swapped_behind_hands(cast: Cast) -> Act:
    stop = cast.stop()
    one, rest = _halves(cast, cast.hand(stop))
    first = handled(cast.body, cast.rest(), one, lead=LEAD)
    at = ends(first) + 0.7
    other = twin(cast.body)
    second = handled(other, rest[0].pose, rest[1:], lead=at + 1.4)
    veil = Grip(at - 0.7, at + 0.7, "veil", also=(one[-1].pose, rest[0].pose))
    first = replace(first, grips=(Grip(LEAD - 0.5, at - 0.7, "hold"), veil))
    second = replace(second, grips=(veil, Grip(at + 0.5, FOREVER, "hold")))
    return Act(
        (Prop(cast.body, first, leaves=at), Prop(other, second, box=2, enters=at)),
        (stop,),
        ends(second) + 0.3,
    )


def swapped_out_of_sight(cast: Cast) -> Act:
    stop = cast.stop()
    one, rest = _halves(cast, cast.hand(stop))
    gone = replace(one[-1].pose, centre=one[-1].pose.centre + vector(760, 60, -60))
    first = handled(cast.body, cast.rest(), [*one, Step(gone, 0.8, 0.1)], lead=LEAD)
    at = ends(first)
    other = twin(cast.body)
    aside = replace(rest[0].pose, centre=gone.centre)
    second = handled(other, aside, [replace(rest[0], turn=0.8), *rest[1:]], lead=at + 0.2)
    return Act(
        (Prop(cast.body, first, leaves=at), Prop(other, second, box=2, enters=at)),
        (stop,),
        ends(second) + 0.3,
    )


# No box at all.


def empty(cast: Cast) -> Act:
    stop = Stop(0, elevation=44, distance=900)
    return Act((), (stop, replace(stop, at=1.0), replace(stop, at=6.0, azimuth=40, distance=700)), 6.5)


def hands_only(cast: Cast) -> Act:
    bead = Parcel(10, 10, 10, (150, 40, 40), (150, 40, 40), grain=0, prints=False, waybill=None)
    stop = Stop(0, elevation=44, distance=850)
    places = [(-120, -40, 120), (90, 30, 160), (-30, -80, 220), (140, 0, 90), (0, 0, 140)]
    steps = [Step(Pose(vector(*place), lying(bead).rotation), 0.9, 0.4) for place in places]
    story = handled(bead, Pose(vector(0, 0, 100), lying(bead).rotation), steps, lead=LEAD)
    return Act((Prop(bead, story, box=None),), (stop,), ends(story) + 0.3)


def impostor(cast: Cast, body: Phone | Mailer) -> Act:
    """Something flat that is no box, shown from all sides."""
    stop = cast.stop()
    hand = replace(cast.hand(stop), distance=360.0 if isinstance(body, Phone) else 640.0)
    route = ("front", "top", "right", "bottom", "left", "back")
    steps = [
        cast.step(hand.shows(face, up, yaw=cast.about(8), pitch=cast.about(8))) for face, up in tumbled(route)
    ]
    story = handled(body, lying(body, yaw=cast.about(20)), steps, lead=LEAD)
    return Act((Prop(body, story, box=None),), (stop,), ends(story) + 0.3)
