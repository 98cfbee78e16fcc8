"""continuity: is this one uncut take?

What it asks. An unboxing proves something only if nothing was taken out of it or put in.

How it decides. Picture, time, sound and packets are each asked on their own, and each is held
against the film itself. What they say are cues with a strength (`evidence.cue`); cues at one
moment are added up. From `doubt` on there is a finding, from `certain` on it is a fail; a finding
lists its cues.
- `continuity.cut`: a step from one picture to the next that the steps around it do not
  explain, after movement, light and the pulse of key frames are taken out (`evidence.vision.joins`).
  A quick hand can do that too, so a weak one is unsure; with a break of the sound beside it, it fails.
  A stretch that is a mixture of its two ends is one too, unsure alone (`evidence.vision.blends`), and
  one in which the camera turns too fast to be followed, unsure always (`evidence.vision.whip_pans`).
- `continuity.gap`: a pause between pictures far longer than the pauses around it
  (`evidence.cadence`), so a variable frame rate makes none. Fail from a second on.
- `continuity.freeze`: the same picture for over a second in a film that otherwise has
  noise. In a film whose still scenes repeat anyway nothing is said.
- `continuity.black`: a dark, empty picture between others. Fail when it comes and goes in
  one step; unsure when it could be a hand over the lens, behind which nothing is proven
  (`evidence.vision.blackouts`).
- `continuity.repeat`: pictures and sound, or pictures alone, that were there before.
- `continuity.speed`: a stretch whose steps are large and small in turn, since pictures were shown twice or
  left out (`evidence.vision.stride`), or over which the hum of the mains has another pitch.
- `continuity.reverse`: two joins whose pictures fit crosswise, so what lies between them runs backwards
  (`evidence.vision.mirror`).
- `continuity.splice`: what joining without a new encoding leaves in the file (`evidence.traces`):
  an edit list with a gap, a second recording inside, time that runs backwards, another size.
- `continuity.audio`: the hum of the mains out of step, a copied stretch, complete silence
  (`evidence.sound.heard`). The sound alone is a fail only where it was copied.
- `continuity.take`: pass when none of these was found.

What it cannot see. A silent film that was encoded again after a join between two like pictures,
or under a fade of little; a silent film that runs just twice as fast for a while.
So its pass means "no cut found", never "proved uncut".
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import ClassVar, Final

import cv2
import numpy as np
from pydantic import Field

from evidence.cadence import Cadence
from evidence.check import Album, Check, Ending, Frame, Media, Sound
from evidence.cue import CERTAIN, DOUBT, Cue, Event, events
from evidence.model import Finding, Measure, Outcome, Saying, say
from evidence.sound.heard import heard
from evidence.sound.listening import Ear
from evidence.timeline import ZERO, Instant, Span, Timeline, clock
from evidence.traces import traces
from evidence.vision.blackouts import Limits, blackouts
from evidence.vision.breaks import FEWEST
from evidence.vision.joins import Joins
from evidence.vision.standstill import STILL_FILM, standstills
from evidence.vision.stride import strides
from evidence.vision.whip_pans import REPLACED

MOST: Final = 64
"""Findings of one code; a film with more is not helped by a longer list."""
LEFTOVER: Final = 1.2
"""How strong a cue it is that time turns back or the size changes."""
TURNS: Final = ((6.0, 17.0, 60.0), (0.3, DOUBT, 1.8))
"""How much speaks for steps that take turns, and how strong a cue that is: a camera in the dark may show
pictures twice."""


_SAME: Final = say("Check that parcel and scene are the same before and after.")
_JOINED: Final = say("Send the file as the camera wrote it, not one that was joined or converted.")
_ADVICE: Final[Mapping[str, Saying]] = {
    "cut": say("Compare the two stills; if scenes were joined, send the whole original take."),
    "splice": _JOINED,
    "repeat": say("Compare both places; if a stretch was shown twice, send the whole original take."),
    "speed": say("Watch this stretch; if it was sped up or slowed down, send the film as it was recorded."),
    "reverse": say("Watch this stretch; if it was turned round, send the film as it was recorded."),
    "audio": say("Listen to this place; if the sound was changed, send the original take."),
}


class Continuity(Check):
    """Looks at every picture for signs that the film is not one take."""

    name: ClassVar[str] = "continuity"
    version: ClassVar[int] = 5
    codes: ClassVar[Mapping[str, str]] = {
        "continuity.cut": "Pictures that do not join: something was cut out or put in. Once per event.",
        "continuity.gap": "A pause between pictures far longer than the usual one. Once per event.",
        "continuity.freeze": "The same picture for longer than a camera repeats one. Once per event.",
        "continuity.black": "A dark, empty picture between others. Once per event.",
        "continuity.repeat": "A stretch is shown twice. Once per event.",
        "continuity.speed": "A stretch runs faster or slower than it was recorded. Once per event.",
        "continuity.reverse": "A stretch runs backwards. Once per event.",
        "continuity.splice": "The file shows that recordings were joined or shortened. Once per event.",
        "continuity.audio": "The sound was cut, copied or taken away. Once per event.",
        "continuity.take": "No such event was found; or the film is too short to tell.",
    }

    side: int = Field(default=160, ge=32, le=640)
    """Long side of the pictures that are compared, pixels."""
    doubt: float = Field(default=DOUBT, gt=0)
    """From what strength on cues are reported."""
    certain: float = Field(default=CERTAIN, gt=0)
    """From what strength on they are a fail."""
    pause_times: float = Field(default=5.5, gt=1)
    """From how many usual pauses on a pause between pictures is a gap."""
    pause_least: Instant = timedelta(seconds=0.15)
    """The shortest gap that is reported."""
    pause_certain: Instant = timedelta(seconds=1)
    """The shortest gap that is a fail."""
    freeze: Instant = timedelta(seconds=1)
    """How long one picture may stand."""
    quiet: float = Field(default=0.05, gt=0)
    """Up to what mean change two pictures always count as the same, grey levels of 255."""
    quiet_share: float = Field(default=0.05, ge=0, le=1)
    """Up to what share of the film's usual change they do too: a standing picture settles while coded."""
    black: Instant = timedelta(seconds=0.3)
    """How long the picture may be dark and empty."""
    covered: Instant = timedelta(seconds=0.1)
    """How long the lens may be covered: the picture far darker and emptier than it otherwise is."""
    dark: float = 24.0
    """Up to what mean a picture is dark, grey levels of 255."""
    empty: float = 6.0
    """Up to what standard deviation a picture is empty, grey levels of 255."""

    def start(self, media: Media, album: Album) -> _Observer:  # noqa: ARG002 - the pictures tell everything
        return _Observer(self, album)


class _Observer:
    def __init__(self, check: Continuity, album: Album) -> None:
        self._check = check
        self._album = album
        self._joins = Joins(album)
        self._ear = Ear()
        self._cadence = Cadence()
        self._changes = array("f")
        """Mean change of the step that leads to each picture; the first has none."""
        self._keys = array("b")
        """1 where a picture is a key frame."""
        self._means, self._spreads = array("f"), array("f")
        """Of each picture, grey levels of 255."""
        self._size: tuple[int, int] | None = None
        self._resized: list[timedelta] = []

    def see(self, frame: Frame, /) -> None:
        self._cadence.add(frame.at)
        size = frame.width, frame.height
        if self._size not in {None, size} and len(self._resized) < MOST:
            self._resized.append(frame.at)
        self._size = size
        gray = frame.gray(self._check.side)
        self._changes.append(self._joins.see(frame, gray))
        mean, spread = (float(value[0, 0]) for value in cv2.meanStdDev(gray))
        self._means.append(mean)
        self._spreads.append(spread)
        self._keys.append(frame.key)

    def hear(self, sound: Sound, /) -> None:
        self._ear.hear(sound)

    def conclude(self, ending: Ending, /) -> Iterable[Finding]:
        self._joins.finish()
        self._ear.finish()
        lasting = [*self._gaps(), *self._freezes(), *self._blacks()]
        explained = [span for finding in lasting for span in finding.when.spans]
        found = [*self._events(ending, explained), *self._turns(), *lasting]
        if found:
            yield from found
        else:
            yield self._take(ending)

    def _events(self, ending: Ending, explained: list[Span]) -> Iterator[Finding]:
        seen = (cue for cue in self._joins.cues() if not any(_span(cue).overlaps(span) for span in explained))
        cues = [*seen, *self._strides(), *self._stamps(), *traces(ending.packets)]
        cues += heard(self._ear, self._cadence.end)
        counts: Counter[str] = Counter()
        for event in events(cues):
            counts[event.kind] += event.strength >= self._check.doubt
            if event.strength >= self._check.doubt and counts[event.kind] <= MOST:
                yield self._told(event)

    def _stamps(self) -> Iterator[Cue]:
        for at in self._cadence.backward:
            says = say("The film's own time runs backwards at {at}.", at=clock(at))
            yield Cue("clock", "splice", at, at, LEFTOVER, says=says)
        for at in self._resized:
            says = say(
                "The size of the picture changes at {at}, as where two films are joined.", at=clock(at)
            )
            yield Cue("size", "splice", at, at, LEFTOVER, says=says)

    def _strides(self) -> Iterator[Cue]:
        for stride in islice(strides(self._changes, self._cadence.at), MOST):
            says = say(
                "From {start} to {end} large and small steps take turns: pictures are left out or doubled.",
                start=clock(stride.start),
                end=clock(stride.end),
            )
            strength = float(np.interp(stride.weight, *TURNS))
            yield Cue("rhythm", "speed", stride.start, max(stride.start, stride.end), strength, says=says)

    def _told(self, event: Event) -> Finding:
        certain = event.strength >= self._check.certain
        limit = self._check.certain if certain else self._check.doubt
        weights = [
            Measure(name=cue.name, value=round(cue.strength, 2), unit="strength", limit=self._check.certain)
            for cue in event.cues
        ]
        kind, lead = _leading(event)
        return _event(
            f"continuity.{kind}",
            _said(event, kind, lead, certain=certain),
            Timeline.of(_span(lead), *(also for cue in event.cues if (also := cue.also))),
            certain=certain,
            advice=_ADVICE[kind],
            measures=(_score(event.strength, "strength", limit), *weights),
            stills=self._joins.stills.get((lead.start, lead.end), ()),
        )

    def _gaps(self) -> Iterator[Finding]:
        check = self._check
        pauses = self._cadence.pauses(times=check.pause_times, least=check.pause_least)
        for pause in islice(pauses, MOST):
            yield _event(
                "continuity.gap",
                say(
                    "For {seconds} s from {at} there is no picture.",
                    seconds=round(pause.length.total_seconds(), 2),
                    at=clock(pause.start),
                ),
                Span(start=pause.start, end=pause.end),
                certain=pause.length >= check.pause_certain,
                advice=say(
                    "Send the original file; if the recorder stumbled, say so and show what followed."
                ),
                measures=(
                    _score(pause.score, "usual pauses", check.pause_times),
                    Measure(name="usual", value=round(pause.usual.total_seconds(), 4), unit="s"),
                ),
            )

    def _freezes(self) -> Iterator[Finding]:
        check = self._check
        found = standstills(
            self._changes,
            self._keys,
            self._cadence.at,
            least=check.freeze,
            quiet=check.quiet,
            quiet_share=check.quiet_share,
        )
        for still in islice(found, MOST):
            seconds = still.length.total_seconds()
            yield _event(
                "continuity.freeze",
                say(
                    "The picture stands still for {seconds} s from {at}.",
                    seconds=round(seconds, 2),
                    at=clock(still.start),
                ),
                _between(still.start, still.end),
                certain=still.certain,
                advice=say("Watch what changed across the standstill; send the original take if it was cut."),
                measures=(
                    _score(seconds, "s", check.freeze.total_seconds()),
                    Measure(
                        name="elsewhere",
                        value=round(still.elsewhere, 3),
                        unit="of the other pictures",
                        limit=STILL_FILM,
                    ),
                ),
            )

    def _blacks(self) -> Iterator[Finding]:
        check = self._check
        limits = Limits(check.dark, check.empty, check.black, check.covered)
        found = blackouts(self._changes, self._means, self._spreads, self._cadence.at, limits)
        for blackout in islice(found, MOST):
            seconds, at = blackout.length.total_seconds(), clock(blackout.start)
            limit = check.black if blackout.black else check.covered
            if blackout.certain:
                says = say("The film is black for {seconds} s from {at}.", seconds=round(seconds, 2), at=at)
            else:
                says = say(
                    "For {seconds} s from {at} the picture is dark and empty: a covered lens, or an edit.",
                    seconds=round(seconds, 2),
                    at=at,
                )
            yield _event(
                "continuity.black",
                says,
                _between(blackout.start, blackout.end),
                certain=blackout.certain,
                advice=_SAME,
                measures=(_score(seconds, "s", limit.total_seconds()),),
            )

    def _turns(self) -> Iterator[Finding]:
        for pan in self._joins.turns():
            yield _event(
                "continuity.cut",
                say(
                    "From {start} to {end} the camera turns too fast to follow: a cut may lie in there.",
                    start=clock(pan.start),
                    end=clock(pan.end),
                ),
                _between(pan.start, pan.end),
                certain=False,
                advice=_SAME,
                measures=(_score(pan.replaced, "times the picture", REPLACED),),
            )

    def _take(self, ending: Ending) -> Finding:
        pictures = len(self._cadence)
        measures = [
            Measure(name="pictures", value=pictures, unit="pictures"),
            Measure(name="repeated_stamps", value=self._cadence.repeated, unit="pictures"),
        ]
        if pictures <= 2 * FEWEST:
            return Finding.of(
                "continuity.take",
                Outcome.UNSURE,
                say("With {pictures} pictures the film is too short to look for cuts.", pictures=pictures),
                advice=say("Send the whole take."),
                measures=measures,
            )
        return Finding.of(
            "continuity.take",
            Outcome.PASS,
            say("No cut, gap, freeze or black was found in {pictures} pictures.", pictures=pictures),
            when=Timeline.of((ZERO, max(ending.duration, ZERO))),
            measures=measures,
        )


def _event(
    code: str,
    says: Saying,
    when: Span | Timeline,
    *,
    certain: bool,
    advice: Saying,
    measures: Iterable[Measure],
    stills: Iterable[str] = (),
) -> Finding:
    return Finding.of(
        code,
        Outcome.FAIL if certain else Outcome.UNSURE,
        says,
        advice=advice,
        when=when if isinstance(when, Timeline) else Timeline.of(when),
        measures=measures,
        stills=stills,
    )


def _score(value: float, unit: str, limit: float) -> Measure:
    return Measure(name="score", value=round(value, 3), unit=unit, limit=limit)


def _between(one: timedelta, other: timedelta) -> Span:
    """From the earlier to the later: a damaged film's time may run backwards."""
    return Span(start=min(one, other), end=max(one, other))


def _span(of: Cue) -> Span:
    return _between(of.start, of.end)


def _leading(event: Event) -> tuple[str, Cue]:
    """What kind of event cues come to, and the cue that says where and what it is."""
    if event.has("copy") and event.has("picture"):
        return "repeat", event.cues[0]
    # Where the speed changes the hum breaks too, and more clearly.
    quick = next((cue for cue in event.cues if cue.kind == "speed"), None)
    return ("speed", quick) if quick and event.kind == "audio" else (event.kind, event.cues[0])


def _said(event: Event, kind: str, lead: Cue, *, certain: bool) -> Saying:
    at = clock(lead.end)
    if kind == "repeat":
        return say(
            "At {at} the film goes back: sound that was heard with it is heard again.", at=clock(lead.start)
        )
    if lead.says:
        return lead.says
    if event.has("hum", "copy", "silence"):
        return say("Picture and sound break together at {at}: the film was cut there.", at=at)
    if event.has("stamp", "key_frame", "settings", "encoder", "decoding"):
        return say("The picture breaks at {at}, where a new recording begins inside the file.", at=at)
    if certain:
        return say("The film breaks at {at}: the pictures before and after do not join.", at=at)
    return say("Something changes in one step at {at}: a cut, or a very quick movement.", at=at)
