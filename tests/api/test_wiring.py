from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from api.caller import CLI
from api.desk import Wiring
from api.item import State
from api.settings import Settings
from api.storing import store
from api.wiring import embedded
from api.words import words
from storage.s3 import S3Blobs


def test_a_workspace_is_empty_and_goes(idle: Wiring) -> None:
    with idle.workspace() as one, idle.workspace() as two:
        assert one != two
        assert list(one.iterdir()) == []
        (one / "file").write_text("x")
    assert not one.exists()


def test_a_sweep_takes_what_the_dead_left_and_nothing_else(idle: Wiring) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    dead = idle.work / f"{int(gone.stdout)}-x"
    dead.mkdir(parents=True)
    strange = idle.work / "note-x"
    strange.mkdir()
    with idle.workspace() as mine:
        idle.sweep()
        assert mine.exists()
        old = idle.clock().timestamp() - 7 * 3600
        os.utime(mine, (old, old))
        idle.sweep()
        assert not mine.exists()
    assert not dead.exists()
    assert not strange.exists()


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "any")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="evidence")
    yield endpoint, "evidence"
    server.stop()


def test_one_setting_puts_the_originals_into_s3(tmp_path: Path, bucket: tuple[str, str], photo: Path) -> None:
    endpoint, name = bucket
    settings = Settings(
        data=tmp_path / "data",
        storage="s3",
        s3_bucket=name,
        s3_prefix="six",
        s3_endpoint=endpoint,
        s3_region="us-east-1",
    )
    wiring = embedded(settings)
    try:
        assert isinstance(wiring.blobs, S3Blobs)
        item = store(wiring.desk(CLI), photo, words=words("en"))
        assert item.state is State.REPORTED
        assert item.digest in set(wiring.blobs.digests())
        with wiring.blobs.open(item.digest) as file:
            assert file.read() == photo.read_bytes()
        wiring.sweep()
        assert item.digest in set(wiring.blobs.digests())
    finally:
        wiring.close()
    assert not (tmp_path / "data" / "blobs").exists()
