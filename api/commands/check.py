"""`sixface check`: the main job, without a server and without storing anything."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from api.commands import photo_set
from api.commands.options import JsonOption, LangOption, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.words import Words
    from evidence.model import Expectation, Report
    from evidence.spawn import Progress

STATUS: Final = {"sound": 0, "flawed": 1, "review": 2}
_GRAVITY: Final = (0, 2, 1, 65, 70)
"""Statuses from good to bad: a fault that was found is worse than a question that is open."""
_MOST_EXPECTED: Final = 65_536


class ProfileName(StrEnum):
    UNBOXING = "unboxing"
    DEFECT_PHOTO = "defect_photo"
    LABEL_PHOTO = "label_photo"


def join(app: typer.Typer) -> None:
    app.command(epilog="Example: sixface check IMG_1.MOV --expect order.json --out report --lang zh")(check)


def check(
    files: Annotated[list[Path], typer.Argument(help="Films, photos, and folders of them.", metavar="FILE")],
    *,
    profile: Annotated[
        ProfileName | None,
        typer.Option(
            help="How to examine; else unboxing for films and defect_photo for photos.", show_default=False
        ),
    ] = None,
    expect: Annotated[
        Path | None,
        typer.Option(metavar="FACTS.json", help="What the order says, as JSON.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Also write report.json, report.html and stills/ there.", show_default=False
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            metavar="SIGNERS.pem",
            help="Certificates of those whose signed records of origin (C2PA) are trusted.",
            show_default=False,
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    stations: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYS.pem",
            help="Public keys of the station clocks that are believed, e.g. from /v1/station/keys.pem.",
            show_default=False,
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            metavar="RULESET.REASON",
            help="What is wrong, e.g. temu.wrong_size: says which photos are missing.",
            show_default=False,
        ),
    ] = None,
    shot: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SHOT=FILE", help="Which photo is which, e.g. ruler=IMG_2.jpg.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = None,
) -> int:
    """Check films and photos, and say what was found.

    Exit status: 0 sound, 1 flawed, 2 a person has to look, 64 wrong usage,
    65 the file was refused, 70 our fault; of several files the worst.
    """
    words = told(lang)
    order = _Order(
        profile=profile.value if profile else None,
        expected=_expected(expect),
        trust=trust,
        stations=_keys(stations),
        as_json=as_json,
        words=words,
    )
    asked, said = photo_set.wanted(reason), photo_set.said(shot or ())
    given, files = files, photo_set.files_in(files)
    # An empty folder stands for itself, and is refused alone like one file.
    alone = len(given) == 1 and files == given
    worst = 0
    reports: dict[Path, Report] = {}
    for number, file in enumerate(files, 1):
        folder = out if out is None or alone else out / f"{number:02d}"
        report, status = _one(file, folder, order, alone=alone)
        worst = max(worst, status, key=_GRAVITY.index)
        if report is not None:
            reports[file] = report
    if as_json:
        _print_json(list(reports.values()), alone=alone)
    if reason is None or asked is None:
        return worst
    from claims.shots import fill, unnamed_of  # noqa: PLC0415 - only where a reason is given

    photos = photo_set.taken(files, reports, said)
    slots = fill(asked, photos)
    photo_set.show(slots, unnamed_of(asked, photos), words, err=as_json)
    if out is not None:
        photo_set.write(out, reason, slots, words)
    return max(worst, photo_set.status(slots), key=_GRAVITY.index)


@dataclass(frozen=True)
class _Order:
    """What is asked of every file."""

    profile: str | None
    expected: Expectation
    trust: Path | None
    stations: Path | None
    as_json: bool
    words: Words


def _keys(file: Path | None) -> Path | None:
    """The file of public keys, if it is one.

    Raises:
        typer.BadParameter: it holds something else.
    """
    from evidence.station import MOST_PEM, BadKeysError, read  # noqa: PLC0415 - see cli

    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            read(opened.read(MOST_PEM + 1))
    except (OSError, BadKeysError) as error:
        message = f"{file} is no file of Ed25519 public keys in PEM; take it from /v1/station/keys.pem."
        raise typer.BadParameter(message) from error
    return file


def _expected(file: Path | None) -> Expectation:
    from api.expecting import expectation  # noqa: PLC0415 - see cli

    if file is None:
        return expectation("{}")
    try:
        with file.open("rb") as opened:
            return expectation(opened.read(_MOST_EXPECTED))
    except OSError as error:
        message = f"{file} cannot be read ({error.strerror}); give the JSON file of the order with --expect."
        raise typer.BadParameter(message) from error


def _one(file: Path, folder: Path | None, order: _Order, *, alone: bool) -> tuple[Report | None, int]:
    """Examine one file, and tell what was found or why there is no report."""
    from api.words import legible  # noqa: PLC0415 - see cli
    from evidence.check import RefusedError  # noqa: PLC0415 - see cli
    from evidence.fault import FaultError  # noqa: PLC0415 - see cli

    name = os.fsencode(file.name).decode("utf-8", "replace") or "unnamed"
    before = "" if alone else f"{legible(name)}: "
    try:
        with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
            with _watching(name, order.words) as progress:
                report = _examined(file, name, folder or Path(spare), order, progress)
            if folder is not None:
                _write_page(report, folder, order.words)
    except RefusedError as refused:
        typer.echo(before + order.words.say(refused.says), err=True)
        return None, 65
    except FaultError as fault:
        typer.echo(before + order.words.say(fault.says), err=True)
        return None, 70
    _tell(report, folder, order)
    return report, STATUS[report.verdict.value]


@contextmanager
def _watching(name: str, words: Words) -> Generator[Callable[[Progress], None]]:
    """A progress bar, where somebody can see it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from api.terminal import watching  # noqa: PLC0415 - see cli

    with watching(name, words, sys.stderr) as tell:
        yield tell


def _examined(
    file: Path, name: str, folder: Path, order: _Order, progress: Callable[[Progress], None]
) -> Report:
    from datetime import UTC, datetime  # noqa: PLC0415 - see cli

    from evidence.spawn import examine_file  # noqa: PLC0415 - see cli

    return examine_file(
        file,
        profile=order.profile or _fitting(file),
        out=folder,
        now=datetime.now(UTC),
        name=name,
        expected=order.expected,
        trust=order.trust,
        stations=order.stations,
        progress=progress,
    )


def _fitting(file: Path) -> str:
    """The profile for what the file is by its first bytes; where it cannot be read, the child says why.

    Raises:
        RefusedError: it is neither film nor photo.
    """
    from api.glance import HEAD, chosen  # noqa: PLC0415 - see cli

    head = _head(file, HEAD)
    if head is None:
        return ProfileName.UNBOXING.value
    return chosen(head, None, whole=len(head) < HEAD)[1]


def _head(file: Path, count: int) -> bytes | None:
    """The first bytes; None where it cannot be read: the child then says why."""
    with suppress(OSError):
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as opened:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                return opened.read(count)
    return None


def _write_page(report: Report, folder: Path, words: Words) -> None:
    """Write `report.html` beside the JSON, and drop the pictures of an earlier report."""
    from api.dossier import dossier  # noqa: PLC0415 - see cli

    paths = {still.digest: folder / still.path for still in report.stills}
    for picture in (folder / "stills").glob("*.jpg"):
        if picture not in paths.values():
            picture.unlink()
    page = dossier(report, lambda digest: paths[digest].read_bytes() if digest in paths else None, words)
    (folder / "report.html").write_text(page, "utf-8")


def _tell(report: Report, folder: Path | None, order: _Order) -> None:
    if not order.as_json:
        from api.terminal import console, show  # noqa: PLC0415 - see cli

        show(report, order.words, console(sys.stdout))
    if folder is not None:
        written = order.words.text("Written to {folder}.", folder=str(folder))
        typer.echo(written, err=order.as_json)


def _print_json(reports: list[Report], *, alone: bool) -> None:
    if not alone:
        typer.echo("[\n" + ",\n".join(report.model_dump_json(indent=2) for report in reports) + "\n]")
    elif reports:
        typer.echo(reports[0].model_dump_json(indent=2))
