"""What is asked of photos that were sent: copies to hand out, two held against each other, sets."""

from __future__ import annotations

from typing import Annotated, Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import comparing, copying, photo_sets
from api.comparing import Comparison, Pair
from api.copying import Copy, Hidden
from api.download import attachment
from api.guard import MOST_JSON
from api.photo_sets import PhotoSet, Wanted
from api.problems import described, language
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId
from api.routes.evidence import EvidenceId

router = APIRouter(prefix="/v1", tags=["photos"], default_response_class=JSONResponse)

CopyId = Annotated[str, Path(examples=["cp_7d1e5f3a9b2c4d6e8f01"], max_length=64)]
_JPEG: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"image/jpeg": {}}}}


class CopyShown(Copy):
    """A copy, and where it is found."""

    links: dict[str, str]


class CopyList(BaseModel):
    """The newest first."""

    items: list[CopyShown]


class Reason(BaseModel):
    """A reason that photos prove, and its shots."""

    reason: str
    needed: list[str]
    helpful: list[str]


class ReasonList(BaseModel):
    """All of them."""

    items: list[Reason]


@router.post(
    "/evidence/{evidence_id}/copies",
    summary="Make a copy of a photo to hand out",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CopyShown}, **described(400, 404, 413, 422, 500, 503, 507)},
)
async def copied(
    request: Request, desk: Serving, key: Key, evidence_id: EvidenceId, asked: Annotated[Hidden, Body()]
) -> Response:
    """Print on waybills, faces, and what you name are covered as far as they are found; it has no metadata.

    The original stays as it is; look at every copy before it leaves the house.
    """
    wanted = claim(request, key, asked=asked.model_dump(mode="json"))
    reply = await run_sync(copying.make, desk, evidence_id, asked, wanted, limiter=request.app.state.photos)
    return replied(reply)


@router.get(
    "/evidence/{evidence_id}/copies",
    summary="List the copies of a photo",
    responses={200: {"model": CopyList}, **described(404)},
)
def copies(desk: Serving, evidence_id: EvidenceId) -> Response:
    """With what was covered, and from which bytes each was made."""
    return JSONResponse({"items": copying.listed(desk, evidence_id)})


@router.get(
    "/evidence/{evidence_id}/copies/{copy_id}",
    summary="Download a copy",
    response_class=Response,
    responses={**_JPEG, 206: {}, 416: {}, **described(404)},
)
def copy(
    desk: Serving,
    evidence_id: EvidenceId,
    copy_id: CopyId,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    """A JPEG made by us, as an attachment; that it went out is in the custody log."""
    made = copying.exported(desk, evidence_id, copy_id)
    return attachment(desk.blobs, made.digest, name=f"{made.id}.jpg", asked=range, kind="image/jpeg")


@router.post(
    "/comparisons",
    summary="Hold the photo of what came against that of the listing",
    max_body_size=MOST_JSON,
    responses={200: {"model": Comparison}, **described(400, 404, 409, 413, 422, 500, 503)},
)
async def compared(request: Request, desk: Serving, key: Key, pair: Annotated[Pair, Body()]) -> Response:
    """Colour (CIEDE2000) and size of the goods, with the uncertainty of both photos."""
    del key  # asking twice is as good as asking once
    found = await run_sync(comparing.compare, desk, pair, limiter=request.app.state.photos)
    return JSONResponse(found.model_dump(mode="json"))


@router.get(
    "/photo-sets", summary="List the reasons that photos prove", responses={200: {"model": ReasonList}}
)
def sets() -> Response:
    """With the shots that each needs, and those that help."""
    return JSONResponse({"items": photo_sets.reasons()})


@router.post(
    "/photo-sets",
    summary="Which photos are missing for a reason?",
    max_body_size=MOST_JSON,
    responses={200: {"model": PhotoSet}, **described(400, 404, 413, 422)},
)
def missing(request: Request, desk: Serving, key: Key, wanted: Annotated[Wanted, Body()]) -> Response:
    """Each shot with what fills it and how to take it, in the language of `Accept-Language`."""
    del key  # asking twice is as good as asking once
    return JSONResponse(photo_sets.filled(desk, wanted, language(request)).model_dump(mode="json"))


@router.get(
    "/cases/{case_id}/photo-set",
    summary="Which photos are missing for the case's reason?",
    responses={200: {"model": PhotoSet}, **described(404, 422)},
)
def missing_in_case(request: Request, desk: Serving, case_id: CaseId) -> Response:
    """The photos of the case against its reason; 422 where the reason is none that photos prove."""
    return JSONResponse(photo_sets.of_case(desk, case_id, language(request)).model_dump(mode="json"))
