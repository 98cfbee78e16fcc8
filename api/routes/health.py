"""`/healthz`, `/readyz`, `/metrics`: for those who keep the service running."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api import scrubbing
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
    parts = {name: _tried(look, desk) for name, look in _PARTS.items()}
    good = all(found == "ok" for found in parts.values())
    return JSONResponse(
        {"status": "ok" if good else "unready", **parts, "scrub": _scrub(desk), "worm": desk.blobs.worm()},
        200 if good else 503,
    )


@router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
def metrics(request: Request, desk: Serving) -> Response:
    """In the text format, version 0.0.4: this process, and what all of them do together."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.text(desk.wiring), headers={"Content-Type": CONTENT_TYPE})


def _tried(look: Callable[[Desk], bool], desk: Desk) -> str:
    try:
        return "ok" if look(desk) else "missing"
    except Exception as error:  # noqa: BLE001 - whatever is wrong, this is where it is told
        return type(error).__name__


def _scrub(desk: Desk) -> str:
    try:
        with desk.read() as reading:
            found = scrubbing.standing(reading)
    except StorageError:
        return "unknown"
    if found is None or (found.last is None and not found.faults):
        return "none yet"
    return f"{found.faults} faults" if found.faults else "ok"


def _storage(desk: Desk) -> bool:
    with desk.blobs.stage() as staging:
        staging.write(b"ready")
    return True


def _database(desk: Desk) -> bool:
    with desk.begin() as unit:
        unit.find("case", limit=1)
    return True


def _sandbox(desk: Desk) -> bool:
    # Tried once, by a process that does what is forbidden: what the kernel says of itself is not enough.
    return not desk.wiring.unwalled()


def _worker(desk: Desk) -> bool:
    return desk.wiring.jobs.alive(desk.now())


_PARTS = {"storage": _storage, "database": _database, "sandbox": _sandbox, "worker": _worker}
