from __future__ import annotations

import re
from pathlib import Path

import pytest

from evidence import codes, profile

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_drawn_from_the_checks() -> None:
    assert (ROOT / "evidence" / "CODES.md").read_text("utf-8") == codes.page(), "run `make codes`"


@pytest.mark.parametrize("name", profile.checks())
def test_a_check_declares_the_codes_it_uses(name: str) -> None:
    source = (ROOT / "evidence" / "checks" / f"{name}.py").read_text("utf-8")
    used = set(re.findall(rf'"({name}\.[a-z_]+)",\s*\n\s*(?:Outcome|say|_|outcome|certain)', source))
    declared = set(profile.find(name).codes)
    assert used <= declared
    assert all(code.startswith(f"{name}.") for code in declared)
