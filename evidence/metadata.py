"""What a file says about itself, as text: made fit to show, and the two facts drawn from it.

Metadata is written by anyone. It is cut to size, freed of characters that do not print
(terminal codes, direction marks), and otherwise passed on as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from evidence.clocks import Means, readings

MAX_TAGS: Final = 64
"""Tags kept of one place; an iPhone's film has about ten."""
MAX_NAME: Final = 64
MAX_TEXT: Final = 256

_SOFTWARE: Final = (
    "container:encoder",
    "container:com.apple.quicktime.software",
    "container:software",
    "exif:software",
    "video:encoder",
)
_MAKE: Final = ("container:com.apple.quicktime.make", "container:com.android.manufacturer", "exif:make")
_MODEL: Final = ("container:com.apple.quicktime.model", "container:com.android.model", "exif:model")


def tidy(place: str, found: Mapping[str, str]) -> dict[str, str]:
    """`found` as `place:name` -> text, bounded in number and length, control characters left out."""
    tags: dict[str, str] = {}
    for name, text in found.items():
        if len(tags) == MAX_TAGS:
            break
        key, value = printable(name, MAX_NAME), printable(text, MAX_TEXT)
        if key and value:
            tags[f"{place}:{key}"] = value
    return tags


def printable(text: str, most: int) -> str:
    """`text` without what does not print, runs of space joined, at most `most` characters."""
    shown = "".join(c if c.isprintable() else " " for c in text[: 4 * most])
    return " ".join(shown.split())[:most]


def captured_at(tags: Mapping[str, str]) -> datetime | None:
    """When it was taken, in UTC, where a tag says so with its zone; else when the container was closed."""
    found = [r for r in readings(tags) if r.plausible and r.offset is not None]
    taken = [r for r in found if r.means is Means.RECORDED]
    closed = [r for r in found if r.means is Means.WRITTEN and not r.place.startswith("exif:")]
    return next((r.earliest.astimezone(UTC) for r in taken + closed), None)


def made_with(tags: Mapping[str, str]) -> str | None:
    """The software and the device that wrote the file, as they call themselves."""
    folded = {name.casefold(): text for name, text in tags.items()}
    software, make, model = (
        next((folded[name] for name in names if name in folded), "") for names in (_SOFTWARE, _MAKE, _MODEL)
    )
    device = model if model.casefold().startswith(make.casefold()) else f"{make} {model}".strip()
    if software and device:
        return f"{software} ({device})"
    return software or device or None
