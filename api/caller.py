"""Who asks: the tenant whose data it is, and the actor whose name goes into the custody log.

There is no sign-in yet, so there is one tenant, and the actor is the door that was used. This
is the only place that knows so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TENANT: Final = "default"


@dataclass(frozen=True)
class Caller:
    """On whose behalf something is done."""

    tenant: str
    actor: str


HTTP: Final = Caller(TENANT, "http")
CLI: Final = Caller(TENANT, "cli")
WORKER: Final = Caller(TENANT, "worker")


def tenants() -> tuple[str, ...]:
    """All tenants of this deployment."""
    return (TENANT,)
