"""Who wrote a file, by its own tags: the camera, or software that wrote it again.

A tag that names an editor is certain; the absence of one says nothing. Chat apps and
phones rewrite files all day, so a rewritten file is a fact and no accusation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_REWRITERS: Final = re.compile(
    r"lavf|lavc|handbrake|x26[45]|mainconcept|capcut|jianying|剪映|premiere|after effects|final cut|imovie"
    r"|davinci|vegas|movavi|inshot|kinemaster|filmora|vlc|photoshop|lightroom|gimp|snapseed|picsart|meitu|美图"
    r"|paint\.net|canva|photo editor|microsoft.*photos|imagemagick|photoscape",
    re.IGNORECASE,
)
_PLACES: Final = (
    "container:encoder",
    "container:software",
    "container:com.apple.quicktime.software",
    "video:encoder",
    "video:handler_name",
    "exif:software",
    "exif:processingsoftware",
)
_CAMERA_MARKS: Final = ("container:com.android.", "container:com.apple.quicktime.make")
_SHOWN: Final = 80
"""Characters of a tag that are read and shown."""


def rewriter(tags: Mapping[str, str]) -> str | None:
    """The software other than a camera that says it wrote the file, fit to show; None where none does.

    `tags` are `place:name` -> text as in `evidence.check.Media`; names are compared without case.
    """
    folded = {name.casefold(): text for name, text in tags.items()}
    for place in _PLACES:
        text = "".join(c for c in folded.get(place, "")[:_SHOWN] if c.isprintable()).strip()
        if _REWRITERS.search(text):
            return text
    return None


def by_camera(tags: Mapping[str, str]) -> bool:
    """Whether a phone left its mark on the container, and no other software did."""
    marked = any(name.casefold().startswith(_CAMERA_MARKS) for name in tags)
    return marked and rewriter(tags) is None
