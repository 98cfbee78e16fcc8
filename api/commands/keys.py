"""`sixface key …`: keys for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import typer

from api.commands.options import (
    DataOption,
    JsonOption,
    LangOption,
    TenantOption,
    checked,
    claim,
    desk_of,
    print_json,
    told,
)

KeyArgument = Annotated[str, typer.Argument(help="The key's id.", metavar="KEY")]


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Keys for programs, in the header Authorization: Bearer.",
        epilog="Example: sixface key new warehouse --scope evidence.write --scope evidence.read",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(name="new", epilog="Example: sixface key new warehouse --scope evidence.write")(new)
    group.command(name="list", epilog="Example: sixface key list")(list_)
    group.command(epilog="Example: sixface key rotate k4f0w2m8aa --hours 48")(rotate)
    group.command(epilog="Example: sixface key off k4f0w2m8aa")(off)
    app.add_typer(group, name="key")


def new(
    name: Annotated[str, typer.Argument(help="What uses it; stands in custody logs.", metavar="NAME")],
    *,
    scope: Annotated[list[str], typer.Option(help="What it may do, e.g. evidence.read; may be repeated.")],
    expires: Annotated[
        datetime | None,
        typer.Option(help="When it ends (UTC); else in a year.", formats=["%Y-%m-%d"], show_default=False),
    ] = None,
    tenant: TenantOption = None,
    data: DataOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a key; it is shown this once."""
    from datetime import UTC  # noqa: PLC0415 - see cli

    from api.identity import keys  # noqa: PLC0415 - see cli

    ends = expires.replace(tzinfo=UTC) if expires else None
    wish = checked(keys.NewKey, name=name, scopes=scope, expires_at=ends)
    with desk_of(data, tenant=tenant) as desk:
        made = keys.make(desk, wish, claim()).body
    _show(made, lang, as_json=as_json)


def list_(tenant: TenantOption = None, data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """List the keys, without their secrets."""
    from api.identity import keys  # noqa: PLC0415 - see cli
    from storage.rows import LIMIT  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk, desk.read() as reading:
        found, _ = keys.listed(reading, None, LIMIT)
    if as_json:
        print_json([each.model_dump(mode="json") for each in found])
        return
    for each in found:
        state = "revoked" if each.revoked_at else f"until {each.expires_at:%Y-%m-%d}"
        typer.echo(f"{each.id}  {each.name}  {', '.join(each.scopes)}  {state}")


def rotate(
    key: KeyArgument,
    *,
    hours: Annotated[int, typer.Option(help="How long the old one is still good.", min=0, max=720)] = 24,
    tenant: TenantOption = None,
    data: DataOption = None,
    lang: LangOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a new key in the place of one; it is shown this once."""
    from api.identity import keys  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        made = keys.rotate(desk, key, claim(), timedelta(hours=hours)).body
    _show(made, lang, as_json=as_json)


def off(key: KeyArgument, tenant: TenantOption = None, data: DataOption = None) -> None:
    """End a key, at once and for good."""
    from api.identity import keys  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        typer.echo(keys.revoke(desk, key).id)


def _show(made: Mapping[str, object], lang: LangOption, *, as_json: bool) -> None:
    body = dict(made)
    if as_json:
        print_json(body)
        return
    typer.echo(f"{body['id']}  {body['key']}")
    typer.echo(told(lang).text("Keep it now: it is not shown again."), err=True)
