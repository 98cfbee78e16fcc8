"""`sixface case …`: what people do about a case, and what it looks like before they do it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from api.commands.options import (
    CaseArgument,
    DataOption,
    JsonOption,
    LangOption,
    checked,
    claim,
    desk_of,
    print_json,
    told,
)

if TYPE_CHECKING:
    from api.idempotency import Reply

MOST: Final = 4_000_000
"""Bytes of a chat record that are read; a million characters of Chinese take three of them each."""

COURSES: Final = {"go": 0, "settle": 1, "stop": 1, "mend": 2, "ask": 2}
"""The exit status of the pre-flight."""


class SaidName(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"


def join(group: typer.Typer) -> None:
    group.command(
        epilog="Example: sixface case preflight case_5b0f6d1c --ground resale_affected --evidence E1\n\n"
        "Exit status: 0 nothing speaks against it, 1 it would be lost, 2 mend or answer something first."
    )(preflight)
    group.command(epilog="Example: sixface case options case_5b0f6d1c")(options)
    group.command(
        epilog="Example: sixface case put case_5b0f6d1c offers "
        '\'{"step": "compensate", "option": "money", "by": "Wang"}\''
    )(put)
    group.command(
        name="set", epilog="Example: sixface case set case_5b0f6d1c reason_code=swapped_item site=cn"
    )(set_)
    group.command(epilog="Example: sixface case chat case_5b0f6d1c chat.csv")(chat)
    group.command(epilog="Example: sixface case answer case_5b0f6d1c O1 declined")(answer)
    group.command(epilog="Example: sixface case keep case_5b0f6d1c W1")(keep)
    group.command(
        epilog="Example: sixface case reply case_5b0f6d1c --template missing_part --value waybill=SF1"
    )(reply)
    group.command(epilog="Example: sixface case close case_5b0f6d1c")(close)


def preflight(
    case: CaseArgument,
    *,
    ground: Annotated[str, typer.Option(help="The ground of the refusal.")] = "",
    evidence: Annotated[
        list[str] | None, typer.Option(help="An exhibit that shows it; may be repeated.", show_default=False)
    ] = None,
    appeal: Annotated[bool, typer.Option("--appeal", help="It is an appeal and no refusal.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Say why a refusal or an appeal would fail, before it is sent."""
    from api import outlook  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli
    from api.warning import show_preflight  # noqa: PLC0415 - see cli
    from claims.preflight import Intent  # noqa: PLC0415 - see cli

    asked = ground or evidence or appeal
    intent = checked(
        Intent, kind="appeal" if appeal else "refuse", ground=ground, evidence=tuple(evidence or ())
    )
    with desk_of(data) as desk:
        found = outlook.flown(desk, case, intent if asked else None)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_preflight(found, told(lang), console(sys.stdout))
    return COURSES[found.course.value]


def options(
    case: CaseArgument, *, data: DataOption = None, as_json: JsonOption = False, lang: LangOption = None
) -> None:
    """Show what to offer next, who pays the freight, and which grounds may be used."""
    from api import outlook  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli
    from api.warning import show_settlement  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        found = outlook.settled(desk, case)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_settlement(found, told(lang), console(sys.stdout))


def put(
    case: CaseArgument,
    kind: Annotated[
        str,
        typer.Argument(
            help="items, parcels, tickets, promises, inspections, offers, decisions or subcases.",
            metavar="KIND",
        ),
    ],
    part: Annotated[str, typer.Argument(help="It, as a JSON object; `at` is now.", metavar="JSON")],
    *,
    role: Annotated[str, typer.Option(help="Of whoever makes an offer.")] = "",
    data: DataOption = None,
) -> None:
    """Put something into a case: an item, a parcel, an offer, a decision and so on."""
    from pydantic import ValidationError  # noqa: PLC0415 - see cli

    from api import dealing  # noqa: PLC0415 - see cli

    if kind not in dealing.KINDS:
        raise typer.BadParameter(f"{kind} is none of: {', '.join(dealing.KINDS)}")
    told_part = _object(part)
    fields = dealing.KINDS[kind].model_fields
    for moment in ("at", "made_at", "opened_at", "created_at"):
        if moment in fields:
            told_part.setdefault(moment, datetime.now(UTC))
    with desk_of(data) as desk:
        try:
            done(dealing.put(desk, case, told_part, claim(), kind, role=role))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(step) for step in first["loc"])
            raise typer.BadParameter(f"{where}: {first['msg']}".removeprefix(": ")) from error


def _read(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter(f"this is not JSON: {error}") from error


def _object(text: str) -> dict[str, Any]:
    found = _read(text)
    if not isinstance(found, dict):
        raise typer.BadParameter('write a JSON object, e.g. {"sku": "A"}')
    return found  # pyright: ignore[reportUnknownVariableType]


def set_(
    case: CaseArgument,
    pairs: Annotated[
        list[str], typer.Argument(help="What is to be said, e.g. site=us.", metavar="NAME=VALUE")
    ],
    *,
    data: DataOption = None,
) -> None:
    """Say otherwise what is said about a case; JSON where the value is an object."""
    from api import dealing  # noqa: PLC0415 - see cli

    said: dict[str, Any] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise typer.BadParameter(f"{pair} is no NAME=VALUE")
        said[name] = _read(value) if value.startswith(("{", "[")) else value
    made = checked(dealing.Amendment, **said)
    with desk_of(data) as desk:
        done(dealing.amend(desk, case, made, claim()))


def chat(
    case: CaseArgument,
    file: Annotated[Path, typer.Argument(help="JSON, CSV or copied text.", metavar="FILE")],
    *,
    speaker: Annotated[
        list[str] | None,
        typer.Option(help="Who a name is, e.g. 小王=merchant; may be repeated.", show_default=False),
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Import a chat record; what is there already is not taken twice."""
    from api import cases, dealing  # noqa: PLC0415 - see cli
    from api.errors import UnreadableFileError  # noqa: PLC0415 - see cli

    words = told(lang)
    try:
        with file.open("rb") as stream:
            text = stream.read(MOST).decode("utf-8", "replace")
    except OSError as error:
        raise UnreadableFileError(file.name) from error
    named = dict(pair.split("=", 1) for pair in speaker or () if "=" in pair)
    made = checked(dealing.Chat, text=text, speakers=named)
    with desk_of(data) as desk:
        dealing.import_chat(desk, case, made, claim())
        with desk.read() as reading:
            found = cases.gather(desk, reading, case).case
    typer.echo(words.text("The case holds {count} messages.", count=len(found.messages)))
    for each in dealing.proposed(found):
        typer.echo(
            words.text("{message} may promise something: {text}", message=each.message, text=each.text)
        )


def answer(
    case: CaseArgument,
    offer: Annotated[str, typer.Argument(help="E.g. O1.", metavar="OFFER")],
    said: Annotated[SaidName, typer.Argument(help="What the buyer said.")],
    *,
    at: Annotated[str | None, typer.Option(help="When, as RFC 3339; else now.", show_default=False)] = None,
    data: DataOption = None,
) -> None:
    """Note the buyer's answer to an offer."""
    from api import dealing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        value = "accepted" if said is SaidName.ACCEPTED else "declined"
        done(dealing.answer(desk, case, claim(), offer=offer, said=value, at=moment(at)))


def keep(
    case: CaseArgument,
    promise: Annotated[str, typer.Argument(help="E.g. W1.", metavar="PROMISE")],
    *,
    at: Annotated[str | None, typer.Option(help="When, as RFC 3339; else now.", show_default=False)] = None,
    proof: Annotated[str, typer.Option(help="The exhibit that shows it.")] = "",
    data: DataOption = None,
) -> None:
    """Note that a promise was kept."""
    from api import dealing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        done(dealing.keep(desk, case, promise, moment(at), claim(), proof=proof))


def reply(
    case: CaseArgument,
    *,
    text: Annotated[str, typer.Option(help="Your own text.")] = "",
    template: Annotated[str, typer.Option(help="A template of the platform's ruleset.")] = "",
    value: Annotated[
        list[str] | None,
        typer.Option(help="A value of the template, NAME=VALUE; may be repeated.", show_default=False),
    ] = None,
    proactive: Annotated[bool, typer.Option("--proactive", help="The buyer did not ask.")] = False,
    templated: Annotated[
        bool, typer.Option("--templated", help="Reason and topic are chosen from the platform's list.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Check a text before it is sent; nothing is sent.

    Exit status: 0 it may be sent, 1 it must not.
    """
    from api import outlook  # noqa: PLC0415 - see cli
    from api.terminal import console  # noqa: PLC0415 - see cli
    from api.warning import show_checked  # noqa: PLC0415 - see cli

    words = told(lang)
    values = dict(pair.split("=", 1) for pair in value or () if "=" in pair)
    made = checked(
        outlook.Writing,
        text=text,
        template=template,
        values=values,
        lang=words.lang,
        proactive=proactive,
        templated=templated,
    )
    with desk_of(data) as desk:
        found = outlook.checked(desk, case, made)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        show_checked(found, words, console(sys.stdout))
    return 0 if found.may_be_sent else 1


def close(
    case: CaseArgument,
    *,
    at: Annotated[str | None, typer.Option(help="When, as RFC 3339; else now.", show_default=False)] = None,
    note: Annotated[str, typer.Option(help="Anything worth knowing.")] = "",
    data: DataOption = None,
) -> None:
    """Close a case that has an outcome."""
    from api import dealing  # noqa: PLC0415 - see cli

    with desk_of(data) as desk:
        done(dealing.close(desk, case, moment(at), claim(), note=note))


def moment(text: str | None) -> datetime:
    """The moment that was typed, or now.

    Raises:
        typer.BadParameter: it is none, or has no zone.
    """
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text} is no moment; write one such as 2026-11-21T10:15:00+08:00"
        ) from error
    if found.tzinfo is None:
        raise typer.BadParameter(f"{text} has no zone; write one such as 2026-11-21T10:15:00+08:00")
    return found


def done(reply: Reply) -> None:
    """Print the id of the case that was changed."""
    typer.echo(reply.body["id"])
