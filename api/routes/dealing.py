"""`/v1/cases/{case_id}/…`: what people do about a case: parts, chats, answers, promises kept, its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Header, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from api import cases, dealing, viewing
from api.dealing import KINDS, Amendment, Chat, Description, Proposed
from api.guard import MOST_JSON
from api.idempotency import Reply
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.routes.cases import CaseId, CaseShown
from claims.case import Case, Id, Line, Moment, Shown
from claims.change import Part

router = APIRouter(prefix="/v1/cases", tags=["cases"], default_response_class=JSONResponse)

_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    201: {"model": CaseShown},
    **described(400, 404, 409, 413, 422),
}
_EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "items": {"sku": "HP-1", "title": "Headphones", "quantity": 1, "batch": "2026-09", "serial": "A17"},
    "parcels": {
        "direction": "outbound",
        "carrier": "UPS",
        "tracking_number": "1Z999AA10123456784",
        "packed_weight": 820,
        "weight": 815,
        "signed_by": "Lee",
        "signed_at": "2026-11-12T03:47:00Z",
    },
    "tickets": {
        "id": "WO20261120001",
        "reason": "reship",
        "created_at": "2026-11-20T10:00:00Z",
        "status": "跟进中",
        "substatus": "待商家处理",
    },
    "promises": {
        "what": "A plate is sent again",
        "where": "chat",
        "made_at": "2026-11-20T10:05:00Z",
        "due_at": "2026-11-24T15:59:00Z",
        "message": "M3",
    },
    "inspections": {
        "at": "2026-11-21T02:20:00Z",
        "by": "Wang",
        "same_item": False,
        "complete": False,
        "found": [{"sku": "", "quantity": 1, "note": "a bar of soap"}],
    },
    "offers": {
        "step": "compensate",
        "option": "money",
        "amount": {"what": "refund", "value": "12.00", "currency": "CNY"},
        "at": "2026-11-20T10:00:00Z",
        "by": "Wang",
    },
    "decisions": {
        "kind": "refuse",
        "at": "2026-11-21T03:00:00Z",
        "by": "Wang",
        "ground": "swapped",
        "explanation": "退回的商品不是售出的商品",
        "evidence": ["E1"],
    },
    "subcases": {"procedure": "carrier_claim", "opened_at": "2026-11-20T10:00:00Z"},
}
_SUMMARIES: Final[Mapping[str, str]] = {
    "items": "Add or mend an item of the order",
    "parcels": "Add or mend a parcel",
    "tickets": "Add or mend a work order of the platform",
    "promises": "Write down a promise",
    "inspections": "Write down an inspection",
    "offers": "Make an offer to the buyer",
    "decisions": "Decide",
    "subcases": "Enter a sub-case",
}


def _optional(kind: type[Part]) -> type[BaseModel]:
    """That part with an id that may be left out."""
    return create_model(f"New{kind.__name__}", __base__=kind, id=(Id, Field(default="new")))


def _put_in(kind: str, model: type[BaseModel]) -> Callable[..., Response]:
    def put(
        request: Request,
        desk: Serving,
        key: Key,
        case_id: CaseId,
        *,
        part: Annotated[BaseModel, Body()],
        role: Annotated[str, Header(alias="X-Role", max_length=100)] = "",
    ) -> Response:
        told = part.model_dump(exclude_unset=True)
        asked = claim(request, key, asked=part.model_dump(mode="json"))
        return replied(dealing.put(desk, case_id, told, asked, kind, role=role))

    put.__annotations__["part"] = Annotated[model, Body(examples=[_EXAMPLES[kind]])]
    put.__doc__ = "A part with the same id gives way to this one; without an id it gets a new one."
    return put


for _kind, _model in KINDS.items():
    router.post(
        f"/{{case_id}}/{_kind}",
        summary=_SUMMARIES[_kind],
        name=f"put_{_kind}",
        status_code=201,
        max_body_size=MOST_JSON,
        responses=_ANSWERS,
    )(_put_in(_kind, _optional(_model)))


class Answer(BaseModel):
    """The buyer's answer to an offer."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["accepted", "declined"]
    at: Moment


class Kept(BaseModel):
    """When it was kept, and the exhibit that shows it."""

    model_config = ConfigDict(extra="forbid")

    at: Moment
    proof: Line = ""


class Ended(BaseModel):
    """When it ended."""

    model_config = ConfigDict(extra="forbid")

    at: Moment
    note: Line = ""


class Imported(BaseModel):
    """How many messages the case holds now, and what of ours may be a promise."""

    messages: int
    proposals: list[Proposed]


PartId = Annotated[str, Path(max_length=64)]


@router.patch(
    "/{case_id}",
    summary="Say otherwise what is said about a case",
    responses={200: {"model": CaseShown}, **described(400, 404, 409, 413, 422)},
)
def amended(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    *,
    amendment: Annotated[Amendment, Body(examples=[{"reason_code": "swapped_item", "site": "cn"}])],
    if_match: Annotated[str | None, Header(description="The ETag under which the case was read.")] = None,
) -> Response:
    """What is left out stays. With `If-Match` it is refused (409) where somebody changed it meanwhile."""
    asked = claim(request, key, asked=amendment.model_dump(mode="json", exclude_unset=True))
    return replied(dealing.amend(desk, case_id, amendment, asked, version=version_of(if_match)))


@router.patch(
    "/{case_id}/exhibits/{exhibit}",
    summary="Say otherwise what an exhibit is to the claim",
    responses={200: {"model": CaseShown}, **described(400, 404, 413, 422)},
)
def exhibit_described(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    *,
    exhibit: PartId,
    said: Annotated[Description, Body(examples=[{"role": "pack_film", "brought_by": "merchant"}])],
) -> Response:
    """What it proves, who brought it, when it was captured; its bytes and its report stay."""
    asked = claim(request, key, asked=said.model_dump(mode="json", exclude_unset=True))
    return replied(dealing.describe(desk, case_id, exhibit, said, asked))


def version_of(tag: str | None) -> int | None:
    """The version that an ETag names; one that is not ours is never the current one."""
    if tag is None or tag == "*":
        return None
    bare = tag.removeprefix("W/").strip('"')
    return int(bare) if bare.isdecimal() else -1


@router.post(
    "/{case_id}/messages",
    summary="Import a chat record",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Imported}, **described(400, 404, 413, 422)},
)
def imported(
    request: Request,
    desk: Serving,
    key: Key,
    case_id: CaseId,
    chat: Annotated[
        Chat,
        Body(
            examples=[{"text": "2026-11-20 10:03 买家: 少了一个盘子\n2026-11-20 10:20 客服: 您好，明天补寄"}]
        ),
    ],
) -> Response:
    """JSON, CSV or copied text; messages that are there already are kept once."""
    asked = claim(request, key, asked=chat.model_dump(mode="json"))
    reply = dealing.import_chat(desk, case_id, chat, asked)
    case = Case.model_validate({k: v for k, v in reply.body.items() if k not in {"ruleset", "links"}})
    told = Imported(messages=len(case.messages), proposals=dealing.proposed(case))
    return replied(Reply(reply.status, told.model_dump(mode="json")))


@router.post(
    "/{case_id}/offers/{offer}/answer", summary="Note the buyer's answer", status_code=201, responses=_ANSWERS
)
def answered(
    request: Request, desk: Serving, key: Key, case_id: CaseId, *, offer: PartId, said: Answer
) -> Response:
    """An offer is answered once; make another one instead."""
    asked = claim(request, key, asked=said.model_dump(mode="json"))
    return replied(dealing.answer(desk, case_id, asked, offer=offer, said=said.answer, at=said.at))


@router.post(
    "/{case_id}/promises/{promise}/kept",
    summary="Note that a promise was kept",
    status_code=201,
    responses=_ANSWERS,
)
def kept(
    request: Request, desk: Serving, key: Key, case_id: CaseId, *, promise: PartId, told: Kept
) -> Response:
    """Its clock stops at that moment."""
    asked = claim(request, key, asked=told.model_dump(mode="json"))
    return replied(dealing.keep(desk, case_id, promise, told.at, asked, proof=told.proof))


@router.post(
    "/{case_id}/subcases/{subcase}/close", summary="Close a sub-case", status_code=201, responses=_ANSWERS
)
def left(
    request: Request, desk: Serving, key: Key, case_id: CaseId, *, subcase: PartId, told: Ended
) -> Response:
    """Its clocks end with it."""
    asked = claim(request, key, asked=told.model_dump(mode="json"))
    return replied(dealing.leave(desk, case_id, subcase, told.at, asked, note=told.note))


@router.post(
    "/{case_id}/countdowns",
    summary="Note what the platform's countdown shows",
    status_code=201,
    responses=_ANSWERS,
)
def shown(request: Request, desk: Serving, key: Key, case_id: CaseId, countdown: Shown) -> Response:
    """It wins over any figure of a ruleset."""
    asked = claim(request, key, asked=countdown.model_dump(mode="json"))
    return replied(dealing.show(desk, case_id, countdown, asked))


@router.post("/{case_id}/close", summary="Close a case", status_code=201, responses=_ANSWERS)
def closed(request: Request, desk: Serving, key: Key, case_id: CaseId, told: Ended) -> Response:
    """Only with an outcome, and with no open promise or sub-case."""
    asked = claim(request, key, asked=told.model_dump(mode="json"))
    return replied(dealing.close(desk, case_id, told.at, asked, note=told.note))


@router.get("/{case_id}/messages", summary="Read the chat of a case", responses={200: {}, **described(404)})
def messages(desk: Serving, case_id: CaseId) -> Response:
    """By time, with what of ours may be a promise that nobody has written down."""
    viewing.case(desk, case_id, "chat.viewed")
    with desk.read() as reading:
        found = cases.gather(desk, reading, case_id).case
    return JSONResponse(
        {
            "items": [message.model_dump(mode="json") for message in found.messages],
            "proposals": [each.model_dump(mode="json") for each in dealing.proposed(found)],
        }
    )
