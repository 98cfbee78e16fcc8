"""`/v1/me`, `/v1/sessions`, `/v1/people`, `/v1/keys`: who is here, who may come, and programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.guard import MOST_JSON
from api.identity import entrance, keys, people, sessions
from api.identity.entrance import Attempt
from api.identity.keys import NewKey
from api.identity.people import Shown
from api.identity.recognition import cookie_name
from api.identity.refusals import MissingSessionError
from api.identity.scopes import Role, Scope
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied, wiring_of
from claims.value import Moment

router = APIRouter(prefix="/v1", tags=["identity"], default_response_class=JSONResponse)

After = Annotated[str | None, Query(description="`next` of the page before.", max_length=500)]
Limit = Annotated[int, Query(ge=1, le=200)]
PersonId = Annotated[str, Path(max_length=64)]
KeyId = Annotated[str, Path(max_length=64)]
_SIGN_IN: Final[dict[str, Any]] = {"name": "anna", "password": "three quiet words"}
_KEY: Final[dict[str, Any]] = {"name": "warehouse", "scopes": ["evidence.write", "evidence.read"]}


class Me(BaseModel):
    """Whoever asks."""

    tenant: str
    actor: str
    """As it stands in custody logs."""
    role: Role | None
    scopes: list[Scope]
    signed_in: bool
    """False for keys, and where nobody has to sign in."""


class SignIn(BaseModel):
    """Name and password; the code where one-time codes are turned on."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=1000)]
    code: Annotated[str, Field(max_length=64)] = ""


class SessionShown(BaseModel):
    """One session of one's own."""

    id: str
    began_at: Moment
    seen_at: Moment
    """To five minutes."""
    own: bool
    """Whether this very request is part of it."""


class SessionList(BaseModel):
    items: list[SessionShown]


class Invitation(BaseModel):
    """Whom to invite; the name they choose themselves."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["uploader", "agent", "admin"]
    email: Annotated[str, Field(max_length=254)] = ""
    """Where the service has an issuer: who has this address there, verified, needs no link."""


class Invited(BaseModel):
    """A link that is told this once: give it to them by a way that you trust."""

    role: Role
    expires_at: Moment
    url: str | None = None
    """Not told again where a request is repeated."""


class Change(BaseModel):
    """What is to be different."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["uploader", "agent", "admin"] | None = None
    active: bool | None = None
    """False ends their sessions and lets them in no more; true lets them in again."""


class PeopleList(BaseModel):
    """The newest first; `next` goes into `after`, and is missing on the last page."""

    items: list[Shown]
    next: str | None = None


class KeyList(BaseModel):
    """The newest first; `next` goes into `after`, and is missing on the last page."""

    items: list[keys.Key]
    next: str | None = None


class MadeKey(keys.Key):
    """A key with its text, which is shown this once."""

    key: str | None = None
    """Not told again where a request is repeated."""


class Rotation(BaseModel):
    """How long the old key is still good for."""

    model_config = ConfigDict(extra="forbid")

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = 24


@router.get("/me", summary="Who am I?", responses={200: {"model": Me}, **described(401)})
def me(desk: Serving) -> Response:
    """The tenant, the name in custody logs, the role, and what is allowed."""
    who = desk.caller
    scopes = sorted(who.scopes)
    told = Me(tenant=who.tenant, actor=who.actor, role=who.role, scopes=scopes, signed_in=bool(who.session))
    return JSONResponse(told.model_dump(mode="json"))


@router.post(
    "/sessions",
    summary="Sign in",
    status_code=204,
    max_body_size=MOST_JSON,
    responses=described(401, 403, 422, 429),
)
def signed_in(request: Request, key: Key, wish: Annotated[SignIn, Body(examples=[_SIGN_IN])]) -> Response:
    """Sets the cookie of a session; `Origin` has to be our own. Programs use keys and need no session."""
    del key  # signing in twice makes two sessions
    address = request.client.host if request.client else ""
    wiring, pacing = wiring_of(request), request.app.state.pacing
    attempt = Attempt(wish.name, wish.password, wish.code, address)
    secret = entrance.sign_in(wiring, pacing, attempt)
    return with_session(request, Response(status_code=204), secret)


@router.get(
    "/sessions", summary="List my sessions", responses={200: {"model": SessionList}, **described(401)}
)
def open_sessions(desk: Serving) -> Response:
    """Those that are valid; a key has none."""
    if not desk.caller.session:
        return JSONResponse({"items": []})
    with desk.read() as reading:
        person = people.find(reading, desk.caller.who)
    return JSONResponse({"items": sessions.listed(desk, person)})


@router.delete("/sessions", summary="Sign out everywhere", status_code=204, responses=described(401))
def out_everywhere(request: Request, desk: Serving) -> Response:
    """Ends all sessions of whoever asks, this one too."""
    if desk.caller.session:
        entrance.sign_out(desk, everywhere=True)
    return without_session(request, Response(status_code=204))


@router.delete(
    "/sessions/{session_id}", summary="End a session of mine", status_code=204, responses=described(401, 404)
)
def ended(desk: Serving, session_id: Annotated[str, Path(max_length=64)]) -> Response:
    """At once; it may be the one that asks."""
    if not desk.caller.session:
        raise MissingSessionError(session_id)
    sessions.end(desk, session_id)
    return Response(status_code=204)


@router.get("/people", summary="List the people", responses={200: {"model": PeopleList}, **described(400)})
def listed(desk: Serving, limit: Limit = 50, after: After = None) -> Response:
    """Also those who were turned off: their names stand in custody logs."""
    with desk.read() as reading:
        items, following = people.listed(reading, after, limit)
    return _page(items, following)


@router.post(
    "/people",
    summary="Invite somebody",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Invited}, **described(422)},
)
def invited(request: Request, desk: Serving, key: Key, wish: Invitation) -> Response:
    """Answers with a link that is good for one person and seven days, told this once."""
    asked = claim(request, key, asked=wish.model_dump(mode="json"))
    return replied(entrance.invite(desk, Role(wish.role), home(request), asked, wish.email))


@router.get(
    "/people/{person_id}", summary="Look at a person", responses={200: {"model": Shown}, **described(404)}
)
def person(desk: Serving, person_id: PersonId) -> Response:
    """As in the list."""
    with desk.read() as reading:
        return JSONResponse(people.shown(people.find(reading, person_id)))


@router.patch(
    "/people/{person_id}",
    summary="Change a role, or turn somebody off",
    max_body_size=MOST_JSON,
    responses={200: {"model": Shown}, **described(404, 409, 422)},
)
def altered(desk: Serving, person_id: PersonId, change: Change) -> Response:
    """It counts from the next request of theirs on. The last administrator stays one."""
    role = Role(change.role) if change.role else None
    return JSONResponse(people.shown(people.alter(desk, person_id, role=role, active=change.active)))


@router.post(
    "/people/{person_id}/link",
    summary="Have somebody set their password anew",
    status_code=201,
    responses={201: {"model": Invited}, **described(404)},
)
def renewed(request: Request, desk: Serving, key: Key, person_id: PersonId) -> Response:
    """For who has lost it; one-time codes are off then. The link is good once, for seven days."""
    return replied(entrance.renewal(desk, person_id, home(request), claim(request, key)))


@router.get("/keys", summary="List the keys", responses={200: {"model": KeyList}, **described(400)})
def all_keys(desk: Serving, limit: Limit = 50, after: After = None) -> Response:
    """Without their secrets; also those that were revoked."""
    with desk.read() as reading:
        found, following = keys.listed(reading, after, limit)
    return _page([each.model_dump(mode="json") for each in found], following)


@router.post(
    "/keys",
    summary="Make a key",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": MadeKey}, **described(422)},
)
def made(
    request: Request, desk: Serving, key: Key, wish: Annotated[NewKey, Body(examples=[_KEY])]
) -> Response:
    """For a program; `key` goes into `Authorization: Bearer …` and is told in this answer alone."""
    asked = {**wish.model_dump(mode="json"), "scopes": sorted(wish.scopes)}
    return replied(keys.make(desk, wish, claim(request, key, asked=asked)))


@router.post(
    "/keys/{key_id}/rotate",
    summary="Put a new key in the place of one",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": MadeKey}, **described(404, 422)},
)
def rotated(
    request: Request, desk: Serving, key: Key, key_id: KeyId, wish: Rotation | None = None
) -> Response:
    """With the same name and scopes; the old one is good for `overlap_hours` more."""
    hours = (wish or Rotation()).overlap_hours
    return replied(keys.rotate(desk, key_id, claim(request, key, hours=hours), timedelta(hours=hours)))


@router.delete(
    "/keys/{key_id}", summary="Revoke a key", responses={200: {"model": keys.Key}, **described(404)}
)
def revoked(desk: Serving, key_id: KeyId) -> Response:
    """At once and for good; it stays in the list."""
    return JSONResponse(keys.revoke(desk, key_id).model_dump(mode="json"))


def home(request: Request) -> str:
    """Where this service is reached."""
    return (wiring_of(request).settings.public_url or str(request.base_url)).rstrip("/")


def with_session(request: Request, response: Response, secret: str) -> Response:
    """The answer, with the cookie of a session; no script can read it, no other site's form sends it."""
    secure = request.state.secure
    response.set_cookie(
        cookie_name(secure=secure),
        secret,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )
    return response


def without_session(request: Request, response: Response) -> Response:
    """The answer, which takes the cookie away."""
    secure = request.state.secure
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
    return response


def _page(items: list[dict[str, Any]], following: str | None) -> Response:
    return JSONResponse({"items": items, **({"next": following} if following else {})})
