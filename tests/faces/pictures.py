"""A film that was not judged right, as one picture: what was seen of the box in two dozen of its moments."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from evidence.check import Frame
from evidence.vision.eyes import Network
from evidence.vision.sight import Sight
from tests import examining
from tests.faces.score import Score

EVERY = timedelta(seconds=0.1)
COLUMNS, ROWS = 6, 4
SIDE = 320
"""Long side of one moment, pixels."""
RED, YELLOW, BLACK = (40, 40, 255), (0, 255, 255), (0, 0, 0)


class Pictured:
    """Stands in for a check: looks as `six_faces` does, and draws what it saw."""

    name, version, every = "pictured", 1, EVERY

    def __init__(self) -> None:
        self.moments: list[np.ndarray] = []
        self._eyes = Network()

    def start(self, *_: Any) -> Pictured:
        return self

    def model_dump(self, **_: Any) -> dict[str, Any]:
        return {}

    def see(self, frame: Frame, /) -> None:
        self.moments.append(moment(frame.rgb(SIDE), frame.at, self._eyes.look(frame).sight))

    def conclude(self, _: Any, /) -> list[Any]:
        return []


def moment(rgb: np.ndarray, at: timedelta, sight: Sight | None) -> np.ndarray:
    """One moment with the outlines that were fitted, how surely and how exactly; `(h, w, 3)` BGR."""
    drawn = np.ascontiguousarray(rgb[..., ::-1])
    height, width = drawn.shape[:2]
    told = f"{at.total_seconds():.1f} s: "
    told += "no box" if sight is None else f"{sight.confidence:.2f}, off {sight.error:.0f}"
    for side in sight.sides if sight else ():
        corners = np.round(side.quad * (width, height)).astype(np.int32)
        cv2.polylines(drawn, [corners], isClosed=True, color=RED, thickness=1, lineType=cv2.LINE_AA)
    for colour, thickness in ((BLACK, 3), (YELLOW, 1)):
        cv2.putText(drawn, told, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, thickness, cv2.LINE_AA)
    return drawn


def sheet(film: Path, score: Score, to: Path) -> Path:
    """Draw a film's sheet into the folder `to`."""
    pictured = Pictured()
    examining.examined(film, [pictured])
    moments = pictured.moments
    chosen = [moments[n] for n in np.linspace(0, len(moments) - 1, COLUMNS * ROWS).astype(int)]
    rows = [np.hstack(chosen[n : n + COLUMNS]) for n in range(0, len(chosen), COLUMNS)]
    title = np.zeros((28, rows[0].shape[1], 3), np.uint8)
    said = f"{score.film} ({score.shown} faces): {score.outcome}. {score.says}"
    cv2.putText(title, said, (6, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, YELLOW, 1, cv2.LINE_AA)
    to.mkdir(parents=True, exist_ok=True)
    path = to / f"{score.film}.jpg"
    cv2.imwrite(str(path), np.vstack([title, *rows]), [cv2.IMWRITE_JPEG_QUALITY, 82])
    return path
