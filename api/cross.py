"""The parcel unfolded, drawn in characters: a cross of six boxes, dashed where a face is missing.

A terminal that is too narrow for the cross, or has no signs to draw it with, gets the same as a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from api.reading import MARKS
from api.unfolding import Cell, Unfolding
from api.words import Words
from evidence.model import Face, Outcome

_ROWS: Final[tuple[tuple[Face | None, ...], ...]] = (
    (None, "top"),
    ("left", "front", "right", "back"),
    (None, "bottom"),
)
_DRAWN: Final = "╭─╮│╰╯"
_DASHED: Final = "╭╌╮╎╰╯"
_LEAST: Final = 11
"""Columns inside a box, so that short words still make a cross."""


def cross(
    unfolding: Unfolding, words: Words, colours: Mapping[Outcome, str], width: int, *, signs: bool
) -> RenderableType:
    """The cross with its count above and what to do below; `signs` says whether lines can be drawn."""
    cells: dict[Face, Cell] = {cell.face: cell for cell in unfolding.cells}
    inside = max(_LEAST, *(cell_len(line) for cell in cells.values() for line in _lines(cell)))
    across = max(len(row) for row in _ROWS)
    parts: list[Text] = [_title(unfolding, words, colours)]
    if signs and across * (inside + 5) <= width:
        parts.extend(line for row in _ROWS for line in _row(row, cells, inside, colours))
    else:
        parts.extend(_listed(cell, colours) for cell in unfolding.cells)
    parts.extend(Text(f"→ {cell.does}", style="italic", overflow="fold") for cell in unfolding.lacking)
    return Group(parts[0], *(Padding(part, (0, 0, 0, 1), expand=False) for part in parts[1:]))


def _title(unfolding: Unfolding, words: Words, colours: Mapping[Outcome, str]) -> Text:
    count = f"{unfolding.count}/{len(unfolding.cells)}  {MARKS[unfolding.outcome]} {unfolding.word}"
    title = words.text("The parcel unfolded")
    return Text.assemble((title, "bold"), "  ", (count, colours[unfolding.outcome]))


def _lines(cell: Cell) -> list[str]:
    """What stands in a box."""
    lines = [f"{MARKS[cell.outcome]} {cell.name}"]
    if cell.outcome is not Outcome.PASS:
        lines.append(cell.word)
    lines.extend(cell.spans)
    if cell.more:
        lines[-1] += f" +{cell.more}"
    return lines


def _row(
    faces: tuple[Face | None, ...], cells: Mapping[Face, Cell], inside: int, colours: Mapping[Outcome, str]
) -> Iterator[Text]:
    high = max(len(_lines(cells[face])) for face in faces if face)
    boxes = [_box(cells[face], inside, high, colours) if face else _void(inside, high) for face in faces]
    for beside in zip(*boxes, strict=True):
        yield Text(" ").join(beside)


def _box(cell: Cell, inside: int, high: int, colours: Mapping[Outcome, str]) -> list[Text]:
    left, line, right, side, low_left, low_right = _DRAWN if cell.seen else _DASHED
    tone = colours[cell.outcome]
    bar = line * (inside + 2)
    lines = _lines(cell) + [""] * high
    middle = [
        Text.assemble((side, tone), " ", (set_cell_size(text, inside), "" if n else tone), " ", (side, tone))
        for n, text in enumerate(lines[:high])
    ]
    return [Text(left + bar + right, style=tone), *middle, Text(low_left + bar + low_right, style=tone)]


def _void(inside: int, high: int) -> list[Text]:
    return [Text(" " * (inside + 4)) for _ in range(high + 2)]


def _listed(cell: Cell, colours: Mapping[Outcome, str]) -> Text:
    first, *rest = _lines(cell)
    return Text.assemble((first, colours[cell.outcome]), "  ", "  ".join(rest), overflow="fold")
