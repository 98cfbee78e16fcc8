"""`/v1/signers.pem`: the public keys by which anybody knows this service's bundles."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from api import signing
from api.routes.asking import Serving
from api.routes.station import PEM

router = APIRouter(prefix="/v1", tags=["bundles"])


@router.get(
    "/signers.pem",
    summary="Get the keys that sign bundles",
    response_class=Response,
    responses={200: {"content": {PEM: {}}}},
)
def signers(desk: Serving) -> Response:
    """The newest first; `sixface verify BUNDLE --key signers.pem` and a bag's `verify.sh` take this file."""
    return Response(signing.public_keys(desk.wiring.settings), media_type=PEM)
