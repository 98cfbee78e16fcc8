from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from api import slots
from api.errors import NoSlotError
from tests.api.conftest import ROOT

HOLD = """
import pathlib, sys
from api import slots
with slots.taken(pathlib.Path(sys.argv[1])) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


def test_names_are_taken_in_order_and_given_back(tmp_path: Path) -> None:
    with slots.taken(tmp_path) as one:
        with slots.taken(tmp_path) as two:
            assert (one, two) == ("worker-1", "worker-2")
        with slots.taken(tmp_path) as again:
            assert again == "worker-2"


def test_the_name_of_a_killed_process_is_free(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == b"worker-1\n"
    with slots.taken(tmp_path) as name, slots.orphaned(tmp_path) as orphans:
        assert (name, orphans) == ("worker-2", ())
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    with slots.orphaned(tmp_path) as orphans:
        assert orphans == ("worker-1", "worker-2")
    with slots.taken(tmp_path) as name:
        assert name == "worker-1"


def test_orphans_are_held_while_they_are_looked_after(tmp_path: Path) -> None:
    with slots.taken(tmp_path):
        pass
    with slots.orphaned(tmp_path) as orphans, slots.taken(tmp_path) as name:
        assert (orphans, name) == (("worker-1",), "worker-2")


def test_there_is_an_end_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOST", 1)
    with slots.taken(tmp_path), pytest.raises(NoSlotError), slots.taken(tmp_path):
        pass
