from __future__ import annotations

import numpy as np
import pytest

from evidence.vision.ranks import quantile


@pytest.mark.parametrize("count", [1, 2, 5, 1000])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.95, 1.0])
def test_it_is_what_numpy_says(count, share):
    values = np.random.default_rng(count).random((count, 1)).astype(np.float32)
    assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-6)
