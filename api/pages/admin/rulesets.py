"""`/admin/rulesets`: what platforms ask for, each with its source, and one of them read out in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api import editions
from api.errors import UnknownRulesetError
from api.pages.admin.hall import room, told
from api.pages.frame import absent
from api.routes.asking import Serving
from api.telling import of
from api.words import Words, legible
from claims.asking import asked
from claims.clocks.described import described
from claims.naming import BADGES
from claims.ruleset import Level, Ruleset, RulesetError
from claims.vocabulary.quoted import Quoted
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.desk import Desk

Name = Annotated[str, Path(max_length=64)]
HOME: Final = "/admin/rulesets"
_DONE: Final[dict[str, Saying]] = {
    "enforced": say("It is in force for every case that is opened from now on."),
    "withdrawn": say("It was taken back; what is in force now stands below."),
    "discarded": say("The draft is forgotten."),
}

router = APIRouter(prefix="/admin", include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """A ruleset in the list."""

    name: str
    title: str
    about: str
    own: bool
    fault: str = ""
    """Why it cannot be used; empty where it can."""


@dataclass(frozen=True)
class Read:
    """An entry read out."""

    id: str
    title: str
    about: tuple[str, ...]
    says: tuple[str, ...]
    quotes: tuple[str, ...]
    reading: str


@router.get("/rulesets")
def listed(request: Request, desk: Serving, done: str = "") -> Response:
    """All of them with their sources, the drafts, and a form to bring one."""
    return shelf(request, desk, done=told(request).say(_DONE[done]) if done in _DONE else "")


@router.get("/rulesets/{name}")
def one(request: Request, desk: Serving, name: Name, done: str = "") -> Response:
    """One ruleset in words: requirements and clocks with what the source says, and who put it in force."""
    return opened(request, desk, name, done=told(request).say(_DONE[done]) if done in _DONE else "")


def shelf(request: Request, desk: Desk, status: int = 200, **more: object) -> Response:
    """The page of all rulesets."""
    words = told(request)
    with desk.read() as reading:
        drafts = [(each.name, words.moment(each.brought_at)) for each in editions.drafts(reading)]
    lines = [_line(desk, name, words) for name in desk.rulebook.names()]
    given = {"problems": (), **more}
    return room(
        request,
        "admin_rulesets.html",
        status,
        home=HOME,
        lines=sorted(lines, key=lambda each: not each.own),
        drafts=drafts,
        **given,
    )


def opened(request: Request, desk: Desk, name: str, status: int = 200, **more: object) -> Response:
    """The page of one ruleset."""
    words = told(request)
    try:
        rules = desk.rulebook.get(name).rules
    except UnknownRulesetError:
        return absent(request)
    except RulesetError as error:
        return room(
            request,
            "admin_ruleset_broken.html",
            status,
            name=name,
            home=HOME,
            problems=[(each.line, legible(each.field, 80), words.say(each.what)) for each in error.problems],
            **more,
        )
    with desk.read() as reading:
        history = editions.history_of(reading, rules.id)
    return room(
        request,
        "admin_ruleset.html",
        status,
        name=rules.id,
        title=of(rules.title, words),
        home=HOME,
        own=desk.rulebook.is_own(name),
        rules=rules,
        sources=[
            (legible(each.title, 200), each.url, each.read.isoformat(), each.official, of(each.trust, words))
            for each in (rules.source, *rules.sources)
        ],
        requirements=[_read(each, asked(each), words) for each in rules.requirement],
        clocks=[_read(each, described(each), words) for each in rules.clock],
        rest=dict(_rest(rules, words)),
        history=[(words.moment(e.at), legible(e.by, 80), legible(e.reason, 300), e.digest) for e in history],
        **more,
    )


def _line(desk: Desk, name: str, words: Words) -> Line:
    own = desk.rulebook.is_own(name)
    try:
        rules = desk.rulebook.get(name).rules
    except RulesetError as error:
        return Line(
            name, name, "", own, words.text("cannot be used: {count} faults", count=len(error.problems))
        )
    about = words.text(
        "{platform}, edition {version}, source read on {day}: {requirements} requirements, {clocks} clocks",
        platform=legible(rules.platform, 40),
        version=rules.version,
        day=rules.source.read.isoformat(),
        requirements=len(rules.requirement),
        clocks=len(rules.clock),
    )
    return Line(name, of(rules.title, words), about, own)


def _read(entry: Quoted, says: tuple[Saying, ...], words: Words) -> Read:
    about: list[str] = []
    if getattr(entry, "level", Level.MUST) is Level.SHOULD:
        about.append(words.text("recommended"))
    if entry.badge:
        about.append(words.say(BADGES[entry.badge]))
    return Read(
        id=str(getattr(entry, "id", "")),
        title=of(entry.title, words),
        about=tuple(about),
        says=tuple(map(words.say, says)),
        quotes=(entry.quote, *entry.quotes),
        reading=of(entry.reading, words) if entry.reading else "",
    )


def _rest(rules: Ruleset, words: Words) -> Iterator[tuple[str, list[Read]]]:
    """What stands beside requirements and clocks, by the list that it stands in."""
    parts: dict[str, list[Read]] = {}
    for place, entry in rules.entries():
        part = str(place[0])
        if part not in {"requirement", "clock"}:
            parts.setdefault(part, []).append(_read(entry, (), words))
    yield from parts.items()
