"""How to show a face of the parcel that a film lacks: sentences a person can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from evidence.model import Saying, say

SHOW: Final[Mapping[str, Saying]] = {
    "top": say("Film the parcel from above for one second."),
    "front": say("Hold the front to the camera for one second."),
    "right": say("Hold the right side to the camera for one second."),
    "back": say("Hold the back to the camera for one second."),
    "left": say("Hold the left side to the camera for one second."),
    "bottom": say("Turn the parcel over and film its underside for one second."),
}
