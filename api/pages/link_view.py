"""Links to a sealed bundle as the page of its case shows them: how each stands, and who looked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from api import sharing
from api.pages.case_view import address
from api.sharing import Look, Scope, Share
from api.words import legible
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.pages.case_page import Scene
    from api.words import Words

DAYS: Final = (3, 7, 14, 30, 90)
"""For how long a link is offered."""
MOST_TOLD: Final = 20
"""Looks of a link on the page, the newest first; all of them are in the API."""
_STATES: Final[Mapping[str, tuple[str, Saying]]] = {
    "active": ("pass", say("Opens the bundle")),
    "expired": ("skipped", say("Has ended")),
    "revoked": ("skipped", say("Was taken back")),
    "used_up": ("skipped", say("Was opened as often as it allows")),
}
_SCOPES: Final[Mapping[Scope, Saying]] = {
    Scope.BUNDLE: say("the whole bundle with the originals"),
    Scope.DOSSIER: say("the case on a few pages"),
    Scope.REPORTS: say("the reports"),
}


@dataclass(frozen=True)
class Link:
    """A link as it is shown; its address is told once, when it is made."""

    id: str
    tone: str
    state: str
    opens: str
    ends: str
    note: str
    count: str
    looks: tuple[tuple[str, str, str], ...]
    """When, at what, and with what program."""
    revoke: str
    """Where it is taken back; empty where it has ended anyway."""


def section(scene: Scene) -> Mapping[str, Any]:
    """The links of a case, and what a new one may open."""
    case, told = scene.found.case, scene.told
    shares = [Share.model_validate(each) for each in sharing.listed(scene.desk, case.id)]
    looks = sharing.looks(scene.desk, case.id) if shares else {}
    home = address(case)
    return {
        "links": [_link(each, looks.get(each.id, []), home, told) for each in shares],
        "link_scopes": [(scope.value, told.say(says)) for scope, says in _SCOPES.items()],
        "link_days": [(days, told.text("{days} days", days=days)) for days in DAYS],
        "link_most": sharing.MOST_LOOKS,
        "link_key": secrets.token_hex(16),
        "link_place": f"{home}/shares",
        "link_made": "",
        "link_told": "",
    }


def _link(share: Share, looks: list[Look], home: str, told: Words) -> Link:
    tone, state = _STATES[share.state]
    return Link(
        id=share.id,
        tone=tone,
        state=told.say(state),
        opens=told.text(", ").join(told.say(_SCOPES[scope]) for scope in share.scope),
        ends=told.text("until {at}", at=told.moment(share.expires_at)),
        note=legible(share.note, 80),
        count=told.text("{count} of {most} looks", count=share.looks, most=share.most_looks),
        looks=tuple(_look(each, told) for each in looks[:MOST_TOLD]),
        revoke=f"{home}/shares/{quote(share.id, safe='')}/revoke" if share.state == "active" else "",
    )


def _look(look: Look, told: Words) -> tuple[str, str, str]:
    what, _, name = look.what.partition(" ")
    shown = {
        "page": told.text("page"),
        "bundle": told.text("bundle"),
        "dossier": told.text("PDF"),
        "report": told.text("Report {name}", name=name),
    }.get(what, look.what)
    refused = told.text("{what}, refused", what=shown) if look.refused else shown
    return told.moment(look.at), refused, look.agent
