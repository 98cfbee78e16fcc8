"""A report on a terminal: the verdict first, then what to do, then what was found.

Colour only where the terminal has it; the signs and words say the same without. Everything is
printed as text, never as markup or escape sequences of a stranger.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Table
from rich.text import Text

from api.cross import cross
from api.reading import AGREEMENT, MARKS, OURS, OUTCOMES, Reading, Remark, Section, read
from api.unfolding import unfold
from api.words import Words, legible
from evidence.model import Outcome, Report, Verdict

COLOURS: Final = {
    Outcome.PASS: "green",
    Outcome.FAIL: "bold red",
    Outcome.UNSURE: "yellow",
    Outcome.SKIPPED: "dim",
}
_TONES: Final = {
    Verdict.SOUND: Outcome.PASS,
    Verdict.FLAWED: Outcome.FAIL,
    Verdict.REVIEW: Outcome.UNSURE,
}
_WIDEST: Final = 100
"""Columns; longer lines are tiring to read."""
_MOST_REMARKS: Final = 8
"""Findings of one check that are written out; all of them are in the JSON."""


_NAMES: Final = 0.35
"""Share of the width that the names of the checks may take."""


class Seen(Protocol):
    """How far an examination has come."""

    @property
    def share(self) -> float | None:
        """From 0 to 1, None where the length is unknown."""
        ...

    @property
    def at(self) -> timedelta:
        """Presentation time of the last frame seen."""
        ...


def console(stream: TextIO) -> Console:
    """A console that colours only on a terminal, reads nothing as markup, and never breaks on a sign."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a terminal without Unicode shows "?", no traceback
    return Console(file=stream, markup=False, emoji=False, highlight=False, soft_wrap=False)


def show(report: Report, words: Words, out: Console) -> None:
    """Print the whole report."""
    reading = read(report, words)
    width = min(out.width, _WIDEST)
    for block in (
        _headline(reading),
        _facts(report, reading, words),
        _steps(reading, words),
        _unfolded(report, reading, words, out),
        _checks(reading, words, width),
        _compared(reading, words),
        _unverified(reading, words),
        _elements(reading, words),
        _fingerprint(report, reading, words),
    ):
        if block is not None:
            out.print(block, width=width)
            out.print()


@contextmanager
def watching(name: str, words: Words, stream: TextIO) -> Generator[Callable[[Seen], None]]:
    """A progress bar on `stream` while the block runs, where `stream` is a terminal; else nothing.

    Yields what is to be told of each step. The bar is gone when the block ends.
    """
    out = console(stream)
    if not out.is_terminal:
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        _Share(),
        _At(words),
    )
    with Progress(*columns, console=out, transient=True, expand=True) as bar:
        task = bar.add_task(legible(name, 40), total=None, at=timedelta(0))

        def tell(seen: Seen) -> None:
            total = None if seen.share is None else 1.0
            bar.update(task, total=total, completed=seen.share or 0.0, at=seen.at)

        yield tell


class _Share(ProgressColumn):
    """How much of the whole, in percent."""

    def render(self, task: Task) -> Text:
        return Text("" if task.total is None else f"{task.percentage:3.0f} %")


class _At(ProgressColumn):
    """Up to which moment of the film."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def render(self, task: Task) -> Text:
        at: timedelta = task.fields["at"]
        return Text(self._words.clock(at), style="dim")


def _headline(reading: Reading) -> RenderableType:
    tone = _TONES[reading.verdict]
    head = Text.assemble(
        (f" {MARKS[tone]} {reading.word} ", f"{COLOURS[tone]} reverse"), "  ", (reading.name, "bold")
    )
    return Group(head, *(_indented(Text(sentence)) for sentence in reading.lead))


def _facts(report: Report, reading: Reading, words: Words) -> RenderableType:
    """One line: size, format, picture, length, time; the headline has the name."""
    parts = [fact.value for fact in reading.facts[1:4]]
    if report.media.duration is not None:
        parts.append(words.duration(report.media.duration))
    if report.media.created_at is not None:
        parts.append(words.text("dated {moment}", moment=words.moment(report.media.created_at)))
    return _indented(Text(" · ".join(parts), style="dim"))


def _steps(reading: Reading, words: Words) -> RenderableType:
    rows = _grid(2)
    for number, step in enumerate(reading.steps, 1):
        rows.add_row(Text(f" {number}."), _timed(step.does, step.times))
    return Group(_title(words.text("What to do next")), rows)


def _unfolded(report: Report, reading: Reading, words: Words, out: Console) -> RenderableType | None:
    unfolding = unfold(report, reading, words)
    if unfolding is None:
        return None
    signs = not out.options.ascii_only
    return cross(unfolding, words, COLOURS, min(out.width, _WIDEST), signs=signs)


def _timed(text: str, times: str) -> Text:
    return Text.assemble(text, (f"  {times}" if times else "", "cyan"))


def _indented(text: Text, by: int = 1) -> Padding:
    text.overflow = "fold"
    return Padding(text, (0, 0, 0, by), expand=False)


def _grid(columns: int) -> Table:
    """Columns that break long words instead of cutting them off: Chinese has no spaces."""
    rows = Table.grid(padding=(0, 1))
    for _ in range(columns):
        rows.add_column(overflow="fold")
    return rows


def _title(text: str) -> Text:
    return Text(text, style="bold")


def _checks(reading: Reading, words: Words, width: int) -> RenderableType:
    heads = [
        Text(f" {MARKS[section.outcome]} {section.title}", style=COLOURS[section.outcome])
        for section in reading.sections
    ]
    column = max((head.cell_len for head in heads), default=0)
    if column > width * _NAMES:  # a narrow window: what was said stands below the name
        below = (
            part
            for head, section in zip(heads, reading.sections, strict=True)
            for part in (head, Padding(_said(section, words), (0, 0, 0, 3), expand=False))
        )
        return Group(_title(words.text("What was found")), *below)
    rows = _grid(2)
    rows.columns[0].no_wrap = True
    for head, section in zip(heads, reading.sections, strict=True):
        rows.add_row(head, _said(section, words))
    return Group(_title(words.text("What was found")), rows)


def _said(section: Section, words: Words) -> RenderableType:
    if not section.remarks:
        return Text(words.say(OUTCOMES[section.outcome]))
    shown = section.remarks[:_MOST_REMARKS]
    lines: list[Text] = []
    for number, remark in enumerate(shown):
        following = shown[number + 1].advice if number + 1 < len(shown) else ""
        # The same advice for a row of findings is said once, below the last of them.
        lines.extend(_lines(remark, advise=remark.advice != following))
    more = len(section.remarks) - len(shown) + section.more
    if more:
        lines.append(Text(words.text("{count} more are in report.json.", count=more), style="dim"))
    return Group(*lines)


def _lines(remark: Remark, *, advise: bool) -> Iterator[Text]:
    calm = remark.outcome in {Outcome.PASS, Outcome.SKIPPED}
    sign = "" if remark.outcome is Outcome.PASS else f"{MARKS[remark.outcome]} "
    yield Text.assemble(
        (sign, COLOURS[remark.outcome]),
        (f"{remark.times}  " if remark.times else "", "cyan"),
        (remark.says, "dim" if calm else ""),
        overflow="fold",
    )
    if remark.advice and advise:
        yield Text(f"→ {remark.advice}", style="dim" if calm else "italic", overflow="fold")


def _compared(reading: Reading, words: Words) -> RenderableType | None:
    if not reading.compared:
        return None
    rows = _grid(4)
    for row in reading.compared:
        rows.add_row(
            Text(f" {MARKS[row.outcome]} {words.say(AGREEMENT[row.outcome])}", style=COLOURS[row.outcome]),
            Text(row.label),
            Text(row.wanted),
            Text(row.found),
        )
    return Group(_title(words.text("What the order says, and what the file shows")), rows)


def _unverified(reading: Reading, words: Words) -> RenderableType:
    lines: list[RenderableType] = [_title(words.text("What was not verified"))]
    if reading.opens:
        names = words.text(", ").join(question.title for question in reading.opens)
        text = words.text("Nobody has checked this yet: {checks}.", checks=names)
        lines.append(_indented(Text(text, style=COLOURS[Outcome.UNSURE])))
    text = words.text("No check can tell: {limits}.", limits=words.text("; ").join(reading.limits))
    lines.append(_indented(Text(text, style="dim")))
    return Group(*lines)


def _elements(reading: Reading, words: Words) -> RenderableType:
    rows = _grid(3)
    for part in reading.parts:
        rows.add_row(
            Text(f" {part.title}"),
            Text(f"{MARKS[part.outcome]} {part.word}", style=COLOURS[part.outcome]),
            Text(words.text("by {checks}", checks=part.because) if part.because else "", style="dim"),
        )
    title = _title(words.text("The four elements that platforms name"))
    return Group(title, rows, _indented(Text(words.say(OURS), style="dim")))


def _fingerprint(report: Report, reading: Reading, words: Words) -> RenderableType:
    line = f"{report.subject.digest} · {reading.engine} · {words.moment(report.examined_at)}"
    return _indented(Text(line, style="dim"))
