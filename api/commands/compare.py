"""`sixface compare`: is what came as described, in colour and size?"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.commands.options import JsonOption, LangOption, told

if TYPE_CHECKING:
    from evidence.model import Report

_MOST: Final = 65_536


def join(app: typer.Typer) -> None:
    app.command(
        epilog="Example: sixface compare listing.jpg received.jpg "
        "--listing-marks listing.json --marks received.json --stated-mm 300"
    )(compare)


def compare(
    listing: Annotated[Path, typer.Argument(help="The photo of the listing.", metavar="LISTING")],
    received: Annotated[Path, typer.Argument(help="The photo of what came.", metavar="RECEIVED")],
    *,
    listing_marks: Annotated[
        Path | None,
        typer.Option(metavar="MARKS.json", help="What is marked in the listing's photo.", show_default=False),
    ] = None,
    marks: Annotated[
        Path | None,
        typer.Option(metavar="MARKS.json", help="What is marked in the other.", show_default=False),
    ] = None,
    stated_mm: Annotated[
        float | None,
        typer.Option(help="The size that the listing states, in millimetres.", show_default=False, min=0.1),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Compare the colour and size of the goods in two photos, with the uncertainty of both.

    Marks are JSON: shares of the upright picture, e.g. {"goods": [0.2,0.3,0.5,0.6],
    "grey": [0.7,0.7,0.8,0.8], "span": [[0.1,0.5],[0.9,0.5]],
    "flat": {"sheet": "card", "corners": [[..],[..],[..],[..]]}}.

    Exit status: 0 as described, 1 not, 2 open, 64 wrong usage, 65 a file was refused, 70 our fault.
    """
    from api.reading import MARKS  # noqa: PLC0415 - see cli
    from evidence import described  # noqa: PLC0415 - see cli
    from evidence.check import RefusedError  # noqa: PLC0415 - see cli
    from evidence.fault import FaultError  # noqa: PLC0415 - see cli
    from evidence.model import Outcome, worst  # noqa: PLC0415 - see cli

    words = told(lang)
    try:
        one, other = _measured(listing, listing_marks), _measured(received, marks)
    except RefusedError as refused:
        typer.echo(words.say(refused.says), err=True)
        return 65
    except FaultError as fault:
        typer.echo(words.say(fault.says), err=True)
        return 70
    found = [described.colour(one, other), described.size(one if stated_mm is None else stated_mm, other)]
    if as_json:
        json.dump([finding.model_dump(mode="json") for finding in found], sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        typer.echo(words.text("As described, or not"))
        for finding in found:
            typer.echo(f" {MARKS[finding.outcome]} {words.say(finding.wording.says)}")
            if finding.wording.advice:
                typer.echo(f"   → {words.say(finding.wording.advice)}")
    return {Outcome.PASS: 0, Outcome.FAIL: 1}.get(worst(finding.outcome for finding in found), 2)


def _measured(file: Path, marks: Path | None) -> Report:
    """The report of a photo with what is marked in it.

    Raises:
        typer.BadParameter: the marks cannot be read.
    """
    from datetime import UTC, datetime  # noqa: PLC0415 - see cli

    from api.expecting import expectation  # noqa: PLC0415 - see cli
    from evidence.spawn import examine_file  # noqa: PLC0415 - see cli

    try:
        text = marks.read_bytes()[: _MOST + 1].decode("utf-8") if marks else "null"
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{marks} cannot be read; give the JSON file of the marks.") from error
    with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
        return examine_file(
            file,
            profile="defect_photo",
            out=Path(spare),
            now=datetime.now(UTC),
            name=file.name,
            expected=expectation(f'{{"marks": {text}}}'),
        )
