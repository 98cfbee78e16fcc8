"""What became of refusals and appeals, by platform, reason, and the warnings that stood at their decision.

Plain counts of cases. They say which warnings went before losses in this shop's own cases, and no more: cases
differ in more than a warning, and a dozen of them prove nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from claims.case import Case, Event, EventKind
from claims.record.decision import Decision
from claims.value import Line, Value
from claims.vocabulary.quoted import Words


class Ended(StrEnum):
    """How a refusal or an appeal ended."""

    WON = "won"
    PARTLY = "partly"
    LOST = "lost"
    OPEN = "open"
    """Nobody has recorded how."""


class ByReason(Value):
    """Argued cases of one platform and reason, each once."""

    platform: Line
    reason: Line
    """In the platform's taxonomy; empty where the case names none."""
    won: int = 0
    partly: int = 0
    lost: int = 0
    open: int = 0


class ByWarning(ByReason):
    """Argued cases in which that warning stood; a case is in the row of each of its warnings."""

    warning: Line | None
    """The question of the pre-flight; empty where none applied, None where nobody looked (older cases)."""
    title: Words | None = None


class Given(Value):
    """How often a reason was given for an end, in argued cases of one platform and reason."""

    platform: Line
    reason: Line
    ended: Ended
    because: Line
    count: int


class Outcomes(Value):
    """What became of all cases in which somebody refused or appealed."""

    argued: int
    """How many there are."""
    reasons: tuple[ByReason, ...] = ()
    warnings: tuple[ByWarning, ...] = ()
    given: tuple[Given, ...] = ()
    """The most frequent first; cases whose end says no reason are in none of them."""


_ENDS: Final = {
    EventKind.WON: Ended.WON,
    EventKind.PARTLY_WON: Ended.PARTLY,
    EventKind.LOST: Ended.LOST,
    EventKind.CARRIER_PAID: Ended.WON,
    EventKind.CARRIER_DECLINED: Ended.LOST,
}
_CARRIERS: Final = frozenset({EventKind.CARRIER_PAID, EventKind.CARRIER_DECLINED})


def ended(case: Case) -> Ended:
    """How it ended, as recorded last; what a carrier says counts where the case has no claims beside it."""
    last = _end_of(case)
    return _ENDS[last.kind] if last else Ended.OPEN


def _end_of(case: Case) -> Event | None:
    for event in reversed(case.events):
        beside = event.about or (event.kind in _CARRIERS and case.subcases)
        if event.kind in _ENDS and not beside:
            return event
    return None


def argued(case: Case) -> Decision | None:
    """The last refusal or appeal; None where there is none."""
    return next((d for d in reversed(case.decisions) if d.argues), None)


Titles = Mapping[tuple[str, str], Words]
"""The questions of the pre-flights by platform and id."""
NO_TITLES: Final[Titles] = MappingProxyType({})


def outcomes(cases: Iterable[Case], titles: Titles = NO_TITLES) -> Outcomes:
    """The argued cases, counted."""
    reasons: dict[tuple[str, str], Counter[str]] = {}
    warnings: dict[tuple[str, str, str | None], Counter[str]] = {}
    given: Counter[tuple[str, str, Ended, str]] = Counter()
    count = 0
    for case in cases:
        decision = argued(case)
        if decision is None:
            continue
        count += 1
        end = ended(case).value
        own = (case.platform, case.reason_code)
        reasons.setdefault(own, Counter())[end] += 1
        if (last := _end_of(case)) and (because := " ".join(last.because.split())):
            given[*own, Ended(end), because] += 1
        for warning in _stood(decision):
            warnings.setdefault((*own, warning), Counter())[end] += 1
    by_reason = [ByReason(platform=p, reason=r, **c) for (p, r), c in reasons.items()]
    by_warning = [
        ByWarning(platform=p, reason=r, warning=w, title=titles.get((p, w or "")), **c)
        for (p, r, w), c in warnings.items()
    ]
    by_given = [Given(platform=p, reason=r, ended=e, because=b, count=n) for (p, r, e, b), n in given.items()]
    return Outcomes(
        argued=count,
        reasons=tuple(sorted(by_reason, key=_losses)),
        warnings=tuple(sorted(by_warning, key=lambda row: (*_losses(row), row.warning or ""))),
        given=tuple(sorted(by_given, key=lambda g: (-g.count, g.platform, g.reason, g.ended, g.because))),
    )


def _stood(decision: Decision) -> Iterator[str | None]:
    if decision.warnings is None:
        yield None
    else:
        yield from decision.warnings or ("",)


def _losses(row: ByReason) -> tuple[int, int, str, str]:
    """The most losses first."""
    return -row.lost, -(row.won + row.partly + row.open), row.platform, row.reason
