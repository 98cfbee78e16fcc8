"""Who asks: the tenant whose data it is, the actor whose name goes into the custody log, what they may do.

Who a request's caller is, `identity.recognition` says; what they need for it, `identity.permits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from api.identity.scopes import EVERYTHING, Role, Scope

TENANT: Final = "default"
"""The first tenant; it is there from the start, and data from before there were others is its."""


@dataclass(frozen=True)
class Caller:
    """On whose behalf something is done."""

    tenant: str
    actor: str
    """As it stands in custody logs: `person:anna`, `key:k4f0… (warehouse)`, or the door that was used."""
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()
    """What a request of theirs may do; what this program does by itself asks nobody."""
    who: str = ""
    """The id of the person, or of the key."""
    session: str = ""
    """By which they are signed in."""
    sender: str = ""
    """Whose is what they send: the person's id, or that of the first of keys that replaced each other."""

    @property
    def shown(self) -> str:
        """The name of the person who is signed in; empty where there is none."""
        return self.actor.removeprefix("person:") if self.session else ""

    @property
    def sees_own_only(self) -> bool:
        """Whether they may look at files that they sent and at no others: a key for checking alone."""
        return self.role is Role.SYSTEM and Scope.EVIDENCE_READ not in self.scopes

    def named(self, said: str) -> str:
        """Who gives a word: whoever is signed in, whatever was said; else whom a program or command names."""
        return self.shown or said


HTTP: Final = Caller(TENANT, "http", Role.ADMIN, EVERYTHING)
"""Whoever sits at this machine, as long as nobody has to sign in."""
NOBODY: Final = Caller(TENANT, "http")
"""Whoever asks at an address that is open to all."""
CLI: Final = Caller(TENANT, "cli")
WORKER: Final = Caller(TENANT, "worker")
