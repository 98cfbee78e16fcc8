"""A folder of photos as one set: which files are in it, and which shots of the reason are missing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from api.words import Words
    from claims.shots import ShotSet, Slot, Taken
    from evidence.model import Report

MOST_FILES: Final = 200
"""Files of one folder; a claim has a dozen."""
_STILL: Final = frozenset({".heic", ".heif", ".jpg", ".jpeg"})
_MOVING: Final = frozenset({".mov"})
SET: Final = "set.json"


def files_in(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and of each folder its plain files by name.

    Hidden files are left out, and so is the film of a Live Photo (the same name beside a photo): its
    photo stands for it. An empty folder stands for itself, and is refused like anything that is no film.

    Raises:
        typer.BadParameter: a folder has too many files, or cannot be read.
    """
    found: list[Path] = []
    for path in paths:
        found.extend(_of_folder(path) if path.is_dir() else [path])
    return found


def _of_folder(folder: Path) -> list[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file() and entry.name[0] != ".")
    except OSError as error:
        message = f"{folder} cannot be read ({error.strerror}); give a folder of films and photos."
        raise typer.BadParameter(message) from error
    photos = {Path(name).stem for name in names if Path(name).suffix.casefold() in _STILL}
    kept = [n for n in names if Path(n).suffix.casefold() not in _MOVING or Path(n).stem not in photos]
    if len(kept) > MOST_FILES:
        message = f"{folder} has {len(kept)} files; give a folder with at most {MOST_FILES} films and photos."
        raise typer.BadParameter(message)
    return [folder / name for name in kept] or [folder]


def wanted(reason: str | None) -> ShotSet | None:
    """The set for a reason as `ruleset.reason`; None where no reason is given.

    Raises:
        typer.BadParameter: there is none for it.
    """
    from claims.shots import catalogue  # noqa: PLC0415 - see cli

    if reason is None:
        return None
    found = catalogue().of(reason)
    if found is None:
        known = ", ".join(sorted(name for each in catalogue().set for name in each.reasons))
        message = f"{reason!r} is no reason that photos prove; these are: {known}."
        raise typer.BadParameter(message)
    return found


def said(shots: Iterable[str]) -> dict[str, set[str]]:
    """What a person says: file name -> shots, from texts like `ruler=IMG_2.jpg`.

    Raises:
        typer.BadParameter: a text is not of that form, or there is no such shot.
    """
    from claims.shots import catalogue  # noqa: PLC0415 - see cli

    told: dict[str, set[str]] = {}
    for text in shots:
        shot, sign, name = text.partition("=")
        try:
            catalogue().named(shot)
        except LookupError as error:
            raise typer.BadParameter(f"{error}.") from error
        if not (sign and name):
            message = f"{text!r} names no file; write for example {shot}=IMG_2.jpg."
            raise typer.BadParameter(message)
        told.setdefault(name, set()).add(shot)
    return told


def taken(files: Sequence[Path], reports: Mapping[Path, Report], told: Mapping[str, set[str]]) -> list[Taken]:
    """The photos among `files`, as a set sees them.

    Raises:
        typer.BadParameter: a person named a file that is not there.
    """
    from claims.shots import Taken  # noqa: PLC0415 - see cli

    names = {file.name for file in files}
    strange = sorted(set(told) - names)
    if strange:
        message = f"there is no file {strange[0]!r} among those that were given."
        raise typer.BadParameter(message)
    return [
        Taken(
            file.name,
            report.verdict if report else None,
            codes=report is not None and any(finding.code == "label.code" for finding in report.findings()),
            shots=told.get(file.name, set()),
        )
        for file in files
        for report in (reports.get(file),)
        if report is None or report.media.kind == "photo"
    ]


def show(slots: Sequence[Slot], unnamed: int, words: Words, *, err: bool) -> None:
    """Print each shot with its mark, and for what is not there how to take it.

    `unnamed` photos show something that nobody has said.
    """
    from api.reading import MARKS  # noqa: PLC0415 - see cli
    from api.telling import of  # noqa: PLC0415 - see cli
    from api.words import legible  # noqa: PLC0415 - see cli
    from claims.shots import least_missing  # noqa: PLC0415 - see cli
    from evidence.model import Outcome  # noqa: PLC0415 - see cli

    typer.echo(words.text("Photos for this reason"), err=err)
    for slot in slots:
        line = f" {MARKS[slot.outcome]} {of(slot.shot.title, words)}: {legible(words.say(slot.says), 400)}"
        typer.echo(line, err=err)
        if slot.outcome is not Outcome.PASS and not slot.photos:
            typer.echo(f"   → {of(slot.shot.how, words)}", err=err)
    least = least_missing(slots, unnamed)
    if least:
        typer.echo(words.text("At least {count} needed photos are missing.", count=least), err=err)
    if any(not slot.photos for slot in slots):
        hint = words.text(
            "Name a photo after what it shows (ruler.jpg, 尺子.jpg), or say it: --shot ruler=IMG_2.jpg."
        )
        typer.echo(hint, err=err)


def write(folder: Path, reason: str, slots: Sequence[Slot], words: Words) -> None:
    """Write the set beside the reports."""
    body = {
        "reason": reason,
        "shots": [
            {
                "shot": slot.shot.id,
                "needed": slot.needed,
                "outcome": slot.outcome.value,
                "says": words.say(slot.says),
                "photos": list(slot.photos),
            }
            for slot in slots
        ],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SET).write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", "utf-8")


def status(slots: Iterable[Slot]) -> int:
    """2 where a needed shot is missing or in doubt, else 0."""
    from evidence.model import Outcome  # noqa: PLC0415 - see cli

    return 2 if any(slot.needed and slot.outcome is not Outcome.PASS for slot in slots) else 0
