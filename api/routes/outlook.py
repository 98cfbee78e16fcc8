"""What a case looks like before somebody acts, and all cases counted; shops."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from api import outlook, shops, viewing
from api.guard import MOST_JSON
from api.outlook import Checked, Counted, Writing
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId
from claims.outcomes import Outcomes
from claims.preflight import Intent, Preflight
from claims.settling import Settlement
from claims.shop import Shop
from claims.value import Zone

router = APIRouter(prefix="/v1", tags=["cases"], default_response_class=JSONResponse)


@router.get(
    "/cases/{case_id}/preflight",
    summary="Why would this fail?",
    responses={200: {"model": Preflight}, **described(404)},
)
def preflight(desk: Serving, case_id: CaseId) -> Response:
    """Every reason for which the refusal or appeal of this case would fail, before it is sent."""
    viewing.case(desk, case_id, "preflight.viewed")
    return JSONResponse(outlook.flown(desk, case_id).model_dump(mode="json"))


@router.post(
    "/cases/{case_id}/preflight",
    summary="Why would that decision fail?",
    max_body_size=MOST_JSON,
    responses={200: {"model": Preflight}, **described(400, 404, 413, 422)},
)
def preflight_of(
    desk: Serving,
    case_id: CaseId,
    key: Key,
    intent: Annotated[
        Intent, Body(examples=[{"kind": "refuse", "ground": "resale_affected", "evidence": ["E1"]}])
    ],
) -> Response:
    """As the other, for a decision that nobody has made yet; nothing is stored."""
    del key  # asking twice changes nothing
    viewing.case(desk, case_id, "preflight.viewed")
    return JSONResponse(outlook.flown(desk, case_id, intent).model_dump(mode="json"))


@router.get(
    "/cases/{case_id}/settlement",
    summary="How can it be settled?",
    responses={200: {"model": Settlement}, **described(404)},
)
def settlement(desk: Serving, case_id: CaseId) -> Response:
    """What to offer next, who pays the freight, which grounds may be used, what is missing beside it."""
    viewing.case(desk, case_id, "settlement.viewed")
    return JSONResponse(outlook.settled(desk, case_id).model_dump(mode="json"))


@router.get(
    "/cases/{case_id}/templates",
    summary="List the templates of replies",
    responses={200: {}, **described(404)},
)
def templates(desk: Serving, case_id: CaseId) -> Response:
    """Each with its values, and those that the case itself knows."""
    return JSONResponse({"items": outlook.templates(desk, case_id)})


@router.post(
    "/cases/{case_id}/replies",
    summary="Check a text before it is sent",
    max_body_size=MOST_JSON,
    responses={200: {"model": Checked}, **described(400, 404, 413, 422)},
)
def reply(
    desk: Serving,
    case_id: CaseId,
    key: Key,
    writing: Annotated[Writing, Body(examples=[{"template": "missing_part", "values": {"waybill": "SF1"}}])],
) -> Response:
    """One's own text, or a template with its values; nothing is sent and nothing is stored."""
    del key  # asking twice changes nothing
    return JSONResponse(outlook.checked(desk, case_id, writing).model_dump(mode="json"))


@router.get("/tally", summary="Count the cases", responses={200: {"model": Counted}, **described(422)})
def tally(
    desk: Serving,
    zone: Annotated[Zone, Query(description="In which weeks begin.")] = "Asia/Shanghai",
    below: Annotated[Decimal | None, Query(ge=0, description="A ceiling of automatic refunds.")] = None,
    currency: Annotated[str, Query(pattern="^[A-Z]{3}$")] = "CNY",
) -> Response:
    """By reason, carrier, item and outcome; answers in time by week; what a ceiling would have covered."""
    found = outlook.counted(desk, zone=zone, below=below, currency=currency)
    return JSONResponse(found.model_dump(mode="json"))


@router.get("/outcomes", summary="What became of refusals and appeals", responses={200: {"model": Outcomes}})
def learnt(
    desk: Serving,
    platform: Annotated[str, Query(max_length=64, description="Of this platform alone.")] = "",
) -> Response:
    """Won, partly won, lost and open by platform and reason, and by each warning that stood: plain counts.

    The events `won`, `partly_won` and `lost` record how a case ended, and their `because` the reason that was
    given, which is counted in `given`.
    """
    return JSONResponse(outlook.learnt(desk, platform=platform).model_dump(mode="json"))


@router.get("/shops", summary="List the shops", responses={200: {}, **described(400, 422)}, tags=["shops"])
def listed(
    desk: Serving,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """The newest first."""
    return JSONResponse(shops.listed(desk, limit=limit, after=after))


@router.get(
    "/shops/{shop_id}",
    summary="Look at a shop",
    responses={200: {"model": Shop}, **described(404)},
    tags=["shops"],
)
def shop(desk: Serving, shop_id: Annotated[str, Path(max_length=64)]) -> Response:
    """As it is now; a case keeps the shop as it was."""
    with desk.read() as reading:
        return JSONResponse(shops.look_up(reading, shop_id).model_dump(mode="json"))


@router.post(
    "/shops",
    summary="Add or change a shop",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={200: {"model": Shop}, 201: {"model": Shop}, **described(400, 409, 413, 422)},
    tags=["shops"],
)
def put(
    request: Request,
    desk: Serving,
    key: Key,
    shop: Annotated[
        Shop,
        Body(
            examples=[
                {
                    "id": "temu-us",
                    "platform": "temu",
                    "site": "us",
                    "zone": "America/New_York",
                    "hours": [{"days": ["mon", "tue"], "opens": "09:00", "closes": "18:00"}],
                    "limits": [{"role": "clerk", "currency": "USD", "most": "20"}],
                }
            ]
        ),
    ],
) -> Response:
    """Cases that are open keep the shop as it was."""
    return replied(shops.put(desk, shop, claim(request, key, asked=shop.model_dump(mode="json"))))
