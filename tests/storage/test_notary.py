from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage import notary
from storage.errors import StampError
from tests.authority import Authority
from tests.extras import need

need("notary", "rfc3161_client")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "two", "Another")


def test_a_stamp_says_who_and_when(authority: Authority) -> None:
    asked = notary.ask(b"sealed")
    stamp = notary.read(
        authority.answer(asked.body), b"sealed", roots=authority.roots.read_bytes(), nonce=asked.nonce
    )
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert (stamp.by, stamp.policy, stamp.checked) == ("CN=Time of the tests", "1.2.3.4.1", True)


def test_other_bytes_roots_or_requests_are_told(authority: Authority, other: Authority) -> None:
    asked = notary.ask(b"sealed")
    answer, roots = authority.answer(asked.body), authority.roots.read_bytes()
    with pytest.raises(StampError) as told:
        notary.read(answer, b"sealed!", roots=roots)
    assert told.value.why == "it is about other bytes"
    with pytest.raises(StampError) as told:
        notary.read(answer, b"sealed", roots=roots, nonce=(asked.nonce or 0) + 1)
    assert told.value.why == "it answers another request"
    with pytest.raises(StampError):
        notary.read(answer, b"sealed", roots=other.roots.read_bytes())
    with pytest.raises(StampError):
        notary.read(answer, b"sealed", roots=b"no certificate")
    assert not notary.read(answer, b"sealed", roots=None).checked


def test_any_byte_changed_is_told(authority: Authority) -> None:
    answer, roots = authority.answer(notary.ask(b"sealed").body), authority.roots.read_bytes()
    passed = 0
    for at in range(0, len(answer), 7):
        changed = bytearray(answer)
        changed[at] ^= 1
        try:
            stamp = notary.read(bytes(changed), b"sealed", roots=roots)
        except StampError:
            continue
        passed += stamp != notary.read(answer, b"sealed", roots=roots)
    assert passed == 0  # a change outside what is signed may go unseen, and then says nothing else


@pytest.mark.parametrize("junk", [b"", b"0", b"\0" * 100, b"x" * (notary.MOST + 1)])
def test_junk_is_no_stamp(authority: Authority, junk: bytes) -> None:
    with pytest.raises(StampError):
        notary.read(junk, b"sealed", roots=authority.roots.read_bytes())
