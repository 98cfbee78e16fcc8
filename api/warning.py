"""The pre-flight, the ways to settle and a checked text on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from api.outlook import COURSES, LEGS, PLACES, Checked
from api.telling import of
from api.words import Words, legible
from claims.assessment import Met
from claims.naming import BADGES, BEARERS, CLASSES, OPTIONS, ROLES
from claims.preflight import Answered, Course, Preflight, Standing
from claims.settling import Settlement
from claims.settling.ladder import Place
from claims.vocabulary.reason import ReasonClass

_COURSES: Final[Mapping[Course, str]] = {
    Course.SETTLE: "bold red",
    Course.STOP: "bold red",
    Course.MEND: "red",
    Course.ASK: "yellow",
    Course.GO: "green",
}
_STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = {
    Standing.APPLIES: ("✗", "bold red"),
    Standing.OPEN: ("?", "yellow"),
    Standing.CLEAR: ("✓", "green"),
}
_PLACES: Final[Mapping[Place, str]] = {
    Place.ACCEPTED: "green",
    Place.DECLINED: "dim",
    Place.OFFERED: "yellow",
    Place.NEXT: "bold",
    Place.LATER: "dim",
    Place.SHUT: "dim",
    Place.UNSURE: "yellow",
}
_USABLE: Final[Mapping[Met, tuple[str, str]]] = {
    Met.YES: ("✓", "green"),
    Met.NO: ("✗", "bold red"),
    Met.UNSURE: ("?", "yellow"),
}


def show_preflight(found: Preflight, words: Words, out: Console) -> None:
    """Print what to do, and each reason that applies or is open; those that are clear are counted."""
    out.print(Text(words.say(COURSES[found.course]), style=_COURSES[found.course]))
    rows = _grid()
    gravest = {Standing.APPLIES: 0, Standing.OPEN: 1, Standing.CLEAR: 2}
    for one in sorted(found.questions, key=lambda q: (gravest[q.standing], not q.stops)):
        if one.standing is not Standing.CLEAR:
            mark, colour = _STANDINGS[one.standing]
            rows.add_row(Text(f" {mark} {one.id}", style=colour), Group(*_answered(one, words, colour)))
    out.print(rows)
    if found.wanted:
        out.print(Text(words.text("Not met yet; all of it has to hold:"), style="yellow"))
        out.print(_wanted(found, words))
    clear = sum(q.standing is Standing.CLEAR for q in found.questions)
    out.print(Text(words.text("{count} reasons do not apply.", count=clear), style="dim"))


def _wanted(found: Preflight, words: Words) -> Table:
    """What the platform demands and the case does not have, in words."""
    rows = _grid()
    for one in found.wanted:
        mark, colour = _USABLE[one.answer]
        asks = [Text(words.say(each), overflow="fold") for each in one.asks]
        title = Text(of(one.title, words), style=colour)
        rows.add_row(Text(f" {mark} {one.id}", style=colour), Group(title, *asks))
    return rows


def _answered(one: Answered, words: Words, colour: str) -> list[Text]:
    lines = [Text(of(one.title, words), style=colour)]
    lines += [Text(words.say(reason), overflow="fold") for reason in one.reasons[:3]]
    todo = [words.say(advice) for advice in one.advice]
    if one.remedy:
        todo.append(of(one.remedy, words))
    if one.asks:
        todo.append(words.text("A person has to answer {id}: {asks}", id=one.id, asks=of(one.asks, words)))
    return [*lines, *(Text(f"→ {line}", style="italic", overflow="fold") for line in todo)]


def show_settlement(found: Settlement, words: Words, out: Console) -> None:
    """Print what to offer, who pays, the grounds, and what is missing."""
    if found.reason_class:
        out.print(Text(words.say(CLASSES[ReasonClass(found.reason_class)]), style="bold"))
    for note in found.notes:
        out.print(Text(words.say(note), style="yellow"))
    rows = _grid()
    _offers(found, words, rows)
    _money(found, words, rows)
    _grounds(found, words, rows)
    _lacking(found, words, rows)
    out.print(rows)
    for fit in found.packets:
        out.print(Text(of(fit.title, words), style="bold"))
        for said in (*fit.troubles, *fit.notes):
            out.print(Text(f"  {words.say(said)}", overflow="fold"))
    for difference in found.pair.differences:
        out.print(Text(words.say(difference), style="yellow"))


def _offers(found: Settlement, words: Words, rows: Table) -> None:
    for step in found.steps:
        said = [Text(of(step.title, words)), *(Text(words.say(r), style="dim") for r in step.reasons)]
        rows.add_row(Text(f" {words.say(PLACES[step.place])}", style=_PLACES[step.place]), Group(*said))
    if not found.steps and found.options:
        rows.add_row(Text(""), Text(" · ".join(words.say(OPTIONS[each]) for each in found.options)))


def _money(found: Settlement, words: Words, rows: Table) -> None:
    for share in found.freight:
        bearer = words.say(BEARERS[share.bearer])
        badge = f" ({words.say(BADGES[share.badge])})" if share.badge else ""
        way = words.text("Freight {way}", way=words.say(LEGS[share.leg]))
        rows.add_row(
            Text(f" {way}"), Group(Text(f"{bearer}{badge}"), Text(words.say(share.reason), style="dim"))
        )


def _grounds(found: Settlement, words: Words, rows: Table) -> None:
    for ground in found.grounds:
        mark, tone = _USABLE[ground.usable]
        said = [Text(of(ground.title, words)), *(Text(words.say(r), style="dim") for r in ground.reasons)]
        if ground.why_blocked:
            said.append(Text(of(ground.why_blocked, words), style="dim"))
        rows.add_row(Text(f" {mark} {ground.id}", style=tone), Group(*said))


def _lacking(found: Settlement, words: Words, rows: Table) -> None:
    for wanted in found.checklist:
        shown = ", ".join(wanted.exhibits) or words.text("still to be taken")
        rows.add_row(Text(f" {words.say(ROLES[wanted.role])}"), Text(shown))
    for lacking in found.missing:
        said = [Text(of(lacking.title, words)), Text(words.say(lacking.reason), style="dim")]
        rows.add_row(Text(f" + {lacking.procedure}", style="yellow"), Group(*said))


def show_checked(found: Checked, words: Words, out: Console) -> None:
    """Print the text, and all that is wrong with it."""
    out.print(Text(legible(found.text, 20_000), overflow="fold"))
    if found.missing:
        names = ", ".join(found.missing)
        out.print(Text(words.text("Still to be filled in: {names}", names=names), style="bold red"))
    for remark in found.remarks:
        tone = "bold red" if remark.blocks else "yellow"
        out.print(Text(f"{of(remark.title, words)}: {words.say(remark.says)}", style=tone, overflow="fold"))
        out.print(Text(f"→ {words.say(remark.advice)}", style="italic", overflow="fold"))
    for warned in found.warnings:
        out.print(Text(of(warned.says, words), style="yellow", overflow="fold"))
    verdict = (
        words.text("It may be sent.") if found.may_be_sent else words.text("It must not be sent like this.")
    )
    out.print(Text(verdict, style="green" if found.may_be_sent else "bold red"))


def _grid() -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    return rows
