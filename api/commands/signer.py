"""`sixface signer …`: the key that signs bundles."""

from __future__ import annotations

import typer

from api.commands.options import DataOption, LangOption, desk_of, settings_of, told


def join(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Show or change the key that signs bundles.",
        epilog="Example: sixface signer show > signers.pem",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: sixface signer show > signers.pem")(show)
    group.command(epilog="Example: sixface signer rotate")(rotate)
    app.add_typer(group, name="signer")


def show(*, data: DataOption = None) -> None:
    """Print the public keys in PEM, the newest first; give them to whoever has to verify your bundles."""
    from api import signing  # noqa: PLC0415 - see cli

    typer.echo(signing.public_keys(settings_of(data)), nl=False)


def rotate(*, data: DataOption = None, lang: LangOption = None) -> None:
    """Sign with a new key from now on; bundles that were sealed before stay as they are."""
    from api import signing, stamping  # noqa: PLC0415 - see cli

    words = told(lang)
    with desk_of(data) as desk:
        key = signing.rotate(desk.wiring.settings, stamping.waiting(desk))
    typer.echo(words.text("Bundles are signed by {key} from now on.", key=key))
    typer.echo(words.text("Publish the new list: sixface signer show"))
