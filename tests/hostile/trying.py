"""Has hostile files examined, and holds what came of each against what may come of any."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np

from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.spawn import Child
from tests.api.conftest import ROOT
from tests.hostile.corpus import Hostile
from tests.hostile.inventions import Bait

WALL: Final = 120.0
"""Seconds that a child is given here; its files are so small that none needs a tenth of it."""
GRACE: Final = 5.0
MEMORY: Final = 3_221_225_472
"""Bytes: the limit of the profiles."""
WORDS: Final = b"CANARY-6f1f8f1b4c0e4d0d"
BAIT_SIDE: Final = (94, 62)
"""Width and height of the baited film: no file of the corpus has pictures of that size."""
ANSWERED: Final = frozenset({0, 65})


@dataclass(frozen=True)
class Tried:
    """What came of one file."""

    kind: str
    number: int
    answer: str
    """`report`, a code that begins with `refused.` or `fault.`, or `signal N`."""
    seconds: float
    memory: int
    wrong: tuple[str, ...]
    """What must not be, in words; nothing where all is well."""


class Trap:
    """The bait, and whether anybody took it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.calls: list[str] = []
        self._server.calls = self.calls  # type: ignore[attr-defined]
        secret, film = folder / "secret.txt", folder / "other.mp4"
        secret.write_bytes(WORDS * 20)
        _film(film)
        self._kept = {path: path.read_bytes() for path in (secret, film)}
        self.bait = Bait(str(secret), str(film), f"http://127.0.0.1:{self._server.server_address[1]}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def sprung(self) -> list[str]:
        """What was called, or written to."""
        changed = [str(path) for path, content in self._kept.items() if path.read_bytes() != content]
        return [*(f"called {call}" for call in self.calls), *(f"changed {path}" for path in changed)]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.calls.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(WORDS)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


def _film(path: Path) -> None:
    with av.open(str(path), "w", "mp4") as out:
        stream: Any = out.add_stream("mpeg4", 15)
        stream.width, stream.height, stream.pix_fmt = *BAIT_SIDE, "yuv420p"
        picture = np.full((BAIT_SIDE[1], BAIT_SIDE[0], 3), (250, 0, 250), np.uint8)
        for _ in range(6):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode(None))


def leaks(folder: Path) -> list[str]:
    """The files below `folder` that hold the canary's words, and reports of the baited film."""
    found: list[str] = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if WORDS in content:
            found.append(f"the canary's words in {path.name}")
        if path.name == "report.json" and json.loads(content)["media"]["width"] == BAIT_SIDE[0]:
            found.append("another's film in the report")
    return found


@contextmanager
def nursery() -> Generator[subprocess.Popen[str]]:
    """A process that gives birth to examining children."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.hostile.nursery"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings, cwd=ROOT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass
class Trial:
    """Files that are tried by several processes at a time, in one folder."""

    folder: Path
    at_once: int = 2
    log: Path | None = None
    """Where what came of each file is kept, a line of JSON each; what stands there is not tried again."""
    tried: list[Tried] = field(default_factory=list)

    def run(self, files: Iterable[Hostile]) -> list[Tried]:
        """Try all of them; what came of each, in no order."""
        waiting: Queue[Hostile] = Queue()
        if self.log is not None and self.log.exists():
            self.tried = [Tried(**json.loads(line)) for line in self.log.read_text().splitlines()]
        known = {(each.kind, each.number) for each in self.tried}
        for file in files:
            if (file.kind, file.number) not in known:
                waiting.put(file)
        threads = [threading.Thread(target=self._work, args=(waiting, n)) for n in range(self.at_once)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.tried

    def _work(self, waiting: Queue[Hostile], number: int) -> None:
        with nursery() as process:
            while True:
                try:
                    file = waiting.get_nowait()
                except Empty:
                    return
                self._keep(_forked(process, file, self.folder / f"at{number}"))

    def _keep(self, tried: Tried) -> None:
        self.tried.append(tried)
        if self.log is not None:
            with self.log.open("a") as log:
                log.write(json.dumps(asdict(tried)) + "\n")


def _forked(process: subprocess.Popen[str], file: Hostile, place: Path) -> Tried:
    out = place / "out"
    shutil.rmtree(place, ignore_errors=True)
    out.mkdir(parents=True)
    original = place / "original"
    original.write_bytes(file.data)
    order = {"file": str(original), "profile": file.profile, "out": str(out), "name": file.name, "wall": WALL}
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(order) + "\n")
    process.stdin.flush()
    came = json.loads(process.stdout.readline())
    said = (out / "said").read_text("utf-8", "replace").splitlines() if (out / "said").exists() else []
    wrong = [*leaks(out)]
    if came["hung"]:
        wrong.append("hung")
    if came["memory"] > MEMORY:
        wrong.append("beyond its memory")
    if original.read_bytes() != file.data:
        wrong.append("the original was changed")
    if sorted(path.name for path in place.iterdir()) != ["original", "out"]:
        wrong.append("written outside")
    answer = _answer(came["status"], said)
    if came["status"] not in ANSWERED:
        log = (out / "stderr").read_text("utf-8", "replace").strip().splitlines() if out.exists() else []
        wrong.append(f"{answer}: {log[-1] if log else 'without a word'}"[:300])
    return Tried(file.kind, file.number, answer, came["seconds"], came["memory"], tuple(wrong))


def _answer(status: int, said: list[str]) -> str:
    last = json.loads(said[-1]) if said else {}
    told = last.get("refused") or last.get("fault")
    if status < 0:
        return f"signal {-status}"
    return told["code"] if told else "report" if status == 0 else f"status {status}"


def truly(file: Hostile, folder: Path) -> Tried:
    """The same by `evidence.spawn.Child`, as the product does it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    original = folder / "original"
    original.write_bytes(file.data)
    out, begun = folder / "out", datetime.now(UTC)
    child = Child(
        original, profile=file.profile, out=out, now=begun, name=file.name, wall=timedelta(seconds=WALL)
    )
    wrong: list[str] = []
    try:
        child.wait()
        answer = "report"
    except RefusedError as refused:
        answer = refused.code
    except FaultError as fault:
        answer = fault.code
        wrong.append(f"{fault.code}: {fault}"[:300])
    wrong += leaks(folder / "out") if out.exists() else []
    seconds = (datetime.now(UTC) - begun).total_seconds()
    if seconds > WALL + GRACE:
        wrong.append("over its budget")
    return Tried(file.kind, file.number, answer, seconds, 0, tuple(wrong))
