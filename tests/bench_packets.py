"""Every packet as made beside the limits of its channel: `python -m tests.bench_packets`.

The film is `samples.bench_60s` (60 s of 1080p30 at 10 Mbit/s, 76 MB) unless told; the photos are noise, which
is harder to make small than any photograph. Sizes are of the files as they lie in the zip; processor time is
that of all children together.
"""

from __future__ import annotations

import argparse
import io
import resource
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import samples
from api.caller import CLI
from api.desk import Desk, Wiring
from api.errors import PacketRefusedError
from api.jobs import NoJobs
from api.packing import making, offering
from api.packing.making import Wish
from api.settings import Settings
from evidence.check import RefusedError
from storage.memory import MemoryBlobs, MemoryRows
from tests.api.packing.stocked import stock

PHONE = (4000, 3000, 6)
"""Twelve megapixels with a grain of six: about 6 MB each, more than a phone's."""
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--film", type=Path, help="a film of 60 s at most, in MP4 or MOV")
    parser.add_argument("--out", type=Path, help="where the packets are left to be looked at")
    parser.add_argument("--only", nargs="*", help="channels, as ruleset.packet")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sixface-") as spare:
        folder = Path(spare)
        film = asked.film or samples.make("bench_60s", ROOT / "bench").path
        wiring = Wiring(
            Settings(data=folder / "data"), MemoryBlobs(), MemoryRows(), NoJobs(), folder / "work"
        )
        desk = wiring.desk(CLI)
        case = stock(desk, folder, film=film, photo=PHONE)
        print("| channel | made | of it the largest | limits | statement | CPU |")
        print("|---|---|---|---|---|---|")
        for channel in offering.channels(desk):
            if not asked.only or channel.key in asked.only:
                print(row(desk, case, channel, asked.out), flush=True)


def row(desk: Desk, case: str, channel: offering.Channel, out: Path | None) -> str:
    limits = ", ".join(shown(offering.limits(channel.packet))) or "none told"
    before = spent()
    try:
        wish = Wish.model_validate({"for": channel.key, "incomplete": True})
        made = making.make(desk, case, wish)
    except (PacketRefusedError, RefusedError) as refused:
        return f"| {channel.key} | refused: {refused} | | {limits} | | {spent() - before:.1f} s |"
    if out:
        with desk.blobs.open(made["digest"]) as packed:
            zipfile.ZipFile(io.BytesIO(packed.read())).extractall(out)
    files = made["manifest"]["files"]
    letter = made["manifest"]["letter"]
    total = sum(file["bytes"] for file in files)
    largest = max(files, key=lambda file: file["bytes"], default=None)
    first = f"{largest['name']} {size(largest['bytes'])}{facts(largest)}" if largest else "no files"
    most = f" of {letter['most']:,}" if letter["most"] else ""
    return (
        f"| {channel.key} | {len(files)} files, {size(total)} | {first} | {limits} "
        f"| {letter['length']:,}{most} | {spent() - before:.1f} s |"
    )


def facts(file: dict[str, Any]) -> str:
    if "pages" in file:
        return f", {file['pages']} pages, {len(file['sources'])} pictures"
    if file.get("duration"):
        return f", {file['width']} x {file['height']}, {file['duration']:.1f} s, {file['frames']} pictures"
    return f", {file['width']} x {file['height']}" if "width" in file else ", as it is"


def shown(limits: dict[str, Any]) -> Iterator[str]:
    names = {"file_bytes": "a file", "photo_bytes": "a photo", "total_bytes": "in all"}
    for name, value in limits.items():
        if name in names:
            yield f"{size(value)} {names[name]}"
        elif name == "formats":
            yield "/".join(value)
        elif value is True:
            yield name.replace("_", " ")
        elif name != "counts":
            yield f"{value:,} {name.replace('_', ' ')}"


def size(count: int) -> str:
    return f"{count / 1e6:.2f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"


def spent() -> float:
    """Seconds of processor time of the children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
