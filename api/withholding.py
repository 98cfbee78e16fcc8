"""What people are called stays out of the hash chains: a chain holds a salted hash, a row holds the text.

So a name can be erased and the chain stays whole and verifiable; nobody can find the name again by
trying names, since the salt goes with it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Final, cast

from storage.rows import LIMIT, Reading, Unit

KIND: Final = "withheld"
PERSONAL: Final = frozenset({"name", "by", "note", "origin", "changed"})
"""Members of an entry's detail that may name a person: file names and addresses of files, whose word it was,
what they noted, and what they changed from what to what."""
_SALT: Final = 16
"""Bytes."""


def withheld(unit: Unit, stream: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as the chain gets it; what is personal goes into rows of its own."""
    told = dict(detail)
    for name in PERSONAL & told.keys():
        value = told[name]
        if isinstance(value, str) and value:
            salt = secrets.token_hex(_SALT)
            digest = f"sha256:{hashlib.sha256(f'{salt}{value}'.encode()).hexdigest()}"
            unit.add(KIND, digest, {"salt": salt, "value": value}, facets={"stream": stream})
            told[name] = {"withheld": digest}
    return told


def revealed(reading: Reading, detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail with its texts, as far as they were not erased."""
    told = dict(detail)
    for name in PERSONAL & told.keys():
        value: object = told[name]
        digest = cast("dict[str, Any]", value).get("withheld") if isinstance(value, dict) else None
        row = reading.get(KIND, digest) if digest else None
        if row is not None:
            told[name] = row.body["value"]
    return told


def is_withheld(value: object) -> bool:
    """Whether that stands in a chain, or comes out of one, in place of a text."""
    return isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"withheld"}


def erase(unit: Unit, stream: str) -> int:
    """Erase what is personal in a stream; returns how many texts. The chain stays as it is."""
    gone = 0
    while rows := unit.find(KIND, {"stream": stream}, limit=LIMIT).rows:
        for row in rows:
            unit.remove(KIND, row.id)
            gone += 1
    return gone
