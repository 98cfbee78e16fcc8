from __future__ import annotations

import numpy as np
import pytest

from samples.label import Waybill, barcode, code128, draw_waybill


def bars(widths: str) -> str:
    return "".join(("1" if place % 2 == 0 else "0") * int(width) for place, width in enumerate(widths))


def test_a_known_symbol_has_its_known_modules() -> None:
    # "A1" in code set B: start 104, values 33 and 17, check (104 + 33 + 2 * 17) % 103 = 68, stop.
    known = bars("211214") + bars("111323") + bars("123221") + bars("142211") + bars("2331112")
    found = "".join("1" if bar else "0" for bar in code128("A1"))
    assert len(found) == 11 * 4 + 13
    assert found[:33] == known[:33]
    assert found[-13:] == bars("2331112")


def test_pairs_of_digits_are_packed() -> None:
    # start C, six pairs, check, stop; an odd digit goes ahead in set B and the code is switched
    assert len(code128("123456789012")) == 11 * 8 + 13
    assert len(code128("1234567")) == 11 * (2 + 1 + 3 + 1) + 13


def test_text_outside_ascii_is_refused() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        code128("运单")


def test_a_barcode_has_quiet_zones_and_whole_modules() -> None:
    picture = barcode("NW1402938475610", 3, 20)
    row = picture[0, :, 0]
    assert (row[:30] > 200).all()
    assert (row[-30:] > 200).all()
    edges = np.flatnonzero(np.diff((row < 128).astype(int)))
    assert (np.diff(edges) % 3 == 0).all()


def test_a_label_carries_its_number() -> None:
    one = draw_waybill(Waybill("NW1402938475610"), 3)
    other = draw_waybill(Waybill("NW1402938475611"), 3)
    assert one.shape == (300, 450, 3)
    changed = np.flatnonzero((one != other).any(axis=(1, 2)))
    assert changed.size
    assert changed.min() >= 3 * 42
