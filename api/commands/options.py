"""Options that several commands share, and the little that they all do with them."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.desk import Desk
    from api.idempotency import Claim
    from api.settings import Settings
    from api.words import Words


T = TypeVar("T", bound="BaseModel")


class LangName(StrEnum):
    ZH = "zh"
    ZH_HANT = "zh-Hant"
    EN = "en"


CaseArgument = Annotated[str, typer.Argument(help="The case's id.", metavar="CASE")]
LangOption = Annotated[
    LangName | None, typer.Option("--lang", help="Language; else that of the terminal.", show_default=False)
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of the data; else SIXFACE_DATA, else the user's own.", show_default=False
    ),
]
TenantOption = Annotated[
    str | None,
    typer.Option("--tenant", help="The tenant; else the first, default.", metavar="NAME", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else.")]


def told(lang: LangName | None) -> Words:
    """The words of that language, or of the terminal."""
    from api.words import pick_from, words  # noqa: PLC0415 - see cli

    return words(lang.value if lang else pick_from(os.environ))


def settings_of(data: Path | None) -> Settings:
    """The settings, with that folder where one is given.

    Raises:
        typer.BadParameter: a variable of the environment says something that cannot be.
    """
    import tomllib  # noqa: PLC0415 - see cli

    from pydantic import ValidationError  # noqa: PLC0415 - see cli

    from api.settings import Settings  # noqa: PLC0415 - see cli

    try:
        return Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = f"SIXFACE_{'_'.join(map(str, first['loc'])).upper()}: " if first["loc"] else ""
        raise typer.BadParameter(f"{where}{first['msg']}") from error
    except tomllib.TOMLDecodeError as error:
        raise typer.BadParameter(f"SIXFACE_CONFIG: {error}") from error


@contextmanager
def desk_of(data: Path | None, *, queue: bool = False, tenant: str | None = None) -> Generator[Desk]:
    """Where the person at this terminal is served; a queue only where examinations are begun.

    Raises:
        typer.BadParameter: there is no tenant of that name.
    """
    from dataclasses import replace  # noqa: PLC0415 - see cli

    from api.caller import CLI  # noqa: PLC0415 - see cli
    from api.identity.directory import tenants  # noqa: PLC0415 - see cli
    from api.wiring import embedded  # noqa: PLC0415 - see cli

    wiring = embedded(settings_of(data), queue=queue)
    try:
        if tenant is not None and tenant not in tenants(wiring.rows):
            raise typer.BadParameter(f"there is no tenant {tenant}; see sixface tenant list")
        yield wiring.desk(replace(CLI, tenant=tenant or CLI.tenant))
    finally:
        wiring.close()


def print_json(value: object) -> None:
    import json  # noqa: PLC0415 - see cli

    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def claim() -> Claim:
    """At a terminal everything is meant once; nobody sends it again."""
    from api.idempotency import Claim  # noqa: PLC0415 - see cli

    return Claim(None, "", "")


def checked(make: type[T], **told: Any) -> T:  # noqa: ANN401 - pydantic takes anything
    """A value of `claims` from what was typed.

    Raises:
        typer.BadParameter: it is none; the message says which part is wrong.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - see cli

    try:
        return make.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"{where}: {first['msg']}"
        raise typer.BadParameter(message) from error
