"""The pre-flight: why appeals fail, each question answered from the case, by a person, or by both."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from claims.record.decision import DecisionKind
from claims.record.exhibit import Role
from claims.vocabulary.quoted import Key, Quoted, RuleId, Words

Look = Literal[
    "abusive_words",
    "address_unclear",
    "address_wrong",
    "batch_mismatch",
    "chat_missing",
    "defect_shown",
    "defect_unproven",
    "evidence_late",
    "film_flawed",
    "film_unproven",
    "goods_sound",
    "goods_faulty",
    "listing_superlatives",
    "no_delivery_proof",
    "no_exhibit",
    "no_inspection",
    "no_pack_film",
    "no_solution",
    "other_goods",
    "perishable",
    "promise_broken_chat",
    "promise_broken_listing",
    "promise_broken_refund_note",
    "refusal_unfounded",
    "refund_then_quality",
    "reply_late",
    "repeated_replies",
    "resale_in_quality",
    "returned_sound",
    "shipped_after_cancel",
    "shipped_late",
    "unscanned_waybill",
    "weight_mismatch",
    "words_steer_away",
]
"""What the program can look at by itself; each is a function of `claims.preflight`."""


class Question(Quoted):
    """One reason for which an appeal fails.

    A person who answers yes says that the reason applies, so that the appeal fails of it.
    """

    id: RuleId
    mode: Literal["automatic", "asked", "mixed"]
    looks: tuple[Look, ...] = ()
    """It fails where one of these does; it is clear where all are."""
    roles: tuple[Role, ...] = ()
    """What `no_exhibit` looks for: one of these."""
    asks: Words | None = None
    """The question for a person, to which yes means that the reason applies."""
    stops: bool = False
    """Whether it stops the appeal: nobody wins with it."""
    settle: bool = False
    """Whether the honest advice is to settle and not to appeal."""
    advice: Words | None = None
    """What to do about it."""
    clocks: tuple[Key, ...] = ()
    """The clocks that `evidence_late` and `reply_late` look at."""
    decisions: Annotated[tuple[DecisionKind, ...], Field(max_length=9)] = ()
    """Only where the seller decided (or is about to decide) so; empty for any."""

    @model_validator(mode="after")
    def _can_be_answered(self) -> Self:
        if self.mode != "asked" and not self.looks:
            raise ValueError(f"a question of mode {self.mode} names at least one of looks")
        if self.mode != "automatic" and self.asks is None:
            raise ValueError(f"a question of mode {self.mode} has asks, the question for a person")
        if self.mode == "asked" and self.looks:
            raise ValueError("a question of mode asked has no looks; write mode = mixed")
        return self
