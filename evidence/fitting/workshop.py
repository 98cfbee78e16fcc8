"""The parent's side of one child: start it with a task, bound it, believe little of what it says.

It says one short line; what it and FFmpeg print goes into files whose size the walls bound, and of those
only the end is kept for the log.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence import fault
from evidence.check import RefusedError
from evidence.environment import surroundings
from evidence.fault import FaultError
from evidence.fitting.child import PHOTO_SECONDS, Order
from evidence.fitting.wish import Become, Encode, Measured, Task
from evidence.handover import HandoverError, Words

TAIL: Final = 4096
_GRACE: Final = 60
"""Seconds beside the processor time, for starting and for waiting on a busy machine."""

log = logging.getLogger(__name__)


class Answer(BaseModel):
    """The line of the child."""

    model_config = ConfigDict(extra="forbid")

    made: Measured | None = None
    refused: Words | None = None
    fault: Words | None = None


def done(file: Path, task: Task, out: Path) -> Measured | None:
    """Have a child do the task on `file`, in the folder `out`; None of FFmpeg, which says nothing.

    Raises:
        RefusedError: the file cannot be used, or not so.
        FaultError: the child or FFmpeg broke, or ran over its budget.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as printed:
        status = _run(file, task, out, said, printed)
        line = _tail(said)
        if status:
            end = _tail(printed).decode("utf-8", "replace")
            log.info("the child ended with %s and %a on stderr", status, end)
        if status < 0 or (status and not line):
            raise fault.died(-status, "fitting") if status < 0 else fault.broke()
    if isinstance(task, Become):
        if line:
            _told(line)
        return None
    return _told(line)


def _run(file: Path, task: Task, out: Path, said: IO[bytes], printed: IO[bytes]) -> int:
    seconds = PHOTO_SECONDS if isinstance(task, Encode) else task.seconds
    command = [
        *(sys.executable, "-P", "-m", "evidence.fitting", str(file.absolute())),
        *("--out", str(out.absolute()), "--parent", str(os.getpid())),
    ]
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=printed,
        cwd=out,
        env=surroundings(),
        start_new_session=True,
    ) as process:
        try:
            process.communicate(Order(task=task).model_dump_json().encode(), timeout=seconds + _GRACE)
        except subprocess.TimeoutExpired:
            raise fault.late(timedelta(seconds=seconds + _GRACE)) from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)
        return process.wait()


def _told(line: bytes) -> Measured:
    try:
        answer = Answer.model_validate_json(line)
        if answer.refused:
            raise RefusedError(answer.refused.code, answer.refused.saying())
        if answer.fault:
            raise FaultError(answer.fault.code, answer.fault.saying())
    except (ValidationError, HandoverError) as error:
        log.warning("what the child said is not usable: %a", str(error)[:500])
        raise fault.broke() from None
    if answer.made is None:
        raise fault.broke()
    return answer.made


def _tail(file: IO[bytes]) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL))
    return file.read().strip()


def digest_of(path: Path) -> tuple[str, int]:
    """The digest and the size of a plain file that a child left.

    Raises:
        FaultError: it left none.
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise fault.broke() from None
    with os.fdopen(opened, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return f"sha256:{digest}", file.tell()
