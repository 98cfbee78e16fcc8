"""`/healthz`, `/readyz`, `/metrics`: for those who keep the service running."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api import readiness, scrubbing
from api.desk import Desk
from api.metrics import CONTENT_TYPE, Metrics
from api.routes.asking import Serving
from storage.errors import StorageError

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> dict[str, str]:
    """Nothing else is asked; no thread is needed, since all of them may be taking files in."""
    return {"status": "ok"}


@router.get(
    "/readyz", summary="Can it do its work?", responses={503: {"description": "Something is missing."}}
)
def ready(desk: Serving) -> JSONResponse:
    """Storage, database, sandbox and worker, each with `ok` or what is wrong.

    `scrub` is `ok`, `none yet`, or how many faults were found on reading everything back; it does not make
    the service unready. `worm` says whether what is stored is locked: `proven` by trying on the bucket,
    else `absent`.
    """
    parts = {name: readiness.tried(name, desk) for name in readiness.PARTS}
    good = all(found == readiness.OK for found in parts.values())
    return JSONResponse(
        {"status": "ok" if good else "unready", **parts, "scrub": _scrub(desk), "worm": desk.blobs.worm()},
        200 if good else 503,
    )


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
def metrics(request: Request, desk: Serving) -> Response:
    """In the text format, version 0.0.4: this process, and what all of them do together."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(desk.wiring), headers={"Content-Type": CONTENT_TYPE})


def _scrub(desk: Desk) -> str:
    try:
        with desk.read() as reading:
            found = scrubbing.standing(reading)
    except StorageError:
        return "unknown"
    if found is None or (found.last is None and not found.faults):
        return "none yet"
    return f"{found.faults} faults" if found.faults else "ok"
