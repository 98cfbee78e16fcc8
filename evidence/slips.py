"""Slips in a film or photo: that of this case, that of another, or none where one was printed.

A slip proves that the recording is not older than itself, and says for which case it was made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from evidence.model import Finding, Measure, Outcome, rfc3339, say

if TYPE_CHECKING:
    from evidence.attested import Bracket, Shown


def findings(seen: Sequence[Shown], asked: Bracket) -> Iterator[Finding]:
    """`clock.slip`, one for each slip that was proven, and one where the expected one is missing."""
    own = any(shown.name == asked.slip for shown in seen)
    for shown in seen:
        strange = asked.slip is not None and shown.name != asked.slip
        yield _strange(shown, asked, own=own) if strange else _slip(shown, asked)
    if asked.slip is not None and asked.video and not seen:
        yield _missing(asked.slip)


def _slip(shown: Shown, asked: Bracket) -> Finding:
    taken = asked.taken
    older = taken is not None and taken.by.offset is not None and taken.latest < shown.first - asked.slack
    ahead = asked.now is None or shown.first > asked.now + asked.slack
    if older or ahead:
        says = say(
            "The slip of case {name} is from {when}, later than the clocks allow.",
            name=shown.name,
            when=rfc3339(shown.first),
        )
    else:
        says = say(
            "The slip of case {name} is in sight: recorded after it was printed at {when}.",
            name=shown.name,
            when=rfc3339(shown.first),
        )
    return Finding.of(
        "clock.slip",
        Outcome.UNSURE if older or ahead else Outcome.PASS,
        says,
        advice=say("Find out which clock was wrong.") if older or ahead else None,
        when=shown.when if asked.video else None,
        measures=[
            Measure(name="case", value=shown.name),
            Measure(name="not_earlier_than", value=rfc3339(shown.first)),
            Measure(name="readings", value=len(shown.readings), unit="readings"),
        ],
    )


def _strange(shown: Shown, asked: Bracket, *, own: bool) -> Finding:
    """The slip of another case, where one was printed for this case; `own`: which is in sight as well."""
    expected = asked.slip or ""
    says = (
        say(
            "Besides the slip of this case, {expected}, that of case {name} is in sight.",
            expected=expected,
            name=shown.name,
        )
        if own
        else say(
            "The slip in sight is that of case {name}; that of this case, {expected}, is nowhere.",
            expected=expected,
            name=shown.name,
        )
    )
    return Finding.of(
        "clock.slip",
        Outcome.UNSURE if own else Outcome.FAIL,
        says,
        advice=say(
            "Find out whether the film belongs to the other case; lay only the slip of this one down."
        ),
        when=shown.when if asked.video else None,
        measures=[
            Measure(name="case", value=shown.name, limit=expected),
            Measure(name="readings", value=len(shown.readings), unit="readings"),
        ],
    )


def _missing(expected: str) -> Finding:
    return Finding.of(
        "clock.slip",
        Outcome.UNSURE,
        say(
            "A slip was printed for this case, {expected}, and could not be read in the film.",
            expected=expected,
        ),
        advice=say(
            "Lay the slip flat beside the parcel while you film, its code a tenth of the picture wide."
        ),
        measures=[Measure(name="readings", value=0, unit="readings")],
    )
