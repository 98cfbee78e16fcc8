"""`/v1/retention`: what would go and why, legal holds, and the purge."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import idempotency, retention
from api.guard import MOST_JSON
from api.idempotency import Reply
from api.problems import described
from api.retention import Fate, Mandate
from api.routes.asking import Key, Serving, claim, replied

router = APIRouter(prefix="/v1/retention", tags=["retention"], default_response_class=JSONResponse)
Target = Annotated[str, Path(max_length=64, pattern="^(case|ev)_[a-z0-9]+$", examples=["case_5b0f6d1c"])]


class Fates(BaseModel):
    """Cases first, then files, each from the oldest on."""

    items: list[Fate]


class Lifted(BaseModel):
    """Whether there was a hold."""

    lifted: bool


@router.get("", summary="What would go, and why?", responses={200: {"model": Fates}})
def planned(desk: Serving) -> Response:
    """A dry run: nothing is changed by it."""
    return JSONResponse(_told(retention.planned(desk)))


@router.post(
    "/purge",
    summary="Remove what is due",
    max_body_size=MOST_JSON,
    responses={200: {"model": Fates}, **described(400, 422)},
)
def purged(request: Request, desk: Serving, key: Key, word: Mandate) -> Response:
    """The custody logs stay, with an entry that tells what went.

    Answers with what went (`goes`) and with what was due and is kept by the bucket, which stays as it was.
    """
    asked = claim(request, key, asked=word.model_dump())
    with desk.read() as reading:
        reply = idempotency.recall(reading, asked)
    if reply is None:
        reply = Reply(200, _told(retention.purge(desk, word)))
        with desk.begin() as unit:
            reply = idempotency.recall(unit, asked) or idempotency.remember(unit, asked, reply)
    return replied(reply)


@router.post(
    "/holds/{target}",
    summary="Hold a case or a file",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Mandate}, **described(400, 404, 422)},
)
def held(desk: Serving, key: Key, target: Target, word: Mandate) -> Response:  # noqa: ARG001 - twice is once
    """It stays until the hold is lifted, whatever its period says."""
    retention.hold(desk, target, word)
    return JSONResponse(word.model_dump(), 201)


@router.post(
    "/holds/{target}/lift",
    summary="Lift a hold",
    max_body_size=MOST_JSON,
    responses={200: {"model": Lifted}, **described(400, 404, 422)},
)
def lifted(desk: Serving, key: Key, target: Target, word: Mandate) -> Response:  # noqa: ARG001 - twice is once
    """`lifted` is false where there was none."""
    return JSONResponse({"lifted": retention.lift(desk, target, word)})


def _told(judged: list[retention.Judged]) -> dict[str, object]:
    return {"items": [each.fate.model_dump(mode="json") for each in judged]}
