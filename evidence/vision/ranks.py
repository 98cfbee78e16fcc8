"""Quantiles, as numpy's own gives them, without what numpy's own loads.

`numpy.quantile` loads numpy's masked arrays, which takes as long as a check of a photo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def quantile(values: npt.NDArray[np.float32] | npt.NDArray[np.uint8], share: float) -> float:
    """The value below which that share of all values lies, between neighbours in proportion.

    Args:
        values: of any shape, not empty.
        share: 0 to 1.
    """
    place = share * (values.size - 1)
    below = int(place)
    above = min(below + 1, values.size - 1)
    ordered = np.partition(values, (below, above), axis=None)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * (place - below)
