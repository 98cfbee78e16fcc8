"""`/admin/shops`: what is known of each shop, of which a case takes a copy when it is opened.

The form changes what is written in one line; opening hours, limits and the like stay as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import shops
from api.errors import ApiError, MissingShopError
from api.misfits import BadFormError
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.frame import absent
from api.pages.plain_form import NO_FORM, Form, read
from api.routes.asking import Serving
from api.words import legible
from claims.shop import LockedError, Shop
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

HOME: Final = "/admin/shops"
MOST_SHOWN: Final = 200
"""Shops on the page, the newest; the API lists all."""
LINES: Final = ("name", "platform", "site", "zone", "home", "warehouse_zone", "return_address")
"""What the form asks for, beside the id."""
_FAULTS: Final[dict[str, Saying]] = {
    "id": say("Write an id of letters, digits, - and _, at most 64 of them."),
    "zone": say("Write a time zone such as Asia/Shanghai."),
    "warehouse_zone": say("Write a time zone such as Asia/Shanghai."),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/shops")
def listed(request: Request, desk: Serving, done: str = "") -> Response:
    """All of them, and a form that adds one."""
    return _list(request, desk, done=told(request).text("The shop is kept.") if done else "")


@router.get("/shops/{shop_id}")
def one(request: Request, desk: Serving, shop_id: Annotated[str, Path(max_length=64)]) -> Response:
    """One shop, to be changed."""
    try:
        with desk.read() as reading:
            found = shops.look_up(reading, shop_id)
    except MissingShopError:
        return absent(request)
    return _form(request, found.model_dump(include={"id", *LINES}))


@router.post("/shops", max_body_size=MOST_SENT)
def kept(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Keep what is said about a shop; what the form does not ask for stays as it was."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        shops.put(desk, _shop(desk, fields), fields.claim(request))
    except (ApiError, LockedError) as error:
        trouble, status = wrong(request, error)
        return _form(request, fields, status, trouble=trouble)
    return RedirectResponse(f"{HOME}?done=kept", 303)


def _shop(desk: Desk, fields: Form) -> Shop:
    wanted = {name: fields[name].strip() for name in ("id", *LINES) if name in fields}
    for name in ("zone", "home", "warehouse_zone"):  # left empty they are what they are without a word
        if not wanted.get(name):
            wanted.pop(name, None)
    try:
        with desk.read() as reading:
            held = shops.look_up(reading, wanted.get("id", "")).model_dump()
    except MissingShopError:
        held = {}
    try:
        return Shop.model_validate(held | wanted)
    except ValidationError as error:
        place = str(error.errors(include_url=False)[0]["loc"][0])
        raise BadFormError(_FAULTS.get(place, say("Write less into one field."))) from error


def _list(request: Request, desk: Desk, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    found = [Shop.model_validate(each) for each in shops.listed(desk, limit=MOST_SHOWN)["items"]]
    lines = [
        (
            f"{HOME}/{each.id}",
            legible(each.name, 80) or each.id,
            legible(each.platform, 40),
            legible(each.site, 40),
            each.zone,
        )
        for each in found
    ]
    return room(request, "admin_shops.html", shops=lines, home=HOME, fresh=True, **more)


def _form(request: Request, fields: Mapping[str, Any], status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - likewise
    called = legible(fields.get("name", "") or fields.get("id", ""), 80)
    more |= {"home": HOME, "fresh": False, "fields": fields, "called": called}
    return room(request, "admin_shop.html", status, **more)
