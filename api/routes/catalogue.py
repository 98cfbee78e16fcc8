"""`/v1/rulesets` and `/v1/profiles`: what a case is held against, and how files are examined."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.errors import UnknownProfileError
from api.guard import MOST_JSON
from api.problems import described, language
from api.routes.asking import Key, Serving
from api.words import LANGS, Words, words
from claims.ruleset import LARGEST, RulesetError, parse
from evidence import profile as profiles

BRIEF: Final = ("name", "own", "title", "packet")
"""What of a ruleset a page needs that only lets somebody choose one."""
_MINE: Final[dict[str, JsonValue]] = {"name": "mine.toml", "text": 'id = "mine"\nversion = 1\n'}


class Text(BaseModel):
    """A ruleset as it stands in its file."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "mine.toml", "text": _MINE}]}
    )

    text: str = Field(max_length=LARGEST)
    name: str = Field(default="ruleset.toml", max_length=200)


router = APIRouter(prefix="/v1", tags=["catalogue"], default_response_class=JSONResponse)

Name = Annotated[str, Path(max_length=64)]


@router.get("/rulesets", summary="List the rulesets")
def all_rulesets(
    desk: Serving,
    brief: Annotated[bool, Query(description="Names, titles and limits of packets alone.")] = False,  # noqa: FBT002 - a query parameter
) -> Response:
    """What each platform asks for, with its source and the day on which it was read.

    A file of one's own that cannot be used is listed with its faults.
    """
    items: list[dict[str, object]] = []
    for name in desk.rulebook.names():
        try:
            items.append(_brief(desk, name) if brief else _ruleset(desk, name))
        except RulesetError as error:
            items.append({"name": name, "own": True, "problems": _problems(error)})
    return JSONResponse({"items": items})


@router.get("/rulesets/{name}", summary="Look at a ruleset", responses=described(422))
def one_ruleset(desk: Serving, name: Name) -> Response:
    """All that it asks for, with source, quote and what is unclear."""
    return JSONResponse(_ruleset(desk, name))


@router.post(
    "/rulesets/check",
    summary="What is wrong with a ruleset?",
    max_body_size=MOST_JSON,
    responses=described(413, 422),
)
def checked_ruleset(request: Request, key: Key, asked: Annotated[Text, Body()]) -> Response:
    """Every fault with its line and field, in the language of `Accept-Language`; none where all is well."""
    del key  # asking twice is as good as asking once
    try:
        parse(asked.text, asked.name)
    except RulesetError as error:
        return JSONResponse({"problems": _problems(error, language(request))})
    return JSONResponse({"problems": []})


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


def _ruleset(desk: Serving, name: str) -> dict[str, object]:
    own = desk.rulebook.is_own(name)
    return {"name": name, "own": own, **desk.rulebook.get(name).rules.model_dump(mode="json")}


def _brief(desk: Serving, name: str) -> dict[str, object]:
    """The parts that a page needs, the title in every language that pages speak."""
    whole, title = _ruleset(desk, name), desk.rulebook.get(name).rules.title
    return {part: whole[part] for part in BRIEF} | {"title": {lang: title.of(lang) for lang in LANGS}}


def _problems(error: RulesetError, told: Words | None = None) -> list[dict[str, object]]:
    in_english = words("en")
    return [
        {"line": p.line, "field": p.field, "what": (told or in_english).say(p.what)} for p in error.problems
    ]
