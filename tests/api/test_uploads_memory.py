"""A long film fills no memory: what is held of it does not grow with it."""

from __future__ import annotations

from pathlib import Path

from tests.bench_uploads import Line, running, zeroes

SIZE = 160 << 20
GROWTH = 64 << 20
"""Bytes; what is measured is about half of it, for 160 MB as for 4 GB."""


def test_memory_stays_flat_while_a_film_arrives(tmp_path: Path) -> None:
    with running(tmp_path / "data") as (port, process), Line(port) as line:
        where = line.announce(SIZE)
        before = process.memory_info().rss
        line.patch(where, 0, SIZE, zeroes(SIZE))
        peak = [row for row in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in row]
        assert int(peak[0].split()[1]) * 1024 - before < GROWTH
