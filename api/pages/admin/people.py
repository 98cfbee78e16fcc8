"""`/admin/people`: who may come, as what; invitations by a link that is shown once, roles, switching off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.errors import ApiError
from api.identity import entrance, people
from api.identity.scopes import Role
from api.misfits import BadFormError
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.plain_form import Form, read
from api.routes.asking import Serving
from api.routes.identity import home
from api.words import legible
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk
    from api.idempotency import Reply

PersonId = Annotated[str, Path(max_length=64)]
HOME: Final = "/admin/people"
MOST_SHOWN: Final = 200
"""People on the page, the newest; the API lists all."""
ROLES: Final[dict[Role, Saying]] = {
    Role.UPLOADER: say("packs and films"),
    Role.AGENT: say("handles cases"),
    Role.ADMIN: say("runs the service"),
}
_DONE: Final[dict[str, Saying]] = {
    "changed": say("It counts from their next step on."),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/people")
def listed(request: Request, desk: Serving, done: str = "") -> Response:
    """All of them, and a form that invites somebody."""
    return _shown(request, desk, done=told(request).say(_DONE[done]) if done in _DONE else "")


@router.post("/people", max_body_size=MOST_SENT)
def invited(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Make a link for somebody new, and show it this once."""
    try:
        fields = read(body, desk.caller)
        email = fields.one("email")
        reply = entrance.invite(desk, _role(fields), home(request), fields.claim(request), email)
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return _linked(request, desk, reply)


@router.post("/people/{person_id}/link", max_body_size=MOST_SENT)
def renewed(
    request: Request, desk: Serving, person_id: PersonId, body: Annotated[bytes, Body()] = b""
) -> Response:
    """Make a link for somebody who has lost their password, and show it this once."""
    try:
        reply = entrance.renewal(desk, person_id, home(request), read(body, desk.caller).claim(request))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return _linked(request, desk, reply)


@router.post("/people/{person_id}", max_body_size=MOST_SENT)
def changed(
    request: Request, desk: Serving, person_id: PersonId, body: Annotated[bytes, Body()] = b""
) -> Response:
    """Give somebody another role, switch them off, or let them in again."""
    try:
        fields = read(body, desk.caller)
        if "active" in fields:
            people.alter(desk, person_id, active=fields["active"] == "yes")
        else:
            people.alter(desk, person_id, role=_role(fields))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return RedirectResponse(f"{HOME}?done=changed", 303)


def _role(fields: Form) -> Role:
    found = next((role for role in ROLES if role.value == fields.get("role")), None)
    if found is None:
        raise BadFormError(say("Choose what they are here for."))
    return found


def _linked(request: Request, desk: Desk, reply: Reply) -> Response:
    url = reply.body.get("url")
    trouble = "" if url else told(request).text("That was shown already; make another one.")
    return _shown(request, desk, link=url or "", trouble=trouble)


def _shown(request: Request, desk: Desk, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words = told(request)
    with desk.read() as reading:
        found, _ = people.listed(reading, None, MOST_SHOWN)
    return room(
        request,
        "admin_people.html",
        status,
        home=HOME,
        issuer=request.app.state.issuer.name,
        roles=[(role.value, words.say(name)) for role, name in ROLES.items()],
        people=[{**each, "name": legible(str(each["name"]), 80)} for each in found],
        **({"link": ""} | more),
    )
