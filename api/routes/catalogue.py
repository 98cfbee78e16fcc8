"""`/v1/rulesets` and `/v1/profiles`: what a case is held against, and how files are examined."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response

from api import cases
from api.errors import UnknownProfileError
from api.problems import described
from claims import ruleset as rulesets
from evidence import profile as profiles

router = APIRouter(prefix="/v1", tags=["catalogue"], default_response_class=JSONResponse)

Name = Annotated[str, Path(max_length=64)]


@router.get("/rulesets", summary="List the rulesets")
def all_rulesets() -> Response:
    """What each platform procedure asks for, with its source and the day on which it was read."""
    items = [_ruleset(name) for name in rulesets.names()]
    return JSONResponse({"items": items})


@router.get("/rulesets/{name}", summary="Look at a ruleset", responses=described(422))
def one_ruleset(name: Name) -> Response:
    """All its requirements and clocks."""
    return JSONResponse(_ruleset(name))


@router.get("/profiles", summary="List the profiles")
def all_profiles() -> Response:
    """How files are examined: which checks, with which settings, within which limits."""
    items = [profiles.load(name).model_dump(mode="json") for name in profiles.names()]
    return JSONResponse({"items": items})


@router.get("/profiles/{name}", summary="Look at a profile", responses=described(422))
def one_profile(name: Name) -> Response:
    """Its checks, settings and limits."""
    if name not in profiles.names():
        raise UnknownProfileError(name, profiles.names())
    return JSONResponse(profiles.load(name).model_dump(mode="json"))


def _ruleset(name: str) -> dict[str, object]:
    return {"name": name, **cases.named(name).rules.model_dump(mode="json")}
