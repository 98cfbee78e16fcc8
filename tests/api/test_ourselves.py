from __future__ import annotations

import subprocess
from pathlib import Path

from api import ourselves


def test_a_folder_of_the_users_is_not_run_in_our_place(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text("raise SystemExit('this is not ours')")
    done = subprocess.run(
        ourselves.command("api.cli", "--version"),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=ourselves.environment(),
    )
    assert (done.returncode, done.stdout.split()[0]) == (0, "sixface")
