"""Each look of the vocabulary to the function that looks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from claims.preflight import carriage, goods, proof, refusal, talk
from claims.preflight.looking import Looked, Looker, View
from claims.vocabulary.question import Look

LOOKERS: Final[Mapping[Look, Looker]] = MappingProxyType(
    {
        "abusive_words": talk.abusive_words,
        "address_unclear": carriage.address_unclear,
        "address_wrong": carriage.address_wrong,
        "batch_mismatch": goods.batch_mismatch,
        "chat_missing": talk.chat_missing,
        "defect_shown": proof.defect_shown,
        "defect_unproven": proof.defect_unproven,
        "evidence_late": proof.evidence_late,
        "film_flawed": proof.film_flawed,
        "film_unproven": proof.film_unproven,
        "goods_sound": goods.goods_sound,
        "goods_faulty": goods.goods_faulty,
        "listing_superlatives": talk.listing_superlatives,
        "no_delivery_proof": proof.no_delivery_proof,
        "no_exhibit": proof.no_exhibit,
        "no_inspection": goods.no_inspection,
        "no_pack_film": proof.no_pack_film,
        "no_solution": talk.no_solution,
        "other_goods": goods.other_goods,
        "perishable": goods.perishable,
        "promise_broken_chat": talk.promise_broken_chat,
        "promise_broken_listing": talk.promise_broken_listing,
        "promise_broken_refund_note": talk.promise_broken_refund_note,
        "refusal_unfounded": refusal.refusal_unfounded,
        "refund_then_quality": refusal.refund_then_quality,
        "reply_late": proof.reply_late,
        "repeated_replies": talk.repeated_replies,
        "resale_in_quality": refusal.resale_in_quality,
        "returned_sound": goods.returned_sound,
        "shipped_after_cancel": carriage.shipped_after_cancel,
        "shipped_late": carriage.shipped_late,
        "unscanned_waybill": carriage.unscanned_waybill,
        "weight_mismatch": goods.weight_mismatch,
        "words_steer_away": talk.words_steer_away,
    }
)


def look(name: Look, view: View) -> Looked:
    """What that look sees."""
    return LOOKERS[name](view)
