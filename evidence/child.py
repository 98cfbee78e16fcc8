"""The child's side of an examination, in the order that keeps hostile bytes behind walls.

1. Open the file: a regular one, within the profile's size.
2. Enter the sandbox, or stop. Everything below happens behind its walls.
3. Hash the bytes, tell by them what they are, read the record of origin that they carry,
   and open the film or photo.
4. Walk it once for all checks of the profile; keep the stills that findings name.
5. Write the report, whole or not at all.

The pixel libraries are imported after step 2, and only those that the kind needs.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import py_compile
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import metadata, util
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from evidence.check import RefusedError
from evidence.examination import Source, Spent, examine
from evidence.model import Answer, Expectation, Finding, MediaFacts, Report, Still, Subject, say
from evidence.profile import Limits, Profile, load, require
from evidence.timeline import ZERO
from evidence.walls import sandbox

REPORT: Final = "report.json"
_MEGA: Final = 1_000_000

log = logging.getLogger(__name__)

Progress = Callable[[float | None, timedelta], None]
"""Told the share that is done, None where unknown, and the presentation time of each frame."""


class ChangedError(Exception):
    """The file was written to while it was examined."""


class Opened(Source, Protocol):
    """A source that tells what it was, once it has been walked."""

    def facts(self) -> MediaFacts: ...


@dataclass(frozen=True)
class Order:
    """What is asked of the child."""

    file: Path
    profile: str
    out: Path
    """The only folder that is written; made where missing, unless a parent is named, whose work that is."""
    name: str
    """What the user called the file."""
    now: datetime
    expected: Expectation = field(default_factory=Expectation)
    parent: int | None = None
    """The id of the process that asked, which must not outlive its child."""
    trust: bytes = b""
    """Certificates of those whose records of origin are trusted, in PEM."""
    stations: bytes = b""
    """Public keys of the station clocks that are believed, in PEM."""


def carry_out(order: Order, progress: Progress) -> dict[str, float]:
    """Examine `order.file` and leave `report.json` and `stills/` in `order.out`; once in a process.

    Returns the seconds that each check took, by its name.

    Raises:
        RefusedError: no answer can be given on this file.
        ChangedError: the file did not hold still.
        SandboxUnavailableError: nothing was examined, since a wall is missing.
        OSError: the report cannot be written.
    """
    profile = load(order.profile)
    seconds: dict[str, float] = {}
    out = order.out.absolute()
    if order.parent is None:  # else one who was killed meanwhile would leave a folder that was swept already
        out.mkdir(parents=True, exist_ok=True)
    # A name in another encoding holds surrogates, which are no text and would be no JSON.
    name = order.name.encode("utf-8", "replace").decode()
    with _opened(order.file, name, profile.limits.bytes) as file:
        engine = prepare()
        limits = profile.limits
        sandbox.confine(write=out, cpu=limits.cpu, memory=limits.memory, parent=order.parent)
        before = _stamp(file)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        subject = Subject(digest=f"sha256:{digest}", bytes=before[0], name=name)
        report = _report(
            _source(file, profile, order),
            subject=subject,
            profile=profile,
            order=order,
            engine=engine,
            progress=progress,
            spent=seconds.__setitem__,
        )
        if _stamp(file) != before:
            raise ChangedError
    part = out / f"{REPORT}.part"
    part.write_text(report.model_dump_json(), "utf-8")
    part.replace(out / REPORT)
    return seconds


def _opened(path: Path, name: str, most: int) -> BufferedReader:
    """The file, open for reading.

    Raises:
        RefusedError: it is missing, may not be read, is no file, or holds more than `most` bytes.
    """
    try:
        # Opening a pipe would wait for a writer; it is refused below.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    except PermissionError:
        raise RefusedError(
            "refused.no_permission",
            say("{name} may not be read; give this account the right to read it.", name=name),
        ) from None
    except IsADirectoryError:
        raise _no_file(name) from None
    except OSError as error:
        log.warning("the file cannot be opened: %s", error.strerror)
        raise RefusedError(
            "refused.missing", say("{name} cannot be found; check the path.", name=name)
        ) from None
    facts = os.fstat(file.fileno())
    if not stat.S_ISREG(facts.st_mode):
        raise _no_file(name)
    if facts.st_size > most:
        raise RefusedError(
            "refused.too_large",
            say(
                "The file has {size} MB, and at most {limit} MB are examined; send a smaller one.",
                size=round(facts.st_size / _MEGA, 1),
                limit=round(most / _MEGA, 1),
            ),
        )
    return file


def _no_file(name: str) -> RefusedError:
    return RefusedError(
        "refused.not_a_file",
        say("{name} is a folder or a device; give one film or photo.", name=name),
    )


def _stamp(file: BinaryIO) -> tuple[int, int]:
    facts = os.fstat(file.fileno())
    return facts.st_size, facts.st_mtime_ns


@cache
def prepare() -> str:
    """What the walls would keep from being done; returns the name and version of this program.

    Modules of this package that are not compiled yet are: behind the walls it would be lost each time.
    """
    for path in Path(__file__).parent.rglob("*.py"):
        with suppress(OSError, py_compile.PyCompileError):
            compiled = Path(util.cache_from_source(str(path)))
            if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
                py_compile.compile(str(path), doraise=True)
    try:
        return f"sixface {metadata.version('sixface')}"
    except metadata.PackageNotFoundError:  # a source tree that is not installed
        return "sixface (unversioned)"


def _report(
    source: Opened,
    *,
    subject: Subject,
    profile: Profile,
    order: Order,
    engine: str,
    progress: Progress,
    spent: Spent,
) -> Report:
    """Walk `source` for the checks of `profile`, and keep the stills that their findings name."""
    from evidence.album import Stills  # noqa: PLC0415 - behind the walls

    checks = profile.configured()
    album = Stills(order.out.absolute())
    length = _credible(source.media.duration, profile.limits)

    def tell(at: timedelta) -> None:
        # A film that runs past its own claim has made it worthless.
        progress(at / length if length and at <= length else None, at)

    # Modules stay; only what the walk makes is worth looking through.
    gc.freeze()
    gc.enable()
    answers = examine(source, checks, album, tell, spent)
    stills = album.close({d for answer in answers for finding in answer.findings for d in finding.stills})
    return Report(
        engine=engine,
        profile=profile.name,
        examined_at=order.now,
        subject=subject,
        media=source.facts(),
        expected=order.expected,
        asks=profile.elements,
        answers=_with(stills, answers),
        stills=stills,
    )


def _with(stills: Iterable[Still], answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers, naming only stills that there are: a full album turns some away."""
    there = {still.digest for still in stills}

    def struck(finding: Finding) -> Finding:
        if there.issuperset(finding.stills):
            return finding
        return finding.model_copy(update={"stills": tuple(d for d in finding.stills if d in there)})

    return tuple(a.model_copy(update={"findings": tuple(map(struck, a.findings))}) for a in answers)


def _credible(claimed: timedelta | None, limits: Limits) -> timedelta | None:
    """The length that the container claims, where a file of this profile can have it."""
    return claimed if claimed is not None and ZERO < claimed <= limits.duration else None


def _source(file: BinaryIO, profile: Profile, order: Order) -> Opened:
    """The opened film or photo, of the kind that the profile examines.

    Raises:
        RefusedError: it is of the other kind, or none.
    """
    from evidence import gate  # noqa: PLC0415 - behind the walls

    sniffed = gate.sniff(file)
    require(profile, sniffed.kind)
    record = None
    if sniffed.structure.manifest:
        from evidence import manifest  # noqa: PLC0415 - few files carry one

        record = manifest.read(file, sniffed, order.trust)
    if sniffed.kind == "video":
        from evidence.decode import open_film as opened  # noqa: PLC0415 - FFmpeg for films only
    else:
        from evidence.photo import open_photo as opened  # noqa: PLC0415 - Pillow for photos only
    return opened(
        file,
        sniffed,
        limits=profile.limits,
        expected=order.expected,
        now=order.now,
        provenance=record,
        stations=order.stations,
    )
