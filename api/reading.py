"""A report as one person reads it: in one language, in the order in which it matters.

The terminal and the HTML page both show this; neither decides anything. Sentences come from the
findings and from one catalogue. What strangers wrote (a file's name, its encoder, a code read
from a label) arrives here as data and leaves as one legible line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from api.facts import Compared, Fact, compared, facts
from api.words import Words, legible
from evidence.model import Answer, Element, Finding, Outcome, Report, Saying, Verdict, say
from evidence.timeline import Timeline

MOST_REMARKS: Final = 60
"""Findings of one check that are written out; a film made to have thousands stays readable."""

TITLES: Final[Mapping[str, Saying]] = {
    "readable": say("Playback"),
    "continuity": say("Cuts and gaps"),
    "clock": say("Time of recording"),
    "sharpness": say("Sharpness and light"),
    "label": say("Waybill"),
    "six_faces": say("Six faces"),
    "phases": say("Steps of the unboxing"),
    "edited": say("Traces of editing"),
    "duplicate": say("Earlier use"),
    "subject": say("What matters"),
    "thumbnail": say("Small picture inside"),
    "camera": say("Camera and its tags"),
    "screen": say("Screens"),
    "colour": say("Colour of the goods"),
    "size": say("Size of the goods"),
    "mask": say("Copy to hand out"),
}
"""What a check is called; one without a title here is called by its name."""

HINTS: Final[Mapping[str, Saying]] = {
    "label": say("See that the waybill number in the picture is the one of this order."),
    "six_faces": say("See that all six faces of the closed parcel are shown before it is opened."),
    "phases": say("See that the film shows the sealed parcel, the waybill, the opening and the contents."),
    "continuity": say("See that nothing is cut out between the sealed parcel and its contents."),
    "clock": say("See that the recording was made after this parcel arrived."),
    "readable": say("See that the file plays from beginning to end."),
    "sharpness": say("See that the label and the damage can be recognised."),
    "edited": say("Ask whether this is the file as the camera wrote it."),
    "subject": say("See that what the photo is about is sharp and free of glare."),
    "thumbnail": say("Compare the photo with the small picture that a file manager shows of it."),
    "camera": say("Ask which device took the photo, and where."),
    "screen": say("See that this is a photo of the thing, not of a screen."),
}
"""How a person answers a question that no check answered."""

ELEMENTS: Final[Mapping[Element, tuple[Saying, Saying]]] = {
    Element.CONSISTENCY: (say("Consistency"), say("the same parcel throughout, the right order")),
    Element.COMPLETENESS: (say("Completeness"), say("the whole opening, nothing left out")),
    Element.VALIDITY: (say("Validity"), say("playable, sharp enough to recognise")),
    Element.TIMELINESS: (say("Timeliness"), say("recorded at the right time")),
}

VERDICTS: Final[Mapping[Verdict, Saying]] = {
    Verdict.SOUND: say("Sound"),
    Verdict.FLAWED: say("Flawed"),
    Verdict.REVIEW: say("Needs review"),
}

OUTCOMES: Final[Mapping[Outcome, Saying]] = {
    Outcome.PASS: say("in order"),
    Outcome.FAIL: say("faulty"),
    Outcome.UNSURE: say("undecided"),
    Outcome.SKIPPED: say("does not apply"),
}

AGREEMENT: Final[Mapping[Outcome, Saying]] = {
    Outcome.PASS: say("agrees"),
    Outcome.FAIL: say("differs"),
    Outcome.UNSURE: say("undecided"),
    Outcome.SKIPPED: say("not compared"),
}

MARKS: Final[Mapping[Outcome, str]] = {
    Outcome.PASS: "✓",
    Outcome.FAIL: "✗",
    Outcome.UNSURE: "?",
    Outcome.SKIPPED: "–",
}

PROFILES: Final[Mapping[str, Saying]] = {
    "unboxing": say("Unboxing film"),
    "defect_photo": say("Photo of the damage"),
    "label_photo": say("Photo of the waybill"),
    "copy": say("Copy to hand out, masked"),
}

OURS: Final = say("Which check speaks for which element is our own reading; platforms only name the four.")
"""No source says what the elements are measured by."""

LIMITS: Final = (
    say("that the scene is genuine"),
    say("that a skilled edit would have been found"),
    say("that a platform or a court accepts it"),
)
LIMITS_OF_FILMS: Final = (say("that the parcel was still unopened before the recording began"),)

_GRAVITY: Final = (Outcome.FAIL, Outcome.UNSURE, Outcome.PASS, Outcome.SKIPPED)


@dataclass(frozen=True)
class Remark:
    """One finding."""

    anchor: str
    """Names it within a page; of our making."""
    code: str
    outcome: Outcome
    says: str
    advice: str
    when: Timeline
    times: str
    """`when` in words; empty where the finding is about the whole file."""
    measures: tuple[Fact, ...]
    stills: tuple[str, ...]
    """Digests."""


@dataclass(frozen=True)
class Section:
    """Everything one check said."""

    check: str
    title: str
    outcome: Outcome
    remarks: tuple[Remark, ...]
    """Worst first, then in the order of the film."""
    more: int
    """Findings beyond those written out."""
    version: int
    settings: tuple[Fact, ...]

    @property
    def measured(self) -> bool:
        """Whether any finding carries numbers."""
        return any(remark.measures for remark in self.remarks)


@dataclass(frozen=True)
class Step:
    """One thing to do next."""

    does: str
    times: str
    anchor: str
    """The remark it comes from; empty where it comes from none."""


@dataclass(frozen=True)
class Part:
    """One of the four elements that platforms name."""

    title: str
    means: str
    outcome: Outcome
    word: str
    because: str
    """The checks that decided it."""


@dataclass(frozen=True)
class Open:
    """A question of the profile that no check answered, and how a person answers it."""

    check: str
    title: str
    hint: str


@dataclass(frozen=True)
class Reading:
    """A whole report in one language."""

    verdict: Verdict
    word: str
    lead: tuple[str, ...]
    """Why, in a sentence or three."""
    name: str
    steps: tuple[Step, ...]
    parts: tuple[Part, ...]
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]
    compared: tuple[Compared, ...]
    opens: tuple[Open, ...]
    limits: tuple[str, ...]
    engine: str
    profile: str


def read(report: Report, words: Words) -> Reading:
    """`report` as it is shown to somebody who reads the language of `words`."""
    sections = tuple(_sections(report, words))
    opens = tuple(
        Open(check=name, title=title(name, words), hint=_hint(name, words)) for name in report.unanswered
    )
    limits = LIMITS_OF_FILMS + LIMITS if report.media.kind == "video" else LIMITS
    return Reading(
        verdict=report.verdict,
        word=words.say(VERDICTS[report.verdict]),
        lead=tuple(_lead(report, sections, opens, words)),
        name=legible(report.subject.name, 120),
        steps=tuple(_steps(report, sections, opens, words)),
        parts=tuple(_part(element, outcome, report, words) for element, outcome in report.elements.items()),
        sections=sections,
        facts=facts(report, words),
        compared=compared(report, words),
        opens=opens,
        limits=tuple(words.say(limit) for limit in limits),
        engine=legible(report.engine, 60),
        profile=_profile(report.profile, words),
    )


def title(check: str, words: Words) -> str:
    """What the check of that name is called."""
    known = TITLES.get(check)
    return words.say(known) if known else legible(check.replace("_", " "), 60)


def _profile(name: str, words: Words) -> str:
    known = PROFILES.get(name)
    return words.say(known) if known else legible(name, 60)


def _hint(check: str, words: Words) -> str:
    return words.say(HINTS.get(check, say("Have a person look at this point.")))


def _part(element: Element, outcome: Outcome, report: Report, words: Words) -> Part:
    name, means = ELEMENTS[element]
    checks = dict.fromkeys(code.partition(".")[0] for code in report.decided_by[element])
    because = words.text(", ").join(title(check, words) for check in checks)
    return Part(words.say(name), words.say(means), outcome, words.say(OUTCOMES[outcome]), because)


def _sections(report: Report, words: Words) -> Iterator[Section]:
    for number, answer in enumerate(report.answers, 1):
        ordered = sorted(answer.findings, key=lambda f: (_GRAVITY.index(f.outcome), _start(f.when)))
        shown = ordered[:MOST_REMARKS]
        yield Section(
            check=legible(answer.check, 60),
            title=title(answer.check, words),
            outcome=answer.outcome if answer.applies else Outcome.SKIPPED,
            remarks=tuple(_remark(f, f"f{number}-{n}", words) for n, f in enumerate(shown, 1)),
            more=len(ordered) - len(shown),
            version=answer.version,
            settings=tuple(_settings(answer)),
        )


def _start(when: Timeline) -> timedelta:
    return when.spans[0].start if when else timedelta.max


def _remark(finding: Finding, anchor: str, words: Words) -> Remark:
    advice = finding.wording.advice
    return Remark(
        anchor=anchor,
        code=legible(finding.code, 60),
        outcome=finding.outcome,
        says=_sentence(finding.wording.says, words),
        advice=_sentence(advice, words) if advice else "",
        when=finding.when,
        times=words.spans(finding.when),
        measures=tuple(
            Fact(
                label=legible(m.name, 60),
                value=_measured(m.value, m.unit, words),
                limit=_limit(m.limit, words),
            )
            for m in finding.measures
        ),
        stills=finding.stills,
    )


def _sentence(saying: Saying, words: Words) -> str:
    check = saying.values.get("check")
    if isinstance(check, str):  # people know a check by its title
        saying = Saying(text=saying.text, values={**saying.values, "check": title(check, words)})
    return legible(words.say(saying), 1000)


def _measured(value: float | str, unit: str, words: Words) -> str:
    shown = legible(value) if isinstance(value, str) else words.number(value)
    return f"{shown} {legible(unit, 40)}".rstrip()


def _limit(limit: float | str | None, words: Words) -> str:
    return "" if limit is None else _measured(limit, "", words)


def _settings(answer: Answer) -> Iterator[Fact]:
    for name, value in answer.settings.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        yield Fact(label=legible(name, 60), value=legible(shown))


def _lead(report: Report, sections: Iterable[Section], opens: Iterable[Open], words: Words) -> Iterator[str]:
    def named(outcome: Outcome) -> str:
        return words.text(", ").join(s.title for s in sections if s.outcome is outcome)

    if report.verdict is Verdict.SOUND:
        if report.media.kind == "photo":
            yield words.text("Every point was checked; nothing speaks against this photo.")
        else:
            yield words.text("Every point was checked; nothing speaks against this film.")
        return
    if faulty := named(Outcome.FAIL):
        yield words.text("Faults found: {checks}.", checks=faulty)
    if undecided := named(Outcome.UNSURE):
        yield words.text("Could not be decided: {checks}.", checks=undecided)
    if missing := words.text(", ").join(o.title for o in opens):
        yield words.text("Not checked: {checks}.", checks=missing)


def _steps(
    report: Report, sections: Iterable[Section], opens: Iterable[Open], words: Words
) -> Iterator[Step]:
    """The advice that decides first: of what failed, then of what is undecided, then what is open."""
    remarks = [remark for section in sections for remark in section.remarks]
    given: dict[str, list[Remark]] = {}
    for outcome in (Outcome.FAIL, Outcome.UNSURE):
        for remark in remarks:
            if remark.outcome is outcome and remark.advice:
                given.setdefault(remark.advice, []).append(remark)
    for advice, behind in given.items():
        when = Timeline.of(*(span for remark in behind for span in remark.when.spans))
        yield Step(does=advice, times=words.spans(when), anchor=behind[0].anchor)
    for question in opens:
        yield Step(does=question.hint, times="", anchor="open")
    if report.verdict is Verdict.SOUND:
        yield Step(
            words.text("Keep the original file as it is, and hand in that file, never a copy from a chat."),
            "",
            "",
        )
    elif not given and not opens:
        yield Step(words.text("Have a person look at the points below before this is used."), "", "")
