"""`/admin/webhooks`: where the digest is sent, what became of each message, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError

from api import deliveries, hooks, webhooks
from api.deliveries import Delivery
from api.errors import ApiError
from api.hooks import Event, Hook
from api.misfits import BadFormError
from api.pages.admin.hall import MOST_SENT, room, told, wrong
from api.pages.frame import absent
from api.pages.plain_form import NO_FORM, Form, read
from api.routes.asking import Serving
from api.webhooks import Choice, NewHook
from api.words import Words, legible
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

HookId = Annotated[str, Path(max_length=64)]
_HOME: Final = "/admin/webhooks"
_KINDS: Final[dict[str, Saying]] = {
    "deadlines.digest": say("Digest of clocks"),
    "evidence.examined": say("A report is there"),
    "evidence.refused": say("There will be no report"),
    "webhook.test": say("Trial"),
}
_MEANING: Final[dict[Event, Saying]] = {
    "deadlines.digest": say("What is due before somebody looks again, at the times of day that are set."),
    "evidence.examined": say(
        "A check ended with a report. The message has ids, hash, state and links, and no file name."
    ),
    "evidence.refused": say(
        "A check ended without a report: the file was refused, cancelled or could not be checked."
    ),
}
"""What each event means, in the order in which they are chosen."""
_NONE: Final = say("Choose at least one thing to be sent.")
_DONE: Final[dict[str, Saying]] = {
    "changed": say("From now on that is sent."),
    "dropped": say("Nothing is sent there any more."),
    "delivered": say("It arrived."),
}
_TROUBLE: Final[dict[str, Saying]] = {
    "waiting": say("It did not arrive; it is tried again by itself."),
    "given_up": say("It did not arrive; read below what the receiver answered."),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("/webhooks")
def listed(request: Request, desk: Serving, done: str = "") -> Response:
    """All of them, and a form that makes one."""
    return _list(request, desk, done=_said(_DONE, done, told(request)))


@router.post("/webhooks", max_body_size=MOST_SENT)
def made(request: Request, desk: Serving, body: Annotated[bytes, Body()] = b"") -> Response:
    """Make one, and show its secret this once."""
    fields = NO_FORM
    try:
        fields = read(body, desk.caller)
        reply = webhooks.make(desk, _wish(fields), fields.claim(request))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _list(request, desk, status, trouble=trouble, fields=fields)
    hook = Hook.model_validate({name: value for name, value in reply.body.items() if name != "secret"})
    return _one(request, desk, hook.id, secret=str(reply.body["secret"]))


@router.get("/webhooks/{hook_id}")
def one(request: Request, desk: Serving, hook_id: HookId, done: str = "") -> Response:
    """One of them with its messages and all tries."""
    words = told(request)
    return _one(request, desk, hook_id, done=_said(_DONE, done, words), trouble=_said(_TROUBLE, done, words))


@router.post("/webhooks/{hook_id}/events", max_body_size=MOST_SENT)
def changed(
    request: Request, desk: Serving, hook_id: HookId, body: Annotated[bytes, Body()] = b""
) -> Response:
    """Send it what is ticked, from now on."""
    try:
        webhooks.choose(desk, hook_id, _choice(read(body, desk.caller)))
    except BadFormError as error:
        trouble, status = wrong(request, error)
        return _one(request, desk, hook_id, status, trouble=trouble)
    except ApiError:
        return absent(request)
    return RedirectResponse(f"{_HOME}/{hook_id}?done=changed", 303)


@router.post("/webhooks/{hook_id}/test", max_body_size=MOST_SENT)
def tried(request: Request, desk: Serving, hook_id: HookId) -> Response:
    """Send something harmless there, once."""
    try:
        found = webhooks.try_out(desk, hook_id)
    except ApiError:
        return absent(request)
    return RedirectResponse(f"{_HOME}/{found.webhook}?done={found.state}", 303)


@router.post("/webhooks/{hook_id}/again", max_body_size=MOST_SENT)
def again(request: Request, desk: Serving, hook_id: HookId, body: Annotated[bytes, Body()] = b"") -> Response:
    """Send a message once more that did not arrive."""
    try:
        found = deliveries.again(desk, hook_id, read(body, desk.caller).get("message", ""))
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _one(request, desk, hook_id, status, trouble=trouble)
    return RedirectResponse(f"{_HOME}/{found.webhook}?done={found.state}", 303)


@router.post("/webhooks/{hook_id}/drop", max_body_size=MOST_SENT)
def dropped(
    request: Request, desk: Serving, hook_id: HookId, body: Annotated[bytes, Body()] = b""
) -> Response:
    """Send there no more, once somebody ticked that they mean it."""
    try:
        if read(body, desk.caller).get("sure") != "yes":
            raise BadFormError(say("Tick that you mean it; what waits is not sent either."))
        webhooks.drop(desk, hook_id)
    except ApiError as error:
        trouble, status = wrong(request, error)
        return _one(request, desk, hook_id, status, trouble=trouble)
    return RedirectResponse(f"{_HOME}?done=dropped", 303)


def _wish(fields: Form) -> NewHook:
    times = [
        each.strip() for each in fields.get("times", "").replace("，", ",").replace("、", ",").split(",")
    ]
    try:
        return NewHook.model_validate(
            {
                "url": fields.get("url", "").strip(),
                "note": fields.get("note", "").strip(),
                "times": [each for each in times if each],
                "zone": fields.get("zone", "").strip() or None,
                "events": fields.every("event"),
            }
        )
    except ValidationError as error:
        place = str(error.errors(include_url=False)[0]["loc"][0])
        raise BadFormError(_FAULTS.get(place, _FAULTS["url"])) from error


def _choice(fields: Form) -> Choice:
    try:
        return Choice.model_validate({"events": fields.every("event")})
    except ValidationError as error:
        raise BadFormError(_NONE) from error


_FAULTS: Final[dict[str, Saying]] = {
    "url": say("Write an address such as https://example.com/sixface."),
    "note": say("Write a shorter note, at most 200 characters."),
    "times": say("Write times of day such as 09:00, 18:00, at most eight of them."),
    "zone": say("Write a time zone such as Asia/Shanghai, or leave it empty."),
    "events": _NONE,
}


def _list(request: Request, desk: Desk, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - a template takes anything
    words = told(request)
    with desk.read() as reading:
        found = webhooks.listed(reading)
    lines = [
        (f"{_HOME}/{each.id}", legible(each.url, 200), *_standing(each, words), _gets(each, words))
        for each in found
    ]
    given = {"fields": {"times": "09:00, 18:00"}} | more
    form = given["fields"]
    ticked = form.every("event") if isinstance(form, Form) and form else tuple(_MEANING)
    given |= {"hooks": lines, "most": hooks.MOST, "events": _choices(ticked, words)}
    return room(request, "admin_webhooks.html", status, **given)


def _gets(hook: Hook, words: Words) -> str:
    """What is sent there, in a few words."""
    return words.text(", ").join(words.say(_KINDS[each]) for each in hook.events)


def _choices(ticked: Collection[str], words: Words) -> list[tuple[str, str, str, bool]]:
    """Every event with its name, what it means, and whether it is chosen."""
    return [
        (each, words.say(_KINDS[each]), words.say(says), each in ticked) for each, says in _MEANING.items()
    ]


def _one(request: Request, desk: Desk, hook_id: str, status: int = 200, **more: Any) -> Response:  # noqa: ANN401 - likewise
    words = told(request)
    try:
        with desk.read() as reading:
            hook = hooks.hook_of(hooks.row_of(reading, hook_id))
            page = deliveries.log_of(reading, hook_id, limit=deliveries.KEPT)
    except ApiError:
        return absent(request)
    tone, stands = _standing(hook, words)
    return room(
        request,
        "admin_webhook.html",
        status,
        hook=hook,
        url=legible(hook.url, 300),
        note=legible(hook.note, 200),
        when=", ".join(f"{each:%H:%M}" for each in hook.times),
        tone=tone,
        stands=stands,
        home=f"{_HOME}/{hook.id}",
        gets=_gets(hook, words),
        events=_choices(hook.events, words),
        messages=[_message(deliveries.delivery_of(row), words) for row in page.rows],
        **({"secret": ""} | more),
    )


def _standing(hook: Hook, words: Words) -> tuple[str, str]:
    """Tone and words for what became of the last sending."""
    if hook.off_at:
        return "fail", words.text("off: the receiver is gone")
    if hook.last_sent_at is None:
        return "skipped", words.text("nothing was sent yet")
    at = words.moment(hook.last_sent_at)
    if hooks.arrived(hook.last_status):
        return "pass", words.text("arrived at {at}", at=at)
    answer = str(hook.last_status) if hook.last_status else words.text("no answer")
    return "unsure", words.text("did not arrive at {at} ({answer})", at=at, answer=answer)


def _message(made: Delivery, words: Words) -> dict[str, Any]:
    tone = {"delivered": "pass", "waiting": "unsure", "given_up": "fail"}[made.state]
    if made.delivered:
        state = words.text("sent")
    elif made.next_at is None:
        state = words.text("not sent")
    else:
        state = words.text("not sent yet; tried again on {moment}", moment=words.moment(made.next_at))
    return {
        "id": made.id,
        "kind": words.say(_KINDS[made.type]) if made.type in _KINDS else made.type,
        "made": words.moment(made.made_at),
        "tone": tone,
        "state": state,
        "tries": [(words.moment(each.at), each.status or words.text("no answer")) for each in made.tries],
        "again": not made.delivered and made.type != "webhook.test",
    }


def _said(among: dict[str, Saying], name: str, words: Words) -> str:
    return words.say(among[name]) if name in among else ""
