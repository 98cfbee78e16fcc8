"""`sixface case tally` and `sixface case outcomes`: what cases have in common, and what became of them."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.commands.options import DataOption, JsonOption, LangOption, desk_of, print_json, told


def join(group: typer.Typer) -> None:
    group.command(epilog="Example: sixface case tally --below 20 --currency CNY")(tally)
    group.command(epilog="Example: sixface case outcomes --platform tmall")(outcomes)


def tally(
    *,
    zone: Annotated[str, typer.Option(help="Zone in which weeks begin.")] = "Asia/Shanghai",
    below: Annotated[
        float | None, typer.Option(min=0, help="A ceiling of automatic refunds.", show_default=False)
    ] = None,
    currency: Annotated[str, typer.Option(help="Of that ceiling.")] = "CNY",
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Count the cases by reason, carrier, item and outcome, and the answers in time by week."""
    from decimal import Decimal  # noqa: PLC0415 - see cli

    from api import outlook  # noqa: PLC0415 - see cli
    from api.counted import show_tally  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    ceiling = None if below is None else Decimal(str(below))
    with desk_of(data) as desk:
        found = outlook.counted(desk, zone=zone, below=ceiling, currency=currency)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_tally(found, told(lang), console(sys.stdout))


def outcomes(
    *,
    platform: Annotated[str, typer.Option(help="Of this platform alone.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """Show how refusals and appeals ended, and which warnings of the pre-flight had stood before.

    Record how a case ended with: sixface case event CASE lost --because "no film" (or won, or partly_won).
    """
    from api import outlook  # noqa: PLC0415 - see cli
    from api.counted import show_outcomes  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = outlook.learnt(desk, platform=platform)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_outcomes(found, told(lang), console(sys.stdout))
