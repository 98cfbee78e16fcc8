"""Are there known weaknesses in what the lock names? `make audit`, which asks a service on the network.

An audit that looked at nothing also finds nothing. So it only passes when every package of the lock that
this system installs was looked at, by name and version; where the service cannot be reached it says
"not audited" and fails.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from packaging.requirements import Requirement

LOCK = Path(__file__).resolve().parents[1] / "requirements.txt"
COMMAND = (
    *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--strict", "--require-hashes"),
    *("--disable-pip", "--progress-spinner", "off", "--timeout", "20", "--format", "json"),
)


def locked(text: str) -> Iterator[tuple[str, str]]:
    """Name and version of each package of a lock that this system installs."""
    for line in re.findall(r"^[A-Za-z0-9][^\\\n]*", text, re.MULTILINE):
        wanted = Requirement(line.strip())
        if wanted.marker is None or wanted.marker.evaluate():
            (pinned,) = wanted.specifier
            yield _plain(wanted.name), pinned.version


def judge(report: dict[str, Any], lock: str) -> list[str]:
    """What stands against the lock, a line each; nothing where all of it was audited and is clean."""
    wanted = list(locked(lock))
    if not wanted:
        return ["not audited: the lock names no package"]
    found = report.get("dependencies", [])
    seen = {(_plain(each["name"]), each.get("version")) for each in found if "skip_reason" not in each}
    missed = [f"not audited: {name} {version}" for name, version in wanted if (name, version) not in seen]
    weak = [
        f"weak: {each['name']} {each['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions'])}"
        for each in found
        for flaw in each.get("vulns", [])
    ]
    return [*weak, *missed]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    text = LOCK.read_text()
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = None
    if not isinstance(report, dict):
        why = done.stderr.strip().splitlines()
        sys.stderr.write(f"not audited: {why[-1] if why else 'no answer'}\n")
        return 2
    against = judge(cast("dict[str, Any]", report), text)
    if done.returncode and not against:
        against = [f"not audited: pip-audit ended with {done.returncode} and did not say why"]
    sys.stdout.write("\n".join([*against, f"{len(list(locked(text)))} packages in the lock"]) + "\n")
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
