"""`/admin/retention`: how long things are kept, what would go and why, holds, and the purge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Request
from fastapi.responses import RedirectResponse, Response

from api import retention
from api.errors import ApiError
from api.misfits import BadFormError
from api.pages.admin.drafts import word_of
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.plain_form import NO_FORM, Form, read
from api.retention import Judged
from api.routes.asking import Serving
from api.words import Words, legible
from evidence.model import Saying, say
from storage.errors import StorageError
from storage.rows import LIMIT

if TYPE_CHECKING:
    from api.desk import Desk

HOME: Final = "/admin/retention"
MOST_SHOWN: Final = 100
"""Things of each kind on the page; all of them are counted, and told by `sixface retention plan`."""
_DONE: Final[dict[str, Saying]] = {
    "held": say("It is held until the hold is lifted."),
    "lifted": say("The hold is lifted."),
    "none": say("Nothing was held under that number."),
    "purged": say("What was due is gone; the custody logs say what, and by whose word."),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/retention")
def plan(request: Request, desk: Serving, done: str = "") -> Response:
    """The policy in words, what would go and what stays why, and the holds. Nothing is changed by it."""
    return _shown(request, desk, done=told(request).say(_DONE[done]) if done in _DONE else "")


@router.post("/retention/hold", max_body_size=MOST_SENT)
def held(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Keep a case or a file until the hold is lifted."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        retention.hold(desk, _target(fields), word_of(fields))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble, fields=fields)
    return RedirectResponse(f"{HOME}?done=held", 303)


@router.post("/retention/lift", max_body_size=MOST_SENT)
def lifted(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """End a hold."""
    try:
        fields = read(body, desk.caller)
        there = retention.lift(desk, _target(fields), word_of(fields))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return RedirectResponse(f"{HOME}?done={'lifted' if there else 'none'}", 303)


@router.post("/retention/purge", max_body_size=MOST_SENT)
def purged(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Remove what is due, once somebody wrote how many things that are.

    The number is asked for again here: a plan that has grown since the page was shown is looked at anew.
    """
    try:
        fields = read(body, desk.caller)
        word = word_of(fields)
        due = sum(each.goes for each in retention.planned(desk))
        if not due or fields.get("count", "").strip() != str(min(due, retention.MOST)):
            raise BadFormError(
                say("Write the number of things that go, as it stands on the page now; nothing was removed.")
            )
        retention.purge(desk, word)
    except (ApiError, StorageError) as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, status, trouble=trouble)
    return RedirectResponse(f"{HOME}?done=purged", 303)


def _target(fields: Form) -> str:
    target = fields.get("target", "").strip()
    if not target.startswith(("case_", "ev_")) or len(target) > 64:  # noqa: PLR2004 - as the API has it
        raise BadFormError(say("Write the id of a case (case_…) or of a file (ev_…)."))
    return target


def _shown(request: Request, desk: Desk, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words = told(request)
    try:
        judged = retention.planned(desk)
    except StorageError as error:
        trouble, status = wrong(request, error)
        judged, more = [], {**more, "trouble": trouble}
    with desk.read() as reading:
        rows = reading.find(retention.KIND, limit=LIMIT).rows
    going = [each for each in judged if each.goes]
    staying = [each for each in judged if not each.goes]
    return room(
        request,
        "admin_retention.html",
        status,
        home=HOME,
        periods=_policy(desk, words),
        going=[_line(each, words) for each in going[:MOST_SHOWN]],
        staying=[_line(each, words) for each in staying[:MOST_SHOWN]],
        goes=len(going),
        stays=len(staying),
        once=min(len(going), retention.MOST),
        holds=[
            (row.id, legible(str(row.body["by"]), 80), legible(str(row.body["reason"]), 300)) for row in rows
        ],
        **more,
    )


def _policy(desk: Desk, words: Words) -> list[str]:
    """How long things are kept, as it was set."""
    settings = desk.wiring.settings
    told_ = [
        words.text("A closed case goes {days} days after its last clock.", days=settings.retention_days)
        if settings.retention_days
        else words.text("Cases are kept for good (SIXFACE_RETENTION_DAYS is not set)."),
        words.text("A file of no case goes {days} days after it came.", days=settings.retention_loose_days)
        if settings.retention_loose_days
        else words.text("Files of no case are kept for good (SIXFACE_RETENTION_LOOSE_DAYS is not set)."),
        words.text(
            "Nothing goes by itself: a person asks for it and says why. The custody logs stay for good."
        ),
    ]
    if settings.storage == "s3" and settings.s3_lock_days:
        told_.append(words.text("The bucket keeps everything for {days} days.", days=settings.s3_lock_days))
    return told_


def _line(one: Judged, words: Words) -> tuple[str, str, str]:
    """Id, address of its page, and why."""
    place = "cases" if one.kind == "case" else "evidence"
    return one.id, f"/{place}/{one.id}", words.say(one.says)
