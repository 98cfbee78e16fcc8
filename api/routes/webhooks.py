"""`/v1/webhooks`: where the digest and the ends of examinations are sent to, and what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from api import deliveries, hooks, webhooks
from api.deliveries import Delivery
from api.guard import MOST_JSON
from api.hooks import Hook
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.webhooks import Choice, NewHook

router = APIRouter(prefix="/v1", tags=["webhooks"], default_response_class=JSONResponse)

HookId = Annotated[str, Path(max_length=64)]


class MadeHook(Hook):
    """A webhook with its secret, which is shown this once."""

    secret: str


class HookList(BaseModel):
    """All of them."""

    items: list[Hook]


class Deliveries(BaseModel):
    """What became of some messages; `next` goes into `after`, and is missing on the last page."""

    items: list[Delivery]
    next: str | None = None


@router.post(
    "/webhooks",
    summary="Have the digest, or ends of examinations, sent somewhere",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": MadeHook}, **described(400, 413, 422)},
)
def made(request: Request, desk: Serving, key: Key, wish: NewHook) -> Response:
    """HTTPS to a public address; the answer holds the secret that signs (Standard Webhooks), this once.

    The digest goes in the morning and in the evening unless `times` says otherwise, in the cases' zones
    unless `zone` does. With `evidence.examined` and `evidence.refused` in `events` the end of each
    examination is told within seconds: that its report is there, or that there will be none.
    """
    return replied(webhooks.make(desk, wish, claim(request, key, asked=wish.model_dump(mode="json"))))


@router.get("/webhooks", summary="List the webhooks", responses={200: {"model": HookList}})
def listed(desk: Serving) -> Response:
    """With what became of the last sending, without secrets."""
    with desk.read() as reading:
        told = HookList(items=webhooks.listed(reading))
    return JSONResponse(told.model_dump(mode="json"))


@router.patch(
    "/webhooks/{hook_id}",
    summary="Choose what is sent there",
    max_body_size=MOST_JSON,
    responses={200: {"model": Hook}, **described(404, 413, 422)},
)
def changed(desk: Serving, hook_id: HookId, choice: Choice) -> Response:
    """From now on; what waits is still sent."""
    return JSONResponse(webhooks.choose(desk, hook_id, choice).model_dump(mode="json"))


@router.delete("/webhooks/{hook_id}", summary="Send there no more", status_code=204, responses=described(404))
def dropped(desk: Serving, hook_id: HookId) -> Response:
    """At once; what waits is not sent either."""
    webhooks.drop(desk, hook_id)
    return Response(status_code=204)


@router.post(
    "/webhooks/{hook_id}/test",
    summary="Try a webhook",
    responses={200: {"model": Delivery}, **described(400, 404)},
)
def tried(desk: Serving, key: Key, hook_id: HookId) -> Response:
    """Sends something harmless, once, and says what the receiver answered."""
    del key  # trying twice sends twice
    return JSONResponse(webhooks.try_out(desk, hook_id).model_dump(mode="json"))


@router.get(
    "/webhooks/{hook_id}/deliveries",
    summary="What was sent to a webhook",
    responses={200: {"model": Deliveries}, **described(400, 404, 422)},
)
def log(
    desk: Serving,
    hook_id: HookId,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """The newest first, with every try; the last hundred are kept."""
    with desk.read() as reading:
        hooks.row_of(reading, hook_id)
        page = deliveries.log_of(reading, hook_id, limit=limit, after=after)
    told = Deliveries(items=[deliveries.delivery_of(row) for row in page.rows], next=page.next)
    return JSONResponse(told.model_dump(mode="json", exclude=None if page.next else {"next"}))


@router.post(
    "/webhooks/{hook_id}/deliveries/{delivery_id}/again",
    summary="Send a message once more",
    responses={200: {"model": Delivery}, **described(400, 404)},
)
def again(
    desk: Serving, key: Key, hook_id: HookId, delivery_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """One that did not arrive; what arrived is not kept."""
    del key  # asking twice sends twice
    return JSONResponse(deliveries.again(desk, hook_id, delivery_id).model_dump(mode="json"))


@router.post(
    "/deadlines/digest",
    summary="Send the digest now",
    responses={200: {"model": Deliveries}, **described(400, 422)},
)
def pushed(desk: Serving, key: Key) -> Response:
    """To every webhook, besides its timetable; what does not arrive is tried again for some hours."""
    del key  # sending twice sends twice
    told = Deliveries(items=webhooks.push(desk))
    return JSONResponse(told.model_dump(mode="json", exclude={"next"}))
