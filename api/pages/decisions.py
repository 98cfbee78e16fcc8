"""Deciding about a case and recording how it ended, with who, why, and on which evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import cases, dealing
from api.errors import ApiError, MissingCaseError
from api.pages.case_page import shown
from api.pages.decision_view import AWARDED, ENDS, PROVEN
from api.pages.frame import absent, language
from api.pages.plain_form import MOST_SENT, Form, read
from api.problems import problem_of
from api.routes.asking import Serving
from api.words import words
from claims.case import Amount, DecisionKind, Event, EventKind
from claims.change import UnfitError
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

router = APIRouter(include_in_schema=False)
Sent = Annotated[bytes, Body()]
_UNFOUNDED: Final = say(
    "Say what is decided, why, and who you are; a refusal names a ground or a reason of the platform's list, "
    "a refund of a part names the sum, and both name evidence, as an appeal does."
)
_UNENDED: Final = say("Say how it ended, and the reason that was given; a sum is a number with a currency.")


@router.post("/cases/{case_id}/decisions", max_body_size=MOST_SENT)
def decided(request: Request, desk: Serving, case_id: str, body: Sent = b"") -> Response:
    """Write a decision down; what ruleset or shop do not allow is refused with the reason."""

    def put(sent: Form) -> None:
        told = _decision(sent, desk)
        dealing.put(desk, case_id, told, sent.claim(request), "decisions", role=sent.one("role"))

    return _done(request, desk, case_id, body, put, _UNFOUNDED, "decide")


@router.post("/cases/{case_id}/outcome", max_body_size=MOST_SENT)
def ended(request: Request, desk: Serving, case_id: str, body: Sent = b"") -> Response:
    """Record how it ended, and with which sum where one was awarded."""

    def record(sent: Form) -> None:
        with desk.read() as reading:
            case = cases.gather(desk, reading, case_id).case
        kind = EventKind(sent.one("kind"))
        event = Event.model_validate(
            {
                "kind": kind,
                "at": sent.moment("at", case.zone, desk.now()),
                "because": " ".join(sent.one("because").split()),
            }
        )
        if kind not in ENDS or not event.because:
            raise ValueError(kind)
        amount = _amount(sent, AWARDED)
        sum_ = Amount.model_validate(amount) if amount else None
        dealing.conclude(desk, case_id, event, sum_, sent.claim(request))

    return _done(request, desk, case_id, body, record, _UNENDED, "end")


def _done(  # noqa: PLR0917 - both forms end alike
    request: Request,
    desk: Desk,
    case_id: str,
    body: bytes,
    do: Callable[[Form], None],
    trouble: Saying,
    anchor: str,
) -> Response:
    told = words(language(request))
    try:
        do(read(body, desk.caller))
    except MissingCaseError:
        return absent(request)
    except (ApiError, UnfitError) as error:
        problem = problem_of(error, told)
        return shown(request, desk, case_id, problem.detail, problem.status)
    except ValueError:
        return shown(request, desk, case_id, told.say(trouble), 422)
    return RedirectResponse(f"/cases/{quote(case_id, safe='')}#{anchor}", 303)


def _decision(sent: Form, desk: Desk) -> dict[str, Any]:
    """The decision of that form, less its id. Raises `ValueError` where it is not founded."""
    kind = DecisionKind(sent.one("kind"))
    told: dict[str, Any] = {
        "kind": kind,
        "at": desk.now(),
        "by": sent.one("by"),
        "role": sent.one("role"),
        "ground": sent.one("ground") if kind is DecisionKind.REFUSE else "",
        "reason_code": sent.one("reason_code"),
        "explanation": sent.one("explanation"),
        "evidence": sent.every("evidence"),
        "amount": _amount(sent, "refund"),
    }
    if not told["explanation"] or not told["by"] or (kind in PROVEN and not told["evidence"]):
        raise ValueError(kind)
    return told


def _amount(sent: Form, what: str) -> dict[str, str] | None:
    """The sum of that form; None where none was said."""
    value = sent.one("amount").replace(",", "")
    return {"what": what, "value": value, "currency": sent.one("currency").upper()} if value else None
