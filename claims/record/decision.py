"""What the seller decided, why, and on which evidence."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from claims.record.amount import Amount
from claims.value import Id, Line, Moment, Name, Text, Value


class DecisionKind(StrEnum):
    AGREE = "agree"
    """The buyer gets what the buyer asks for."""
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    REFUND_ONLY = "refund_only"
    """The whole sum, and the goods need not come back."""
    EXCHANGE = "exchange"
    RESHIP = "reship"
    COMPENSATE = "compensate"
    REFUSE = "refuse"
    APPEAL = "appeal"


class Decision(Value):
    """One decision; a refusal without a reason and evidence cannot be written down."""

    id: Id
    kind: DecisionKind
    at: Moment
    by: Name
    role: Line = ""
    """Of whoever decided, as the shop's limits name it."""
    ground: Line = ""
    """The ground of a refusal, as the ruleset names it."""
    reason_code: Line = ""
    explanation: Text = ""
    """What the buyer is told."""
    amount: Amount | None = None
    evidence: tuple[Id, ...] = Field(default=(), max_length=100)
    """Exhibits."""
    warnings: Annotated[tuple[Line, ...], Field(max_length=200)] | None = None
    """What of the pre-flight spoke against a refusal or appeal when it was decided; None if nobody looked."""

    @property
    def argues(self) -> bool:
        """Whether it has to hold before the platform."""
        return self.kind in {DecisionKind.REFUSE, DecisionKind.APPEAL}

    @model_validator(mode="after")
    def _is_founded(self) -> Self:
        reasoned = self.ground.strip() or self.reason_code.strip()
        if self.kind is DecisionKind.REFUSE and not (reasoned and self.evidence):
            raise ValueError("a refusal needs a ground or reason_code, and at least one exhibit as evidence")
        if self.kind is DecisionKind.PARTIAL_REFUND and not (
            self.amount and (reasoned or self.explanation.strip())
        ):
            raise ValueError("a partial refund needs an amount and a reason")
        return self
