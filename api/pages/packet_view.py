"""Packets as pages show them: how each stands, and what is in it beside the limits of its channel."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from api.packing import making, offering
from api.packing.leaves import STILLS
from api.pages import channel_view
from api.pages.case_view import address
from api.pages.channel_view import FORMS, at_most, exactly, letter, listed, said
from api.telling import of
from api.words import Words
from claims.naming import ROLES
from claims.record.exhibit import Role
from claims.scope import scope_of
from claims.vocabulary.quoted import Words as Pair
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.pages.case_page import Scene
    from storage.rows import Row

MOST: Final = 50
"""Kept packets on a page, the newest first; the others are in the API's list."""
_STATES: Final[Mapping[str, tuple[str, Saying]]] = {
    making.WAITING: ("skipped", say("Waits for its turn")),
    making.MAKING: ("unsure", say("Is being made")),
    making.MADE: ("pass", say("Made")),
    making.REFUSED: ("fail", say("Could not be made to fit")),
    making.BROKEN: ("fail", say("Making it broke")),
}


@dataclass(frozen=True)
class Kept:
    """A packet that was asked for, in the list of a case."""

    address: str
    title: str
    tone: str
    state: str
    when: str
    size: str


@dataclass(frozen=True)
class Made:
    """One file of a packet that was made, beside its limit."""

    name: str
    form: str
    shows: str
    size: str
    """Beside the limit."""
    bytes: int
    most: int | None
    picture: bool


def section(scene: Scene) -> Mapping[str, Any]:
    """What a case can be sent as: its own channels, the others by name, and what is kept."""
    desk, found, told = scene.desk, scene.found, scene.told
    rules = found.ruleset.rules
    mine = scope_of(found.case, rules)
    every = list(offering.channels(desk))
    # A channel of the platform that is about another procedure is no more its own than a stranger's.
    own = [each for each in every if each.rules.id == rules.id and mine.concerns(each.packet)]
    with desk.read() as reading:
        rows = reading.find(making.KIND, {"case": found.case.id}, limit=MOST).rows
    home = address(found.case)
    return {
        "channels": [
            (channel_view.channel(offering.offer(desk, found, each), told), _place(home, each.key))
            for each in own
        ],
        "strangers": sorted(
            (
                told.text(": ").join((of(each.rules.title, told), of(each.packet.title, told))),
                _place(home, each.key),
            )
            for each in every
            if each not in own
        ),
        "packets": [kept(row, told) for row in rows],
        "packet_key": secrets.token_hex(16),
        "reasons": [(each.id, of(each.title, told)) for each in rules.reason],
    }


def _place(home: str, key: str) -> str:
    return f"{home}/channels/{quote(key, safe='')}"


def kept(row: Row, told: Words) -> Kept:
    body = row.body
    tone, state = _STATES[body["state"]]
    at = datetime.fromisoformat(body["made_at"]) if "made_at" in body else row.created_at
    return Kept(
        address=f"/cases/{quote(body['case'], safe='')}/packets/{quote(row.id, safe='')}",
        title=_titled(body, told),
        tone=tone,
        state=told.say(state),
        when=told.moment(at),
        size=told.size(body["size"]) if "size" in body else "",
    )


def standing(body: Mapping[str, Any], told: Words) -> dict[str, Any]:
    """How a packet stands: under way with its progress, ended with reasons, or made with its files."""
    tone, state = _STATES[body["state"]]
    manifest = body.get("manifest")
    return {
        "title": _titled(body, told),
        "tone": tone,
        "state": told.say(state),
        "busy": body["state"] in {making.WAITING, making.MAKING},
        "progress": body.get("progress"),
        "reasons": [said(each, told) for each in body.get("reasons", ())],
        "made": contents(body, manifest, told) if manifest else None,
    }


def contents(body: Mapping[str, Any], manifest: Mapping[str, Any], told: Words) -> dict[str, Any]:
    """What is in a packet, each file beside its limit, and what is not."""
    held = manifest["limits"]
    total = sum(each["bytes"] for each in manifest["files"])
    return {
        "at": told.moment(datetime.fromisoformat(body["made_at"])),
        "size": told.size(body["size"]),
        "digest": body["digest"],
        "files": [_made(each, held, told) for each in manifest["files"]],
        "count": _beside(len(manifest["files"]), held.get("files"), told),
        "total": _beside_size(total, held.get("total_bytes"), told),
        "letter": letter(manifest["letter"], told),
        "dropped": [(each["exhibit"], said(each["why"], told)) for each in manifest["dropped"]],
        "lacking": [said(each, told) for each in manifest["incomplete"]],
        "notes": [said(each, told) for each in manifest["notes"]],
    }


def _made(file: Mapping[str, Any], held: Mapping[str, Any], told: Words) -> Made:
    photo = held.get("photo_bytes") if file["form"] == "photo" else None
    most = photo or held.get("file_bytes") or held.get("total_bytes")
    return Made(
        name=file["name"],
        form=told.say(FORMS[file["form"]]),
        shows=listed((_shows(each, told) for each in file["sources"]), told),
        size=at_most(told.size(file["bytes"]), exactly(told, most) if most else "", told),
        bytes=file["bytes"],
        most=most,
        picture=file["form"] == "photo",
    )


def _shows(source: Mapping[str, Any], told: Words) -> str:
    what = source["what"]
    if what in set(Role):
        return f"{source['exhibit']} {told.say(ROLES[Role(what)])}"
    if what in STILLS:
        return f"{source['exhibit']} {told.say(STILLS[what])}"
    return str(source["exhibit"])


def _beside(count: int, most: int | None, told: Words) -> str:
    if most:
        return told.text("{count} of {most} files", count=count, most=most)
    return told.text("{count} files", count=count)


def _beside_size(count: int, most: int | None, told: Words) -> str:
    size = told.size(count)
    return told.text("{size} of {most}", size=size, most=exactly(told, most)) if most else size


def _titled(body: Mapping[str, Any], told: Words) -> str:
    """The channel by whose it is and its own name; packets of older versions know the latter alone."""
    pairs = [Pair.model_validate(body[name]) for name in ("of", "title") if name in body]
    return told.text(": ").join(of(pair, told) for pair in pairs)
