"""What is said of faces that were seen, were not seen, or may have been: sentences a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from evidence.model import FACES, Outcome, Saying, say
from evidence.showing import SHOW
from evidence.timeline import clock

if TYPE_CHECKING:
    from evidence.vision.coverage import Doubt
    from evidence.vision.judgement import Judgement

SEEN: Final[Mapping[str, Saying]] = {
    "top": say("The top was seen."),
    "front": say("The front was seen."),
    "right": say("The right side was seen."),
    "back": say("The back was seen."),
    "left": say("The left side was seen."),
    "bottom": say("The bottom was seen."),
}
NEVER: Final[Mapping[str, Saying]] = {
    "top": say("The top was never shown."),
    "front": say("The front was never shown."),
    "right": say("The right side, to the right of the front, was never shown."),
    "back": say("The back, opposite the front, was never shown."),
    "left": say("The left side, to the left of the front, was never shown."),
    "bottom": say("The bottom, opposite the top, was never shown."),
}
_ONLY: Final[Mapping[str, Saying]] = {
    "top": say("5 of 6 faces seen; the top never."),
    "front": say("5 of 6 faces seen; the front never."),
    "right": say("5 of 6 faces seen; the right side never."),
    "back": say("5 of 6 faces seen; the back never."),
    "left": say("5 of 6 faces seen; the left side never."),
    "bottom": say("5 of 6 faces seen; the bottom never."),
}
"""Of the one face that is missing."""


_REASONS: Final[Mapping[str, tuple[Saying, Saying]]] = {
    "lost_at": (
        say("{count} of 6 faces seen; the box was lost at {at}."),
        say("Film again without a break; hand the box over slowly, and keep it in sight."),
    ),
    "left_frame": (
        say("{count} of 6 faces seen; the box left the picture at {at}."),
        say("Film again without a break, and keep the whole box in the picture while you turn it."),
    ),
    "too_fast": (
        say("{count} of 6 faces seen; the box turned too fast at {at}."),
        say("Film again without a break, and take a good second for each turn."),
    ),
    "too_small": (
        say("{count} of 6 faces seen; the box was too small at {at}."),
        say("Film again without a break, with the box a third of the picture or larger."),
    ),
    "blurred": (
        say("{count} of 6 faces seen; the picture was too blurred at {at}."),
        say("Film again where it is brighter, and hold each side still for one second."),
    ),
    "covered": (
        say("{count} of 6 faces seen; the box was covered at {at}."),
        say("Film again without a break, and hold the box at its edges, so that its sides are free."),
    ),
    "second_box": (
        say("{count} of 6 faces seen; from {at} on it may be another box."),
        say("Film one box only, and never let it out of the picture."),
    ),
    "ambiguous": (
        say("{count} of 6 faces are certain; at {at} the box may have turned one way or the other."),
        say("Film again and turn the box slowly, so that two of its sides are seen at each turn."),
    ),
    "contradiction": (
        say("{count} of 6 faces seen; what is seen at {at} does not fit the box before."),
        say("Have a person look at this point; film one box only, and turn it slowly."),
    ),
}
"""Why the film does not tell, and what to do about it."""


def said(judged: Judgement) -> tuple[Saying, Saying | None]:
    """What was found, and what to do about it."""
    one = judged.coverage
    if one is None:
        return (
            say("No closed parcel was seen well enough and for long enough to count its faces."),
            say(
                "Film the closed parcel by itself, large in the picture, in good light, before it is opened."
            ),
        )
    start, end, count = clock(one.start), clock(one.end), len(one.shown)
    if judged.outcome is Outcome.PASS:
        return (
            say(
                "All six faces of the closed parcel were seen without a break, from {start} to {end}, "
                "as its stickers prove.",
                start=start,
                end=end,
            )
            if judged.by_stickers
            else say(
                "All six faces of the closed parcel were seen without a break, from {start} to {end}.",
                start=start,
                end=end,
            )
        ), None
    if judged.outcome is Outcome.FAIL:
        if len(one.missing) == 1:
            return _ONLY[one.missing[0]], SHOW[one.missing[0]]
        return (
            say(
                "{count} of 6 faces seen, from {start} to {end}; the others never.",
                count=count,
                start=start,
                end=end,
            ),
            say("Film the closed parcel again without a break, and turn all its six sides to the camera."),
        )
    first = next((weakness for weakness in judged.weak if not weakness.face), judged.weak[0])
    if first.face and count < len(FACES):
        return (
            say(
                "{count} of 6 faces seen well; another only poorly, at {at}.", count=count, at=clock(first.at)
            ),
            SHOW[first.face],
        )
    reason, advice = _REASONS.get(first.doubt, _REASONS["lost_at"])
    return Saying(text=reason.text, values={"count": count, "at": clock(first.at)}), advice


def nearly(doubt: Doubt) -> Saying:
    """Why a face does not count although it was seen."""
    match doubt:
        case "covered":
            return say("This side was seen, but for the most part covered.")
        case "blurred":
            return say("This side was seen, but only blurred.")
        case "too_small":
            return say("This side was seen, but too small.")
        case "grazing":
            return say("This side was seen, but only at a slant.")
        case "brief":
            return say("This side was seen, but not long enough.")
        case _:
            return say("This side may have been seen, but not beyond doubt.")
