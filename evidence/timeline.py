"""Spans of presentation time: when in the film something is true.

Time is presentation time since the first frame, as an exact `timedelta`; it is never
a frame number divided by a frame rate, because phones film with a variable one.
In JSON a time is a number of seconds and a timeline is a list of `[start, end]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Annotated, Any, Final, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    RootModel,
    model_serializer,
    model_validator,
)

ZERO: Final = timedelta(0)


def _timedelta_from_seconds(value: Any) -> Any:  # noqa: ANN401 - a validator sees whatever JSON held
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return timedelta(seconds=value)


Instant = Annotated[
    timedelta,
    BeforeValidator(_timedelta_from_seconds),
    PlainSerializer(lambda t: round(t.total_seconds(), 6), return_type=float),
]
"""A moment or a length in presentation time; seconds as a number in JSON."""


class Span(BaseModel):
    """From `start` to `end`, both included; an instant is the span of the one frame that shows it."""

    model_config = ConfigDict(frozen=True)

    start: Instant
    end: Instant

    @model_validator(mode="before")
    @classmethod
    def _from_pair(cls, value: Any) -> Any:  # noqa: ANN401 - a validator sees whatever JSON held
        if isinstance(value, list | tuple):
            start, end = cast("Sequence[Any]", value)
            return {"start": start, "end": end}
        return value

    @model_validator(mode="after")
    def _is_forward(self) -> Span:
        if self.end < self.start:
            message = f"a span ends at {self.end}, before its start at {self.start}"
            raise ValueError(message)
        return self

    @model_serializer
    def _as_pair(self) -> list[float]:
        return [round(self.start.total_seconds(), 6), round(self.end.total_seconds(), 6)]

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one moment."""
        return self.start <= other.end and other.start <= self.end


class Timeline(RootModel[tuple[Span, ...]]):
    """Spans in the order of their start; touching and overlapping ones are joined."""

    model_config = ConfigDict(frozen=True)

    root: tuple[Span, ...] = ()

    @classmethod
    def of(cls, *spans: Span | tuple[timedelta, timedelta]) -> Timeline:
        """A timeline of spans or `(start, end)` pairs, in any order."""
        made = [s if isinstance(s, Span) else Span(start=s[0], end=s[1]) for s in spans]
        return cls(tuple(_joined(made)))

    @property
    def spans(self) -> tuple[Span, ...]:
        return self.root

    @property
    def total(self) -> timedelta:
        """The sum of the lengths."""
        return sum((span.length for span in self.root), ZERO)

    def __bool__(self) -> bool:
        return bool(self.root)

    def __len__(self) -> int:
        return len(self.root)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if current is None:
            current = span
        elif span.start <= current.end:
            current = Span(start=current.start, end=max(current.end, span.end))
        else:
            yield current
            current = span
    if current is not None:
        yield current


def clock(at: timedelta) -> str:
    """Presentation time for people, e.g. `1:02.5`."""
    minutes, tenths = divmod(round(at.total_seconds() * 10), 600)
    return f"{minutes}:{tenths // 10:02}.{tenths % 10}"
