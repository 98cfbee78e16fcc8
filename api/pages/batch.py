"""`/batch`: many files checked at once, a line each, and matched to cases by the waybills read in them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.pages.frame import page

router = APIRouter(include_in_schema=False)


@router.get("/batch")
def batch(request: Request) -> Response:
    """The page; its module sends the files as any client does."""
    return page(request, "batch.html")
