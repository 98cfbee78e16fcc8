"""What the signed codes in a film or photo come to: since when it can exist, and whether it is one take.

Only codes that a known key signed count. A code proves one thing, that the film is not older; so
a station clock is believed where it ran with the film, and where either the examination followed
within a day or the file's own clock agrees. A picture of a code, a code from another day and one that
a stranger signed prove nothing, and are named. Whether the film is *younger* than a running clock
in it, filmed from another screen, no code can tell: the other end of the bracket is the examination.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from evidence import slips
from evidence.clocks import Recorded
from evidence.course import Jump, Manner, Reading, jumps, runs
from evidence.model import Finding, Measure, Outcome, Saying, rfc3339, say
from evidence.station import Keys, Kind, Signed, parse
from evidence.timeline import Timeline, clock

HOLD: Final = timedelta(seconds=1)
"""How long a station clock shows one code."""
SLACK: Final = timedelta(seconds=0.6)
"""How late its screen may be: the page takes a code away 1.5 s after it was issued."""
_MOST_READINGS: Final = 40_000
"""Of one station: two hours, five a second."""
_MOST_TEXTS: Final = 10_000
"""Different codes that are looked into; a clock in sight for two hours shows 7,200."""
_MOST_NAMES: Final = 8
"""Stations and slips that are told apart."""
_MOST_JUMPS: Final = 20


@dataclass(frozen=True)
class Bracket:
    """What is asked of the codes."""

    now: datetime | None
    """The moment of the examination."""
    taken: Recorded | None
    """When the film began by the file's own clocks."""
    slack: timedelta
    """How far clocks may be apart."""
    fresh: timedelta
    """How long after a code the examination still vouches for the time."""
    video: bool
    slip: str | None = None
    """The name of the slip that was printed for this case; None where none was."""


@dataclass
class Shown:
    """All readings of one station or slip."""

    kind: Kind
    name: str
    readings: list[tuple[timedelta, Signed]] = field(default_factory=list[tuple[timedelta, Signed]])

    @property
    def first(self) -> datetime:
        return min(code.at for _, code in self.readings)

    @property
    def last(self) -> datetime:
        return max(code.at for _, code in self.readings)

    @property
    def ticks(self) -> list[Reading]:
        return [Reading(at, code.at) for at, code in self.readings]

    @property
    def begun(self) -> datetime:
        """When the film began, by the earliest code."""
        at, code = min(self.readings, key=lambda pair: pair[1].at)
        return code.at - at

    @property
    def when(self) -> Timeline:
        return Timeline.of((self.readings[0][0], max(self.readings[0][0], self.readings[-1][0])))


class Attested:
    """Remembers the codes of one film or photo.

    Args:
        pem: the public keys that are believed; empty for none.
    """

    def __init__(self, pem: bytes) -> None:
        self._keys = Keys(pem) if pem else None
        self._known: dict[str, Signed | None] = {}
        self._shown: dict[tuple[Kind, str, str], Shown] = {}
        self._strange: list[timedelta] = []

    def see(self, at: timedelta, texts: Iterable[str]) -> None:
        """Remember what the codes in one picture said."""
        for text in texts:
            code = self._proven(text)
            if code is None:
                if len(self._strange) < _MOST_READINGS:
                    self._strange.append(at)
                continue
            key = code.kind, code.key, code.name
            if key not in self._shown and len(self._shown) >= _MOST_NAMES:
                continue
            readings = self._shown.setdefault(key, Shown(code.kind, code.name)).readings
            if len(readings) < _MOST_READINGS:
                readings.append((at, code))

    @property
    def stations(self) -> list[Shown]:
        """The stations whose codes were proven, the one read most often first."""
        found = [shown for shown in self._shown.values() if shown.kind is Kind.STATION]
        return sorted(found, key=lambda shown: -len(shown.readings))

    def findings(self, asked: Bracket) -> Iterator[Finding]:
        """Everything that the codes say but whether it was in time."""
        for shown in self.stations:
            yield self._station(shown, asked)
            yield from _agreement(shown, asked)
            if asked.video:
                yield from _off_course(shown)
        yield from slips.findings([s for s in self._shown.values() if s.kind is Kind.SLIP], asked)
        yield from self._unproven()

    def believed(self, asked: Bracket) -> Shown | None:
        """The station by which the time is proven, if there is one."""
        return next((s for s in self.stations if _standing(s, asked) is Outcome.PASS), None)

    def _proven(self, text: str) -> Signed | None:
        if text not in self._known:
            if len(self._known) >= _MOST_TEXTS:
                return None
            code = parse(text)
            proven = code is not None and self._keys is not None and self._keys.prove(code)
            self._known[text] = code if proven else None
        return self._known[text]

    def _station(self, shown: Shown, asked: Bracket) -> Finding:
        outcome = _standing(shown, asked)
        return Finding.of(
            "clock.station",
            outcome,
            _station_words(shown, asked, outcome),
            advice=None if outcome is Outcome.PASS else _ADVICE,
            when=shown.when if asked.video else None,
            measures=[
                Measure(name="station", value=shown.name),
                Measure(name="not_earlier_than", value=rfc3339(shown.first)),
                *([Measure(name="not_later_than", value=rfc3339(asked.now))] if asked.now else []),
                Measure(name="codes", value=len({code.at for _, code in shown.readings}), unit="codes"),
                Measure(name="readings", value=len(shown.readings), unit="readings"),
            ],
        )

    def _unproven(self) -> Iterator[Finding]:
        if not self._strange:
            return
        when = Timeline.of((self._strange[0], max(self._strange)))
        if self._keys is None:
            yield Finding.of(
                "clock.station_unproven",
                Outcome.SKIPPED,
                say("A station clock or slip is in sight; without its public key it proves nothing."),
                advice=say("Give the public keys of your stations: --stations keys.pem."),
                when=when,
            )
            return
        yield Finding.of(
            "clock.station_unproven",
            Outcome.UNSURE,
            say(
                "A code that looks like a station clock's is signed by no station known here; "
                "it proves nothing."
            ),
            advice=say("Ask who made that code; if it is your own station's, give its public key."),
            when=when,
            measures=[Measure(name="readings", value=len(self._strange), unit="readings")],
        )


_ADVICE: Final = say(
    "Keep the station's screen in the picture while you film, and hand the film in on the same day."
)


def _standing(shown: Shown, asked: Bracket) -> Outcome:
    """Whether a station's codes prove when the film was made."""
    if asked.now is None or shown.last > asked.now + asked.slack:
        return Outcome.UNSURE
    if asked.video and not _runs(shown):
        return Outcome.UNSURE
    fresh = asked.now - shown.first <= asked.fresh
    return Outcome.PASS if fresh or _agrees(shown, asked) else Outcome.UNSURE


def _runs(shown: Shown) -> bool:
    """Whether the clock was seen to move on, and kept step with the film for a moment at least."""
    stood = [jump for jump in jumps(shown.ticks, hold=HOLD, slack=SLACK) if jump.manner is Manner.STOOD]
    return runs(shown.ticks) and len(stood) < len({code.at for _, code in shown.readings})


def _agrees(shown: Shown, asked: Bracket) -> bool:
    taken = asked.taken
    if taken is None or taken.earliest is None or taken.by.offset is None:
        return False
    return taken.earliest - asked.slack <= shown.begun <= taken.latest + asked.slack


def _station_words(shown: Shown, asked: Bracket, outcome: Outcome) -> Saying:
    name, first = shown.name, _moment(shown.first)
    if asked.now is None or shown.last > asked.now + asked.slack:
        return say(
            "The clock of station {name} shows {when}, which lies after this examination.",
            name=name,
            when=first,
        )
    if asked.video and not _runs(shown):
        return say(
            "The code of station {name} from {when} stands still; a picture of it would look the same.",
            name=name,
            when=first,
        )
    if outcome is not Outcome.PASS:
        return say(
            "The codes of station {name} are from {when}; the film is not older, and may be younger.",
            name=name,
            when=first,
        )
    return say(
        "By the signed clock of station {name}: recorded after {first} and before {now}.",
        name=name,
        first=first,
        now=_moment(asked.now),
    )


def _agreement(shown: Shown, asked: Bracket) -> Iterator[Finding]:
    taken = asked.taken
    if taken is None or taken.earliest is None or _overlap(shown, taken, asked.slack):
        return
    yield Finding.of(
        "clock.station_agree",
        Outcome.UNSURE,
        say(
            "The file says {when}, the station in the picture {shown}: the camera's clock was wrong, "
            "or the codes are old.",
            when=taken.by.shown,
            shown=_moment(shown.begun),
        ),
        advice=say("Set the camera's clock by the network, and film the station's own screen."),
        measures=[
            Measure(name="recorded_at", value=rfc3339(taken.earliest)),
            Measure(name="shown", value=rfc3339(shown.begun)),
        ],
    )


def _overlap(shown: Shown, taken: Recorded, slack: timedelta) -> bool:
    earliest = taken.latest if taken.earliest is None else taken.earliest
    return earliest - slack <= shown.begun <= taken.latest + slack


def _off_course(shown: Shown) -> Iterator[Finding]:
    for jump in jumps(shown.ticks, hold=HOLD, slack=SLACK)[:_MOST_JUMPS]:
        yield Finding.of(
            "clock.station_jump",
            Outcome.UNSURE if jump.manner is Manner.STOOD else Outcome.FAIL,
            _jump_words(jump),
            advice=say("Send the film as the camera wrote it, in one take."),
            when=Timeline.of((jump.start, jump.end)),
            measures=[
                Measure(name="least", value=round(jump.least.total_seconds(), 1), unit="s"),
                Measure(name="most", value=round(jump.most.total_seconds(), 1), unit="s"),
            ],
        )


def _jump_words(jump: Jump) -> Saying:
    at, least, most = clock(jump.end), jump.least.total_seconds(), jump.most.total_seconds()
    match jump.manner:
        case Manner.AHEAD:
            return say(
                "The station's clock jumps ahead at {at}: {least:.1f} to {most:.1f} s of the take "
                "are missing.",
                at=at,
                least=least,
                most=most,
            )
        case Manner.BACK:
            return say(
                "The station's clock falls back at {at}: {least:.1f} to {most:.1f} s were put in "
                "or shown slower.",
                at=at,
                least=least,
                most=most,
            )
        case Manner.STOOD:
            return say(
                "The station's clock stands still until {at}; its screen hung, or it is a picture.", at=at
            )


def _moment(at: datetime) -> str:
    return rfc3339(at.replace(microsecond=0))
