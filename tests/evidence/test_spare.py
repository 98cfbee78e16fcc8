from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import psutil
import pytest

from evidence.check import RefusedError
from evidence.environment import surroundings
from evidence.model import Expectation
from evidence.spare import Spares
from evidence.spawn import Child
from tests.hostile.seeds import seeds

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ASKED = Expectation(order_number="PO-17")


@pytest.fixture
def photo(tmp_path):
    made = tmp_path / "photo.jpg"
    made.write_bytes(next(seed.data for seed in seeds() if seed.name == "jpeg"))
    return made


@pytest.fixture
def spares():
    made = Spares()
    yield made
    made.close()


def waiting():
    return [each for each in psutil.Process().children() if "--waiting" in each.cmdline()]


def ready(spares):
    """The one that waits, once it has been started."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if len(spares):
            return waiting()[0]
        time.sleep(0.01)
    raise AssertionError("no spare was started")


def examined(photo, out, spares=None, expected=ASKED, name=None):
    child = Child(
        photo, profile="defect_photo", out=out, now=NOW, expected=expected, name=name, spares=spares
    )
    return child.wait()


@pytest.mark.parametrize("expected", [None, ASKED])
def test_a_spare_says_what_any_child_says(photo, tmp_path, spares, expected):
    pid = ready(spares).pid
    said = examined(photo, tmp_path / "spare", spares, expected, name="箱 “1”\n.jpg")
    assert said == examined(photo, tmp_path / "fresh", None, expected, name="箱 “1”\n.jpg")
    assert not psutil.pid_exists(pid)


MODULES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from evidence import album, gate, photo, waiting
from evidence.examination import examine
from evidence.model import Expectation
from evidence.profile import load

waiting.warm_up()
read = set(sys.modules)
profile = load("defect_photo")
with open(sys.argv[1], "rb") as file:
    seen = photo.open_photo(
        file, gate.sniff(file), limits=profile.limits, expected=Expectation(), now=datetime.now(UTC)
    )
    assert examine(seen, profile.configured(), album.Stills(Path()))
print(*sorted(set(sys.modules) - read))
"""


def test_a_photo_has_no_module_to_wait_for(photo):
    asked = [sys.executable, "-c", MODULES, str(photo)]
    assert subprocess.run(asked, env=surroundings(), check=True, capture_output=True).stdout == b"\n"


def test_each_spare_sees_one_file_and_is_replaced(photo, tmp_path, spares):
    first = ready(spares).pid
    examined(photo, tmp_path / "1", spares)
    second = ready(spares).pid
    assert second != first
    examined(photo, tmp_path / "2", spares)
    assert ready(spares).pid not in {first, second}


def test_what_is_refused_is_refused(tmp_path, spares):
    ready(spares)
    text = tmp_path / "photo.jpg"
    text.write_text("no picture")
    with pytest.raises(RefusedError):
        examined(text, tmp_path / "out", spares)


def test_one_that_died_meanwhile_is_not_missed(photo, tmp_path, spares):
    os.kill(ready(spares).pid, signal.SIGKILL)
    time.sleep(0.2)
    assert examined(photo, tmp_path / "out", spares).subject.name == "photo.jpg"


def test_none_stays_when_they_are_no_longer_wanted():
    made = Spares(2)
    ready(made)
    made.close()
    assert waiting() == []


def test_where_none_is_ready_one_is_started(photo, tmp_path):
    made = Spares()
    made.close()
    assert examined(photo, tmp_path / "out", made).subject.name == "photo.jpg"
