from __future__ import annotations

from typing import Any

import pytest

from claims.ruleset import load
from claims.settling import settlement
from tests.claims.cases import NOW, case, exhibit


def fit(ruleset: str, *exhibits: dict[str, Any], procedure: str = "") -> Any:
    made = case(exhibits=list(exhibits), procedure=procedure)
    return settlement(made, load(ruleset).rules, NOW).packets[0]


def file(name: str, size: int, ending: str = "jpg") -> dict[str, Any]:
    return exhibit(name, "defect_photo") | {"size": size, "name": f"{name}.{ending}"}


FITTING: list[tuple[str, str, list[dict[str, Any]], int]] = [
    ("ebay", "", [file("E1", 1_750_000)], 0),
    ("ebay", "", [file("E1", 1_750_001)], 1),
    ("ebay", "", [file(f"E{n}", 1) for n in range(5)], 0),
    ("ebay", "", [file(f"E{n}", 1) for n in range(6)], 1),
    ("ebay", "", [file("E1", 1, "mp4")], 1),
    ("ebay", "", [file("E1", 1, "JPG")], 0),
    ("card_networks", "amex_optblue", [file("E1", 1_000_001)], 1),
    ("card_networks", "amex", [file("E1", 5_000_001)], 1),
    ("card_networks", "discover", [file("E1", 3_000_001, "mov")], 1),
    ("paypal", "", [file("E1", 10_000_000)], 1),
    ("amazon_atoz", "", [file("E1", 1)], 1),
    ("amazon_atoz", "", [], 0),
    ("shopee", "", [file("E1", 30_000_001, "mp4")], 1),
    ("meesho", "", [file("E1", 900_000_000, "mp4")], 0),
]


@pytest.mark.parametrize(("ruleset", "procedure", "exhibits", "troubles"), FITTING)
def test_what_does_not_fit_is_told(
    ruleset: str, procedure: str, exhibits: list[dict[str, Any]], troubles: int
) -> None:
    assert len(fit(ruleset, *exhibits, procedure=procedure).troubles) == troubles


def test_what_has_to_be_known_before_is_told() -> None:
    assert any("once only" in str(note) for note in fit("ebay").notes)
    assert any("1000 characters" in str(note) for note in fit("ebay").notes)
    assert any("60 seconds" in str(note) for note in fit("shopee").notes)
    optblue = fit("card_networks", procedure="amex_optblue")
    assert any("black and white" in str(note) for note in optblue.notes)


def test_of_several_packets_only_that_of_the_procedure_is_shown() -> None:
    made = case(procedure="discover")
    shown = settlement(made, load("card_networks").rules, NOW).packets
    assert [each.packet.id for each in shown] == ["discover"]
