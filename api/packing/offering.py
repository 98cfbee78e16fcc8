"""Every channel with what of a case would go to it: told before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.errors import UnknownChannelError
from api.paper.making import LANGS
from api.words import Lang, words
from claims.packets import letter
from claims.packets.letter import Written
from claims.packets.plan import Plan, plan
from claims.ruleset import Ruleset, RulesetError
from claims.scope import scope_of
from evidence.model import Saying, say

if TYPE_CHECKING:
    from api.cases import Dossier
    from api.desk import Desk
    from claims.vocabulary.packet import Packet


@dataclass(frozen=True)
class Channel:
    """One entry `[[packet]]` with the ruleset that it stands in."""

    rules: Ruleset
    packet: Packet

    @property
    def key(self) -> str:
        return f"{self.rules.id}.{self.packet.id}"


@dataclass(frozen=True)
class Offer:
    """What would go to a channel."""

    channel: Channel
    planned: Plan
    written: Written
    own: bool
    """Whether the case itself is one of that channel."""

    @property
    def refusals(self) -> tuple[Saying, ...]:
        """Why it cannot be made, each with what to do."""
        found = list(self.planned.refusals)
        if not self.written.fits:
            found.append(
                say(
                    "Even its shortest statement has {length}, and the channel takes {most}; "
                    "shorten what the case says of itself.",
                    length=self.written.length,
                    most=self.written.most or 0,
                )
            )
        found += [remark.says for remark in self.written.remarks if remark.blocks]
        return tuple(found)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        planned, written = self.planned, self.written
        return {
            "for": self.channel.key,
            "title": planned.packet.title.model_dump(),
            "own": self.own,
            "limits": limits(planned.packet),
            "fits": not self.refusals,
            "refusals": [each.model_dump(mode="json") for each in self.refusals],
            "lacking": [each.model_dump(mode="json") for each in planned.lacking],
            "files": [
                {
                    "name": piece.name,
                    "form": piece.form,
                    "part": piece.part,
                    "exhibits": list(dict.fromkeys(shown.exhibit for shown in piece.shown)),
                }
                for piece in planned.pieces
            ],
            "dropped": [each.model_dump(mode="json") for each in planned.dropped],
            "notes": [each.model_dump(mode="json") for each in planned.notes],
            "letter": told_letter(written),
        }


def limits(packet: Packet) -> dict[str, Any]:
    """What the source says of the channel, blanks left out."""
    names = (
        *("formats", "files", "file_bytes", "photo_bytes", "total_bytes", "pages", "ppi", "pixels"),
        *("characters", "field_characters", "counts", "seconds", "text_only", "once", "black_and_white"),
    )
    told = packet.model_dump(mode="json", include=set(names))
    return {name: told[name] for name in names if told[name]}


def told_letter(written: Written) -> dict[str, Any]:
    """A statement as JSON."""
    return {
        "kind": written.id,
        "lang": written.lang,
        "text": written.text,
        "length": written.length,
        "counted_in": written.unit,
        "most": written.most,
        "left_out": [each.model_dump(mode="json") for each in written.left],
        "remarks": [each.model_dump(mode="json") for each in written.remarks],
    }


def channels(desk: Desk) -> Iterator[Channel]:
    """All channels that the rulesets name."""
    for name in desk.rulebook.names():
        with suppress(RulesetError):  # one's own file that is wrong says so elsewhere
            rules = desk.rulebook.get(name).rules
            yield from (Channel(rules, packet) for packet in rules.packet)


def channel(desk: Desk, own: Ruleset, name: str) -> Channel:
    """The channel of that name: `ruleset.packet`, or one of both where that is enough.

    Raises:
        UnknownChannelError: there is none, or several.
    """
    every = list(channels(desk))
    for found in (
        [each for each in every if each.key == name],
        [each for each in every if each.rules.id == own.id and each.packet.id == name],
        [each for each in every if name in {each.packet.id, each.rules.id}],
    ):
        if len(found) == 1:
            return found[0]
    raise UnknownChannelError(name, [each.key for each in every])


def offers(desk: Desk, found: Dossier) -> tuple[Offer, ...]:
    """What would go to each channel, those of the case's own platform first."""
    rules = found.ruleset.rules
    mine = scope_of(found.case, rules)
    made = [offer(desk, found, each) for each in channels(desk)]
    rank = {o.channel.key: (not o.own, o.own and not mine.concerns(o.channel.packet)) for o in made}
    return tuple(sorted(made, key=lambda o: (*rank[o.channel.key], o.channel.key)))


def offer(
    desk: Desk,
    found: Dossier,
    to: Channel,
    *,
    without: frozenset[str] = frozenset(),
    lang: Lang | None = None,
) -> Offer:
    """What would go to one channel, in the language of the channel unless told."""
    rules = found.ruleset.rules
    planned = plan(found.case, rules, to.packet, found.reports, ruleset=to.rules.id, without=without)
    chosen = lang or to.packet.language or LANGS[found.case.locale]
    written = letter.write(
        found.case,
        rules,
        found.reports,
        planned,
        words(chosen).say,
        now=desk.now(),
        lang=chosen,
    )
    return Offer(to, planned, written, own=to.rules.id == rules.id)
