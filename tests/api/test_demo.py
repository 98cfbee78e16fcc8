from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from claims.verify import verify
from tests.api.conftest import ROOT


def test_the_demo_plays_to_its_end(tmp_path: Path) -> None:
    # Rendering the film takes longer than all the rest, so it is rendered once for all runs.
    rendered = ROOT / "samples" / "out"
    rendered.mkdir(exist_ok=True)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "samples").symlink_to(rendered)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "api.cli", "demo", "--out", "demo"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=tmp_path, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    demo = tmp_path / "demo"
    assert verify(demo / "bundle.zip") == ()
    report = json.loads((demo / "report" / "report.json").read_text())
    assert report["media"]["kind"] == "video"
    assert report["verdict"] != "flawed"
    for still in report["stills"]:
        assert (demo / "report" / still["path"]).is_file()
    assert "<html" in (demo / "report" / "report.html").read_text()
    assert "demo/bundle.zip" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {"demo"}
