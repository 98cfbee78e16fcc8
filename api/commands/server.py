"""`sixface serve`, `sixface worker` and `sixface demo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.caller import CLI
from api.commands.options import DataOption, LangOption, settings_of, told

if TYPE_CHECKING:
    from api.desk import Wiring
    from api.words import Words


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface serve --port 8000")(serve)
    app.command(epilog="Example: sixface worker --data /srv/sixface")(worker)
    app.command(epilog="Example: sixface demo --out demo")(demo)


def serve(
    *,
    host: Annotated[
        str | None, typer.Option(help="Address; else this machine only.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port; else 8000.", min=0, max=65535, show_default=False)
    ] = None,
    data: DataOption = None,
    lang: LangOption = None,
) -> None:
    """Serve the web app and the HTTP interface, with one worker process."""
    from api import certificate  # noqa: PLC0415 - see cli
    from api.desk import utc_now  # noqa: PLC0415 - see cli
    from api.guard import LOOPBACK  # noqa: PLC0415 - see cli
    from api.identity import issuer  # noqa: PLC0415 - see cli
    from api.logs import configure  # noqa: PLC0415 - see cli
    from api.serving import listening  # noqa: PLC0415 - see cli
    from api.serving import serve as run  # noqa: PLC0415 - see cli
    from api.telemetry import begin  # noqa: PLC0415 - see cli

    words = told(lang)
    settings = settings_of(data)
    asked = {"host": host, "port": port}
    settings = settings.model_copy(update={name: value for name, value in asked.items() if value is not None})
    configure(settings.log_level)
    certificate.of(settings, utc_now())
    issuer.check(settings)
    begin(settings, "sixface")
    with listening(settings) as sock:
        address, number = sock.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        url = f"http://{shown}:{number}"
        typer.echo(words.text("Sixface is at {url}; stop it with Ctrl+C.", url=url))
        typer.echo(words.text("Its data is in {folder}.", folder=str(settings.data.absolute())))
        if settings.host not in LOOPBACK and not settings.public_url.startswith("https://"):
            typer.echo(
                words.text("Passwords and files travel openly over http; put a proxy with TLS before it."),
                err=True,
            )
        run(settings, sock, lambda wiring: _greet(wiring, words, url))
    typer.echo(words.text("Stopped."))


def _greet(wiring: Wiring, words: Words, url: str) -> None:
    """Tell how the first account is made, as long as there is none, and whether anybody needs one."""
    from api.guard import LOOPBACK  # noqa: PLC0415 - see cli
    from api.identity import entrance, links, people  # noqa: PLC0415 - see cli
    from api.identity.directory import is_closed  # noqa: PLC0415 - see cli

    settings = wiring.settings
    asked = settings.sign_in == "required" or settings.host not in LOOPBACK or is_closed(wiring.rows)
    with wiring.desk(CLI).read() as reading:
        nobody = not people.has_admin(reading)
    if nobody:
        secret, _ = entrance.owner_link(wiring)
        link = f"{settings.public_url or url}{links.shown(secret)}"
        if not asked:
            typer.echo(words.text("Nobody has to sign in on this machine, unless you want it so."))
        typer.echo(words.text("Open this once, within a day, to make the first account: {link}", link=link))
    sys.stdout.flush()


def worker(
    *,
    data: DataOption = None,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="End when the standard input ends.")
    ] = False,
) -> None:
    """Take examinations from the queue until told to stop; serve starts one by itself."""
    from api import certificate  # noqa: PLC0415 - see cli
    from api.desk import utc_now  # noqa: PLC0415 - see cli
    from api.logs import configure  # noqa: PLC0415 - see cli
    from api.telemetry import begin  # noqa: PLC0415 - see cli
    from api.worker import work  # noqa: PLC0415 - see cli

    settings = settings_of(data)
    configure(settings.log_level)
    certificate.of(settings, utc_now())
    begin(settings, "sixface-worker")
    work(settings, with_parent=with_parent)


def demo(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where everything goes.")] = Path("demo"),
    lang: LangOption = None,
) -> int:
    """Check a film, store it, open a case, seal a bundle, and verify it offline."""
    from api.demo import run  # noqa: PLC0415 - see cli

    return run(out, told(lang))
