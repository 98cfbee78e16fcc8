"""The first request of a process costs whoever sends it no more than any other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MOST = 0.2
"""Seconds of processor time, as everything else of the machine would be measured along otherwise."""

ASK = """
import asyncio, json, sys, time
from pathlib import Path
from api.app import create_app, prepared
from api.settings import Settings
from api.wiring import embedded

folder, path = sys.argv[1:]
wiring = embedded(Settings(data=Path(folder)))
app = prepared(create_app(wiring))
answers = []

async def receive():
    return {"type": "http.request", "body": b"", "more_body": False}

async def send(message):
    answers.append(message.get("status"))

scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
    "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    "scheme": "http", "http_version": "1.1", "root_path": ""}
begun = time.process_time()
asyncio.run(app(scope, receive, send))
print(json.dumps([answers[0], time.process_time() - begun]))
wiring.close()
"""


@pytest.mark.parametrize("path", ["/", "/evidence", "/cases", "/v1/evidence"])
def test_the_first_request_of_a_process_is_answered_at_once(tmp_path: Path, path: str) -> None:
    command = [sys.executable, "-c", ASK, str(tmp_path), path]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    status, seconds = json.loads(done.stdout.splitlines()[-1])
    assert status == 200
    assert seconds < MOST
