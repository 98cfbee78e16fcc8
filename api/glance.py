"""What a file is by its first bytes: enough to turn away what is no film and no photo at the door.

The gate proper looks at the whole file, in the sandbox, later; this only spares strangers'
playlists and texts the way there. Pure Python over a few bounded bytes.
"""

from __future__ import annotations

import io
from typing import Final

from api.errors import UnknownProfileError
from evidence.check import RefusedError
from evidence.gate import HEAD, Kind, sniff
from evidence.profile import load, names, require

__all__ = ["HEAD", "Kind", "chosen", "fitting", "glance"]

DEFAULTS: Final[dict[Kind, str]] = {"video": "unboxing", "photo": "defect_photo"}
"""The profile where none is named."""

_BY_FIRST_BYTES: Final = frozenset({"refused.empty", "refused.not_media", "refused.playlist"})
"""Refusals that more bytes would not change."""
_PICTURES: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf"}
)
"""Brands of ISO files that hold a photo (ISO/IEC 23008-12, annex B)."""


def glance(head: bytes, *, whole: bool) -> Kind:
    """Whether a file that begins with `head` would be a film or a photo; `whole` where that is all of it.

    Raises:
        RefusedError: it can be neither.
    """
    try:
        return sniff(io.BytesIO(head)).kind
    except RefusedError as refused:
        if whole or refused.code in _BY_FIRST_BYTES:
            raise
    return "photo" if head[4:8] == b"ftyp" and head[8:12] in _PICTURES else "video"


def chosen(head: bytes, profile: str | None, *, whole: bool) -> tuple[Kind, str]:
    """What the file would be, and the profile to examine it with: the one named, or the one for its kind.

    Raises:
        RefusedError: it is neither film nor photo, or the profile is for the other kind.
        UnknownProfileError: there is no profile of that name.
    """
    _check_known(profile)
    kind = glance(head, whole=whole)
    return kind, fitting(kind, profile)


def fitting(kind: Kind, profile: str | None) -> str:
    """The profile for a file of that kind: the one named, or the usual one. Raises as `chosen`."""
    _check_known(profile)
    if profile is None:
        return DEFAULTS[kind]
    require(load(profile), kind)
    return profile


def _check_known(profile: str | None) -> None:
    if profile is not None and profile not in names():
        raise UnknownProfileError(profile, names())
