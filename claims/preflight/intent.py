"""What the seller is about to do: refuse or appeal, on which ground, with which evidence."""

from __future__ import annotations

from claims.case import Case
from claims.record.decision import DecisionKind
from claims.value import Line, Text, Value


class Intent(Value):
    """A decision before it is made."""

    kind: DecisionKind = DecisionKind.REFUSE
    ground: Line = ""
    """As the ruleset names it."""
    reason_code: Line = ""
    explanation: Text = ""
    evidence: tuple[Line, ...] = ()
    """Exhibits."""

    @property
    def founded(self) -> bool:
        """Whether it names a reason and evidence."""
        return bool((self.ground.strip() or self.reason_code.strip()) and self.evidence)


def intended(case: Case) -> Intent:
    """What the case itself says is going on: its last refusal or appeal, else a refusal on no ground yet."""
    last = next((d for d in reversed(case.decisions) if d.argues), None)
    if last is None:
        return Intent()
    return Intent(
        kind=last.kind,
        ground=last.ground,
        reason_code=last.reason_code,
        explanation=last.explanation,
        evidence=last.evidence,
    )
