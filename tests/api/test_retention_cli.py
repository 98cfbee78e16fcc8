from __future__ import annotations

import json

from tests.api.conftest import Run

WHO = ("--by", "Li Wei", "--reason", "court order")


def test_a_case_is_held_and_let_go_on_the_terminal(sixface: Run) -> None:
    case = sixface("case", "new", "--ruleset", "tmall_unboxing").stdout.strip()
    told = sixface("retention", "plan", "--lang", "en").stdout
    assert f"{case}  stays  Everything of its kind is kept" in told
    assert "0 would go, 1 stay." in told
    assert sixface("retention", "hold", case, *WHO).returncode == 0
    (fate,) = json.loads(sixface("retention", "plan", "--json").stdout)
    assert (fate["code"], fate["text"]) == ("held", "Held by Li Wei: court order")
    assert "0 removed." in sixface("retention", "purge", *WHO, "--lang", "en").stdout
    assert sixface("retention", "lift", case, *WHO).returncode == 0
    assert sixface("retention", "lift", case, *WHO).returncode == 1
    assert sixface("retention", "hold", "case_0", *WHO).returncode == 64
