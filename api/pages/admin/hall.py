"""The frame of the pages for whoever runs the service: their doors, and the forms that they send."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from fastapi import Request, Response

from api.pages.frame import language, page
from api.problems import problem_of
from api.words import Words, words
from evidence.model import Saying, say

DOORS: Final[Mapping[str, Saying]] = {
    "/admin": say("Health"),
    "/admin/webhooks": say("Webhooks"),
    "/admin/rulesets": say("Rulesets"),
    "/admin/days": say("Days off"),
    "/admin/retention": say("Retention"),
    "/admin/stations": say("Stations"),
    "/admin/shops": say("Shops"),
    "/admin/people": say("People"),
    "/admin/keys": say("Keys"),
}
"""By address, in the order in which they stand."""
MOST_SENT: Final = 16_384
"""Bytes of a form without a file."""


def told(request: Request) -> Words:
    """The words of whoever reads."""
    return words(language(request))


def room(request: Request, template: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template takes anything
    """One of these pages; `trouble` is what went wrong, `done` what was done, `fields` what was typed."""
    speaking = told(request)
    doors = [(address, speaking.say(name), _is_here(address, request)) for address, name in DOORS.items()]
    given: dict[str, Any] = {"trouble": "", "done": "", "key": secrets.token_hex(16)} | values
    # What was sent for is read again, in another language for one, at the page that it was sent from.
    given.setdefault("at", given.get("home", "") if request.method == "POST" else "")
    given["fields"] = defaultdict(str, given.get("fields", {}))
    return page(request, template, status, doors=doors, **given)


def wrong(request: Request, error: Exception) -> tuple[str, int]:
    """What to tell somebody whose form could not be done, and the status of that page."""
    problem = problem_of(error, told(request))
    return problem.detail, problem.status


def _is_here(address: str, request: Request) -> bool:
    path = request.url.path
    return path == address or (address != "/admin" and path.startswith(f"{address}/"))
