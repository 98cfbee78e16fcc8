"""The vocabulary of an examination: outcome, finding, answer, report.

Plain frozen values; no pixels and no platform. The JSON of `Report` is the outward
contract (`schema_version` 1): fields may be added, never renamed or dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import not_
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    computed_field,
    field_validator,
)

from evidence.marks import Marks
from evidence.timeline import ZERO, Instant, Timeline

SCHEMA_VERSION: Final = 1

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
"""The name of bytes: `sha256:` and 64 lower-case hexadecimal digits."""


def rfc3339(moment: datetime) -> str:
    """`moment` in UTC as RFC 3339, e.g. `2026-11-20T08:11:02Z`; fractions only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Utc = Annotated[AwareDatetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""A wall time; it must carry a zone, and is written as RFC 3339 in UTC."""

Face: TypeAlias = Literal["top", "front", "right", "back", "left", "bottom"]
"""A face of the parcel, as it lies when it is first seen."""

FACES: Final[tuple[Face, ...]] = get_args(Face)
"""In the order of their numbers: the face of a still is the place of its name here, from 1."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Outcome(StrEnum):
    """What one finding comes to."""

    PASS = "pass"  # noqa: S105 - an outcome, no password
    FAIL = "fail"
    UNSURE = "unsure"
    """Looked, and could not tell, or broke while looking."""
    SKIPPED = "skipped"
    """Does not apply to this file."""


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome that decides: fail before unsure before pass.

    Skipped findings do not count, and nothing checked is not a pass: an empty or
    all-skipped sequence is unsure.
    """
    seen = set(outcomes)
    for outcome in (Outcome.FAIL, Outcome.UNSURE, Outcome.PASS):
        if outcome in seen:
            return outcome
    return Outcome.UNSURE


class Verdict(StrEnum):
    """What a whole report comes to."""

    SOUND = "sound"
    FLAWED = "flawed"
    REVIEW = "review"


class Element(StrEnum):
    """The four elements that platforms name; which checks speak for each is set in the profile."""

    CONSISTENCY = "consistency"
    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    TIMELINESS = "timeliness"


class Grade(StrEnum):
    """How sure it is that two files show the same footage."""

    CERTAIN = "certain"
    """The same bytes."""
    STRONG = "strong"
    """Several key pictures of a film, in the same order and at the same distances."""
    UNSURE = "unsure"
    """It looks like it; a person has to compare them."""


class Saying(_Value):
    """A sentence that can be said again in another language.

    `text` is the English sentence with `{names}` and the key of the catalogue;
    `values` fills the names. User strings only ever travel in `values`; a value that is
    a saying itself is said in the same language.
    """

    text: str
    values: Mapping[str, str | int | float | Saying] = {}

    def __str__(self) -> str:
        return self.text.format_map(self.values)


def say(text: str, /, **values: str | float | Saying) -> Saying:
    """A `Saying`; the first argument must be a literal, since the catalogue is drawn from these calls."""
    return Saying(text=text, values=values)


class Measure(_Value):
    """One number (or text) with its unit and, where there is one, the limit it was held against."""

    name: str
    value: int | float | str
    unit: str = ""
    limit: int | float | str | None = None


LATEST: Final = timedelta(days=1)
"""No film that anybody looks at is longer."""


def _as_moment_of_a_film(value: object) -> object:
    """Only a plain number of seconds; JSON as it is read also holds infinity, and texts that mean a time."""
    moment = value
    if isinstance(value, int | float) and not isinstance(value, bool):
        moment = timedelta(seconds=value) if 0 <= value <= LATEST.total_seconds() else None
    if not isinstance(moment, timedelta) or not ZERO <= moment <= LATEST:
        message = f"write the seconds from the film's start, from 0 to {LATEST.total_seconds():.0f}"
        raise ValueError(message)
    return moment


Moment = Annotated[Instant, BeforeValidator(_as_moment_of_a_film)]
"""Seconds from the film's start, taken from outside."""


class Imprint(_Value):
    """What one picture looks like, so that it is recognised again without its pixels (`evidence.imprint`)."""

    at: Moment
    bits: Annotated[str, Field(pattern=r"^[0-9a-f]{63}$")]
    """The signs of its 252 lowest frequencies, hexadecimal."""


MOST_IMPRINTS: Final = 64
"""Pictures of one file that it is recognised by."""
MOST_BEATS: Final = 40_000
"""Digits of a rhythm: more than two hours, five a second."""


class Footage(_Value):
    """What a file is recognised by, if it is sent again (`evidence.recurrence`)."""

    kind: Literal["video", "photo"]
    imprints: tuple[Imprint, ...] = Field(default=(), max_length=MOST_IMPRINTS)
    """Of its key pictures, in the order of time; of a photo, one."""
    rhythm: Annotated[str, Field(pattern=r"^[0-9a-f]*$", max_length=MOST_BEATS)] = ""
    """How much the picture changes, hexadecimal digits (`evidence.rhythm`)."""


class Wording(_Value):
    """The catalogue keys behind a finding's sentences."""

    says: Saying
    advice: Saying | None = None


class Finding(_Value):
    """One thing a check found: what, when, and how a stranger can recompute it."""

    code: str
    outcome: Outcome
    says: str
    advice: str = ""
    when: Timeline = Timeline()
    measures: tuple[Measure, ...] = ()
    stills: tuple[Digest, ...] = ()
    footage: Footage | None = Field(default=None, exclude_if=not_)
    """What the file is recognised by, in the one finding that tells it; left out of the JSON elsewhere."""
    wording: Wording

    @classmethod
    def of(
        cls,
        code: str,
        outcome: Outcome,
        says: Saying,
        *,
        advice: Saying | None = None,
        when: Timeline | None = None,
        measures: Iterable[Measure] = (),
        stills: Iterable[str] = (),
        footage: Footage | None = None,
    ) -> Finding:
        """A finding whose English sentences are rendered from `says` and `advice` (what to do next)."""
        return cls(
            code=code,
            outcome=outcome,
            says=str(says),
            advice=str(advice) if advice else "",
            when=when or Timeline(),
            measures=tuple(measures),
            stills=tuple(stills),
            footage=footage,
            wording=Wording(says=says, advice=advice),
        )


class Answer(_Value):
    """Everything one check said, and the settings it said it with."""

    check: str
    version: int
    settings: Mapping[str, Any] = {}
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        return worst(finding.outcome for finding in self.findings)

    @property
    def applies(self) -> bool:
        """Whether any finding is more than skipped."""
        return any(f.outcome is not Outcome.SKIPPED for f in self.findings)


class Subject(_Value):
    """The bytes that were examined; `name` is what the user called them: data, never a path."""

    digest: Digest
    bytes: int
    name: str


class MediaFacts(_Value):
    """What the file is, as decoded; `width` and `height` are before `rotation`, degrees clockwise."""

    kind: Literal["video", "photo"]
    container: str
    video_codec: str | None = None
    audio_codec: str | None = None
    width: int
    height: int
    rotation: int = 0
    duration: Instant | None = None
    frames: int | None = None
    created_at: Utc | None = None
    encoder: str | None = None


class Still(_Value):
    """A picture kept from the film; `path` is relative to the report."""

    digest: Digest
    path: str
    at: Instant
    what: str
    face: int | None = None


MOST_PROMPTS: Final = 64


class Prompt(_Value):
    """A face that whoever filmed was asked to show, and from when on.

    It proves nothing by itself: that somebody was asked for a face does not mean that it was
    shown. It may name what was measured, never stand in for it.
    """

    face: Face
    at: Moment


class Expectation(_Value):
    """What is known before the file is looked at, each part optional.

    What the order says is compared with what the file shows; `prompts` tell what was asked for
    while it was filmed.
    """

    tracking_number: str | None = None
    order_number: str | None = None
    delivered_at: Utc | None = None
    received_at: Utc | None = None
    not_before: Utc | None = None
    not_after: Utc | None = None
    prompts: tuple[Prompt, ...] = Field(default=(), max_length=MOST_PROMPTS)
    """In the order in which they were given."""
    marks: Marks | None = Field(default=None, exclude_if=not_)
    slip: Annotated[str, Field(pattern=r"^[A-Z0-9-]{1,24}$")] | None = Field(default=None, exclude_if=not_)
    """The name on the slip that was printed for this case; None where none was."""

    @field_validator("prompts")
    @classmethod
    def _are_in_order(cls, prompts: tuple[Prompt, ...]) -> tuple[Prompt, ...]:
        if any(later.at < earlier.at for earlier, later in pairwise(prompts)):
            message = "write the prompts in the order in which they were given, the earliest first"
            raise ValueError(message)
        return prompts


class Report(_Value):
    """What a file shows; the verdict and the elements are derived from the answers.

    `asks` names, per element, the checks that have to speak for it. An element whose
    checks have not all spoken is at best unsure, so a question that nobody asked can
    never turn into a pass.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1] = SCHEMA_VERSION
    engine: str
    profile: str
    examined_at: Utc
    subject: Subject
    media: MediaFacts
    expected: Expectation = Expectation()
    asks: Mapping[Element, tuple[str, ...]]
    answers: tuple[Answer, ...]
    stills: tuple[Still, ...] = ()

    @computed_field
    @property
    def elements(self) -> dict[Element, Outcome]:
        return {element: self._element(self.asks.get(element, ())) for element in Element}

    @computed_field
    @property
    def decided_by(self) -> dict[Element, tuple[str, ...]]:
        """The codes of the findings that decided each element; a check's name where it said nothing."""
        return {element: self._deciders(self.asks.get(element, ())) for element in Element}

    @computed_field
    @property
    def unanswered(self) -> tuple[str, ...]:
        """The checks that the profile asks for and that nobody answered, in the profile's order."""
        spoken = {answer.check for answer in self.answers}
        asked = dict.fromkeys(name for names in self.asks.values() for name in names)
        return tuple(name for name in asked if name not in spoken)

    @computed_field
    @property
    def verdict(self) -> Verdict:
        outcomes = [a.outcome for a in self.answers if a.applies]
        if self.unanswered:
            outcomes.append(Outcome.UNSURE)
        match worst(outcomes):
            case Outcome.FAIL:
                return Verdict.FLAWED
            case Outcome.PASS:
                return Verdict.SOUND
            case _:
                return Verdict.REVIEW

    def answer(self, check: str) -> Answer | None:
        """The answer of the check of that name, or None where it did not run."""
        return next((a for a in self.answers if a.check == check), None)

    def findings(self) -> Iterable[Finding]:
        """All findings of all answers, in the order of the answers."""
        for answer in self.answers:
            yield from answer.findings

    def _deciders(self, names: tuple[str, ...]) -> tuple[str, ...]:
        outcome = self._element(names)
        silent = [name for name in names if self.answer(name) is None] if outcome is Outcome.UNSURE else []
        spoken = [f for name in names if (said := self.answer(name)) for f in said.findings]
        found = [*silent, *(f.code for f in spoken if f.outcome is outcome)]
        return tuple(dict.fromkeys(found or [f.code for f in spoken]))  # nothing applied: that decided

    def _element(self, names: tuple[str, ...]) -> Outcome:
        if not names:
            return Outcome.SKIPPED
        outcomes = [
            Outcome.UNSURE if answer is None else answer.outcome
            for answer in map(self.answer, names)
            if answer is None or answer.applies
        ]
        return worst(outcomes)
