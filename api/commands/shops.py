"""`sixface shops …`: hours, limits, addresses for returns, and the market of each shop."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.commands.options import DataOption, JsonOption, checked, claim, desk_of, print_json

ShopArgument = Annotated[str, typer.Argument(help="The shop's id.", metavar="SHOP")]


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Keep what is true of a shop: its hours, limits, address for returns, market and zone.",
        epilog="Example: sixface shops list",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(name="list", epilog="Example: sixface shops list")(list_)
    group.command(epilog="Example: sixface shops show temu-us")(show)
    group.command(
        epilog="Example: sixface shops put "
        '\'{"id": "temu-us", "site": "us", "limits": [{"role": "clerk", "currency": "USD", "most": "20"}]}\''
    )(put)
    app.add_typer(group, name="shops")


def list_(*, data: DataOption = None, as_json: JsonOption = False) -> None:
    """List them, the newest first."""
    from api import shops  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found: list[dict[str, str]] = shops.listed(desk, limit=200)["items"]
    if as_json:
        print_json(found)
    for each in [] if as_json else found:
        typer.echo("  ".join(filter(None, (each["id"], each["name"], each["platform"], each["site"]))))


def show(shop: ShopArgument, *, data: DataOption = None) -> None:
    """Print all that is known of a shop, as JSON."""
    from api import shops  # noqa: PLC0415 - see cli

    with desk_of(data) as desk, desk.read() as reading:
        print_json(shops.look_up(reading, shop).model_dump(mode="json"))


def put(
    shop: Annotated[str, typer.Argument(help="It, as a JSON object.", metavar="JSON")],
    *,
    data: DataOption = None,
) -> None:
    """Add a shop, or say otherwise what is said about it; cases that are open keep it as it was."""
    from api import shops  # noqa: PLC0415 - see cli
    from claims.shop import Shop  # noqa: PLC0415 - see cli

    try:
        told = json.loads(shop)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"this is not JSON: {error}") from error
    if not isinstance(told, dict):
        raise typer.BadParameter('write a JSON object, e.g. {"id": "temu-us"}')
    made = checked(Shop, **told)
    with desk_of(data) as desk:
        typer.echo(shops.put(desk, made, claim()).body["id"])
