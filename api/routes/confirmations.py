"""`/v1/evidence/{id}/confirmations`: what people say where the check could not tell."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import confirming, viewing
from api.confirming import ConfirmationShown
from api.guard import MOST_JSON
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.routes.evidence import EvidenceId
from claims.confirmation import Word
from evidence.model import FACES

router = APIRouter(
    prefix="/v1/evidence/{evidence_id}/confirmations", tags=["evidence"], default_response_class=JSONResponse
)

_WORD: Final[dict[str, Any]] = {
    "code": "six_faces.count",
    "stills": {face: f"sha256:{str(number) * 64}" for number, face in enumerate(FACES, start=1)},
    "answer": "confirmed",
    "by": "Li Wei",
    "note": "",
}


class ConfirmationList(BaseModel):
    """In the order of their recording; the last one counts."""

    items: list[ConfirmationShown]


@router.post(
    "",
    summary="Confirm or dispute, as a person, what the pictures show",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": ConfirmationShown}, **described(400, 404, 409, 413, 422)},
)
def confirmed(
    request: Request,
    desk: Serving,
    key: Key,
    evidence_id: EvidenceId,
    word: Annotated[Word, Body(examples=[_WORD])],
) -> Response:
    """Of the count, only where the check could not tell: 409 after a pass or a fail.

    To confirm, name one picture of the report for each of the six faces, all different. The report
    stays as it is; the word stands beside it, as a person's. A later one counts instead of it, and all
    stay in the custody log.

    Of any report a face that the check counted may be disputed, with the code `six_faces.face`, the `face`
    and the reason in `note`: what rests on it is open then. `confirmed` of it takes the dispute back.
    """
    asked = claim(request, key, asked=word.model_dump(mode="json"))
    return replied(confirming.confirm(desk, evidence_id, word, asked))


@router.get(
    "", summary="Read what people said", responses={200: {"model": ConfirmationList}, **described(404)}
)
def listed(desk: Serving, evidence_id: EvidenceId) -> Response:
    """All of it, in the order of the recording; the last one counts."""
    viewing.said(desk, evidence_id)
    return JSONResponse({"items": confirming.listed(desk, evidence_id)})
