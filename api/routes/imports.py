"""`/v1/imports`: cases out of a table, looked at first and made then, a part of it at a time."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import importing, tables
from api.imported import Row, shown
from api.problems import described, language
from api.routes.asking import Key, Serving

router = APIRouter(prefix="/v1/imports", tags=["cases"], default_response_class=JSONResponse)

MOST_AT_ONCE: Final = 500
"""Rows that one request makes; a longer table goes on at `next`."""
_BODY: Final[dict[str, Any]] = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": "platform,order_number,tracking_number\ntmall,2026112100017,SF1402938475610\n",
    }
}


class Imported(BaseModel):
    """What became of the rows, or of a part of them."""

    total: int
    rows: list[Row]
    next: int | None = None
    """Where to go on: send the same table with `after` set to this; missing at the end."""


@router.post(
    "",
    summary="Open cases out of a table",
    max_body_size=tables.LARGEST,
    responses={200: {"model": Imported}, **described(400, 413, 422, 503, 507)},
    openapi_extra={"requestBody": {"required": True, "content": _BODY}},
)
def imported(
    request: Request,
    desk: Serving,
    key: Key,
    *,
    body: Annotated[bytes, Body()] = b"",
    dry_run: Annotated[bool, Query(description="Look only; nothing is made.")] = False,
    ruleset: Annotated[str, Query(max_length=64, description="Of rows that name no platform.")] = "",
    after: Annotated[int, Query(ge=0, le=tables.MOST_ROWS, description="Rows that are done.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE)] = MOST_AT_ONCE,
) -> Response:
    """CSV in UTF-8 or GB 18030, columns as in `/v1/imports/template.csv`; sent twice it makes no case twice.

    A row is bound to platform, order and waybill. With `dry_run` all rows are looked at; else `limit` of them
    are made, and `next` says where to go on. Rows that are wrong make nothing and say why.
    """
    del key  # every row has a key of its own: its numbers
    lines = importing.looked_at(desk, tables.rows_of(tables.decoded(body)), ruleset)
    if dry_run:
        part = importing.held_against(desk, lines)
    else:
        part = list(importing.made(desk, lines[after : after + limit]))
    left = None if dry_run or after + limit >= len(lines) else after + limit
    told = language(request)
    found = Imported(total=len(lines), rows=[shown(line, told) for line in part], next=left)
    return JSONResponse(found.model_dump(mode="json", exclude_none=True))


@router.get(
    "/template.csv",
    summary="A table to begin with",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def template() -> Response:
    """The head with all columns, and one row as an example."""
    return table(tables.template(), "sixface-cases.csv")


def table(text: str, name: str) -> Response:
    """A table to download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text.encode(), media_type="text/csv; charset=utf-8", headers=headers)
