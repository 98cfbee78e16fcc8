"""`sixface case address`: where a replacement is to go, kept sealed and not for long."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import (
    CaseArgument,
    DataOption,
    JsonOption,
    LangOption,
    checked,
    claim,
    desk_of,
    told,
)

if TYPE_CHECKING:
    from api.desk import Desk


def join(group: typer.Typer) -> None:
    group.command(
        epilog="Example: sixface case address case_5b0f6d1c S1 --take - < address.txt\n\n"
        "Example: sixface case address case_5b0f6d1c S1"
    )(address)


def address(
    case: CaseArgument,
    subcase: Annotated[str, typer.Argument(help="The sub-case of the replacement, e.g. S1.")],
    *,
    take: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Take down the address in this file; - reads what is typed."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="When to erase it, as RFC 3339; else in seven days.", show_default=False),
    ] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Erase it now.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Take down the address for a replacement, print it, or erase it; each of it goes into the custody log.

    It is never an argument, since those are shown to every user of the machine.
    """
    from api import reshipping  # noqa: PLC0415 - see cli
    from api.commands.options import print_json  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        if erase:
            reshipping.erase(desk, case, subcase)
        elif take:
            _take(desk, case, subcase, take, until)
        else:
            found = reshipping.look(desk, case, subcase)
            if as_json:
                print_json(found.model_dump(mode="json"))
                return
            typer.echo(found.text)
            gone = words.moment(found.expires_at)
            typer.echo(words.text("It is erased on {moment}.", moment=gone), err=True)


def _take(desk: Desk, case: str, subcase: str, file: Path, until: str | None) -> None:
    from api import reshipping  # noqa: PLC0415 - see cli
    from api.errors import UnreadableFileError  # noqa: PLC0415 - see cli

    most = reshipping.LONGEST * 4  # bytes that as many characters may take
    try:
        raw = sys.stdin.buffer.read(most) if str(file) == "-" else _read(file, most)
    except OSError as error:
        raise UnreadableFileError(file.name) from error
    made = checked(reshipping.Taking, text=raw.decode("utf-8", "replace").strip(), expires_at=until)
    reshipping.take(desk, case, subcase, made, claim())


def _read(file: Path, most: int) -> bytes:
    with file.open("rb") as stream:
        return stream.read(most)
