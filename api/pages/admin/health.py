"""`/admin`: how the service is at a glance, and reading everything back now."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api import scrubbing, vitals
from api.auditing import FAULTS
from api.pages.admin.hall import MOST_SENT, room, told
from api.routes.asking import Serving
from api.vitals import Tone
from api.words import Words, legible
from evidence.model import Saying, say

MARKS: Final[dict[Tone, tuple[str, Saying]]] = {
    "pass": ("✓", say("well")),
    "unsure": ("!", say("look at it soon")),
    "fail": ("✗", say("act now")),
    "skipped": ("–", say("not in use")),
}
_LEADS: Final[dict[Tone, Saying]] = {
    "pass": say("All is well"),
    "unsure": say("It works, and something should be looked at"),
    "fail": say("Something is wrong"),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@router.get("")
def health(request: Request, desk: Serving, done: str = "") -> Response:
    """Each part with a word, a colour and what to do next; what is wrong stands first."""
    words = told(request)
    found = vitals.vitals(desk)
    order: list[Tone] = ["fail", "unsure", "pass", "skipped"]
    tone = vitals.worst(found)
    return room(
        request,
        "admin_health.html",
        tone=tone,
        lead=words.say(_LEADS[tone]),
        looked=words.moment(desk.now()),
        vitals=sorted(found, key=lambda each: order.index(each.tone)),
        marks={each: (mark, words.say(word)) for each, (mark, word) in MARKS.items()},
        faults=[_fault(code, where, words) for code, where in dict.fromkeys(vitals.faults(desk))],
        done=words.text("The worker reads everything back now, without pauses; look again later.")
        if done
        else "",
    )


@router.post("/read-back", max_body_size=MOST_SENT)
def read_back(desk: Serving) -> Response:
    """Have the worker read everything back without pauses; asking twice begins anew."""
    scrubbing.hasten(desk)
    return RedirectResponse("/admin?done=read-back", 303)


def _fault(code: str, where: str, words: Words) -> str:
    found = FAULTS.get(code)
    name = legible(where, 90)
    if found is not None:
        return words.say(found.model_copy(update={"values": {"digest": name}}))
    return words.text("The custody log {stream} is broken ({wrong}).", stream=name, wrong=legible(code, 40))
