"""Whether the entries of a ruleset agree: every id once, and every name that is mentioned is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from claims.vocabulary.reason import ReasonClass
from evidence.model import Saying, say

if TYPE_CHECKING:
    from claims.ruleset import Ruleset

Place = tuple[str | int, ...]
Fault = tuple[Place, Saying]
"""Where it stands, and what is wrong."""


def disagreements(rules: Ruleset) -> Iterator[Fault]:
    """What does not agree, in plain words."""
    if not (rules.requirement or rules.clock or rules.question or rules.packet):
        yield (), say("a ruleset asks for something: write a requirement, a clock, a question or a packet")
    for name in type(rules).model_fields:
        value: object = getattr(rules, name)
        if isinstance(value, tuple):
            yield from _twice(name, [str(getattr(entry, "id", "")) for entry in value])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if rules.chosen_by is not None and rules.chosen_by not in {r.id for r in rules.requirement}:
        yield (
            ("chosen_by",),
            say("chosen_by names {name}, and there is no requirement of that id", name=rules.chosen_by),
        )
    yield from _quoted(rules)
    yield from _pointing(rules)


def _twice(name: str, ids: list[str]) -> Iterator[Fault]:
    for index, one in enumerate(ids):
        if one and one in ids[:index]:
            yield (
                (name, index, "id"),
                say("two {list}s have the id {ids}; each id may be used once", list=name, ids=one),
            )


def _quoted(rules: Ruleset) -> Iterator[Fault]:
    procedures = {p.id for p in rules.procedure}
    sources = {"", rules.source.id, *(s.id for s in rules.sources)}
    for place, entry in rules.entries():
        yield from _unknown((*place, "source"), [entry.source], sources)
        yield from _unknown((*place, "procedures"), entry.procedures, procedures)
        yield from _unknown((*place, "classes"), entry.classes, set(ReasonClass))


def _pointing(rules: Ruleset) -> Iterator[Fault]:
    sources = {source.id for source in rules.sources}
    procedures = {p.id for p in rules.procedure}
    clocks = {c.id for c in rules.clock}
    templates = {t.id for t in rules.template}
    for n, reason in enumerate(rules.reason):
        at = ("reason", n)
        yield from _unknown((*at, "window"), filter(None, [reason.window]), clocks)
        yield from _unknown((*at, "statement"), filter(None, [reason.statement]), templates)
        yield from _unknown((*at, "procedure"), filter(None, [reason.procedure]), procedures)
        yield from _unknown((*at, "opens"), reason.opens, procedures)
    for n, procedure in enumerate(rules.procedure):
        yield from _unknown(("procedure", n, "opens"), procedure.opens, procedures)
    for n, each in enumerate(rules.contradiction):
        yield from _unknown(("contradiction", n, "clocks"), each.clocks, clocks)
        yield from _unknown(("contradiction", n, "against"), filter(None, [each.against]), sources)
    for n, question in enumerate(rules.question):
        yield from _unknown(("question", n, "clocks"), question.clocks, clocks)
    for n, ground in enumerate(rules.ground):
        yield from _unknown(("ground", n, "over"), filter(None, [ground.over]), clocks)
    for n, clock in enumerate(rules.clock):
        yield from _unknown(("clock", n, "before"), filter(None, [clock.before]), clocks)


def _unknown(place: Place, used: Iterable[str], known: set[str]) -> Iterator[Fault]:
    for name in used:
        if name not in known:
            told = ", ".join(sorted(filter(None, known))) or "-"
            yield (
                place,
                say("there is no {name} in this ruleset; write one of {known}", name=name, known=told),
            )
