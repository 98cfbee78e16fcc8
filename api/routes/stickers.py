"""`/v1/stickers.pdf`: the sheet of six stickers that makes a film easy to check."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.printing import sticker_sheet
from api.problems import described
from api.words import Lang, words
from evidence.printing.sheet import SHEETS

PDF: Final = "application/pdf"

router = APIRouter(prefix="/v1", tags=["stickers"])


@router.get(
    "/stickers.pdf",
    summary="Print a sheet of stickers",
    response_class=Response,
    responses={200: {"content": {PDF: {}}}, **described(422)},
)
def stickers(
    sheet: Annotated[int, Query(ge=0, lt=SHEETS, description="Each parcel in one film needs its own.")] = 0,
    lang: Annotated[Lang, Query(description="Of the heading and the instruction.")] = "zh",
) -> Response:
    """Six numbered stickers, A4, to be printed at 100 %. The same number gives the same bytes."""
    name = f'inline; filename="stickers-{sheet}.pdf"'
    return Response(sticker_sheet(sheet, words(lang)), media_type=PDF, headers={"Content-Disposition": name})
