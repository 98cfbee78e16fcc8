"""What taking a film in costs beside a plain copy: `python -m tests.bench_uploads [--mb 512] [--folder DIR]`.

In one run, in turns and on one device: `cp` and then `sha256sum`; a copy that hashes what it copies and
ends with fsync; `/v1/uploads` of a server of its own, as one PATCH and in parts of 16 MiB, until the
item is stored. `--flat` sends 4 GB without keeping them here, and tells how the server's memory grew.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import psutil

from api.settings import Settings

MB: Final = 1 << 20
PIECE: Final = 1 << 20
PART: Final = 16 << 20
FLAT: Final = (4 << 30) - MB
"""Bytes: just below what is taken in."""
_BYTES: Final = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


def head(size: int) -> bytes:
    """The first bytes of a film of that size, whose content is one box."""
    kind = b"isommp42"
    begin = (16 + len(kind)).to_bytes(4) + b"ftyp" + kind[:4] + bytes(4) + kind
    return begin + (1).to_bytes(4) + b"mdat" + (size - len(begin)).to_bytes(8)


def front_door(data: Path) -> None:
    """The service without its worker, which would examine what came and cost time of its own."""
    import uvicorn  # noqa: PLC0415 - of the server's process alone

    from api.app import create_app  # noqa: PLC0415 - likewise
    from api.serving import listening  # noqa: PLC0415 - likewise
    from api.wiring import embedded  # noqa: PLC0415 - likewise

    settings = Settings(data=data, port=0)
    with listening(settings) as sock:
        sock.listen()
        print(sock.getsockname()[1], flush=True)
        app = create_app(embedded(settings))
        uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run([sock])


@contextmanager
def running(data: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Its port and its process."""
    command = [sys.executable, "-m", "tests.bench_uploads", "--serve", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


class Line:
    """A connection that sends without holding what it sends."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._answers = self._socket.makefile("rb")

    def ask(
        self, method: str, path: str, headers: dict[str, str], body: Iterable[bytes] = ()
    ) -> dict[str, str]:
        """The headers of the answer, and its `status`."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{n}: {v}" for n, v in headers.items())]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        for piece in body:
            self._socket.sendall(piece)
        found = {"status": self._answers.readline().split()[1].decode()}
        while line := self._answers.readline().strip():
            name, _, value = line.decode().partition(": ")
            found[name.lower()] = value
        self._answers.read(int(found.get("content-length", "0")))
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._answers.close()
        self._socket.close()

    def announce(self, size: int) -> str:
        told = self.ask(
            "POST",
            "/v1/uploads",
            {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Content-Length": "0"},
        )
        return told["location"]

    def patch(self, where: str, at: int, size: int, body: Iterator[bytes]) -> None:
        headers = {**_BYTES, "Upload-Offset": str(at), "Content-Length": str(size)}
        told = self.ask("PATCH", where, headers, body)
        assert (told["status"], told["upload-offset"]) == ("204", str(at + size)), told


def pieces(file: Path, at: int, size: int) -> Iterator[bytes]:
    with file.open("rb", buffering=0) as source:
        source.seek(at)
        while size and (piece := source.read(min(PIECE, size))):
            size -= len(piece)
            yield piece


def uploaded(port: int, file: Path, part: int) -> None:
    """Send the file in such parts, until it is stored."""
    size = file.stat().st_size
    with Line(port) as line:
        where = line.announce(size)
        for at in range(0, size, part):
            line.patch(where, at, min(part, size - at), pieces(file, at, min(part, size - at)))


def hashed_copy(source: Path, target: Path) -> None:
    found = hashlib.sha256()
    with source.open("rb", buffering=0) as file, target.open("wb", buffering=0) as copy:
        while piece := file.read(PIECE):
            found.update(piece)
            copy.write(piece)
        os.fsync(copy.fileno())


def shell_copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", source, target], check=True)
    subprocess.run(["sha256sum", target], check=True, stdout=subprocess.DEVNULL)


def compare(folder: Path, size: int, rounds: int) -> None:
    """Print megabytes per second of each way, and its share of the plain copies."""
    source, target = folder / "film", folder / "copy"
    with source.open("wb") as file:
        file.write(head(size))
        while file.tell() < size:
            file.write(os.urandom(min(16 * MB, size - file.tell())))
    with running(folder / "data") as (port, server):
        ways: dict[str, Callable[[], None]] = {
            "cp, then sha256sum": lambda: shell_copy(source, target),
            "copy that hashes, fsync": lambda: hashed_copy(source, target),
            "upload, one PATCH": lambda: uploaded(port, source, size),
            "upload, parts of 16 MiB": lambda: uploaded(port, source, PART),
        }
        speeds: dict[str, list[float]] = {name: [] for name in ways}
        spent: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                os.sync()
                begun, used = time.monotonic(), _spent(server)
                way()
                speeds[name].append(size / MB / (time.monotonic() - begun))
                spent[name].append((_spent(server) - used) / size * (1 << 30))
                target.unlink(missing_ok=True)
                for blob in (folder / "data" / "blobs").glob("*/*/*"):
                    blob.unlink()
    plain, hashing = (statistics.median(speeds[name]) for name in list(ways)[:2])
    print(
        f"{size // MB} MB, median of {rounds}; of cp + sha256sum; of the copy that hashes; CPU of both sides"
    )
    for name, found in speeds.items():
        middle = statistics.median(found)
        cost = statistics.median(spent[name])
        print(f"{name:26}{middle:7.0f} MB/s{middle / plain:7.2f}{middle / hashing:7.2f}{cost:7.2f} s/GB")


def _spent(server: psutil.Process) -> float:
    """Seconds of CPU of the server, of this process and of its children that ended."""
    times, own = server.cpu_times(), os.times()
    return times.user + times.system + sum(own[:4])


def flat(folder: Path, size: int) -> None:
    """Print the server's memory before, and at most while a film of that size arrives."""
    with running(folder / "data") as (port, process), Line(port) as line:
        where = line.announce(size)
        before = most = process.memory_info().rss
        stop = threading.Event()

        def watch() -> None:
            nonlocal most
            while not stop.wait(0.05):
                most = max(most, process.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        begun = time.monotonic()
        line.patch(where, 0, size, zeroes(size))
        took = time.monotonic() - begun
        stop.set()
        watcher.join()
    print(f"{size / MB:.0f} MB in {took:.0f} s")
    print(f"memory of the server: {before / MB:.0f} MB, at most {most / MB:.0f} MB")


def zeroes(size: int) -> Iterator[bytes]:
    first = head(size)
    yield first
    rest, piece = size - len(first), bytes(PIECE)
    while rest:
        yield piece[:rest]
        rest -= min(rest, PIECE)


def main() -> None:
    told = argparse.ArgumentParser()
    told.add_argument("--serve", type=Path)
    told.add_argument("--mb", type=int, default=512)
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--folder", type=Path)
    told.add_argument("--flat", action="store_true")
    given = told.parse_args()
    if given.serve:
        front_door(given.serve)
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        if given.flat:
            flat(Path(folder), FLAT)
        else:
            compare(Path(folder), given.mb * MB, given.rounds)


if __name__ == "__main__":
    main()
