"""`sixface slip`: the one-time slip that proves a film not older than itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import CaseArgument, DataOption, LangOption, desk_of, told


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface slip case_5b0f6d1c --out slip.pdf")(slip)


def slip(
    case: CaseArgument,
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the PDF goes.")] = Path("slip.pdf"),
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Write a slip with a signed code for one case, A4, to lie beside the parcel while it is filmed."""
    from api.printing import case_slip  # noqa: PLC0415 - see cli
    from api.slips import issue  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        made = issue(desk, case)
    out.write_bytes(case_slip(made, words))
    typer.echo(words.text("Written to {file}.", file=str(out)))
