"""Take webhooks in: believe only what is signed and of now, take each once, answer at once.

SIXFACE_SECRET=whsec_… python -m samples.client.examples.hooks 127.0.0.1 9000
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from samples.client import ForgedError, opened

MOST: Final = 1 << 20
"""Bytes of a message."""


class Receiver(ThreadingHTTPServer):
    """Listens for the messages that `secret` signs."""

    daemon_threads = True

    def __init__(self, host: str, port: int, secret: str) -> None:
        super().__init__((host, port), _Taking)
        self.secret = secret
        self.taken: dict[str, str] = {}
        """By the id of the message, what it told; a real one keeps the ids in its database."""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status that is answered."""
        try:
            told = opened(self.secret, headers, body)
        except ForgedError:
            return 401
        name = headers["webhook-id"]
        if name not in self.taken:
            self.taken[name] = (
                f"{told['type']} {told['data'].get('id', '')} {told['data'].get('verdict', '')}"
            )
            sys.stdout.write(f"{self.taken[name]}\n")
        return 204


class _Taking(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride] - no other makes it

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(length) if length <= MOST else b""
        self.send_response(self.server.take({k.lower(): v for k, v in self.headers.items()}, body))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        del format, args


def main(arguments: Sequence[str]) -> int:
    """Runs until it is ended."""
    host, port = arguments
    Receiver(host, int(port), os.environ["SIXFACE_SECRET"]).serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
