"""The pages that need nothing but the API: a file to check, `/film`, and `/station`, the clock of a table."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from api.facts import FACE_NAMES
from api.pages.frame import STATION_POLICY, absent, page
from api.stations import NAME
from evidence.showing import SHOW

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def first(request: Request) -> Response:
    """Drop a file, see what it shows."""
    return page(request, "first.html")


@router.get("/film")
def film(request: Request) -> Response:
    return page(request, "film.html", policy=STATION_POLICY, faces=FACE_NAMES, show=SHOW, alone=False)


@router.get("/station")
def unnamed(request: Request, name: str | None = None) -> Response:
    if name is None:
        return page(request, "station.html", name="1")
    wanted = name.strip().upper()
    return RedirectResponse(f"/station/{wanted}" if re.fullmatch(NAME, wanted) else "/station", 303)


@router.get("/station/{name}")
def named(request: Request, name: str) -> Response:
    if re.fullmatch(NAME, name):
        return page(request, "station.html", name=name)
    # Whoever types an address writes small letters.
    typed = name.upper()
    return RedirectResponse(f"/station/{typed}", 303) if re.fullmatch(NAME, typed) else absent(request)
