"""`/v1/verifications`: signatures and time stamps of a bundle, looked at without the bundle."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api import signing, timing
from api.errors import MalformedError
from api.guard import MOST_JSON
from api.problems import described, language
from api.routes.asking import Key, Serving
from claims import bag, signature
from evidence.model import say

MOST_FILES: Final = 203
"""Two for each of the hundred stamps that a bag can name, and the three beside them."""
_NAME: Final = re.compile(rf"{bag.TAG_MANIFEST}|{bag.SIGNER}|{bag.SIGNATURE}|time/[0-9]{{2}}\.(tsr|sig)")

router = APIRouter(prefix="/v1", tags=["bundles"], default_response_class=JSONResponse)


class Proofs(BaseModel):
    """The small files by which others have signed a bundle, in base64, by their path in it."""

    model_config = ConfigDict(extra="forbid")

    files: Annotated[dict[str, str], Field(max_length=MOST_FILES)]
    """`tagmanifest-sha256.txt`, and `signer.pem`, `signature.bin`, `time/NN.tsr`, `time/NN.sig` if there."""


class TimeShown(BaseModel):
    """What one stamp says."""

    file: str
    trusted: bool
    wrong: bool
    at: str | None
    by: str | None
    text: str


class Verification(BaseModel):
    """What they say of the tag manifest that was sent; whether the bundle is that one, its reader checks."""

    signer: str | None
    holds: bool | None
    """Whether every signature holds; null where it is not signed."""
    known: bool
    """Whether the key is one of this service's own."""
    times: list[TimeShown]


@router.post(
    "/verifications",
    summary="Check the signatures of a bundle",
    max_body_size=MOST_JSON,
    responses={200: {"model": Verification}, **described(400, 413, 422)},
)
def verified(request: Request, desk: Serving, key: Key, proofs: Proofs) -> Response:
    """Nothing is stored. The page `/verify` sends this, and never the bundle itself."""
    del key  # asking twice changes nothing
    files = {path: _content(path, text) for path, text in proofs.files.items()}
    told = language(request)
    settings = desk.wiring.settings
    manifest = files.get(bag.TAG_MANIFEST, b"")
    signer = next(iter(signature.keys_in(files.get(bag.SIGNER, b"").decode("ascii", "replace"))), None)
    stamps = sorted(filter(bag.STAMP.fullmatch, files))
    roots = settings.tsa_roots.read_bytes() if settings.tsa_roots else None
    times = [timing.told(path, files[path], manifest, roots) for path in stamps]
    made = Verification(
        signer=signer,
        holds=not any(signature.wrongs(signer, files, stamps, None)) if signer else None,
        known=signer in signing.known(settings),
        times=[TimeShown.model_validate(time.plain | {"text": told.say(time.says)}) for time in times],
    )
    return JSONResponse(made.model_dump(mode="json"))


def _content(path: str, text: str) -> bytes:
    if not _NAME.fullmatch(path):
        raise MalformedError(say("{path} is none of the files that sign a bundle.", path=path[:100]))
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(say("{path} is no base64.", path=path)) from None
