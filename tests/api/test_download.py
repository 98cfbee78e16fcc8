from __future__ import annotations

import pytest

from api.download import _disposition, _part


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, None),
        ("bytes=0-9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=90-999999", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-200", (0, 100)),
        ("bytes=100-", (100, 100)),
        ("bytes=-0", (100, 0)),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=-", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_one_range_is_understood(asked: str | None, part: tuple[int, int] | None) -> None:
    assert _part(asked, 100) == part


@pytest.mark.parametrize("name", ['../../etc/"passwd"', "a\r\nSet-Cookie: x=1", "箱📦.mov", "", "\x00"])
def test_a_name_cannot_leave_its_header(name: str) -> None:
    told = _disposition(name)
    assert told.isascii()
    assert told.isprintable()
    assert told.startswith('attachment; filename="')
    assert told.count('"') == 2
    assert "/" not in told
    assert ".." not in told
