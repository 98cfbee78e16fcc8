"""Sending twice is safe: a client's `Idempotency-Key` is bound to what it asked and what it got.

The key is looked up and remembered inside the transaction that does the work, so of a hundred
identical requests at a time one does it and the others are given the same answer.
Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from api.errors import BadKeyError, KeyReusedError
from storage.rows import Reading, Rows, Unit

KIND: Final = "idempotency"
KEPT: Final = timedelta(days=7)
"""How long an answer is remembered at least."""

_PRINTABLE: Final = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class Reply:
    """An answer as it is remembered."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Claim:
    """A client's key, what it is for, and the fingerprint of what was asked."""

    key: str | None
    operation: str
    """Method and path, e.g. `POST /v1/cases`."""
    fingerprint: str

    @property
    def id(self) -> str:
        return hashlib.sha256(f"{self.operation}\n{self.key}".encode()).hexdigest()


def checked(key: str | None) -> str | None:
    """The key as the client sent it.

    Raises:
        BadKeyError: it is none that we keep.
    """
    if key is not None and not _PRINTABLE.fullmatch(key):
        raise BadKeyError
    return key


def fingerprint(**asked: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """SHA-256 over the canonical JSON of what was asked."""
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def recall(reading: Reading, claim: Claim) -> Reply | None:
    """What was answered to this claim before; None where it is new or carries no key.

    Raises:
        KeyReusedError: the key was used for something else.
    """
    if claim.key is None:
        return None
    row = reading.get(KIND, claim.id)
    if row is None:
        return None
    if row.body["fingerprint"] != claim.fingerprint:
        raise KeyReusedError
    return Reply(row.body["status"], row.body["body"], row.body["headers"])


def remember(unit: Unit, claim: Claim, reply: Reply) -> Reply:
    """Bind the claim to its answer; both commit with the work itself."""
    if claim.key is not None:
        body = {
            "fingerprint": claim.fingerprint,
            "status": reply.status,
            "body": dict(reply.body),
            "headers": dict(reply.headers),
        }
        unit.add(KIND, claim.id, body)
    return reply


def forget(rows: Rows, tenant: str, *, now: datetime) -> int:
    """Drop the answers that are older than `KEPT`; returns how many."""
    with rows.read(tenant) as reading:
        oldest = reading.find(KIND, newest_first=False, limit=1000).rows
    old = [row.id for row in oldest if now - row.created_at > KEPT]
    if old:
        with rows.begin(tenant, now=now) as unit:
            for key in old:
                if unit.get(KIND, key) is not None:
                    unit.remove(KIND, key)
    return len(old)
