"""The pages that are the same whoever serves them, and `/static/{name}`; none is in the API."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.packaged import packaged, served
from api.pages import station
from api.pages.frame import warm
from api.pages.keeping import kept
from api.pages.report import Shelf, reports


def pages(shelf: Shelf) -> APIRouter:
    """The first page, the station, reports out of that shelf, and the files they are made of."""
    router = APIRouter(include_in_schema=False)
    files = packaged()
    warm()
    router.include_router(station.router)
    router.include_router(reports(shelf))
    router.include_router(kept(files))

    @router.get("/static/{name}")
    def static(request: Request, name: str) -> Response:
        return served(request, files.get(name))

    return router
