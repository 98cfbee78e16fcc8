"""Every figure of a clock as the sources tell it, typed by hand beside what the rulesets hold."""

from __future__ import annotations

import pytest

from claims.ruleset import load

ROWS: list[tuple[str, str, str, str, int | None, str]] = [
    # ruleset, clock, step, kind, length, start
    ("temu", "work_order", "", "working_days", 1, "ticket_created"),
    ("temu", "work_order_hours", "", "wall_hours", 24, "ticket_created"),
    ("temu_reception", "ticket_after_sale", "", "wall_hours", 24, "ticket_created"),
    ("temu_reception", "ticket_before_sale", "", "wall_hours", 24, "ticket_created"),
    ("temu_reception", "chat", "", "wall_hours", 24, "buyer_message"),
    ("temu", "review", "", "working_days", 1, "review_requested"),
    ("temu", "cancel", "", "wall_hours", 24, "cancel_requested"),
    ("temu", "reship_reply", "", "working_days", 1, "reship_ticketed"),
    ("temu", "reship_address", "", "wall_hours", 48, "reship_ticketed"),
    ("temu", "reship_list", "agree", "natural_days", 7, "reship_requested"),
    ("temu", "reship_list", "waybill", "natural_days", 7, "reship_requested"),
    ("temu", "window_no_reason", "", "natural_days", 30, "buyer_received"),
    ("temu", "window_quality", "", "natural_days", 60, "buyer_received"),
    ("whatnot", "issue_talk", "", "wall_hours", 48, "refund_requested"),
    ("whatnot", "issue_page", "", "business_hours", 48, "refund_requested"),
    ("whatnot", "enquiry", "", "wall_hours", 24, "buyer_message"),
    ("whatnot", "return_request", "confirm", "wall_hours", 2, "return_requested"),
    ("whatnot", "return_request", "plan", "wall_hours", 24, "return_requested"),
    ("whatnot", "complaint", "respond", "wall_minutes", 3, "complained"),
    ("whatnot", "complaint", "solve", "wall_hours", 4, "complained"),
    ("whatnot", "no_reason", "", "natural_days", 7, "delivered"),
    ("whatnot", "claim_window_delivery", "", "natural_days", 14, "delivered"),
    ("whatnot", "claim_window_purchase", "", "natural_days", 30, "ordered"),
    ("whatnot", "tracking", "", "wall_hours", 24, "shipped"),
    ("tmall", "unshipped_refund", "", "wall_hours", 24, "cancel_requested"),
    ("tmall", "no_reason", "", "natural_days", 7, "delivered"),
    ("tmall", "evidence_period", "", "wall_hours", None, "evidence_requested"),
    ("amazon_safet", "file", "", "natural_days", 30, "refunded"),
    ("amazon_safet", "file_ae", "", "natural_days", 7, "return_delivered"),
    ("amazon_safet", "appeal", "", "working_days", 5, "decided"),
    ("amazon_atoz", "respond", "", "wall_hours", 48, "evidence_requested"),
    ("amazon_atoz", "appeal", "", "natural_days", 30, "decided"),
    ("amazon_atoz", "follow_up_new", "", "wall_hours", 72, "evidence_requested"),
    ("ebay", "respond", "", "natural_days", 5, "evidence_requested"),
    ("walmart", "evaluate", "", "wall_hours", 48, "return_delivered"),
    ("walmart", "dispute", "", "natural_days", 45, "return_delivered"),
    ("walmart", "care_refund", "", "wall_hours", 48, "refunded"),
    ("walmart", "appeal", "", "natural_days", 30, "decided"),
    ("tiktok_shop", "appeal", "", "natural_days", 7, "decided"),
    ("tiktok_shop", "review_return", "", "natural_days", 10, "return_shipped"),
    ("shopee", "refund_dispute", "", "natural_days", 5, "refund_requested"),
    ("shopee", "return_request", "", "natural_days", 2, "return_requested"),
    ("meesho", "claim", "", "natural_days", 7, "return_delivered"),
    ("paypal", "evidence", "", "natural_days", None, "evidence_requested"),
    ("stripe", "due_by", "", "platform", None, "evidence_requested"),
    ("card_networks", "mastercard", "", "natural_days", 45, "evidence_requested"),
    ("card_networks", "amex", "", "natural_days", 20, "evidence_requested"),
    ("card_networks", "discover", "", "natural_days", 30, "evidence_requested"),
    ("card_networks", "visa", "", "natural_days", 30, "evidence_requested"),
    ("ups", "file", "", "natural_days", 60, "delivered"),
    ("fedex", "damage", "", "natural_days", 60, "delivered"),
    ("fedex", "damage_international", "", "natural_days", 21, "delivered"),
    ("fedex", "loss", "", "calendar_months", 9, "first_scan"),
    ("whatnot", "claim_window_plants", "", "natural_days", 2, "delivered"),
    ("whatnot", "claim_window_collectibles", "", "natural_days", 7, "delivered"),
    ("usps", "file", "", "natural_days", 60, "first_scan"),
    ("dhl", "freight", "", "natural_days", 7, "delivered"),
    ("dhl", "ecommerce", "", "natural_days", 90, "shipped"),
    ("generic", "first_answer", "", "office_hours", None, "buyer_message"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: ".".join(filter(None, row[:3])))
def test_a_clock_has_the_figure_of_its_source(row: tuple[str, str, str, str, int | None, str]) -> None:
    ruleset, name, step, kind, length, start = row
    clock = next(c for c in load(ruleset).rules.clock if c.id == name)
    part = next((s for s in clock.steps if s.id == step), None)
    assert ((part and part.kind) or clock.kind) == kind
    assert (part.length if part and part.length is not None else clock.length) == length
    assert clock.starts[0].value == start


def test_out_of_hours_the_generic_answer_has_24_hours() -> None:
    assert next(c.outside for c in load("generic").rules.clock if c.id == "first_answer") == 24
