"""S3 servers for tests: one that is quick, one that is real."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from storage.s3_client import Client, connect

SCRIPT = Path(__file__).resolve().parents[2] / "shared" / "tools" / "ceph_up.sh"
LAST_DAEMON_FIRST = ("client.rgw", "osd.0", "mon.a")


@dataclass(frozen=True)
class Server:
    """Where it is, and who may."""

    endpoint: str
    access_key: str
    secret_key: str

    def client(self) -> Client:
        return connect(
            endpoint=self.endpoint,
            region="us-east-1",
            access_key=self.access_key,
            secret_key=self.secret_key,
        )

    def settings(self, bucket: str) -> Mapping[str, str]:
        """For the environment of a process that stores there."""
        return {
            "SIXFACE_STORAGE": "s3",
            "SIXFACE_S3_BUCKET": bucket,
            "SIXFACE_S3_ENDPOINT": self.endpoint,
            "SIXFACE_S3_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


def fresh_bucket(server: Server, *, lockable: bool = False) -> str:
    name = f"evidence-{os.urandom(8).hex()}"
    client: Any = server.client()
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=lockable)
    return name


@contextmanager
def moto() -> Iterator[Server]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield Server(f"http://{host}:{port}", "any", "any")
    server.stop()


@contextmanager
def ceph() -> Iterator[Server]:
    """Skips with the reason where it is not installed; in CI that is a failure."""
    missing = [name for name in ("ceph-mon", "ceph-osd", "radosgw") if shutil.which(name) is None]
    if missing or not SCRIPT.exists():
        reason = "no real S3 server: " + (
            f"{missing[0]} is not installed" if missing else f"{SCRIPT} is absent"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # The paths of its sockets must be short.
    folder = Path(tempfile.mkdtemp(prefix="ceph-"))
    port = _free_port()
    try:
        up = ["bash", str(SCRIPT), str(folder / "c"), "memstore", str(port)]
        done = subprocess.run(up, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        yield Server(f"http://127.0.0.1:{port}", "ciaccess", "cisecret12345")
    finally:
        for name in LAST_DAEMON_FIRST:
            with suppress(FileNotFoundError, ValueError, ProcessLookupError):
                os.kill(int((folder / "c" / "run" / f"{name}.pid").read_text()), signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    """One that is free, as is the port ten above it, which the script takes for its monitor."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            with suppress(OSError, OverflowError):
                two.bind(("127.0.0.1", port + 10))
                return port
