"""`sixface owner`, `sixface tenant …` and `sixface person …`: who may sign in, told by who has the data."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import (
    DataOption,
    JsonOption,
    LangOption,
    TenantOption,
    checked,
    desk_of,
    print_json,
    told,
)

if TYPE_CHECKING:
    from api.identity.scopes import Role


class RoleName(StrEnum):
    UPLOADER = "uploader"
    AGENT = "agent"
    ADMIN = "admin"


RoleArgument = Annotated[RoleName, typer.Argument(help="uploader, agent or admin.", metavar="ROLE")]
EmailOption = Annotated[
    str, typer.Option(help="Who has this address at the issuer, verified, needs no link.", show_default=False)
]
PersonArgument = Annotated[str, typer.Argument(help="The name or the id.", metavar="PERSON")]


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface owner --data /srv/sixface")(owner)
    tenant = typer.Typer(
        help="Separate houses under one roof: none sees anything of another.",
        epilog="Example: sixface tenant new north",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    tenant.command(name="new", epilog="Example: sixface tenant new north")(new_tenant)
    tenant.command(name="fetch", epilog="Example: sixface tenant fetch north --host films.example")(fetch)
    tenant.command(name="list", epilog="Example: sixface tenant list")(list_tenants)
    app.add_typer(tenant, name="tenant")
    person = typer.Typer(
        help="Who may sign in, and as what.",
        epilog="Example: sixface person new agent",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    person.command(name="new", epilog="Example: sixface person new agent --tenant north")(new_person)
    person.command(name="list", epilog="Example: sixface person list")(list_people)
    person.command(name="role", epilog="Example: sixface person role anna agent")(role)
    person.command(name="link", epilog="Example: sixface person link anna")(link)
    person.command(name="off", epilog="Example: sixface person off anna")(off)
    app.add_typer(person, name="person")


def owner(tenant: TenantOption = None, data: DataOption = None, lang: LangOption = None) -> None:
    """Make a link for the first account, or for an administrator whose password is lost."""
    from api.identity import entrance, links  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        secret, _ = entrance.owner_link(desk.wiring, desk.caller.tenant)
        home = desk.wiring.settings.public_url
    typer.echo(f"{home}{links.shown(secret)}")
    words = told(lang)
    if not home:
        typer.echo(words.text("Put the address of the service in front of it."), err=True)
    typer.echo(words.text("It works once, within 24 hours; older links for the owner are void."), err=True)


def new_tenant(
    name: Annotated[str, typer.Argument(help="1 to 40 small letters, digits, hyphens.", metavar="NAME")],
    data: DataOption = None,
) -> None:
    """Add a tenant; see sixface owner --tenant for its first administrator."""
    from api.identity.directory import found_tenant  # noqa: PLC0415 - see cli
    from storage.errors import ExistsError  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        try:
            found_tenant(desk.wiring.rows, name, now=desk.now())
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
        except ExistsError as error:
            raise typer.BadParameter(f"there is a tenant {name} already") from error
    typer.echo(name)


def list_tenants(data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """List the tenants, the first one first."""
    from api.identity.directory import tenants  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = tenants(desk.wiring.rows)
    if as_json:
        print_json(list(found))
        return
    for name in found:
        typer.echo(name)


def fetch(
    name: Annotated[str, typer.Argument(help="The tenant.", metavar="NAME")],
    host: Annotated[
        list[str] | None, typer.Option(help="A host: name, name:port or *.name.tld; several times.")
    ] = None,
    bucket: Annotated[list[str] | None, typer.Option(help="A bucket of S3; several times.")] = None,
    *,
    none: Annotated[bool, typer.Option("--none", help="Fetch nothing for it any more.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say from where files are fetched for a tenant; what is named stands in place of what was before.

    Without a host or bucket the places are listed. The first tenant also has those of the settings.
    """
    from api import places  # noqa: PLC0415 - see cli

    with desk_of(data) as desk, desk_of(data, tenant=name) as own:
        if host or bucket or none:
            given = checked(places.Places, hosts=host or (), buckets=bucket or ())
            try:
                places.give(desk, name, given)
            except ValueError as error:
                raise typer.BadParameter(str(error)) from error
        found = places.of(own)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for each in (*(f"https://{host}" for host in found.hosts), *(f"s3://{name}" for name in found.buckets)):
        typer.echo(each)


def new_person(
    role: RoleArgument,
    email: EmailOption = "",
    tenant: TenantOption = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Invite somebody: prints a link by which they choose name and password, within seven days."""
    from api.commands.options import claim  # noqa: PLC0415 - see cli
    from api.identity import entrance  # noqa: PLC0415 - see cli
    from api.identity.scopes import Role  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        home = desk.wiring.settings.public_url
        made = entrance.invite(desk, Role(role.value), home, claim(), email)
    typer.echo(made.body["url"])
    if not home:
        typer.echo(told(lang).text("Put the address of the service in front of it."), err=True)


def list_people(tenant: TenantOption = None, data: DataOption = None, *, as_json: JsonOption = False) -> None:
    """List who may sign in, and who no longer may."""
    from api.identity import people  # noqa: PLC0415 - see cli
    from storage.rows import LIMIT  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk, desk.read() as reading:
        found, _ = people.listed(reading, None, LIMIT)
    if as_json:
        print_json(found)
        return
    for each in found:
        state = "" if each["active"] else "  off"
        typer.echo(f"{each['id']}  {each['role']:<8}  {each['name']}{state}")


def role(
    person: PersonArgument, role: RoleArgument, tenant: TenantOption = None, data: DataOption = None
) -> None:
    """Give somebody another role, from their next request on."""
    from api.identity.scopes import Role  # noqa: PLC0415 - see cli

    _alter(person, tenant, data, role=Role(role.value))


def link(
    person: PersonArgument, tenant: TenantOption = None, data: DataOption = None, lang: LangOption = None
) -> None:
    """Make a link by which somebody sets their password anew, within seven days."""
    from api.commands.options import claim  # noqa: PLC0415 - see cli
    from api.identity import entrance, people  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        home = desk.wiring.settings.public_url
        with desk.read() as reading:
            found = people.named(reading, person)
        made = entrance.renewal(desk, found.id if found else person, home, claim())
    typer.echo(made.body["url"])
    if not home:
        typer.echo(told(lang).text("Put the address of the service in front of it."), err=True)


def off(person: PersonArgument, tenant: TenantOption = None, data: DataOption = None) -> None:
    """Let somebody in no more; their sessions end at once."""
    _alter(person, tenant, data, active=False)


def _alter(
    person: str,
    tenant: TenantOption,
    data: DataOption,
    *,
    role: Role | None = None,
    active: bool | None = None,
) -> None:
    from api.identity import people  # noqa: PLC0415 - see cli

    with desk_of(data, tenant=tenant) as desk:
        with desk.read() as reading:
            found = people.named(reading, person)
        made = people.alter(desk, found.id if found else person, role=role, active=active)
    typer.echo(f"{made.id}  {made.role}  {made.name}")
