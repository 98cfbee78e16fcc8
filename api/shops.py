"""Shops: their site and zone, hours, address for returns, and who may give away how much.

A case takes a copy of its shop when it is opened, so that a later change rewrites no judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api import idempotency
from api.errors import MissingShopError
from api.idempotency import Claim, Reply
from claims.shop import Shop, amended
from storage.rows import Reading, Unit

if TYPE_CHECKING:
    from api.desk import Desk

KIND: Final = "shop"


def put(desk: Desk, shop: Shop, claim: Claim) -> Reply:
    """Keep what is said about a shop, in place of what was said before.

    Raises:
        LockedError: it would switch off what its platform locked on.
    """
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        row = unit.get(KIND, shop.id)
        body = amended(Shop.model_validate(row.body) if row else None, shop).model_dump(mode="json")
        if row:
            unit.replace(KIND, shop.id, body, version=row.version)
        else:
            unit.add(KIND, shop.id, body)
        desk.note(unit, f"shop/{shop.id}", "shop.changed" if row else "shop.added")
        return idempotency.remember(unit, claim, Reply(200 if row else 201, body))


def look_up(reading: Reading | Unit, name: str) -> Shop:
    """The shop of that id.

    Raises:
        MissingShopError: there is none.
    """
    row = reading.get(KIND, name)
    if row is None:
        raise MissingShopError(name)
    return Shop.model_validate(row.body)


def listed(desk: Desk, *, limit: int = 50, after: str | None = None) -> dict[str, Any]:
    """One page of them."""
    with desk.read() as reading:
        page = reading.find(KIND, after=after, limit=limit)
    return {"items": [row.body for row in page.rows]} | ({"next": page.next} if page.next else {})
