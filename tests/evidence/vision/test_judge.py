from __future__ import annotations

import numpy as np

from evidence.vision.breaks import SIGNS
from evidence.vision.judge import Judge


def test_the_weights_are_of_the_signs_that_breaks_gives_in_their_order():
    assert Judge.load().names == SIGNS


def test_more_of_any_sign_never_speaks_for_a_take():
    judge = Judge.load()
    at = judge.score(judge.middle)
    for n in range(len(SIGNS)):
        more = judge.middle + np.eye(len(SIGNS))[n]
        assert judge.score(more) > at
