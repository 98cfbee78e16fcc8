"""`sixface mask`: a copy of a photo to hand out, with personal data and faces covered and no metadata."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import LangOption, told


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface mask IMG_1.HEIC --out copy.jpg --hide 0.1,0.2,0.4,0.3")(mask)


def mask(
    file: Annotated[Path, typer.Argument(help="The photo.", metavar="FILE")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="COPY.jpg", help="The copy; else FILE-copy.jpg.", show_default=False),
    ] = None,
    hide: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LEFT,TOP,RIGHT,BOTTOM",
            help="A place to cover as well, in shares of the upright picture.",
            show_default=False,
        ),
    ] = None,
    lang: LangOption = None,
) -> int:
    """Make a copy of a photo that can leave the house; the original stays as it is.

    Print on waybills with a bar code and faces are covered as far as they are found: look at the copy.
    It carries no metadata, so no place either. Whoever is asked for those sends the original.

    Exit status: 0 a copy was made, 2 it was and no waybill was found, 64 wrong usage, 65 refused,
    70 our fault.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - see cli

    from api.expecting import expectation  # noqa: PLC0415 - see cli
    from evidence.check import RefusedError  # noqa: PLC0415 - see cli
    from evidence.fault import FaultError  # noqa: PLC0415 - see cli
    from evidence.model import Outcome  # noqa: PLC0415 - see cli
    from evidence.spawn import examine_file  # noqa: PLC0415 - see cli

    words = told(lang)
    place = out or file.with_name(f"{file.stem}-copy.jpg")
    if place.exists():
        message = f"{place} is there already; give another name with --out."
        raise typer.BadParameter(message)
    boxes = ",".join(f"[{box}]" for box in hide or ())
    expected = expectation(f'{{"marks": {{"hide": [{boxes}]}}}}')
    try:
        with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
            report = examine_file(
                file,
                profile="copy",
                out=Path(spare),
                now=datetime.now(UTC),
                name=file.name,
                expected=expected,
            )
            copies = [still for still in report.stills if still.what == "copy"]
            if copies:
                place.write_bytes((Path(spare) / copies[0].path).read_bytes())
    except RefusedError as refused:
        typer.echo(words.say(refused.says), err=True)
        return 65
    except FaultError as fault:
        typer.echo(words.say(fault.says), err=True)
        return 70
    for finding in report.findings():
        typer.echo(words.say(finding.wording.says))
        if finding.wording.advice:
            typer.echo(f"→ {words.say(finding.wording.advice)}")
    if not copies:
        return 70
    typer.echo(words.text("The copy is {file}.", file=str(place)))
    return 2 if any(finding.outcome is Outcome.UNSURE for finding in report.findings()) else 0
