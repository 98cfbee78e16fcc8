from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api import slots
from api.errors import NoSlotError
from storage.errors import StorageFullError
from tests.api.conftest import ROOT

HOLD = """
import pathlib, sys
from api import slots
with slots.taken(pathlib.Path(sys.argv[1])) as name:
    print(name, flush=True)
    sys.stdin.read()
"""


def slots_of(*names: str) -> tuple[str, ...]:
    """The names without the place."""
    assert len({name.partition("@")[2] for name in names}) == 1
    return tuple(name.partition("@")[0] for name in names)


def test_names_are_taken_in_order_and_given_back(tmp_path: Path) -> None:
    with slots.taken(tmp_path) as one:
        with slots.taken(tmp_path) as two:
            assert slots_of(one, two) == ("worker-1", "worker-2")
        with slots.taken(tmp_path) as again:
            assert again == two


def test_the_name_of_a_killed_process_is_free(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdin is not None
    first = process.stdout.readline().decode().strip()
    with slots.taken(tmp_path) as second, slots.orphaned(tmp_path) as orphans:
        assert slots_of(first, second) == ("worker-1", "worker-2")
        assert orphans == ()
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    with slots.orphaned(tmp_path) as orphans:
        assert orphans == (first, second)
    with slots.taken(tmp_path) as name:
        assert name == first


def test_orphans_are_held_while_they_are_looked_after(tmp_path: Path) -> None:
    with slots.taken(tmp_path):
        pass
    with slots.orphaned(tmp_path) as orphans, slots.taken(tmp_path) as name:
        assert slots_of(*orphans, name) == ("worker-1", "worker-2")


def test_two_machines_never_bear_the_same_name(tmp_path: Path) -> None:
    with slots.taken(tmp_path / "here") as here, slots.taken(tmp_path / "there") as there:
        assert here != there
        assert slots.ours(tmp_path / "here", here)
        assert not slots.ours(tmp_path / "here", there)
    with slots.taken(tmp_path / "here") as again:
        assert again == here


def test_there_is_an_end_to_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOST", 1)
    with slots.taken(tmp_path), pytest.raises(NoSlotError), slots.taken(tmp_path):
        pass


@pytest.mark.parametrize("name", ["place", "1.lock"])
def test_a_disk_that_is_full_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with slots.taken(tmp_path):
        pass
    (tmp_path / name).unlink()

    def full(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(StorageFullError), slots.taken(tmp_path):
        pass
