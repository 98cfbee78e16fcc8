"""`/v1/schemas`: what is handed out, as JSON Schema."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import schemas
from evidence.model import SCHEMA_VERSION

router = APIRouter(prefix="/v1/schemas", tags=["catalogue"], default_response_class=JSONResponse)

MEDIA_TYPE: Final = "application/schema+json"


class SchemaShown(BaseModel):
    """A schema and what it is of."""

    name: str
    version: int
    """The `schema_version` that it describes; within one version members are only added."""
    href: str


class SchemaList(BaseModel):
    """All of them."""

    items: list[SchemaShown]


@router.get("", summary="List the schemas")
def listed() -> SchemaList:
    """Of what is meant to be read by other programs for years."""
    return SchemaList(items=[SchemaShown(name="report", version=SCHEMA_VERSION, href=schemas.REPORT)])


@router.get(
    "/report.json",
    summary="The schema of a report",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}},
)
def report() -> Response:
    """JSON Schema, draft 2020-12; members that it does not name may be added."""
    return JSONResponse(schemas.report(), media_type=MEDIA_TYPE)
