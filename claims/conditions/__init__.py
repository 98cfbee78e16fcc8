"""Whether one condition of a requirement holds in a case: yes, no or unsure, and why.

Pure functions of the case and its reports. A condition never says yes because nobody
asked: a question without an answer is unsure, and a person's word only counts where the
checks have looked and could not tell.
"""

from __future__ import annotations

from claims.conditions.judging import judge
from claims.conditions.people import spoken
from claims.conditions.scene import Held, Scene, distinct, worst

__all__ = ["Held", "Scene", "distinct", "judge", "spoken", "worst"]
