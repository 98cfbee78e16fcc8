"""Cases, assessments and due times on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.board import Board
from api.words import Words, legible
from claims.assessment import Assessment, Countdown, Met, Notice, Readiness, Ticking
from claims.case import Case
from claims.clocks.board import Alarm, Digest, Urgency
from claims.naming import EVENTS, KINDS, READINESS
from claims.ruleset import Level
from claims.ruleset import Words as Pair
from evidence.model import Saying, say

_MARKS: Final[Mapping[Met, tuple[str, str]]] = {
    Met.YES: ("✓", "green"),
    Met.NO: ("✗", "bold red"),
    Met.UNSURE: ("?", "yellow"),
}
_READY: Final[Mapping[Readiness, str]] = {
    Readiness.READY: "green",
    Readiness.OPEN: "yellow",
    Readiness.UNMET: "bold red",
}
_TONES: Final[Mapping[Ticking, str]] = {
    Ticking.MET: "green",
    Ticking.LATE: "bold red",
    Ticking.RUNNING: "yellow",
    Ticking.UNKNOWN: "magenta",
}
_SAID: Final[Mapping[str, Saying]] = {"yes": say("yes"), "no": say("no")}


def of(pair: Pair, words: Words) -> str:
    """A ruleset's text in the language of `words`."""
    return pair.of(words.lang)


def show_case(case: Case, words: Words, out: Console) -> None:
    """Print what a case holds."""
    out.print(Text(case.id, style="bold"))
    rows = _grid()
    for label, value in (
        (words.text("Platform"), case.platform),
        (words.text("Order number"), case.order_number),
        (words.text("Waybill number"), case.tracking_number),
        (words.text("Reason"), case.reason),
    ):
        if value:
            rows.add_row(Text(f" {label}"), Text(legible(value)))
    for event in case.events:
        said = words.say(EVENTS[event.kind])
        rows.add_row(Text(f" {words.moment(event.at)}"), Text(said))
    for exhibit in case.exhibits:
        kind = words.say(KINDS[exhibit.kind])
        rows.add_row(Text(f" {exhibit.id}"), Text(f"{kind} · {legible(exhibit.name, 80)}"))
    for statement in case.statements:
        by = words.text(
            "{answer}, says {by}", answer=words.say(_SAID[statement.answer]), by=legible(statement.by, 80)
        )
        rows.add_row(Text(f" {legible(statement.requirement, 32)}"), Text(by))
    out.print(rows)


def show_cases(cases: Iterable[Case], words: Words, out: Console) -> None:
    """Print one line for each case."""
    rows = Table.grid(padding=(0, 2))
    empty = True
    for case in cases:
        empty = False
        count = words.text("{count} exhibits", count=len(case.exhibits))
        rows.add_row(Text(case.id), Text(legible(case.order_number, 40)), Text(count))
    out.print(Text(words.text("There is no case yet; open one with: sixface case new")) if empty else rows)


def show_assessment(found: Assessment, words: Words, out: Console) -> None:
    """Print each requirement with its answer, reasons and advice, and then the clocks."""
    out.print(Text(words.say(READINESS[found.readiness]), style=_READY[found.readiness]))
    out.print(Text(f"{of(found.ruleset.title, words)} · {found.ruleset.source.read}", style="dim"))
    out.print()
    rows = _grid()
    for one in found.requirements:
        mark, colour = _MARKS[one.answer]
        title = of(one.title, words)
        if one.level is not Level.MUST:
            title = words.text("{title} (recommended)", title=title)
        said = [Text(title, style=colour), *(Text(words.say(r), overflow="fold") for r in one.reasons)]
        said += [Text(f"→ {words.say(advice)}", style="italic", overflow="fold") for advice in one.advice]
        rows.add_row(Text(f" {mark} {one.id}", style=colour), Group(*said))
    out.print(rows)
    if found.notices:
        out.print()
        show_notices(found.notices, words, out)
    if found.clocks:
        out.print()
        show_clocks(found.clocks, words, out)


def show_notices(notices: Iterable[Notice], words: Words, out: Console) -> None:
    """Print what stands beside the requirements, by exhibit."""
    rows = _grid()
    for one in notices:
        mark, colour = _MARKS[Met.UNSURE]
        said = Text(f"{words.say(one.reason)} {words.both(one.here, one.there)}".rstrip(), overflow="fold")
        does = Text(f"→ {words.say(one.advice)}", style="italic", overflow="fold")
        rows.add_row(Text(f" {mark} {one.exhibit}", style=colour), Group(said, does))
    out.print(Text(words.text("Beside the requirements, and deciding nothing"), style="bold"))
    out.print(rows)


def show_clocks(clocks: Iterable[Countdown], words: Words, out: Console) -> None:
    """Print the platform's clocks."""
    shown = False
    for clock in clocks:
        shown = True
        title = of(clock.title, words)
        about = f" · {legible(clock.about, 64)}" if clock.about else ""
        head = Text(f"{title}{about}", style=_TONES.get(clock.state, ""))
        body = [Text(words.say(said), overflow="fold") for said in (clock.reason, *clock.notes)]
        todo = [words.say(clock.advice)] if clock.advice else []
        if clock.alarm and clock.todo:
            todo.append(of(clock.todo, words))
        body += [Text(f"→ {line}", style="italic", overflow="fold") for line in todo]
        if clock.alarm and clock.missed:
            missed = words.text("When missed: {what}", what=of(clock.missed, words))
            body.append(Text(missed, style="dim", overflow="fold"))
        if clock.rivals:
            other = words.text("Another source counts otherwise: {clocks}", clocks=", ".join(clock.rivals))
            body.append(Text(other, style="dim", overflow="fold"))
        out.print(Group(head, Padding(Group(*body), (0, 0, 0, 2))))
    if not shown:
        out.print(Text(words.text("No clock is running.")))


_URGENCIES: Final[Mapping[Urgency, tuple[Saying, str]]] = {
    Urgency.LATE: (say("late"), "bold red"),
    Urgency.NOW: (say("now"), "red"),
    Urgency.LATER: (say("later"), "yellow"),
    Urgency.UNKNOWN: (say("end unknown"), "magenta"),
}


def show_board(board: Board, words: Words, out: Console) -> None:
    """Print the board: one line for each clock to act on."""
    counts = board.counts
    if not counts.total:
        out.print(Text(words.text("No clock is running.")))
        return
    told = words.text(
        "{late} late, {now} due before {look}, {later} later, {unknown} with an unknown end.",
        late=counts.late,
        now=counts.now,
        look=words.moment(board.next_look_at),
        later=counts.later,
        unknown=counts.unknown,
    )
    out.print(Text(told, style="bold"))
    rows = _grid()
    for line in board.items:
        text, tone = _URGENCIES[line.urgency]
        rows.add_row(Text(f" {words.say(text)}", style=tone), _alarm(line, words))
    out.print(rows)


def show_digest(digest: Digest, words: Words, out: Console) -> None:
    """Print what has to be done before somebody looks again."""
    look = words.moment(digest.next_at)
    out.print(Text(words.text("Before {look}:", look=look), style="bold"))
    rows = _grid()
    for urgency, found in (
        (Urgency.LATE, digest.late),
        (Urgency.NOW, digest.now),
        (Urgency.UNKNOWN, digest.unknown),
    ):
        text, tone = _URGENCIES[urgency]
        for alarm in found:
            rows.add_row(Text(f" {words.say(text)}", style=tone), _alarm(alarm, words))
    out.print(rows)
    out.print(Text(words.text("{count} can wait for the next look.", count=digest.later), style="dim"))


def _alarm(alarm: Alarm, words: Words) -> Text:
    due = words.moment(alarm.due_at) if alarm.due_at else "?"
    about = f" · {legible(alarm.about, 64)}" if alarm.about else ""
    named = legible(alarm.order_number, 40) or alarm.case_id
    text = Text(f"{due}  {of(alarm.title, words)}{about}  {named}", overflow="fold")
    if alarm.missed:
        text.append(f"  {of(alarm.missed, words)}", style="dim")
    return text


def _grid() -> Table:
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    return rows
