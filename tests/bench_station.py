"""How surely a cut under a station clock is found, and what looking for it costs: `make bench-station`.

Films of eight seconds, 1080p, encoded, from a drawn table with the clock's screen in sight; for each size
and blur of the code an uncut one and one from which two seconds are missing, at a place and with a lag
of the screen drawn anew each time.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from evidence import decode, gate, profile
from evidence.check import Frame
from evidence.checks.clock import Clock
from evidence.model import Expectation, Finding
from tests.evidence.fakes import FakeAlbum
from tests.stations.films import BEGUN, StationFilm, cut, encoded, whole

SIDES = ((70, 0.0), (90, 1.0), (120, 1.0), (200, 2.0), (320, 3.0))
"""Pixels of the code's side, and of the blur."""
SECONDS = 8.0
REMOVED = 2.0


def examined(path: Path, film: StationFilm) -> tuple[list[Finding], float, float]:
    """The findings, processor time of the check alone, and of decoding."""
    source = decode.open_film(
        io.BytesIO(path.read_bytes()),
        gate.sniff(io.BytesIO(path.read_bytes())),
        limits=profile.load("unboxing").limits,
        expected=Expectation(),
        now=BEGUN + timedelta(hours=1),
        stations=film.signer.pem,
    )
    observer = Clock().start(source.media, FakeAlbum())
    own, begun = 0.0, time.process_time()
    for frame in source.frames():
        own += _timed(observer, frame)
    return list(observer.conclude(source.ending)), own, time.process_time() - begun - own


def _timed(observer, frame: Frame) -> float:
    begun = time.thread_time()
    observer.see(frame)
    return time.thread_time() - begun


def measured(side: float, blur: float, films: int, folder: Path) -> str:
    draw = np.random.default_rng(round(10 * side))
    proven = alarms = found = readings = 0
    own = decoding = 0.0
    for n in range(films):
        film = StationFilm(
            seconds=SECONDS,
            side=side,
            blur=blur,
            turn=float(draw.uniform(-40, 40)),
            late=float(draw.uniform(0.02, 0.45)),
            begun=BEGUN + timedelta(seconds=float(draw.uniform(0, 1))),
            width=1920,
            height=1080,
            seed=n,
        )
        start = float(draw.uniform(2, SECONDS - REMOVED - 2))
        for name, moments in (("whole", whole(film)), ("cut", cut(whole(film), start, REMOVED))):
            findings, cost, other = examined(encoded(film, moments, folder / f"{name}.mp4"), film)
            own, decoding = own + cost, decoding + other
            jumped = any(f.code == "clock.station_jump" and f.outcome == "fail" for f in findings)
            for finding in findings:
                if finding.code == "clock.station":
                    proven += finding.outcome == "pass"
                    readings += int({m.name: m.value for m in finding.measures}["readings"])
            found, alarms = found + (jumped and name == "cut"), alarms + (jumped and name == "whole")
    shown = films * (2 * SECONDS - REMOVED)
    return (
        f"| {side:.0f}, {blur:.0f} | {proven} of {2 * films} | {found} of {films} | {alarms} of {films} "
        f"| {readings / shown:.1f} | {1000 * own / shown:.0f} ms | {1000 * decoding / shown:.0f} ms |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=4, help="of each size")
    films = parser.parse_args().films
    print(
        "| side and blur, pixels | time proven | cut found | false alarms | readings/s | CPU/s | decoding/s |"
    )
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for side, blur in SIDES:
            print(measured(side, blur, films, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
