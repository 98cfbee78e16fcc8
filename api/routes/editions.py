"""`/v1/rulesets/…`: rulesets of one's own, drafted, compared, tried, put in force, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from api import editions
from api.editions import Edition, Trial
from api.guard import MOST_JSON
from api.problems import described, language
from api.retention import Mandate
from api.routes.asking import Key, Serving, claim, replied
from api.routes.catalogue import Text
from api.words import Words
from claims.revision import Revision
from claims.ruleset import Loaded

router = APIRouter(prefix="/v1/rulesets", tags=["catalogue"], default_response_class=JSONResponse)

Name = Annotated[str, Path(max_length=64)]


class Difference(BaseModel):
    """One entry that is not what it was, in the language of `Accept-Language`."""

    part: str
    id: str
    move: str
    """`added`, `changed` or `removed`."""
    title: dict[str, str] | None = None
    says: list[str]


class Drafted(BaseModel):
    """A draft, and what would move; `differences` is null where nothing of that name is in force."""

    name: str
    version: int
    digest: str
    """What has to be sent to put it in force."""
    differences: list[Difference] | None = None


class Enforcing(Mandate):
    """Which text is meant, whose word it is, and why."""

    digest: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")


class Editions(BaseModel):
    """What was put in force under one name by hand, the newest first; none where only ours ever was."""

    items: list[Edition]


@router.post(
    "/drafts",
    summary="Bring a ruleset of your own",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Drafted}, **described(400, 413, 422)},
)
def drafted(request: Request, desk: Serving, key: Key, asked: Annotated[Text, Body()]) -> Response:
    """Keeps it beside the edition in force, which stays; a draft of the same name is replaced."""
    del key  # the same text twice is the same draft
    made = editions.draft(desk, asked.text, asked.name)
    with desk.read() as reading:
        _, loaded = editions.drafted(reading, made.name)
    return JSONResponse(_shown(desk, loaded, language(request)), 201)


@router.get("/{name}/draft", summary="Look at a draft", responses={200: {"model": Drafted}, **described(404)})
def looked_at(request: Request, desk: Serving, name: Name) -> Response:
    """With all that would move against the edition in force."""
    with desk.read() as reading:
        _, loaded = editions.drafted(reading, name)
    return JSONResponse(_shown(desk, loaded, language(request)))


@router.delete("/{name}/draft", summary="Forget a draft", status_code=204, responses=described(404))
def discarded(desk: Serving, name: Name) -> Response:
    """What is in force stays so."""
    editions.discard(desk, name)
    return Response(status_code=204)


@router.post(
    "/{name}/draft/trial",
    summary="Try a draft on the open cases",
    responses={200: {"model": Trial}, **described(400, 404)},
)
def tried(desk: Serving, key: Key, name: Name) -> Response:
    """Which of them would be ready or not, and whose clocks would end at another time. Nothing is changed."""
    del key  # trying twice changes nothing twice
    with desk.read() as reading:
        _, loaded = editions.drafted(reading, name)
    return JSONResponse(editions.tried(desk, loaded).model_dump(mode="json"))


@router.post(
    "/{name}/draft/enforce",
    summary="Put a draft in force",
    max_body_size=MOST_JSON,
    responses={200: {"model": Edition}, **described(400, 404, 422)},
)
def enforced(request: Request, desk: Serving, key: Key, name: Name, asked: Enforcing) -> Response:
    """Cases that are opened from now on follow it; those that are open keep theirs."""
    word = Mandate(by=asked.by, reason=asked.reason)
    wanted = claim(request, key, asked=asked.model_dump())
    return replied(editions.enforce(desk, name, asked.digest, word, wanted))


@router.get("/{name}/editions", summary="What was in force?", responses={200: {"model": Editions}})
def listed(desk: Serving, name: Name) -> Response:
    """Each edition with who put it in force, when and why."""
    with desk.read() as reading:
        found = Editions(items=editions.history_of(reading, name))
    return JSONResponse(found.model_dump(mode="json"))


@router.post(
    "/{name}/withdraw",
    summary="Take an edition back",
    max_body_size=MOST_JSON,
    responses=described(400, 422),
)
def withdrawn(request: Request, desk: Serving, key: Key, name: Name, word: Mandate) -> Response:
    """The edition before comes back, else the one that ships; `digest` is null where no own is left."""
    return replied(editions.withdraw(desk, name, word, claim(request, key, asked=word.model_dump())))


def _shown(desk: Serving, loaded: Loaded, words: Words) -> dict[str, object]:
    moved = editions.compared(desk, loaded)
    found = Drafted(
        name=loaded.rules.id,
        version=loaded.rules.version,
        digest=loaded.digest,
        differences=None if moved is None else [_difference(each, words) for each in moved],
    )
    return found.model_dump(mode="json")


def _difference(one: Revision, words: Words) -> Difference:
    title = one.title.model_dump() if one.title else None
    says = [words.say(each) for each in one.says]
    return Difference(part=one.part, id=one.id, move=one.move.value, title=title, says=says)
