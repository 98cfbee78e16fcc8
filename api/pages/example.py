"""The example to look around in: offered where nothing is, watched while made, removed with one press."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import showcase
from api.errors import ApiError
from api.example_errors import MissingExampleError
from api.identity.scopes import Scope
from api.pages.frame import language, page
from api.pages.plain_form import MOST_SENT, read
from api.routes.asking import Serving
from api.words import words
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk
    from api.pages.case_page import Scene
    from api.words import Words
    from storage.rows import Reading

_STEPS: Final[Mapping[str, Saying]] = {
    showcase.WAITING: say("Its cases are open; the film waits for its turn"),
    showcase.DRAWING: say("The film of a parcel is drawn"),
    showcase.CHECKING: say("The film is checked, like any other"),
}
_BUSY: Final = frozenset(_STEPS)

router = APIRouter(include_in_schema=False)


@router.post("/cases/example", max_body_size=MOST_SENT)
def asked(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Have it made, and show the board, on which it can be watched."""
    try:
        showcase.ask(desk, language(request), read(body, desk.caller).claim(request))
    except ApiError as error:
        return _stopped(request, error)
    return RedirectResponse("/cases", 303)


@router.get("/cases/example")
def part(request: Request, desk: Serving) -> Response:
    """The part of a page that changes while it is made, for who asks again; once it is, the whole page is."""
    with desk.read() as reading:
        card = card_of(reading, words(language(request)))
    response = page(request, "example/card.html", example=card)
    if card is None or not card["busy"]:
        response.headers["HX-Refresh"] = "true"
    return response


@router.post("/cases/example/remove", max_body_size=MOST_SENT)
def removed(request: Request, desk: Serving) -> Response:
    """Take it away; pressing twice does no harm."""
    try:
        showcase.remove(desk)
    except MissingExampleError:
        pass
    except ApiError as error:
        return _stopped(request, error)
    return RedirectResponse("/cases", 303)


def is_offered(desk: Desk, reading: Reading) -> bool:
    """Whether whoever asks may have it made, and there is nothing yet that it could be taken for."""
    return Scope.CASES_WRITE in desk.caller.scopes and showcase.is_empty(reading)


def card_of(reading: Reading, told: Words, *, about: str = "") -> dict[str, Any] | None:
    """What the card of the example says, on the page of that case or file where one is named.

    None where there is no example, or that is no part of it.
    """
    found = showcase.told(reading, told)
    if found is None or (about and about not in {*found["cases"], *found["evidence"]}):
        return None
    state, steps = found["state"], list(_STEPS)
    here = steps.index(state) if state in steps else len(steps)
    first = next(iter(found["cases"]), "")
    return {
        "busy": state in _BUSY,
        "steps": [
            (told.say(says), "done" if place < here else "now" if place == here else "later")
            for place, says in enumerate(_STEPS.values())
        ],
        "share": found["share"] if state != showcase.WAITING else None,
        "percent": f"{found['share']:.0%}",
        "failed": found.get("reason", ""),
        "case": f"/cases/{quote(first, safe='')}" if first and first != about else "",
        "key": secrets.token_hex(16),
    }


def section(scene: Scene) -> Mapping[str, Any]:
    """Of the page of a case."""
    with scene.desk.read() as reading:
        return {"example": card_of(reading, scene.told, about=scene.found.case.id)}


def _stopped(request: Request, error: ApiError) -> Response:
    told = words(language(request))
    advice = told.text("Nothing was changed.")
    return page(request, "stopped.html", 409, at="/cases", says=told.say(error.says), advice=advice, name="")
