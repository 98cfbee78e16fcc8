"""What the READMEs tell people to type does what they say."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.desk import Stream
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import ROOT, Stage

OWN = "http://127.0.0.1:8000"


def commands(name: str) -> list[str]:
    """The lines of a README that call the service."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl ")]


@dataclass
class Stored:
    """An object of a bucket that is not there."""

    length: int
    bytes: io.BytesIO

    def read(self, amount: int, /) -> bytes:
        return self.bytes.read(amount)


@pytest.fixture
def service(tmp_path: Path, stage: Stage, film: Path) -> Iterator[str]:
    @contextmanager
    def films(bucket: str, key: str) -> Generator[Stream]:
        assert (bucket, key[:3]) == ("films", "PO-")
        yield Stored(film.stat().st_size, io.BytesIO(film.read_bytes()))

    settings = Settings(data=tmp_path / "data", fetch_buckets=("films",), webhooks_inside=True)
    wiring = memory(settings, tmp_path / "work")
    stage.app = create_app(replace(wiring, objects=films))
    yield stage.url
    wiring.close()


def test_both_readmes_tell_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md") != []


def test_every_command_is_answered_well(service: str, tmp_path: Path, film: Path, photo: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl here")
    shutil.copy(film, tmp_path / "film.mp4")
    shutil.copy(photo, tmp_path / "photo.jpg")
    statuses: dict[str, str] = {}
    for command in commands("README.md"):
        told = command.replace(OWN, service).replace("https://example.com", "http://127.0.0.1:9")
        told = told.replace("wait=30", "wait=120")  # a busy machine takes longer than a person waits
        script = f"{told} --silent --show-error --output answer --write-out '%{{http_code}}'"
        done = subprocess.run(
            ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=200
        )
        statuses[command] = done.stdout
    assert list(statuses.values()) == ["200", "200", "202", "202", "201", "200"], statuses
    assert httpx.get(f"{service}/v1/evidence").json()["items"][0]["name"] in {"PO-17.mp4", "PO-18.mp4"}
