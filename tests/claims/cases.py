"""Cases made of a few words, for tests of what is derived from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from claims.case import Case

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def case(**told: Any) -> Case:
    """A case of that content; the rest is as little as can be."""
    return Case.model_validate(
        {"id": "c1", "platform": "tmall", "zone": "Asia/Shanghai", "order_number": "17", **told}
    )


def exhibit(name: str, role: str, kind: str = "photo", **told: Any) -> dict[str, Any]:
    """One exhibit in that role."""
    return {
        "id": name,
        "evidence_id": name,
        "digest": f"sha256:{hashlib.sha256(name.encode()).hexdigest()}",
        "size": 1,
        "name": f"{name}.jpg",
        "kind": kind,
        "added_at": "2026-11-20T10:00:00Z",
        "role": role,
        **told,
    }


def message(number: int, text: str, speaker: str = "merchant", **told: Any) -> dict[str, Any]:
    """One message, a minute after the one before."""
    at = f"2026-11-20T10:{number:02}:00Z"
    return {"id": f"M{number}", "at": at, "speaker": speaker, "text": text, **told}


def events(*told: tuple[str, str]) -> list[dict[str, str]]:
    """Events from pairs of kind and moment."""
    return [{"kind": kind, "at": at} for kind, at in told]


def inspection(**told: Any) -> list[dict[str, Any]]:
    return [{"id": "I1", "at": "2026-11-20T09:00:00Z", "by": "Wang", **told}]


FINE = {"same_item": True, "complete": True, "resale": True, "unused": True}


def outbound(**told: Any) -> list[dict[str, Any]]:
    return [{"id": "P1", "direction": "outbound", **told}]


def amounts(*told: tuple[str, str]) -> list[dict[str, str]]:
    return [{"what": what, "value": value, "currency": "CNY"} for what, value in told]


def statements(names: Iterable[str], answer: str = "yes", **told: Any) -> list[dict[str, Any]]:
    return [
        {"requirement": name, "answer": answer, "by": "Wang", "at": "2026-11-20T11:00:00Z", **told}
        for name in names
    ]
