"""The walls around a process that may become one program: that one, and nothing else."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.fitting import command, workshop
from evidence.fitting.wish import Become
from evidence.walls.seccomp import ALLOW, REFUSE, program
from evidence.walls.syscalls import MACHINES, Machine
from tests.evidence.fitting import films
from tests.evidence.walls.test_seccomp import answer

ROOT = Path(__file__).resolve().parents[3]
linux = pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux only")

TRIALS = """
import json, os, sys
from datetime import timedelta
from pathlib import Path
from evidence.walls import sandbox
given = json.loads(sys.argv[1])
written = given["out"] + "/x"
sandbox.confine(write=Path(given["out"]), cpu=timedelta(seconds=20), memory=3 << 30,
                execute=(Path(given["program"]), *map(Path, given["loaders"])))
found = {}
for name, attempt in given["attempts"].items():
    try:
        eval(attempt)
        found[name] = 0
    except OSError as error:
        found[name] = error.errno
print(json.dumps(found))
"""
ATTEMPTS = {
    "start another program": "os.execv('/bin/true', ['true'])",
    "start the interpreter": f"os.execv({sys.executable!r}, ['python', '-c', ''])",
    "start a shell": "os.execv('/bin/sh', ['sh', '-c', ':'])",
    "run what it wrote": "[open(written, 'w').write('#!/bin/true'), os.execv(written, ['x'])]",
    "start a process": "os.fork() or os._exit(0)",
    "read /etc/passwd": "open('/etc/passwd').read()",
    "write outside": "open('/tmp/outside', 'w')",
}


@linux
def test_it_may_become_that_program_and_no_other(tmp_path: Path) -> None:
    given = {
        "out": str(tmp_path),
        "program": command.program(),
        "loaders": ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"],
        "attempts": ATTEMPTS,
    }
    done = subprocess.run(
        [sys.executable, "-c", TRIALS, json.dumps(given)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert set(found.values()) <= {errno.EACCES, errno.EPERM}
    assert set(found) == set(ATTEMPTS)


@linux
@pytest.mark.parametrize(
    "arguments",
    [
        ("-f", "concat", "-safe", "0", "-i", "/etc/passwd", "-f", "null", "-"),
        ("-i", "{neighbour}", "-c", "copy", "-f", "mp4", "stolen.mp4"),
        ("-f", "lavfi", "-i", "color=d=0.1", "-f", "mpegts", "tcp://127.0.0.1:9"),
        ("-f", "lavfi", "-i", "color=d=0.1", "{outside}"),
    ],
    ids=["a text of the machine", "a neighbour", "the network", "a file outside"],
)
def test_behind_the_walls_ffmpeg_reaches_nothing_whatever_it_is_told(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """The command lines of the house ask for none of this; the walls do not rely on that."""
    out = tmp_path / "out"
    out.mkdir()
    neighbour, outside = films.write(tmp_path / "neighbour.mp4", seconds=0.2), tmp_path / "outside.mp4"
    told = tuple(word.format(neighbour=neighbour, outside=outside) for word in arguments)
    task = Become(
        arguments=("-nostdin", "-loglevel", "error", "-y", *told),
        program=command.program(),
        seconds=20,
        bytes=50_000_000,
    )
    with pytest.raises(Exception, match="without a usable answer"):
        workshop.done(neighbour, task, out)
    assert not [each for each in out.iterdir() if each.stat().st_size]
    assert not outside.exists()


@pytest.mark.parametrize("here", MACHINES, ids=lambda m: m.name)
def test_only_who_is_to_become_a_program_may_call_for_one(here: Machine) -> None:
    number = here.numbers["execve"]
    assert answer(program(here, own=77), number, (), here.audit) == REFUSE
    steps = program(here, own=77, programs=True)
    assert answer(steps, number, (), here.audit) == ALLOW
    if "arch_prctl" in here.numbers:
        assert answer(steps, here.numbers["arch_prctl"], (0x1002,), here.audit) == ALLOW
        assert answer(steps, here.numbers["arch_prctl"], (0x1001,), here.audit) == REFUSE
