from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.errors import BadKeyError, KeyReusedError
from api.idempotency import KEPT, Claim, Reply, checked, fingerprint, forget, recall, remember
from storage.memory import MemoryRows

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
CLAIM = Claim("key", "POST /v1/cases", fingerprint(a=1))
REPLY = Reply(201, {"id": "x"}, {"Location": "/x"})


def test_a_claim_is_answered_as_before() -> None:
    rows = MemoryRows()
    with rows.begin("t", now=NOW) as unit:
        assert recall(unit, CLAIM) is None
        remember(unit, CLAIM, REPLY)
    with rows.read("t") as reading:
        assert recall(reading, CLAIM) == REPLY
    with rows.read("other") as reading:
        assert recall(reading, CLAIM) is None


def test_a_key_is_for_one_request_only() -> None:
    rows = MemoryRows()
    with rows.begin("t", now=NOW) as unit:
        remember(unit, CLAIM, REPLY)
        assert recall(unit, Claim("key", "POST /v1/evidence", CLAIM.fingerprint)) is None
        with pytest.raises(KeyReusedError):
            recall(unit, Claim("key", "POST /v1/cases", fingerprint(a=2)))


def test_without_a_key_nothing_is_remembered() -> None:
    rows = MemoryRows()
    with rows.begin("t", now=NOW) as unit:
        remember(unit, Claim(None, "POST /x", "f"), REPLY)
        assert unit.find("idempotency").rows == ()


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256, "a\n"])
def test_a_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(BadKeyError):
        checked(key)


def test_a_fingerprint_does_not_depend_on_order() -> None:
    assert fingerprint(a=1, b={"c": 2, "d": 3}) == fingerprint(b={"d": 3, "c": 2}, a=1)
    assert fingerprint(a=1) != fingerprint(a="1")


def test_old_answers_are_forgotten() -> None:
    rows = MemoryRows()
    with rows.begin("t", now=NOW) as unit:
        remember(unit, CLAIM, REPLY)
    assert forget(rows, "t", now=NOW + KEPT) == 0
    assert forget(rows, "t", now=NOW + KEPT + timedelta(seconds=1)) == 1
    with rows.read("t") as reading:
        assert recall(reading, CLAIM) is None
