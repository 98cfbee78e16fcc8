"""What is of the whole installation and of no tenant: the first tenant keeps the house for all of them.

Its administrators change what holds for everybody and see how the machine is; those of another tenant have
their own people, keys, cases, holds, drafts, webhooks and shops, and see how their own files fare. Here is
the list; `doorkeeper` enforces it before any route, and the flows ask `keeper_alone` once more, since they
are called from elsewhere too.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from api.caller import TENANT
from api.errors import ApiError
from api.identity.scopes import Scope
from evidence.model import say

if TYPE_CHECKING:
    from api.caller import Caller

SCOPES: Final = frozenset({Scope.METRICS})
"""What nobody of another tenant may do, whatever their role or key says."""

LINES: Final = frozenset(
    {
        "GET /metrics",
        "POST /v1/rulesets/{name}/draft/enforce",
        "POST /v1/rulesets/{name}/withdraw",
        "POST /v1/calendar",
        "POST /admin/rulesets/{name}/draft/enforce",
        "POST /admin/rulesets/{name}/withdraw",
    }
)
"""By method and address, as in `permits.TABLE`: figures of all, rulesets in force, days off."""


class ForAllError(ApiError):
    """What holds for every tenant is changed by the first one alone, which runs the service."""

    def __init__(self) -> None:
        super().__init__(say("This holds for every tenant of this service; ask whoever runs it."))


def keeps(caller: Caller) -> bool:
    """Whether that is somebody of the tenant that keeps the house."""
    return caller.tenant == TENANT


def keeper_alone(caller: Caller) -> None:
    """Raises `ForAllError` where the caller is not of the tenant that keeps the house."""
    if not keeps(caller):
        raise ForAllError


def within(tenant: str, scopes: Collection[Scope]) -> frozenset[Scope]:
    """What of these scopes somebody of that tenant has."""
    return frozenset(scopes) - (frozenset() if tenant == TENANT else SCOPES)
