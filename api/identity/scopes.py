"""What may be allowed at all, and which role allows what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """One thing that somebody may do; the names stand in keys and in problems, so they stay."""

    VALIDATE = "validate"
    """Have a file checked at once."""
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_WRITE = "evidence.write"
    """Send files, and stop their examination."""
    FILM = "film"
    """What a packing table does: make or find a case for a waybill, add a film to it, print its slip."""
    CASES_READ = "cases.read"
    CASES_WRITE = "cases.write"
    DECIDE = "decide"
    """Give a person's word: on pictures, on requirements, on offers."""
    SEAL = "seal"
    """Seal bundles and make packets."""
    SHARE = "share"
    ADDRESSES = "addresses"
    """Addresses of people, for replacements."""
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS = "webhooks"
    SHOPS = "shops"
    RULESETS = "rulesets"
    RETENTION = "retention"
    """Holds, and what is removed when."""
    PEOPLE = "people"
    KEYS = "keys"
    METRICS = "metrics"
    """Figures of the whole service; for keys of the first tenant alone."""


class Role(StrEnum):
    """What somebody is here for."""

    UPLOADER = "uploader"
    AGENT = "agent"
    ADMIN = "admin"
    SYSTEM = "system"
    """A program with a key; what it may do its key says."""


_UPLOADER: Final = frozenset({Scope.VALIDATE, Scope.EVIDENCE_READ, Scope.EVIDENCE_WRITE, Scope.FILM})
_AGENT: Final = _UPLOADER | {
    Scope.CASES_READ,
    Scope.CASES_WRITE,
    Scope.DECIDE,
    Scope.SEAL,
    Scope.SHARE,
    Scope.ADDRESSES,
    Scope.WEBHOOKS_READ,
}
EVERYTHING: Final = frozenset(Scope)

ALLOWED: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.UPLOADER: _UPLOADER,
    Role.AGENT: _AGENT,
    Role.ADMIN: EVERYTHING,
    Role.SYSTEM: frozenset(),
}
"""By role; what a key allows stands with the key."""

FOR_KEYS: Final = EVERYTHING - {Scope.PEOPLE, Scope.KEYS}
"""A key cannot make keys or invite people: who finds one could stay for ever."""
