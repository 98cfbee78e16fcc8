from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import av
import httpx
import numpy as np
import pytest
import uvicorn
from PIL import Image
from starlette.types import ASGIApp, Receive, Scope, Send

from api import cli
from api.app import create_app
from api.desk import Wiring, utc_now
from api.jobs import NoJobs, ThreadJobs
from api.settings import Settings
from api.wiring import memory
from storage.memory import MemoryBlobs, MemoryRows

ROOT = Path(__file__).resolve().parents[2]


def write_film(path: Path, *, frames: int = 15, width: int = 160, height: int = 120) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=15)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        table = np.random.default_rng(7).integers(0, 120, (height, width, 3), np.uint8)
        for number in range(frames):
            picture = table.copy()
            place = 20 + abs(60 - number % 120)
            picture[20:60, place : place + 50] = 200
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("given")


@pytest.fixture(scope="session")
def film(folder: Path) -> Path:
    """One second, tiny."""
    return write_film(folder / "film.mp4")


@pytest.fixture(scope="session")
def long_film(folder: Path) -> Path:
    """Long enough that its examination can be interrupted."""
    return write_film(folder / "long.mp4", frames=300, width=640, height=480)


@pytest.fixture(scope="session")
def photo(folder: Path) -> Path:
    path = folder / "photo.jpg"
    noise = np.random.default_rng(5).integers(0, 255, (300, 400, 3), np.uint8)
    Image.fromarray(noise).save(path)
    return path


@pytest.fixture(scope="session")
def text(folder: Path) -> Path:
    path = folder / "text.mp4"
    path.write_text("this is no film, whatever it is called\n" * 20)
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", most_bytes=20_000_000)


@pytest.fixture
def wiring(settings: Settings, tmp_path: Path) -> Iterator[Wiring]:
    made = memory(settings, tmp_path / "work")
    yield made
    made.close()


class Moving:
    """A clock that a test sets ahead."""

    ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def clock() -> Moving:
    return Moving()


class Waiting(NoJobs):
    """A queue on which everything waits."""

    def enqueue(self, *_: object, **__: object) -> None: ...


@pytest.fixture
def idle(settings: Settings, tmp_path: Path) -> Wiring:
    """A wiring whose jobs nobody does, for tests that are about what is stored."""
    return Wiring(settings, MemoryBlobs(), MemoryRows(), Waiting(), tmp_path / "work")


def settle(wiring: Wiring) -> None:
    """Wait until the queue in memory has nothing to do."""
    assert isinstance(wiring.jobs, ThreadJobs)
    assert wiring.jobs.idle(30)


class Stage:
    """An address that plays whichever application is put on it."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """One real server for all tests; starting and stopping one takes longer than most of them."""
    made = Stage()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        made.url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        config = uvicorn.Config(made, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        yield made
        server.should_exit = True
        thread.join()


@pytest.fixture
def client(wiring: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    """A client of the application on a real socket."""
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


@pytest.fixture
def taker(idle: Wiring, stage: Stage) -> Iterator[httpx.Client]:
    """A client of an application that takes everything in and examines nothing by itself."""
    stage.app = create_app(idle)
    with httpx.Client(base_url=stage.url, timeout=30) as made:
        yield made


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def sixface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, with nothing of this machine's surroundings."""
    for name in [each for each in os.environ if each.startswith(("SIXFACE_", "LC_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("SIXFACE_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path) -> Done:
        capfd.readouterr()
        status = cli.run([str(word) for word in words])
        return Done(status, *capfd.readouterr())

    return run
