"""`sixface case import`: cases out of a table, each row looked at before anything is made."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, desk_of, print_json, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.importing import Line
    from api.words import Words


def join(group: typer.Typer) -> None:
    group.command(
        name="import",
        epilog="Example: sixface case import orders.csv --dry-run\n\n"
        "Exit status: 0 every row has its case (or would get it), 1 some rows are wrong, "
        "64 the table cannot be read.",
    )(import_)


def import_(
    file: Annotated[
        Path, typer.Argument(help="A CSV table; - writes one to begin with.", metavar="FILE", allow_dash=True)
    ],
    *,
    ruleset: Annotated[str, typer.Option(help="Platform of rows that name none.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look only; make nothing.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(metavar="RESULT.csv", help="Write what became of each row.", show_default=False),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Open a case for each row of a table (UTF-8 or GB 18030); the same table twice makes no case twice."""
    from api import imported, importing, tables  # noqa: PLC0415 - see cli

    if str(file) == "-":
        sys.stdout.write(tables.template())
        return 0
    words = told(lang)
    with file.open("rb") as table:
        rows = tables.rows_of(tables.decoded(table.read(tables.LARGEST + 1)))
    with desk_of(data) as desk:
        lines = importing.looked_at(desk, rows, ruleset)
        if dry_run:
            done = importing.held_against(desk, lines)
        else:
            done = _made(importing.made(desk, lines), len(lines))
    if out is not None:
        out.write_text(imported.result(done, words), "utf-8")
    if as_json:
        print_json([imported.shown(line, words).model_dump(mode="json") for line in done])
    else:
        _tell(done, words)
    return int(any(line.troubles for line in done))


def _made(lines: Iterator[Line], count: int) -> list[Line]:
    """All of them, with how far it is on a terminal."""
    done: list[Line] = []
    for line in lines:
        done.append(line)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{len(done)}/{count}")
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    return done


def _tell(done: Sequence[Line], words: Words) -> None:
    """Each row that makes no case, with the reason; then the counts."""
    from api.imported import FATES, shown  # noqa: PLC0415 - see cli

    for line in done:
        for name, says in shown(line, words).troubles.items():
            place = words.text("Row {row}", row=line.number)
            typer.echo(f"{place}  {name}  {says}" if name else f"{place}  {says}")
    for fate, (_, mark, name) in FATES.items():
        count = sum(line.fate is fate for line in done)
        if count:
            typer.echo(f"{mark} {words.say(name)}: {count}")
