"""What a judge's word on the continuity of films is worth, held against their truth.

A judge is our check or a peer. What it reports are alarms: a span of time and how sure it is. An event is
found by an alarm that comes within a quarter of a second of it and does not span half the film. Alarms in one
place count once. What `unsure` and `fail` find and falsely report is told apart; a film passes where nothing
is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from evidence.model import Answer, Outcome, worst
from samples.truth import Event, Truth
from tests.continuity.forged import JUMPS

NEAR = 0.25
"""Seconds by which an alarm may miss its event."""
WIDE = 2.0
"""Seconds that an alarm may span in any case; beyond, it may be twice as long as its event."""
BANDS = ((6.0, float("inf")), (3.0, 6.0), (1.5, 3.0), (0.0, 1.5))
"""From and up to what visibility."""
SPEEDS = ("speed_15", "speed_2", "speed_05")
SOUNDS = ("sound_cut", "sound_mute", "sound_paste")
CONCATS = ("concat", "concat_mixed")
Word = Literal["pass", "unsure", "fail"]


@dataclass(frozen=True)
class Alarm:
    """One place at which a judge says that something is wrong."""

    start: float
    """Seconds since the first picture; minus infinity where it is about the whole film."""
    end: float
    word: Word
    code: str = ""

    def points_at(self, event: Event) -> bool:
        longest = max(WIDE, 2 * (event.end - event.start)) + 2 * NEAR
        near = self.start <= event.end + NEAR and self.end >= event.start - NEAR
        return near and self.end - self.start <= longest


@dataclass(frozen=True)
class Told:
    """What one judge says of one film."""

    word: Word
    alarms: tuple[Alarm, ...] = ()
    cpu: float = 0.0
    """Seconds of processor time beyond those of decoding."""
    decoding: float = 0.0
    """Seconds of processor time for decoding the film and nothing else."""


@dataclass(frozen=True)
class Caught:
    """One forged event and how it fared."""

    kind: str
    visibility: float | None
    by: Word
    """`pass` where nobody noticed."""


@dataclass(frozen=True)
class Score:
    """One film as one judge judged it."""

    clip: str
    source: str
    kind: str
    group: str
    """`forged`, `plain` or `hard`."""
    finish: str
    """How it was written last."""
    seconds: float
    word: Word
    events: tuple[Caught, ...] = ()
    false: tuple[Alarm, ...] = field(default=())
    """Alarms where nothing was forged; those in one place are one."""
    cpu: float = 0.0
    decoding: float = 0.0


def told_by(answer: Answer, cpu: float = 0.0, decoding: float = 0.0) -> Told:
    """What our check said."""
    loud = [f for f in answer.findings if f.outcome in {Outcome.FAIL, Outcome.UNSURE}]
    alarms: list[Alarm] = []
    for finding in loud:
        if finding.code in {"continuity.take", "continuity.broken"}:
            continue
        word: Word = "fail" if finding.outcome is Outcome.FAIL else "unsure"
        spans = [(s.start.total_seconds(), s.end.total_seconds()) for s in finding.when.spans]
        alarms += [Alarm(*span, word, finding.code) for span in spans or [(float("-inf"), float("inf"))]]
    outcome = worst(f.outcome for f in answer.findings)
    said: Word = "pass" if outcome is Outcome.PASS else "fail" if outcome is Outcome.FAIL else "unsure"
    return Told(said, tuple(alarms), cpu, decoding)


def judged(group: str, truth: Truth, told: Told) -> Score:
    """The score of one film."""
    forged = [event for event in truth.events if not event.innocent]
    events = tuple(
        Caught(e.kind, e.visibility, _worst(a for a in told.alarms if a.points_at(e))) for e in forged
    )
    stray = [alarm for alarm in told.alarms if not any(alarm.points_at(event) for event in forged)]
    return Score(
        clip=truth.name,
        source=truth.appearance,
        kind=truth.motion,
        group=group,
        finish=truth.light,
        seconds=truth.duration.total_seconds(),
        word=told.word,
        events=events,
        false=_places(stray),
        cpu=told.cpu,
        decoding=told.decoding,
    )


def _worst(alarms: Iterable[Alarm]) -> Word:
    words = {alarm.word for alarm in alarms}
    return "fail" if "fail" in words else "unsure" if words else "pass"


def _places(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Alarms that overlap or come within `NEAR` of each other, as one: the surest word counts."""
    places: list[Alarm] = []
    for alarm in sorted(alarms, key=lambda a: a.start):
        last = places[-1] if places else None
        if last is None or alarm.start > last.end + NEAR:
            places.append(alarm)
            continue
        codes = last.code if alarm.code in last.code.split() else f"{last.code} {alarm.code}".strip()
        places[-1] = Alarm(last.start, max(last.end, alarm.end), _worst((last, alarm)), codes)
    return tuple(places)


# What a set of scores comes to.


@dataclass(frozen=True)
class Figure:
    """A part of a whole, or a number in a unit."""

    value: float | None
    """None where there was nothing to measure."""
    says: str


@dataclass(frozen=True)
class Line:
    """One line of the table: what, its bar, and the figure of any judge's scores."""

    what: str
    figure: Callable[[Sequence[Score]], Figure]
    least: float | None = None
    most: float | None = None
    percent: bool = True

    @property
    def bar(self) -> str:
        def said(limit: float) -> str:
            return f"{limit:.0%}" if self.percent else f"{limit:g}"

        return (
            f">= {said(self.least)}"
            if self.least is not None
            else f"<= {said(self.most)}"
            if self.most is not None
            else ""
        )

    def met(self, figure: Figure) -> bool | None:
        """Whether the bar is met; None where there is none, or nothing was measured."""
        if figure.value is None or (self.least is None and self.most is None):
            return None
        return figure.value >= self.least if self.least is not None else figure.value <= (self.most or 0.0)


def share(part: int, whole: int) -> Figure:
    return Figure(part / whole if whole else None, f"{part / whole:.0%} of {whole}" if whole else "")


def recall(
    *kinds: str, band: tuple[float, float] | None = None, sure: bool = False
) -> Callable[[Sequence[Score]], Figure]:
    """How many events of these clips were found: those as visible as `band`, by a `fail` where `sure`."""
    words = {"fail"} if sure else {"fail", "unsure"}

    def figure(scores: Sequence[Score]) -> Figure:
        events = [
            e for s in scores if s.group == "forged" and (not kinds or s.kind in kinds) for e in s.events
        ]
        if band:
            events = [e for e in events if e.visibility is not None and band[0] <= e.visibility < band[1]]
        return share(sum(e.by in words for e in events), len(events))

    return figure


def false_alarms(group: str, *words: Word) -> Callable[[Sequence[Score]], Figure]:
    """False alarms a minute on a group of films."""

    def figure(scores: Sequence[Score]) -> Figure:
        ours = [s for s in scores if s.group == group]
        minutes = sum(s.seconds for s in ours) / 60
        count = sum(alarm.word in words for s in ours for alarm in s.false)
        return Figure(count / minutes, f"{count / minutes:.2f} ({count})") if minutes else Figure(None, "")

    return figure


def films(group: str, *words: Word) -> Callable[[Sequence[Score]], Figure]:
    """How many films of a group were called so."""

    def figure(scores: Sequence[Score]) -> Figure:
        ours = [s for s in scores if s.group == group]
        return share(sum(s.word in words for s in ours), len(ours))

    return figure


def cost(scores: Sequence[Score]) -> Figure:
    """Processor time beyond decoding, over that of decoding."""
    decoding = sum(s.decoding for s in scores)
    times = sum(s.cpu for s in scores) / decoding if decoding else None
    return Figure(times, "" if times is None else f"{times:.2f}")


def lines() -> list[Line]:
    """The table: first the bars of the issue, then what lies behind them."""
    high, middle, low, none = BANDS
    bars = [
        Line("jump kinds found", recall(*JUMPS), least=0.65),
        Line("... visibility above 6", recall(*JUMPS, band=high), least=0.97),
        Line("... 3 to 6", recall(*JUMPS, band=middle), least=0.70),
        Line("... 1.5 to 3", recall(*JUMPS, band=low)),
        Line("... below 1.5", recall(*JUMPS, band=none)),
        Line("... by a `fail` alone", recall(*JUMPS, sure=True)),
        Line(
            "false alarms a minute, plain", false_alarms("plain", "fail", "unsure"), most=0.1, percent=False
        ),
        Line("... `fail` alone", false_alarms("plain", "fail"), percent=False),
        Line("false alarms a minute, hard, `fail`", false_alarms("hard", "fail"), most=0.3, percent=False),
        Line("... `unsure`", false_alarms("hard", "unsure"), percent=False),
        *(Line(f"{kind} found", recall(kind), least=0.95) for kind in ("insert", "black", "freeze")),
        Line("stream-copied concat found", recall(*CONCATS), least=0.95),
        Line("edit list found", recall("edit_list"), least=0.95),
        Line("dropped burst found", recall("drop"), least=0.95),
        Line("speed change found", recall(*SPEEDS), least=0.70),
        Line("reverse found", recall("reverse"), least=0.70),
        Line("repeat found", recall("repeat"), least=0.70),
        Line("sound cut found", recall(*SOUNDS), least=0.60),
        Line("forged films passed as continuous", films("forged", "pass"), most=0.25),
        Line("authentic films failed", films("plain", "fail"), most=0.02),
        Line("authentic films passed", films("plain", "pass")),
        Line("hard films failed", films("hard", "fail")),
    ]
    behind = ("fade", "morph", "pan_jump", "hand_jump")
    kinds = (*JUMPS, *SPEEDS, *SOUNDS, *behind)
    return [
        *bars,
        *(Line(f"{kind}", recall(kind)) for kind in kinds),
        Line("CPU over bare decoding", cost, percent=False),
    ]


def table(judges: dict[str, Sequence[Score]]) -> list[str]:
    """The table in Markdown; the first judge is held to the bars."""
    ours = next(iter(judges))
    rows = [
        f"| what | bar | {ours} | met | " + " | ".join(list(judges)[1:]) + " |",
        "|" + "---|" * (len(judges) + 3),
    ]
    for line in lines():
        figures = [line.figure(scores) for scores in judges.values()]
        met = line.met(figures[0])
        word = "" if met is None else "yes" if met else "**no**"
        cells = [line.what, line.bar, figures[0].says, word, *(figure.says for figure in figures[1:])]
        rows.append("| " + " | ".join(cells) + " |")
    return rows


def alarms(scores: Sequence[Score]) -> list[str]:
    """The false alarms of a judge on authentic and hard films, one a line."""
    return [
        f"{s.clip} ({s.finish}): {a.word} {a.code} at {a.start:.2f} to {a.end:.2f} s"
        for s in scores
        if s.group != "forged"
        for a in s.false
    ]
