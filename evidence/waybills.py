"""What was read against what the order says: the right waybill, another one, or not to be told.

Pure text. A number counts as read when the symbology, the carrier's check digit or a second
reading vouches for it (`Seen.sure`); one that differs in a single character is named as such,
since it is a misreading, a typing mistake in the order, or the parcel of a neighbour.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from evidence.carriers import alike, apart, holds, normalised, place, told
from evidence.model import Outcome, Saying, say
from evidence.timeline import Timeline, clock

SHOWN: Final = 80
"""Characters of a read number that a sentence shows."""
TINY: Final = 0.12
"""Share of the picture's long side below which a code is too small: a pixel a module at 1080 lines."""
HANDED_ON: Final = frozenset({"S10", "SSCC", "USPS"})
"""Forms of numbers under which parcels travel with labels of two carriers: posts take over from others."""
LEAST: Final = 5
"""Characters that an expected number needs: shorter ones stand on every label by chance."""


@dataclass(frozen=True)
class Seen:
    """One thing that was read."""

    shown: str
    """As it is shown to people: printable and short."""
    numbers: tuple[str, ...]
    """The numbers it holds, normalised, the whole first."""
    sure: bool
    """Whether something vouches for it: symbology, check digit, or a second reading."""
    clear: bool
    """Whether it was read more than once."""
    goods: bool = False
    """Whether it is a code of goods and never a carrier's."""
    print: bool = False
    """Whether it was read as print, in which letters can be mistaken."""


@dataclass(frozen=True)
class Compared:
    """What the comparison comes to."""

    outcome: Outcome
    says: Saying
    advice: Saying | None = None
    seen: Seen | None = None
    """What decided it."""
    when: Timeline = field(default_factory=Timeline)
    """When, where nothing that was read says so."""


_COMPARE: Final = say(
    "Compare the number in the order with the label; if both are right, this is another parcel."
)
_OLD: Final = say(
    "Compare the number in the order with the label; if an old label is still on the parcel, film the right "
    "one as well."
)
_AGAIN: Final = say(
    "Hold the waybill to the camera for one second, flat and still, a third of the picture wide."
)
_CLOSER: Final = say("Hold the phone closer, so that the waybill fills a third of the picture or more.")
STILL: Final = say("Hold the phone still for one second while the waybill is in the picture, in good light.")
_TAKE: Final = say("Take the photo again: closer, straight from above, in good light and in focus.")
_TYPED: Final = say("Look whether the number in the order was typed as it stands on the label.")


def tracking(
    expected: str, seen: Sequence[Seen], none: Compared, *, alone: Collection[Seen] = ()
) -> Compared:
    """The waybill number against everything that was read.

    Args:
        expected: as the order says it.
        seen: everything read.
        none: what to say where nothing was read.
        alone: those that could be read for long in a film that showed no unread code at another time.
    """
    number = normalised(expected)
    if len(number) < LEAST:
        return Compared(
            Outcome.UNSURE,
            say("The expected number {expected} is too short to be found.", expected=expected[:SHOWN]),
            _TYPED,
        )
    for one in sorted(seen, key=lambda one: (not one.sure, one.print)):
        if holds(one.numbers, number):
            return _found(one, expected)
    others = [one for one in seen if one.sure and not one.goods]
    near = [one for one in others if any(apart(n, number) == 1 for n in one.numbers)]
    for one in sorted(near, key=lambda one: (one.print, not one.clear)):
        return _near(one, number, expected)
    for one in others:
        if one.clear and not one.print and any(alike(n, number) for n in one.numbers):
            return _another(one, number, expected)
    foreign = next((one for one in others if one in alone and _foreign(one, number)), None)
    if foreign is not None:
        return _of_another_carrier(foreign, expected)
    return _of_another_kind(others[0], expected) if others else none


def _of_another_kind(one: Seen, expected: str) -> Compared:
    return Compared(
        Outcome.UNSURE,
        say(
            "Read {read}, no number of the kind of the expected {expected}.",
            read=one.shown,
            expected=expected[:SHOWN],
        ),
        _COMPARE,
        one,
    )


def order(expected: str, seen: Sequence[Seen], *, identified: bool) -> Compared:
    """The order number against everything that was read; few labels bear it.

    Args:
        expected: as the order says it.
        seen: everything read.
        identified: whether the waybill number was read as expected, which names the parcel by itself.
    """
    number = normalised(expected)
    matching = [one for one in seen if len(number) >= LEAST and holds(one.numbers, number)]
    for one in sorted(matching, key=lambda one: not one.sure):
        if one.sure:
            says = say("The order number {number} was read, as expected.", number=expected[:SHOWN])
            return Compared(Outcome.PASS, says, seen=one)
        return _once(one, expected)
    near = next((one for one in seen if any(apart(n, number) == 1 for n in one.numbers)), None)
    if near is not None and len(number) >= LEAST:
        return Compared(
            Outcome.UNSURE,
            _differs(near, number, expected),
            _TYPED,
            near,
        )
    if identified:
        return Compared(
            Outcome.SKIPPED,
            say(
                "The order number was not seen; few labels bear it, and the waybill number names the parcel."
            ),
        )
    return Compared(Outcome.UNSURE, say("The order number was not seen."), _AGAIN)


def _found(one: Seen, expected: str) -> Compared:
    if not one.sure:
        return _once(one, expected)
    says = (
        say("The waybill number {number} was read in print, as expected.", number=expected[:SHOWN])
        if one.print
        else say("The waybill number {number} was read, as expected.", number=expected[:SHOWN])
    )
    return Compared(Outcome.PASS, says, seen=one)


def _once(one: Seen, expected: str) -> Compared:
    return Compared(
        Outcome.UNSURE,
        say(
            "The expected number {number} was read only once, where a misreading would not be noticed.",
            number=expected[:SHOWN],
        ),
        _AGAIN,
        one,
    )


def _near(one: Seen, number: str, expected: str) -> Compared:
    """One character is another one: which of the two is right, the check digits say, if any."""
    read = next(n for n in one.numbers if apart(n, number) == 1)
    if told(number).valid is False:
        return _mistyped(one, expected)
    valid = told(read).valid
    if valid is False or (valid is None and (one.print or not one.clear)):
        says = say(
            "Read {read}, expected {expected}: one character differs, and it may be misread.",
            read=read[:SHOWN],
            expected=expected[:SHOWN],
        )
        return Compared(Outcome.UNSURE, says, _AGAIN, one)
    if not one.clear:
        return Compared(Outcome.UNSURE, _differs(one, number, expected), _COMPARE, one)
    says = (
        say(
            "Read {read}, expected {expected}: one character differs, and the check digit is right.",
            read=read[:SHOWN],
            expected=expected[:SHOWN],
        )
        if valid
        else _differs(one, number, expected)
    )
    return Compared(Outcome.FAIL, says, _COMPARE, one)


def _differs(one: Seen, number: str, expected: str) -> Saying:
    read = next(n for n in one.numbers if apart(n, number) == 1)
    return say(
        "Read {read}, expected {expected}: character {place} differs.",
        read=read[:SHOWN],
        expected=expected[:SHOWN],
        place=place(read, number),
    )


def _another(one: Seen, number: str, expected: str) -> Compared:
    if told(number).valid is False:
        return _mistyped(one, expected)
    says = say(
        "Another waybill was read: {read}, expected {expected}.", read=one.shown, expected=expected[:SHOWN]
    )
    return Compared(Outcome.FAIL, says, _COMPARE, one)


def _foreign(one: Seen, number: str) -> bool:
    """Whether it is, by its check digit, a number of a carrier that the expected one is not of.

    Digits alone name no carrier, print may be misread, and posts hand parcels on under two numbers.
    """
    ours = told(number)
    if one.print or not one.clear or ours.valid is False or not ours.carriers:
        return False
    theirs = {name for n in one.numbers for name in told(n).carriers if told(n).valid}
    return bool(theirs) and not HANDED_ON & {*theirs, *ours.carriers}


def _of_another_carrier(one: Seen, expected: str) -> Compared:
    carrier = next(told(n).carriers[0] for n in one.numbers if told(n).valid and told(n).carriers)
    says = say(
        "All that was to be read is another carrier's waybill: {carrier} {read}, expected {expected}.",
        carrier=carrier,
        read=one.shown,
        expected=expected[:SHOWN],
    )
    return Compared(Outcome.FAIL, says, _OLD, one)


def _mistyped(one: Seen, expected: str) -> Compared:
    says = say(
        "Read {read}; the check digit of the expected {expected} is wrong, so that may be mistyped.",
        read=one.shown,
        expected=expected[:SHOWN],
    )
    return Compared(Outcome.UNSURE, says, _TYPED, one)


def unread(glimpses: Sequence[tuple[timedelta, float]], *, film: bool) -> Compared:
    """Why nothing was read, as far as it can be told.

    Args:
        glimpses: when something looked like a code, and its share of the picture's long side.
        film: whether it is a film.
    """
    if not film:
        return Compared(Outcome.UNSURE, say("No waybill could be read in the photo."), _TAKE)
    if not glimpses:
        says = say("No waybill could be read; nothing looked like a code that is close enough.")
        return Compared(Outcome.UNSURE, says, _AGAIN)
    start, end = clock(glimpses[0][0]), clock(glimpses[-1][0])
    when = Timeline.of((glimpses[0][0], glimpses[-1][0]))
    if max(share for _, share in glimpses) < TINY:
        says = say(
            "Something like a code was seen from {start} to {end}, too small to be read.",
            start=start,
            end=end,
        )
        return Compared(Outcome.UNSURE, says, _CLOSER, when=when)
    says = say(
        "Something like a code was seen from {start} to {end}, too blurred or covered to be read.",
        start=start,
        end=end,
    )
    return Compared(Outcome.UNSURE, says, STILL, when=when)
