"""`/admin/rulesets/{name}/draft`: a ruleset of one's own compared, tried, put in force, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import editions
from api.editions import Affected, Trial
from api.errors import ApiError
from api.guard import MOST_JSON
from api.misfits import BadFormError, BadRulesetError
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.admin.rulesets import HOME, Name, opened, shelf
from api.pages.case_view import TONES
from api.pages.frame import absent
from api.pages.plain_form import NO_FORM, read
from api.retention import Mandate
from api.routes.asking import Serving
from api.telling import of
from api.words import Words, legible
from claims.assessment import Met
from claims.naming import READINESS
from claims.revision import MOVES, Move, Revision
from claims.ruleset import LARGEST
from evidence.model import Saying, say
from storage.errors import StorageError

if TYPE_CHECKING:
    from api.desk import Desk

_TONES: Final[dict[Move, str]] = {Move.ADDED: "pass", Move.CHANGED: "unsure", Move.REMOVED: "fail"}
_ANSWERS: Final[dict[Met | None, Saying]] = {
    Met.YES: say("met"),
    Met.NO: say("not met"),
    Met.UNSURE: say("open"),
    None: say("not asked"),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.post("/rulesets", max_body_size=MOST_JSON)
def brought(
    request: Request,
    desk: Serving,
    text: Annotated[str, Form(max_length=LARGEST)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep what was chosen or pasted as a draft, or say line by line what is wrong with it."""
    words = told(request)
    name = "ruleset.toml"
    if file is not None and file.filename:
        name = legible(file.filename, 80)
        text = file.file.read(LARGEST + 1).decode("utf-8", "replace")
    try:
        if not text.strip():
            raise BadFormError(say("Choose a file, or paste its text."))
        made = editions.draft(desk, text, name)
    except BadRulesetError as error:
        problems = [(each.line, legible(each.field, 80), words.say(each.what)) for each in error.problems]
        trouble = words.text("This ruleset cannot be used: {count} faults.", count=len(problems))
        return shelf(request, desk, 422, trouble=trouble, problems=problems, fields={"text": text})
    except ApiError as error:
        trouble, status = wrong(request, error)
        return shelf(request, desk, status, trouble=trouble)
    return RedirectResponse(f"{HOME}/{made.name}/draft", 303)


@router.get("/rulesets/{name}/draft")
def draft(request: Request, desk: Serving, name: Name) -> Response:
    """What would move, in words, and what can be done with the draft."""
    return _shown(request, desk, name)


@router.post("/rulesets/{name}/draft/trial", max_body_size=MOST_SENT)
def trial(request: Request, desk: Serving, name: Name) -> Response:
    """Hold the open cases against the draft, and list those that would change."""
    try:
        with desk.read() as reading:
            _, loaded = editions.drafted(reading, name)
        found = editions.tried(desk, loaded)
    except ApiError:
        return absent(request)
    return _shown(request, desk, name, trial=found)


@router.post("/rulesets/{name}/draft/enforce", max_body_size=MOST_SENT)
def enforced(request: Request, desk: Serving, name: Name, body: Annotated[bytes, Body()] = b"") -> Response:
    """Put the draft in force, by a person's word."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        editions.enforce(desk, name, fields.get("digest", ""), word_of(fields), fields.claim(request))
    except (ApiError, StorageError) as error:
        trouble, status = wrong(request, error)
        return _shown(request, desk, name, status, trouble=trouble, fields=fields)
    return RedirectResponse(f"{HOME}/{name}?done=enforced", 303)


@router.post("/rulesets/{name}/draft/discard", max_body_size=MOST_SENT)
def discarded(request: Request, desk: Serving, name: Name) -> Response:
    """Forget the draft."""
    try:
        editions.discard(desk, name)
    except ApiError:
        return absent(request)
    return RedirectResponse(f"{HOME}?done=discarded", 303)


@router.post("/rulesets/{name}/withdraw", max_body_size=MOST_SENT)
def withdrawn(request: Request, desk: Serving, name: Name, body: Annotated[bytes, Body()] = b"") -> Response:
    """Take one's own edition back, by a person's word."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        editions.withdraw(desk, name, word_of(fields), fields.claim(request))
    except (ApiError, StorageError) as error:
        trouble, status = wrong(request, error)
        return opened(request, desk, name, status, trouble=trouble, fields=fields)
    gone = name not in desk.rulebook.names()
    return RedirectResponse(f"{HOME}{'' if gone else f'/{name}'}?done=withdrawn", 303)


def word_of(fields: Mapping[str, str]) -> Mandate:
    """Who says so, and why. Raises `BadFormError`."""
    try:
        return Mandate(by=fields.get("by", "").strip(), reason=fields.get("reason", "").strip())
    except ValidationError as error:
        raise BadFormError(say("Say who you are, and why; both are kept in the custody log.")) from error


def _shown(request: Request, desk: Desk, name: str, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words = told(request)
    try:
        with desk.read() as reading:
            made, loaded = editions.drafted(reading, name)
    except ApiError:
        return absent(request)
    moved = editions.compared(desk, loaded)
    found: Trial | None = more.pop("trial", None)
    return room(
        request,
        "admin_draft.html",
        status,
        at=f"{HOME}/{name}/draft",
        home=f"{HOME}/{name}",
        name=name,
        title=of(loaded.rules.title, words),
        digest=made.digest,
        brought=words.moment(made.brought_at),
        fresh=moved is None,
        moves=[_moved(each, words) for each in moved or ()],
        clocks=sum(each.part == "clock" for each in moved or ()),
        trial=found,
        affected=[_affected(each, words) for each in found.affected] if found else [],
        **more,
    )


def _moved(one: Revision, words: Words) -> dict[str, Any]:
    return {
        "part": one.part,
        "id": one.id,
        "title": of(one.title, words) if one.title else one.id,
        "word": words.say(MOVES[one.move]),
        "tone": _TONES[one.move],
        "says": [words.say(each) for each in one.says],
    }


def _affected(one: Affected, words: Words) -> dict[str, Any]:
    def at(moment: Any) -> str:  # noqa: ANN401 - a moment or None
        return words.moment(moment) if moment else words.text("end not known")

    return {
        "address": f"/cases/{one.case_id}",
        "named": legible(one.order_number, 60) or one.case_id,
        "before": words.say(READINESS[one.before]),
        "after": words.say(READINESS[one.after]),
        "turns": one.before is not one.after,
        "tone": TONES[one.after],
        "requirements": [
            (of(each.title, words), words.say(_ANSWERS[each.before]), words.say(_ANSWERS[each.after]))
            for each in one.requirements
        ],
        "clocks": [(of(each.title, words), at(each.before), at(each.after)) for each in one.clocks],
    }
