from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from evidence import rehearsal
from evidence.walls import sandbox
from evidence.walls.sandbox import SandboxUnavailableError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a sandbox on Linux only")

# The child's program with one wall left out, or with all of them.
CHILD = """
import json, sys
from evidence import rehearsal
from evidence.walls import landlock, sandbox, seccomp
{leaving_out}
rehearsal.main()
"""
LEFT_OUT = {
    "files": "landlock.restrict = lambda **_: 7\nsandbox._try_the_walls = lambda: None",
    "calls": "seccomp.install = lambda **_: None\nsandbox._try_the_walls = lambda: None",
    "all": "sandbox.confine = lambda **_: sandbox.Confinement(())",
}


@pytest.fixture
def untried() -> None:
    rehearsal._held.cache_clear()


def rehearse(monkeypatch: pytest.MonkeyPatch, leaving_out: str) -> None:
    """Have the child leave out a wall."""
    own = rehearsal.subprocess.run

    def run(command: list[str], **how: object) -> object:
        program = CHILD.format(leaving_out=leaving_out)
        return own([*command[:2], "-c", program, command[-1]], **how)

    monkeypatch.setattr(rehearsal.subprocess, "run", run)


def test_here_the_walls_hold(untried: None) -> None:
    assert rehearsal.missing() == ""


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        ("files", ["reading a file", "listing a folder", "writing beside its folder", "removing a file"]),
        ("calls", ["opening a socket", "starting a process"]),
        ("all", ["reading a file", "calling a server", "starting a program"]),
    ],
)
def test_a_wall_that_does_not_stand_is_seen_by_what_gets_through(
    untried: None, monkeypatch: pytest.MonkeyPatch, left_out: str, named: list[str]
) -> None:
    rehearse(monkeypatch, LEFT_OUT[left_out])
    reason = rehearsal.missing()
    assert reason.startswith("it was tried and does not hold against")
    for each in named:
        assert each in reason


def test_a_wall_that_cannot_be_built_is_told_by_its_reason(
    untried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = 'raise sandbox.SandboxUnavailableError("this kernel has no Landlock")'
    rehearse(monkeypatch, f"def confine(**_):\n    {reason}\nsandbox.confine = confine")
    assert rehearsal.missing() == "this kernel has no Landlock"


def test_a_child_that_dies_is_no_proof(untried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rehearse(monkeypatch, "import os\nos._exit(0)")
    assert "without an answer" in rehearsal.missing()


def test_what_failed_is_tried_again_and_what_held_is_not(
    untried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        rehearse(patched, LEFT_OUT["all"])
        assert rehearsal.missing()
    assert rehearsal.missing() == ""
    rehearse(monkeypatch, LEFT_OUT["all"])
    assert rehearsal.missing() == ""


def test_nothing_is_left_behind(untried: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert rehearsal.missing() == ""
    assert list(tmp_path.iterdir()) == []
    assert json.dumps(str(SandboxUnavailableError("x"))) == '"No file is examined without a sandbox: x."'
    assert sandbox.available()
