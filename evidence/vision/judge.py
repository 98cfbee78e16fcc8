"""The weights that make one score of a step's signs: a logistic model of fifteen numbers.

They lie in `joins.json`, readable. A ridge logistic regression learned them on 2026-11-27 from 1,577 steps
worth a closer look, 539 of them joins: of the development set of `make bench-continuity`, and of 78 more
clips cut from its three real films. The other set was not read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judge:
    """A weighed sum of signs."""

    names: tuple[str, ...]
    middle: Vector
    """What is taken from each sign, `(n,)`."""
    weights: Vector
    """What each is then multiplied by, `(n,)`."""
    bias: float

    @classmethod
    @cache
    def load(cls) -> Judge:
        """The weights that come with the package."""
        told = json.loads((resources.files("evidence.vision") / "joins.json").read_text("utf-8"))
        signs = told["signs"]
        return cls(
            tuple(sign["name"] for sign in signs),
            np.asarray([sign["middle"] for sign in signs]),
            np.asarray([sign["weight"] for sign in signs]),
            float(told["bias"]),
        )

    def score(self, signs: Vector) -> float:
        """The logarithm of the odds that a step with these signs is a join, as on the films learned from."""
        return float((signs - self.middle) @ self.weights + self.bias)
