"""What a check costs, beside bare decoding of the same film: the table of `make bench`.

Every figure is taken from whole processes by the operating system's own accounting. The two
commands of a ratio run in turn, since a machine's speed drifts, and the median ratio counts.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import imageio_ffmpeg

import samples

ROOT = Path(__file__).resolve().parents[1]
SIXFACE = [str(Path(sys.executable).parent / "sixface")]
ROUNDS = 3
MIB = 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """What one process and all it waited for took."""

    cpu: float
    """Seconds of processor time."""
    wall: float
    """Seconds."""
    peak: float
    """MiB of the largest single process."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    figure: str
    bar: str
    met: bool


def run(command: Sequence[str], *, statuses: Sequence[int] = (0, 1, 2)) -> Cost:
    """Run a command to its end, silently, and say what it took."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr
        told = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode not in statuses:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {told.decode(errors='replace')}")
    per_mib = MIB if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / per_mib)


def decoding(film: Path) -> list[str]:
    """The command that decodes a film and does nothing with it."""
    ffmpeg = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
    return [ffmpeg, "-v", "error", "-nostdin", "-i", str(film), "-f", "null", "-"]


def against_decoding(film: Path, name: str) -> list[Row]:
    """A check of `film` beside the bare decoding of it."""
    bare = decoding(film)
    run(bare), run([*SIXFACE, "check", str(film), "--json"])
    pairs = [(run([*SIXFACE, "check", str(film), "--json"]), run(bare)) for _ in range(ROUNDS)]
    checks = [check for check, _ in pairs]
    cpu = statistics.median(check.cpu / decode.cpu for check, decode in pairs)
    wall = statistics.median(check.wall / decode.wall for check, decode in pairs)
    peak = max(check.peak for check in checks)
    spent = statistics.median(check.cpu for check in checks)
    waited = statistics.median(check.wall for check in checks)
    return [
        Row(f"CPU, {name}, against ffmpeg decoding", f"{cpu:.2f} ({spent:.1f} s)", "2.5", cpu <= 2.5),
        Row(f"wall, {name}, against ffmpeg decoding", f"{wall:.2f} ({waited:.1f} s)", "2.5", wall <= 2.5),
        Row(f"peak memory, {name}", f"{peak:.0f} MiB", "400 MiB", peak <= 400),
    ]


def long_film(film: Path, minute: Row) -> Row:
    """Whether twenty minutes take the memory of one."""
    peak = run([*SIXFACE, "check", str(film), "--json"]).peak
    first = float(minute.figure.split()[0])
    figure = f"{peak:.0f} MiB ({peak / first:.2f} of 1 min)"
    return Row("peak memory, 20 min 1080p30", figure, "400 MiB, flat", peak <= 400 and peak / first < 1.15)


def photo(picture: Path) -> Row:
    command = [*SIXFACE, "check", str(picture), "--profile", "defect_photo", "--json"]
    run(command)
    spent = statistics.median(run(command).cpu for _ in range(5))
    return Row("CPU, 12-megapixel photo, whole command", f"{spent:.2f} s", "0.5 s", spent < 0.5)


def front_door() -> Row:
    pixels = ("av", "cv2", "numpy", "PIL", "zxingcpp")
    program = f"import sys, api.app; sys.exit(any(m in sys.modules for m in {pixels!r}))"
    command = [sys.executable, "-c", program]
    run(command, statuses=[0])
    spent = statistics.median(run(command, statuses=[0]).wall for _ in range(5))
    return Row("import api.app, no pixel library", f"{spent:.2f} s", "1 s", spent < 1)


def demo(folder: Path) -> Row:
    """The newcomer's command, with nothing rendered before."""
    for old in (folder, ROOT / "samples" / "out"):
        shutil.rmtree(old, ignore_errors=True)
    waited = run([*SIXFACE, "demo", "--out", str(folder)], statuses=[0]).wall
    return Row("make demo, after installation", f"{waited:.1f} s", "60 s", waited < 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "bench", help="where the films are made and kept"
    )
    parser.add_argument("--quick", action="store_true", help="leave out the film of 20 minutes")
    asked = parser.parse_args()
    shelf = samples.catalogue()

    def made(name: str) -> Path:
        print(f"making {name} ...", file=sys.stderr)
        # In a process of its own: a child inherits the peak memory of the process that starts it.
        run([sys.executable, "-m", "samples", str(asked.folder), name], statuses=[0])
        return shelf[name](asked.folder).path

    rows = against_decoding(made("bench_60s"), "60 s 1080p30 H.264")
    if not asked.quick:
        rows.append(long_film(made("bench_20min"), rows[2]))
    rows += [photo(made("photo_12mp")), front_door(), demo(asked.folder / "demo")]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"\n{datetime.now(UTC):%Y-%m-%d}, {machine}\n")
    print("| what | measured | at most | met |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row.what} | {row.figure} | {row.bar} | {'yes' if row.met else '**no**'} |")


if __name__ == "__main__":
    main()
