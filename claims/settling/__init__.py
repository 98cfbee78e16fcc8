"""How a claim can be settled, who pays, on which grounds it can be refused, and who may decide that.

All of it is derived from the case and its ruleset, and nothing of it is stored.
"""

from __future__ import annotations

from claims.settling.settlement import Settlement, settlement

__all__ = ["Settlement", "settlement"]
