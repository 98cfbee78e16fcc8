"""The child's side: into the walls, then one task on one file, and the end.

1. Open the file, a regular one.
2. Enter the sandbox, or stop. To become FFmpeg is allowed only to the child that is asked to.
3. Encode the photo, or measure the film, or become FFmpeg with the film as standard input; FFmpeg then
   stands behind the same walls.

On stdout one JSON line: `{"made": {...}}`, `{"refused": {...}}` or `{"fault": {...}}`; FFmpeg says none.
"""

from __future__ import annotations

import logging
import math
import os
import sys
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel

from evidence import fault
from evidence.check import RefusedError
from evidence.command import FAULT, REFUSED, Voice
from evidence.fitting.wish import Become, Bounds, Encode, Look, Measure, Measured, Task
from evidence.model import Expectation, Saying, say
from evidence.profile import Limits, load
from evidence.walls import sandbox

if TYPE_CHECKING:
    from evidence.decode import Film

MEMORY: Final = 4 * 1024**3
"""Bytes of address space; FFmpeg reserves far more of it than it uses."""
PHOTO_SECONDS: Final = 60
_LOADERS: Final = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1")
"""What starts a program that has shared libraries; the kernel opens it to be run."""

log = logging.getLogger(__name__)


class Order(BaseModel):
    """What the child reads from its standard input."""

    task: Task


def work(file: Path, out: Path, order: Order, parent: int | None) -> int:
    """Do the task; returns the exit status, and does not return where the child becomes FFmpeg."""
    voice = Voice()
    try:
        source = _opened(file)
        os.chdir(out)  # the walls let nobody go elsewhere
        _enter(out, order.task, parent)
        match order.task:
            case Become() as task:
                _become(source, task)
                return FAULT  # nobody comes here: this process is FFmpeg now
            case Encode() as task:
                made = _photo(source, task.bounds, Path(task.name))
            case Look():
                made = _seen(source)
            case Measure():
                made = _measured(source)
        voice.tell(made=made.model_dump(mode="json"))
    except RefusedError as refused:
        voice.tell_of("refused", refused.code, refused.says)
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the last line of a process: whatever it was, it is told
        voice.tell_of("fault", *_fault(error))
        return FAULT
    return 0


def _opened(path: Path) -> BufferedReader:
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def _enter(out: Path, task: Task, parent: int | None) -> None:
    seconds = PHOTO_SECONDS if isinstance(task, Encode) else task.seconds
    program = Path(task.program) if isinstance(task, Become) else None
    sandbox.confine(
        write=out,
        read=(*sandbox.libraries(), *((program,) if program else ())),
        cpu=timedelta(seconds=seconds),
        memory=MEMORY,
        parent=parent,
        execute=(program, *map(Path, _LOADERS)) if program else (),
        file_bytes=task.bytes if isinstance(task, Become) else sandbox.FILE_BYTES * 2,
    )


def _become(source: BufferedReader, task: Become) -> None:
    os.dup2(source.fileno(), 0)
    sys.stdout.flush()
    os.execve(task.program, ["ffmpeg", *task.arguments], {"LANG": "C.UTF-8"})  # noqa: S606 - see the walls


def _limits(kind: str) -> Limits:
    return load("unboxing" if kind == "video" else "copy").limits


def _photo(source: BufferedReader, bounds: Bounds, place: Path) -> Measured:
    from evidence import gate  # noqa: PLC0415 - behind the walls
    from evidence.photo import open_photo  # noqa: PLC0415 - likewise
    from evidence.vision import encoding  # noqa: PLC0415 - likewise

    photo = open_photo(
        source,
        gate.sniff(source),
        limits=_limits("photo"),
        expected=Expectation(),
        now=datetime.now(UTC),
    )
    shot = next(photo.frames())
    longest = max(shot.width, shot.height)
    if bounds.side:
        longest = min(longest, bounds.side)
    if bounds.pixels:
        shape = min(shot.width, shot.height) / max(shot.width, shot.height)
        longest = min(longest, math.isqrt(int(bounds.pixels / shape)))
    made = encoding.fitted(shot.gray if bounds.grey else shot.rgb, longest, bounds.bytes)
    if made is None:
        raise RefusedError(
            "refused.not_readable",
            say(
                "In {most} kB this photo would not be readable; send fewer photos, or another way.",
                most=bounds.bytes // 1000,
            ),
        )
    place.write_bytes(made.data)
    settings = {"format": "JPEG", "quality": made.quality, "colour": "grey" if bounds.grey else "sRGB"}
    return Measured(width=made.width, height=made.height, settings=settings)


def _film(source: BufferedReader) -> Film:
    from evidence import gate  # noqa: PLC0415 - behind the walls
    from evidence.decode import open_film  # noqa: PLC0415 - likewise

    return open_film(
        source,
        gate.sniff(source),
        limits=_limits("video"),
        expected=Expectation(),
        now=datetime.now(UTC),
    )


def _seen(source: BufferedReader) -> Measured:
    film = _film(source)
    return Measured(width=film.media.width, height=film.media.height, transfer=film.transfer)


def _measured(source: BufferedReader) -> Measured:
    film = _film(source)
    for _ in film.frames():
        pass
    if not film.ending.complete:
        raise fault.broke()
    facts = film.facts()
    wide, high = (facts.width, facts.height) if facts.rotation % 180 == 0 else (facts.height, facts.width)
    return Measured(
        width=wide,
        height=high,
        duration=facts.duration.total_seconds() if facts.duration else None,
        frames=facts.frames,
        sound=facts.audio_codec is not None,
    )


def _fault(error: Exception) -> tuple[str, Saying]:
    log.error("the child broke", exc_info=error)
    if isinstance(error, MemoryError):
        return "fault.memory", say("This file needs more memory than is allowed; try a smaller one.")
    if isinstance(error, sandbox.SandboxUnavailableError):
        return "fault.sandbox", say("No file is examined without a sandbox: {reason}.", reason=error.reason)
    return "fault.broke", say("The file could not be made smaller; try again, and report the fault with it.")
