from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from evidence.vision.spells import Spell, spells


def test_stretches_come_in_order_with_both_ends():
    assert list(spells(map(bool, [0, 1, 1, 0, 1]))) == [Spell(1, 2), Spell(4, 4)]
    assert list(spells([])) == []
    assert len(Spell(1, 2)) == 2


@given(st.lists(st.booleans()))
def test_the_spells_hold_exactly_what_holds(holds):
    inside = {i for spell in spells(holds) for i in range(spell.first, spell.last + 1)}
    assert inside == {i for i, here in enumerate(holds) if here}
