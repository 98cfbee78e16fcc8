"""Where codes of time are looked for in a film: station clocks and slips.

A far look once a second is the one that `search` makes for matrix codes, and shares its answer;
where it gives nothing, QR codes alone are sought in the full view, where a module of less than two
pixels is read. Once a code was seen, the place about it is looked at five times a second, which
costs a millisecond, so that of a clock that changes every second no code is missed. A photo
is read in two sizes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from evidence.station import announced
from evidence.timeline import ZERO
from evidence.vision import symbols

if TYPE_CHECKING:
    from evidence.check import Frame, Plane
    from evidence.vision.symbols import Symbol

PACE: Final = timedelta(seconds=0.2)
"""Between two looks at a place where a code was."""
_PAUSE: Final = timedelta(seconds=1.0)
"""Between two looks at the whole picture while nothing was seen."""
_LOST: Final = timedelta(seconds=0.4)
"""And while a code was seen a moment ago and is not where it was."""
_SOUGHT: Final = timedelta(seconds=3.0)
"""How long that moment lasts."""
_PLACES: Final = 3
"""Codes in sight at once: a station, a slip, and one more."""
_ROOM: Final = 0.8
"""About a code, in lengths of it: as far as a hand moves in a moment."""
_SMALL: Final = 240
"""Pixels of a code's side below which its place is magnified twice where it cannot be read."""
_SHARPENED: Final = (2.5, 1.5)
"""Width (pixels of the magnified place) and strength of the unsharp mask."""
_PHOTO: Final = (symbols.FAR, symbols.FULL)
_QR: Final = (symbols.MATRIX[0],)


class Lookout:
    """Looks through one film in order; every picture has to be offered."""

    def __init__(self) -> None:
        self._places: list[Symbol] = []
        self._due = self._whole_due = ZERO
        self._last: timedelta | None = None

    def look(self, frame: Frame) -> list[Symbol]:
        """The codes of time in this picture, in pixels of the full view; none where it is passed over."""
        if frame.at < self._due:
            return []
        self._due = frame.at + PACE
        found = self._near(frame) if self._places else []
        if not found and frame.at >= self._whole_due:
            found = _whole(frame)
            sought = self._last is not None and frame.at - self._last < _SOUGHT
            self._whole_due = frame.at + (_LOST if sought else _PAUSE)
        if found:
            self._places, self._last = found[:_PLACES], frame.at
        elif self._last is not None and frame.at - self._last < _SOUGHT:
            # The next picture may be clearer, and a cut is told by when each code was seen first and last.
            self._due = frame.at
        return found

    def _near(self, frame: Frame) -> list[Symbol]:
        full = frame.gray(symbols.FULL)
        found: dict[str, Symbol] = {}
        for place in self._places:
            found.update((symbol.text, symbol) for symbol in _about(full, place))
        return list(found.values())


def in_photo(frame: Frame) -> list[Symbol]:
    """The codes of time in a photo."""
    found: dict[str, Symbol] = {}
    for side in _PHOTO:
        view = frame.gray(side)
        for symbol in _only(symbols.remembered(view, _QR)):
            found.setdefault(symbol.text, symbol.scaled(frame.width / view.shape[1]))
    return list(found.values())


def _whole(frame: Frame) -> list[Symbol]:
    full = frame.gray(symbols.FULL)
    return _only(symbols.matrices(full)) or _only(symbols.remembered(full, _QR))


def _about(full: Plane, place: Symbol) -> list[Symbol]:
    low, high = place.quad.min(axis=0), place.quad.max(axis=0)
    room = float((high - low).max()) * _ROOM
    left, top = (max(0, int(part)) for part in low - room)
    right, bottom = (int(part) + 1 for part in high + room)
    part = full[top:bottom, left:right]
    if not part.size:
        return []
    found = _only(symbols.decoded(part, _QR))
    scale = 1.0
    if not found and max(high - low) < _SMALL:
        import cv2  # noqa: PLC0415 - a photo does without

        scale = 0.5
        twice = cast("Plane", cv2.resize(part, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
        found = _only(symbols.decoded(twice, _QR)) or _only(symbols.decoded(_sharper(twice), _QR))
    return [symbol.scaled(scale).moved(left, top) for symbol in found]


def _sharper(picture: Plane) -> Plane:
    import cv2  # noqa: PLC0415 - see above

    width, strength = _SHARPENED
    soft = cv2.GaussianBlur(picture, (0, 0), width)
    return cast("Plane", cv2.addWeighted(picture, 1 + strength, soft, -strength, 0))


def _only(found: list[Symbol]) -> list[Symbol]:
    return [symbol for symbol in found if announced(symbol.text)]
