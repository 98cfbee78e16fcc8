"""`…/subcases/{subcase}/address`: where a replacement is to go, kept sealed and not for long."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import JSONResponse, Response

from api import reshipping
from api.guard import MOST_JSON
from api.problems import described
from api.reshipping import Address, Taking
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId, CaseShown

router = APIRouter(prefix="/v1/cases", tags=["cases"], default_response_class=JSONResponse)

SubCaseId = Annotated[str, Path(max_length=64)]
_AT = "/{case_id}/subcases/{subcase}/address"


@router.post(
    _AT,
    summary="Take down the address for a replacement",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CaseShown}, **described(400, 404, 413, 422)},
)
def taken(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    *,
    subcase: SubCaseId,
    taking: Annotated[
        Taking,
        Body(examples=[{"text": "Jane Doe, 1 Main St, Springfield", "expires_at": "2026-11-27T10:00:00Z"}]),
    ],
) -> Response:
    """It is sealed at rest and in no log, bundle or report; it stops the clock of the address that expires.

    It is erased at `expires_at` (seven days from now where left out), and when the sub-case ends.
    """
    asked = claim(request, key, asked=taking.model_dump(mode="json"))  # which shows no text
    return replied(reshipping.take(desk, case_id, subcase, taking, asked))


@router.get(
    _AT,
    summary="Read out the address for a replacement",
    responses={200: {"model": Address}, **described(404, 410, 422)},
)
def read_out(desk: Serving, case_id: CaseId, *, subcase: SubCaseId) -> Response:
    """The custody log says that it was; once erased it is gone (410)."""
    return JSONResponse(reshipping.look(desk, case_id, subcase).model_dump(mode="json"))


@router.delete(
    _AT, summary="Erase the address for a replacement", status_code=204, responses=described(404, 422)
)
def erased(desk: Serving, case_id: CaseId, *, subcase: SubCaseId) -> Response:
    """At once, and for good."""
    reshipping.erase(desk, case_id, subcase)
    return Response(status_code=204)
