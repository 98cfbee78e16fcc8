"""`/v1/example`: a made-up return to look around in, where nobody has worked yet."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from api import showcase
from api.example_errors import MissingExampleError
from api.problems import described, language
from api.routes.asking import Key, Serving, claim, replied

router = APIRouter(prefix="/v1/example", tags=["example"], default_response_class=JSONResponse)


class Example(BaseModel):
    """How far the example is, and what was made of it."""

    id: str
    state: Literal["waiting", "drawing", "checking", "ready", "failed"]
    share: float = Field(ge=0, le=1)
    """How much is done of the step that it is at."""
    cases: list[str]
    """The first one is that of the film."""
    evidence: list[str]
    reason: str | None = None
    """Why it failed."""
    links: dict[str, str]


class Removed(BaseModel):
    """What went, and the files that stay because a real case has them by now."""

    removed: list[str]
    kept: list[str]


@router.get("", summary="How far is the example?", responses={200: {"model": Example}, **described(404)})
def shown(request: Request, desk: Serving) -> Response:
    """404 where there is none."""
    with desk.read() as reading:
        found = showcase.told(reading, language(request))
    if found is None:
        raise MissingExampleError
    return JSONResponse(found)


@router.post(
    "",
    summary="Make an example to look around in",
    status_code=202,
    responses={202: {"model": Example}, **described(400, 409)},
)
def asked(request: Request, desk: Serving, key: Key) -> Response:
    """Three made-up cases; the film of one is drawn by the worker and examined like any other.

    Only where there is no case yet. Their order numbers begin with `EXAMPLE-`, the names of their files with
    `example-`. Asked for again it is the same one.
    """
    return replied(showcase.ask(desk, language(request).lang, claim(request, key)))


@router.delete("", summary="Remove the example", responses={200: {"model": Removed}, **described(404, 409)})
def removed(desk: Serving) -> Response:
    """All that was made of it and from it; the custody logs stay, as whenever something is removed."""
    return JSONResponse(showcase.remove(desk))
