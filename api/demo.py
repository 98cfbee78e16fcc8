"""`sixface demo`: the main job from end to end, on an example that is made up and rendered here.

A film of a return is made (once), checked, stored, held against the platform's ruleset, sealed
into a bundle and verified. Its day is the example's day, so that it tells the same on any date.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from api import cases, ourselves, sealing, storing, viewing
from api.caller import CLI
from api.desk import Clock, Desk
from api.dossier import dossier
from api.example import drafted
from api.idempotency import Claim
from api.item import Item
from api.settings import Settings
from api.telling import show_assessment
from api.terminal import console, show
from api.wiring import embedded
from api.words import Words
from claims.assessment import Readiness
from claims.verify import verify
from evidence.fault import FaultError
from evidence.model import Expectation, Report, say
from samples.cases import TMALL, ExampleCase

_ONCE: Final = Claim(None, "", "")


@dataclass(frozen=True)
class _Stage:
    """Where the demo plays."""

    out: Path
    desk: Desk
    words: Words
    screen: Console

    def title(self, text: str) -> None:
        self.screen.print()
        self.screen.print(f"── {text}", style="bold cyan")


def run(out: Path, words: Words) -> int:
    """Play the demo into the folder `out`; returns 0 where the bundle verifies.

    Raises:
        FaultError: the example could not be rendered.
        RefusedError, StorageError: as for any file.
    """
    begun = time.monotonic()
    screen = console(sys.stdout)
    screen.print(
        words.text(
            "A made-up return: the buyer sends back headphones, and the parcel holds three bars of soap."
        )
    )
    screen.print(words.text("Rendering its film and photo; only the first time …"), style="dim")
    paths = _rendered(out / "samples", (*TMALL.films, *TMALL.photos))
    wiring = embedded(Settings(data=out / "data"), clock=_day_of(TMALL))
    try:
        stage = _Stage(out, wiring.desk(CLI), words, screen)
        status = _play(stage, TMALL, paths)
    finally:
        wiring.close()
    seconds = f"{time.monotonic() - begun:.0f}"
    screen.print(words.text("Done in {seconds} s.", seconds=seconds), style="dim")
    return status


def _play(stage: _Stage, example: ExampleCase, paths: dict[str, Path]) -> int:
    words = stage.words
    stage.title(words.text("1. The film is checked and stored"))
    expected = Expectation.model_validate(example.expectation())
    film = storing.store(stage.desk, paths[example.films[0]], words=words, expected=expected)
    report = Report.model_validate(viewing.report(stage.desk, film.id))
    show(report, words, stage.screen)
    write_report(stage.desk, film, report, stage.out / "report", words)

    stage.title(words.text("2. A case is opened and assessed"))
    photos = [
        storing.store(stage.desk, paths[name], words=words, profile=name if name == "label_photo" else None)
        for name in example.photos
    ]
    case_id = cases.open_case(stage.desk, drafted(example), _ONCE).body["id"]
    for item in (film, *photos):
        cases.attach(stage.desk, case_id, item.id, _ONCE)
    found = cases.assessed(stage.desk, case_id)
    show_assessment(found, words, stage.screen)

    stage.title(words.text("3. A bundle is sealed and verified, offline"))
    bundle = stage.out / "bundle.zip"
    incomplete = found.readiness is not Readiness.READY
    wish = sealing.Wish(incomplete=incomplete, lang=words.lang)
    sealed = sealing.seal(stage.desk, case_id, wish, _ONCE)
    if incomplete:
        unmet = ", ".join(found.unmet)
        told = words.text("Sealed as incomplete, and it says so: {unmet} still open.", unmet=unmet)
        stage.screen.print(told, style="yellow")
    storing.copy_out(stage.desk.blobs.local(sealed.body["digest"]), bundle)
    mismatches = verify(bundle)
    for mismatch in mismatches:
        stage.screen.print(words.say(mismatch.says), style="bold red")
    if mismatches:
        return 1
    stage.screen.print(words.text("Intact: every file is as it was sealed."), style="green")
    _where_to_look(stage, case_id, bundle)
    return 0


def _where_to_look(stage: _Stage, case_id: str, bundle: Path) -> None:
    words = stage.words
    stage.title(words.text("Where to look"))
    data = stage.out / "data"
    for text in (
        words.text("The report: {file}", file=str(stage.out / "report" / "report.html")),
        words.text("The bundle: {file}", file=str(bundle)),
        words.text("Verify it again: sixface verify {file}", file=str(bundle)),
        words.text("The case: sixface case assess {case} --data {data}", case=case_id, data=str(data)),
        words.text("The web app: make serve, or sixface serve --data {data}", data=str(data)),
    ):
        stage.screen.print(f"  {text}", soft_wrap=True)


def write_report(desk: Desk, item: Item, report: Report, folder: Path, words: Words) -> None:
    """Write `report.json`, `report.html` and `stills/` of a stored item."""
    stills = folder / "stills"
    stills.mkdir(parents=True, exist_ok=True)
    for old in stills.glob("*.jpg"):
        old.unlink()
    pictures = {still.digest: viewing.still(desk, item.id, still.digest) for still in report.stills}
    for still in report.stills:
        (folder / still.path).write_bytes(pictures[still.digest])
    (folder / "report.json").write_text(report.model_dump_json(indent=2), "utf-8")
    (folder / "report.html").write_text(dossier(report, pictures.get, words), "utf-8")


def _rendered(folder: Path, names: tuple[str, ...]) -> dict[str, Path]:
    """The samples of these names; rendered in another process, since this one touches no pixels."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603 - our own module
        ourselves.command("samples", str(folder), *names),
        capture_output=True,
        text=True,
        check=False,
        env=ourselves.environment(),
    )
    lines = [line for line in done.stdout.splitlines() if " MB  " in line]
    if done.returncode or len(lines) != len(names):
        raise FaultError("fault.samples", say("The example film could not be rendered; run: sixface doctor."))
    return {name: Path(line.partition(" MB  ")[2]) for name, line in zip(names, lines, strict=True)}


def _day_of(example: ExampleCase) -> Clock:
    """A clock that starts at the example's moment and runs on."""
    begun = time.monotonic()
    start = example.now.astimezone(UTC)

    def now() -> datetime:
        return start + timedelta(seconds=time.monotonic() - begun)

    return now
