"""The bounds that hold for films and photos alike; a refusal names the figure and the limit."""

from __future__ import annotations

from evidence.check import RefusedError
from evidence.model import say
from evidence.profile import Limits


def require_size(size: int, limits: Limits) -> None:
    """Refuse, as `refused.too_large`, a file of more bytes than the profile allows."""
    if size > limits.bytes:
        raise RefusedError(
            "refused.too_large",
            say(
                "The file has {size} MB, and at most {limit} MB are examined; send a smaller one.",
                size=round(size / 1e6, 1),
                limit=round(limits.bytes / 1e6, 1),
            ),
        )


def require_pixels(width: int, height: int, limits: Limits) -> None:
    """Refuse, as `refused.too_many_pixels`, pictures of more pixels than the profile allows."""
    if width * height > limits.pixels:
        raise RefusedError(
            "refused.too_many_pixels",
            say(
                "The picture has {width} x {height} pixels, and at most {limit} million are examined; "
                "choose a lower resolution in the camera app.",
                width=width,
                height=height,
                limit=round(limits.pixels / 1e6, 1),
            ),
        )
