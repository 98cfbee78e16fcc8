"""The network at work: where in a picture the closed box is, and how its surfaces are turned.

The network sees a square window of 128 x 128 pixels. At first that window is the whole
picture; once a box is found the window follows it from picture to picture, so that the
box fills it at any distance. Now and then the whole picture is looked at again, so that a
window that clings to the wrong thing lets go.

The weights are our own and lie beside this module; `evidence/vision/training/` made them,
`network/CARD.md` tells from what, and how well they do.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, cast

import cv2
import numpy as np

from evidence.vision.sight import Maps, Window

if TYPE_CHECKING:
    import numpy.typing as npt

    from evidence.check import Frame, Plane

    Grid = npt.NDArray[np.float64]

VIEW: Final = 384
"""Long side of the view that windows are cut from, pixels: a box of a third of it fills the input."""
_INPUT: Final = 128
_CELLS: Final = 64
_LEAST: Final = 24
"""Cells that a box must have to be one: 5 by 5."""
_ROOM: Final = 1.5
"""Side of the next window, in reaches of the box."""
_SHRINK: Final = 0.6
"""The least side of the next window, in sides of the last one."""
_AGAIN: Final = 10
"""Looks after which the whole picture is looked at again."""
_PATIENCE: Final = 6
"""Looks without a box after which it may be anywhere, and only one place is looked at each time."""
_DOUBTFUL: Final = 0.7
"""Below this worth other windows are tried."""
_BEYOND: Final = 0.85
"""The worth of what is believed to be a box although it is not where the box was."""
_SWELLING: Final = 3.0
"""Times by which a box's outline may change its area from one look to the next."""
_CLINGING: Final = 0.05
"""How much better another window must be to leave the one that follows."""
_SURE: Final = 0.5
_SKIPPING: Final = 0.7
"""Below this scale a bilinear cut would skip pixels, so that the view is made smaller first."""


@cache
def weights() -> tuple[bytes, str]:
    """The network as an ONNX file, and its SHA-256 in hexadecimal."""
    held = files("evidence.vision").joinpath("network", "box.onnx").read_bytes()
    return held, hashlib.sha256(held).hexdigest()


class Perceiver:
    """Looks at the pictures of one film in order; not to be shared between threads."""

    def __init__(self) -> None:
        held, self.weights = weights()
        self._network = cv2.dnn.readNetFromONNX(np.frombuffer(held, np.uint8))
        self._window: Window | None = None
        self._looks = 0
        self._outline: Grid | None = None
        """Where the box was seen last."""
        self._missed = 0
        """Looks since then."""
        self.opened = 0.0
        """How much of the picture looked at last an opened carton takes, 0 to 1; 0 where none is seen."""

    def look(self, frame: Frame) -> Maps | None:
        """What the network says of the closed box in this picture, or None where there is none.

        What it says of an opened carton is `opened` thereafter.
        """
        view = frame.rgb(VIEW)
        self._looks += 1
        self.opened = 0.0
        best = None if self._window is None else self._better(None, self._tried(view, frame, self._window))
        if best is None or best.worth < _DOUBTFUL or self._looks % _AGAIN == 0:
            for window in self._places(frame):
                found = self._tried(view, frame, window)
                # Seen anew in a window that fits it, the box is told better.
                found = found and (self._tried(view, frame, found.next) or found)
                best = self._better(best, found)
                if best is not None and best.worth >= _DOUBTFUL:
                    break
        if best is None:
            self._missed += 1
            if self._missed >= _PATIENCE:
                self._window = self._outline = None
            return None
        self._missed = 0
        self._window, self._outline = best.next, best.outline
        return best.maps

    def _better(self, best: _Try | None, found: _Try | None) -> _Try | None:
        """The better of two; what is not where the box was a moment ago has to be beyond doubt."""
        if found is None:
            return best
        strange = self._outline is not None and not _alike(self._outline, found.outline)
        if strange and found.worth < _BEYOND:
            return best
        return found if best is None or found.worth > best.worth + _CLINGING else best

    def _places(self, frame: Frame) -> tuple[Window, ...]:
        """Where to look for a box; one place at a time where there was none for long."""
        short, long = sorted((frame.width, frame.height))
        places = (
            _centred(frame, short),
            _centred(frame, (short * long) ** 0.5),
            _centred(frame, long),
        )
        return places if self._missed < _PATIENCE else (places[self._looks % len(places)],)

    def _tried(self, view: Plane, frame: Frame, window: Window) -> _Try | None:
        """What a window shows, if it shows a box."""
        maps = self._seen(view, frame, window)
        torn = _blob(maps.opened)
        if torn is not None:
            self.opened = max(self.opened, _area(torn) * window.side**2 / (frame.width * frame.height))
        blob = _blob(maps.box)
        if blob is None:
            return None
        outline = np.array(blob) * window.side + np.array((window.left, window.top) * 2)
        return _Try(maps, _around(blob, window), _worth(maps, blob), outline)

    def _seen(self, view: Plane, frame: Frame, window: Window) -> Maps:
        """The maps of a window of the frame, of which `view` is a smaller picture."""
        scale = view.shape[1] / frame.width
        zoom = _INPUT / (window.side * scale)
        shrink = min(1.0, zoom)
        if shrink < _SKIPPING:
            view = cast("Plane", cv2.resize(view, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA))
        else:
            shrink = 1.0
        cut = np.array([[1.0, 0, -window.left * scale * shrink], [0, 1.0, -window.top * scale * shrink]])
        piece = cv2.warpAffine(view, cut * (zoom / shrink), (_INPUT, _INPUT), flags=cv2.INTER_LINEAR)
        return self._told(cast("Plane", piece), window, (frame.width, frame.height))

    def tell(self, picture: Plane) -> Maps:
        """The maps of a square picture `(128, 128, 3)` that is a whole film to itself."""
        side = picture.shape[0]
        return self._told(picture, Window(0, 0, side), (side, side))

    def _told(self, piece: Plane, window: Window, size: tuple[int, int]) -> Maps:
        self._network.setInput(cv2.dnn.blobFromImage(piece, 1 / 255))
        found = self._network.forward()[0].astype(np.float64)
        box, cover, crease, opened = 1 / (1 + np.exp(-found[[0, 1, 2, 6]]))
        normals = found[3:6] / np.maximum(np.linalg.norm(found[3:6], axis=0), 1e-6)
        return Maps(window, *size, box, cover, crease, normals, opened)


def _centred(frame: Frame, side: float) -> Window:
    return Window((frame.width - side) / 2, (frame.height - side) / 2, side)


@dataclass(frozen=True)
class _Try:
    """One window looked at."""

    maps: Maps
    next: Window
    """Fits the box that was seen."""
    worth: float
    """How well the box is seen, 0 to 1."""
    outline: Grid
    """Left, top, right, bottom of the box, pixels of the picture."""


_Blob = tuple[float, float, float, float]
"""Left, top, right, bottom in shares of the window."""


def _blob(box: Grid) -> _Blob | None:
    """The outline of the likeliest box; one closer to the middle first."""
    mask = (box > _SURE).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(mask, connectivity=8)
    best, worth = None, 0.0
    for label in range(1, count):
        left, top, wide, high, area = (int(n) for n in stats[label])
        if area < _LEAST:
            continue
        x, y = (float(c) / _CELLS - 0.5 for c in centres[label])
        value = area * float(box[labels == label].mean()) / (1 + 6 * (x * x + y * y))
        if value > worth:
            worth = value
            best = (left / _CELLS, top / _CELLS, (left + wide) / _CELLS, (top + high) / _CELLS)
    return best


def _area(blob: _Blob) -> float:
    left, top, right, bottom = blob
    return (right - left) * (bottom - top)


def _alike(one: Grid, other: Grid) -> bool:
    """Whether two outlines may be those of one box a moment apart."""
    shared = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    areas = [float(np.prod(outline[2:] - outline[:2])) for outline in (one, other)]
    return (
        min(shared) > 0 and float(np.prod(shared)) > 0.5 * min(areas) and max(areas) < _SWELLING * min(areas)
    )


def _worth(maps: Maps, blob: _Blob) -> float:
    """How sure the network is of the cells about the box; less where it is cut off or small."""
    left, top, right, bottom = blob
    rows = slice(int(top * _CELLS), int(bottom * _CELLS))
    columns = slice(int(left * _CELLS), int(right * _CELLS))
    sure = float(np.abs(2 * maps.box[rows, columns] - 1).mean())
    window = maps.window
    cut = 0
    for share, border, beyond in (
        (left, 0.0, window.left <= 0),
        (top, 0.0, window.top <= 0),
        (right, 1.0, window.left + window.side >= maps.width),
        (bottom, 1.0, window.top + window.side >= maps.height),
    ):
        cut += abs(share - border) < 1 / _CELLS and not beyond
    reach = max(right - left, bottom - top) * window.side / max(maps.width, maps.height)
    return sure * 0.8**cut * min(1.0, 0.4 + 1.2 * reach)


def _around(blob: _Blob, window: Window) -> Window:
    """The next window, with room about the box; it shrinks slowly, since a part may be all that was told."""
    left, top, right, bottom = (share * window.side for share in blob)
    side = max(max(right - left, bottom - top) * _ROOM, window.side * _SHRINK)
    x, y = window.left + (left + right) / 2, window.top + (top + bottom) / 2
    return Window(x - side / 2, y - side / 2, side)
