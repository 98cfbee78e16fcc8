"""A plain form that a browser sent: its fields, its own key, and what is wrong with each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from fastapi import Request
from pydantic import ValidationError

from api.errors import ApiError, MalformedError
from api.idempotency import Claim, checked, fingerprint
from api.words import Words
from claims.change import UnfitError
from claims.chat import ChatError
from claims.chat.moments import moment_of
from evidence.model import Saying, say

MOST_SENT: Final = 65_536
"""Bytes of a form that holds no long text; longer than any that a person fills in by hand."""
MOST_FIELDS: Final = 64
_UNREADABLE: Final = say("Write the time as 2026-11-20 10:03.")
_TOO_LONG: Final = say("This is too long; write less.")
_ODD: Final = say("This is not as it should be; look at it again.")


@dataclass(frozen=True)
class Retry:
    """A form that could not be taken: what was sent in it, and beside which field something is wrong."""

    form: str = ""
    """Which form of the page; empty where none was sent."""
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    troubles: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sentences by field; that of the form as a whole has an empty name."""

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """What was written in that field, so that nobody writes it twice."""
        return self.values.get(name, "") if form == self.form else otherwise

    def trouble(self, form: str, name: str = "") -> str:
        return self.troubles.get(name, "") if form == self.form else ""


NOTHING: Final = Retry()
"""Nothing was sent before."""


class WrongError(Exception):
    """Fields that cannot be taken as they are, with why; `""` speaks of the form as a whole."""

    def __init__(self, troubles: Mapping[str, Saying]) -> None:
        super().__init__(", ".join(troubles))
        self.troubles = troubles

    def told(self, words: Words) -> dict[str, str]:
        return {name: words.say(says) for name, says in self.troubles.items()}


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a form, without the blanks around them.

    Raises:
        MalformedError: it is no form, or has more fields than any of ours.
    """
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise MalformedError(say("The form cannot be read; load the page anew and send it again.")) from error
    return {name: value.replace("\r\n", "\n").strip() for name, value in pairs}


def claim_of(request: Request, sent: Mapping[str, str], **more: str) -> Claim:
    """The form's claim to be done once, however often it is pressed. Raises `BadKeyError`."""
    asked = {name: value for name, value in sent.items() if name != "key"} | more
    return Claim(checked(sent.get("key") or None), f"POST {request.url.path}", fingerprint(**asked))


def moment(sent: Mapping[str, str], name: str, zone: str) -> datetime:
    """The moment in that field, on the clocks of `zone` where it names no other.

    Raises:
        WrongError: it cannot be read.
    """
    found = moment_of(sent.get(name, ""), zone)
    if found is None:
        raise WrongError({name: _UNREADABLE})
    return found


def wrong_of(error: ValidationError, names: Mapping[str, str] | None = None) -> WrongError:
    """The same, beside the fields; `names` says which field a part of the value came from."""
    found: dict[str, Saying] = {}
    for each in error.errors(include_url=False, include_input=False):
        part = str(each["loc"][0]) if each["loc"] else ""
        long = each["type"] == "string_too_long"
        found.setdefault((names or {}).get(part, part), _TOO_LONG if long else _ODD)
    return WrongError(found)


def troubles_of(error: Exception, told: Words, names: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """What is wrong, by field, for one of `TROUBLES`; `names` as for `wrong_of`."""
    match error:
        case ValidationError():
            return wrong_of(error, names).told(told)
        case WrongError():
            return error.told(told)
        case ChatError():
            return {"text": told.say(error.says)}
        case UnfitError() | ApiError():
            return {"": told.say(error.says)}
        case _:
            raise error


TROUBLES: Final = (ValidationError, WrongError, ChatError, UnfitError, ApiError)
"""What can be wrong with a form: its page comes back with it, and all that was written stays."""


def local(at: datetime, zone: str) -> str:
    """A moment as a field for date and time wants it."""
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
