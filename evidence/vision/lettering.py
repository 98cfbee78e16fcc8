"""Reading print, where the extra `ocr` is installed: RapidOCR with the models in its own package.

It takes about a second of one processor for a label, and 0.4 GB of memory, so that it is asked
only for what no code told. Nothing is fetched: the models lie in the installed package, and
behind the walls there is no network anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module, util
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evidence.check import Plane

MOST_LINES: Final = 60
"""Lines of one picture that are kept."""
LONGEST: Final = 120
"""Characters of a line that are kept."""
_SURE: Final = 0.8
"""Confidence below which a line is left out, 0 to 1."""
_FATAL: Final = 4
"""From which severity on the runtime speaks."""
_SETTINGS: Final = {
    "Global.log_level": "critical",
    # One thread, as everywhere behind the walls.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


@dataclass(frozen=True)
class Line:
    """One line of print."""

    text: str
    """A stranger's words."""
    confidence: float
    """As the engine says, 0 to 1."""


class _Output(Protocol):
    txts: Sequence[str] | None
    scores: Sequence[float] | None


class _Engine(Protocol):
    def __call__(self, picture: Any, /) -> _Output: ...  # noqa: ANN401 - an array, a path or bytes


def available() -> bool:
    """Whether print can be read here."""
    return all(util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def lines(picture: Plane) -> tuple[Line, ...]:
    """The lines of print in a grey picture `(h, w)`, from above, at any of the four quarter turns.

    Raises:
        ImportError: the extra is not installed.
    """
    found = _engine()(np.repeat(picture[..., None], 3, axis=2))
    read = zip(found.txts or (), found.scores or (), strict=False)
    sure = [Line(text[:LONGEST], float(score)) for text, score in read if float(score) >= _SURE]
    return tuple(sure[:MOST_LINES])


@cache
def _engine() -> _Engine:
    runtime = import_module("onnxruntime")
    # It would tell its maker of its use; behind the walls it cannot, and would complain of that.
    runtime.disable_telemetry_events()
    runtime.set_default_logger_severity(_FATAL)
    return cast("_Engine", import_module("rapidocr").RapidOCR(params=_SETTINGS))
