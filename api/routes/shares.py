"""`/v1/cases/{id}/shares`: links to a sealed bundle for somebody outside."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import sharing
from api.errors import MissingShareError
from api.guard import MOST_JSON
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId
from api.sharing import Look, Offer, Share

router = APIRouter(prefix="/v1/cases/{case_id}/shares", tags=["bundles"], default_response_class=JSONResponse)

ShareId = Annotated[str, Path(examples=["share_5b0f6d1c9a7e42f83310"], max_length=64)]
_OFFER: Final[dict[str, Any]] = {"scope": ["dossier", "reports"], "expires_at": "2026-12-04T00:00:00Z"}


class ShareList(BaseModel):
    """The newest first."""

    items: list[Share]


@router.post(
    "",
    summary="Make a link to the bundle",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Share}, **described(400, 404, 413, 422)},
)
def shared(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    offer: Annotated[Offer | None, Body(examples=[_OFFER])] = None,
) -> Response:
    """To the bundle that was sealed last. The `url` is told in this answer alone, not when asked again."""
    wish = offer or Offer()
    home = desk.wiring.settings.public_url or str(request.base_url)
    asked = claim(request, key, asked=wish.model_dump(mode="json"))
    return replied(sharing.share(desk, case_id, wish, home, asked))


@router.get("", summary="List the links of a case", responses={200: {"model": ShareList}, **described(404)})
def listed(desk: Serving, case_id: CaseId) -> Response:
    """With how often each was opened; when, and by what kind of program, is in the case's custody log."""
    return JSONResponse({"items": sharing.listed(desk, case_id)})


class LookList(BaseModel):
    """The newest first."""

    items: list[Look]


@router.get(
    "/{share_id}/looks",
    summary="Who looked through a link?",
    responses={200: {"model": LookList}, **described(404)},
)
def looks(desk: Serving, case_id: CaseId, share_id: ShareId) -> Response:
    """When, at what, and with what kind of program; refused looks too, up to twenty of them."""
    if share_id not in {each["id"] for each in sharing.listed(desk, case_id)}:
        raise MissingShareError(share_id)
    found = sharing.looks(desk, case_id).get(share_id, [])
    return JSONResponse({"items": [each.model_dump(mode="json") for each in found]})


@router.delete("/{share_id}", summary="Take a link back", responses={200: {"model": Share}, **described(404)})
def revoked(desk: Serving, case_id: CaseId, share_id: ShareId) -> Response:
    """From then on it is answered like one that never was; what was fetched before cannot be taken back."""
    return JSONResponse(sharing.revoke(desk, case_id, share_id))
