"""`sixface stickers`: the sheet of six stickers that makes a film easy to check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import LangOption, told


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface stickers --out sheet.pdf")(stickers)


def stickers(
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the PDF goes.")] = Path("stickers.pdf"),
    sheet: Annotated[
        int,
        typer.Option(min=0, help="Number of the sheet, 0 to 96; each parcel in one film needs its own."),
    ] = 0,
    lang: LangOption = None,
) -> None:
    """Write the sheet of six stickers for one parcel, A4, to be printed at 100 %."""
    from api.printing import sticker_sheet  # noqa: PLC0415 - see cli

    words = told(lang)
    try:
        out.write_bytes(sticker_sheet(sheet, words))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(words.text("Written to {file}.", file=str(out)))
