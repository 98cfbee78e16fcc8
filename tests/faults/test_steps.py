"""A sample of the trials: after a death at any step nothing that was told is lost, and nothing lies about.

`make bench-faults` tries every step. The sample is the same each time, so that a failure can be looked at.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.api.conftest import ROOT
from tests.faults.judging import LONGEST
from tests.faults.trials import Trial
from tests.postgres import Postgres

MOST = os.environ.get("SIXFACE_TRIALS", "6")
"""Of each flow and fault; half as many on PostgreSQL."""

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="steps are named by /proc"),
    pytest.mark.timeout(1200),  # a minute on two cores, which others may use as well
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def trials(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    where, most = ["--folder", str(tmp_path_factory.mktemp("faults"))], int(MOST)
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("server")
        where, most = [*where, "--database", server.url("postgres")], max(1, most // 2)
    command = [sys.executable, "-m", "tests.bench_faults", "--json", "--most", str(most), *where]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return [Trial.read(line) for line in done.stdout.splitlines()]


def test_nothing_is_wrong_after_any_of_them(trials: list[Trial]) -> None:
    assert {f"{t.scene}, {t.fault} at {t.step}": t.wrong for t in trials if t.wrong} == {}


def test_they_happened_where_they_should(trials: list[Trial]) -> None:
    """All but those of an examination, which tells its progress as time goes by."""
    examined = {"examination", "worker"}
    assert [str(t.step) for t in trials if not t.reached and t.scene not in examined] == []
    tried = Counter((t.scene, t.fault) for t in trials)
    assert {scene for scene, fault in tried if fault == "killed"} == {
        "upload",
        "ingest",
        "sealing",
        "restart",
        "examination",
        "worker",
        "first start",
    }
    assert {fault for _, fault in tried} == {"killed", "full", "broken"}


def test_no_restart_is_slow(trials: list[Trial]) -> None:
    assert max(t.seconds for t in trials if t.scene != "worker") < LONGEST  # which also examines
