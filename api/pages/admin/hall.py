"""The frame of the pages for whoever runs the service: their doors, and the forms that they send."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from fastapi import Request, Response

from api.idempotency import Claim, checked, fingerprint
from api.misfits import BadFormError
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
_MOST_FIELDS: Final = 100


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


def sent(body: bytes) -> dict[str, str]:
    """The fields of a form; of one that comes twice the last.

    Raises:
        BadFormError: this is no form that a page of ours sends.
    """
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise BadFormError from error


def claim_of(request: Request, fields: Mapping[str, str]) -> Claim:
    """A form's claim to be done once, by the key that came with its page. Raises `BadKeyError`."""
    asked = {name: value for name, value in fields.items() if name != "key"}
    return Claim(
        checked(fields.get("key") or None),
        f"POST {request.url.path}",
        fingerprint(lang=language(request), **asked),
    )


def _is_here(address: str, request: Request) -> bool:
    path = request.url.path
    return path == address or (address != "/admin" and path.startswith(f"{address}/"))
