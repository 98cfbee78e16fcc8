"""As described or not: the goods in two photos, that of the listing and that of what came.

A check knows one file, so the comparison stands beside the reports. It takes the measured facts of both
(`colour.measured`, `size.measured`), and says pass, fail or unsure by one rule: a difference counts only
as far as it is larger than the limit by twice its uncertainty.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

from evidence.colour_difference import Lab, ciede2000
from evidence.model import Finding, Measure, Outcome, Report, Saying, say

COLOUR_LIMIT: Final = 5.0
"""CIEDE2000 above which anybody calls it another shade, side by side; ours, and no platform's."""
SIZE_LIMIT: Final = 0.03
"""Share of the length by which a size may differ; ours: makers of clothes allow 1 to 3 %."""
_SURE: Final = 2.0
"""Standard deviations that a difference has to be beyond the limit."""


def colour(listing: Report, received: Report) -> Finding:
    """How far the colours of the goods in both photos are apart: `colour.difference`."""
    one, other = _colour(listing), _colour(received)
    if one is None or other is None:
        return Finding.of(
            "colour.difference",
            Outcome.SKIPPED,
            say("The goods are not marked in both photos, so their colours are not compared."),
        )
    apart = ciede2000(one[0], other[0])
    error = sqrt(one[1] ** 2 + other[1] ** 2)
    outcome = _judged(apart, COLOUR_LIMIT, error)
    text: dict[Outcome, Saying] = {
        Outcome.PASS: say(
            "The colours are the same as far as a photo tells: {apart:.1f} apart, give or take {error:.1f}.",
            apart=apart,
            error=error,
        ),
        Outcome.FAIL: say(
            "The colours differ clearly: {apart:.1f} apart, give or take {error:.1f}.",
            apart=apart,
            error=error,
        ),
        Outcome.UNSURE: say(
            "The colours are {apart:.1f} apart, give or take {error:.1f}: that may be the light.",
            apart=apart,
            error=error,
        ),
    }
    return Finding.of(
        "colour.difference",
        outcome,
        text[outcome],
        advice=None
        if outcome is Outcome.PASS
        else say(
            "Take both again beside a grey card in the same daylight; a person compares them side by side."
        ),
        measures=[
            Measure(name="difference", value=round(apart, 2), unit="CIEDE2000", limit=COLOUR_LIMIT),
            Measure(name="uncertainty", value=round(error, 2), unit="CIEDE2000, one standard deviation"),
        ],
    )


def size(stated: Report | float, received: Report) -> Finding:
    """How far it is from the size in the listing's photo, or from that stated, in mm: `size.difference`."""
    one = _length(stated) if isinstance(stated, Report) else (float(stated), 0.0)
    other = _length(received)
    if one is None or other is None:
        return Finding.of(
            "size.difference",
            Outcome.SKIPPED,
            say("The size is not known of both, so the sizes are not compared."),
        )
    apart = abs(other[0] - one[0])
    error = sqrt(one[1] ** 2 + other[1] ** 2)
    limit = SIZE_LIMIT * one[0]
    outcome = _judged(apart, limit, error)
    text: dict[Outcome, Saying] = {
        Outcome.PASS: say(
            "The size is as stated: {length:.0f} mm for {wanted:.0f} mm.", length=other[0], wanted=one[0]
        ),
        Outcome.FAIL: say(
            "The size differs: {length:.0f} mm for {wanted:.0f} mm, give or take {error:.0f} mm.",
            length=other[0],
            wanted=one[0],
            error=error,
        ),
        Outcome.UNSURE: say(
            "The size may differ: {length:.0f} mm for {wanted:.0f} mm, give or take {error:.0f} mm.",
            length=other[0],
            wanted=one[0],
            error=error,
        ),
    }
    return Finding.of(
        "size.difference",
        outcome,
        text[outcome],
        advice=None
        if outcome is Outcome.PASS
        else say("Measure it once more beside a ruler, from straight above, and keep that photo."),
        measures=[
            Measure(name="difference", value=round(apart, 1), unit="mm", limit=round(limit, 1)),
            Measure(name="uncertainty", value=round(error, 1), unit="mm, one standard deviation"),
        ],
    )


def _judged(apart: float, limit: float, error: float) -> Outcome:
    if apart - _SURE * error > limit:
        return Outcome.FAIL
    return Outcome.PASS if apart + _SURE * error <= limit else Outcome.UNSURE


def _colour(report: Report) -> tuple[Lab, float] | None:
    found = _numbers(report, "colour.measured")
    if not {"lightness", "a", "b", "uncertainty"} <= found.keys():
        return None
    return (found["lightness"], found["a"], found["b"]), found["uncertainty"]


def _length(report: Report) -> tuple[float, float] | None:
    found = _numbers(report, "size.measured")
    return (found["length"], found["uncertainty"]) if {"length", "uncertainty"} <= found.keys() else None


def _numbers(report: Report, code: str) -> dict[str, float]:
    finding = next((finding for finding in report.findings() if finding.code == code), None)
    measures = finding.measures if finding else ()
    return {each.name: float(each.value) for each in measures if not isinstance(each.value, str)}
