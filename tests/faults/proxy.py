"""A server between a client of S3 and the real one, that does to requests what networks and servers do.

What is forwarded is forwarded as it came, the host's name included, so that signatures stay right.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import urlsplit

ERROR: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code>'
    b"<Message>We encountered an internal error. Please try again.</Message></Error>"
)
BUSY: Final = ERROR.replace(b"InternalError", b"SlowDown")
PAUSE: Final = 0.2
"""Seconds by which a slow server answers late."""


class Exchange(BaseHTTPRequestHandler):
    """One request on its way, and what may become of it."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, http.client.HTTPException):
            self.close_connection = True

    def exchange(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(f"{self.command} {self.path}")
        self.server.fault(self)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = exchange  # noqa: N815 - the library's names

    def forwarded(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the real server says to it."""
        there = http.client.HTTPConnection(self.server.there, timeout=60)
        try:
            there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"expect", "connection"}:
                    there.putheader(name, value)
            there.endheaders(self.body)
            answer = there.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            there.close()

    def answer(
        self, status: int, headers: list[tuple[str, str]], body: bytes, *, most: int | None = None
    ) -> None:
        """Send it on; with `most`, only so many bytes of the body, and then hang up."""
        self.send_response_only(status)
        length = dict(headers).get("Content-Length", str(len(body)))
        for name, value in headers:
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[:most])
        if most is not None:
            self.hang_up()

    def hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing."""


Fault = Callable[[Exchange], None]


class Proxy(ThreadingHTTPServer):
    """The server; its `fault` says what becomes of each request."""

    daemon_threads = True

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.there = urlsplit(endpoint).netloc
        self.fault: Fault = passed
        self.seen: list[str] = []
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is none of ours."""


@contextmanager
def between(endpoint: str) -> Iterator[Proxy]:
    with Proxy(endpoint) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()


def passed(it: Exchange) -> None:
    """Nothing happens to it."""
    it.answer(*it.forwarded())


def slow(it: Exchange) -> None:
    """It is answered late, and its body comes in two pieces with a pause between."""
    status, headers, body = it.forwarded()
    time.sleep(PAUSE)
    it.answer(status, headers, body)


def refused(it: Exchange) -> None:
    """The server is busy."""
    it.answer(503, [("Content-Type", "application/xml")], BUSY)


def cut_before(it: Exchange) -> None:
    """The line breaks before it arrives."""
    it.hang_up()


def cut_after(it: Exchange) -> None:
    """It is done, and the line breaks before the answer."""
    it.forwarded()
    it.hang_up()


def cut_within(it: Exchange) -> None:
    """The line breaks in the middle of the answer's body."""
    status, headers, body = it.forwarded()
    it.answer(status, headers, body, most=len(body) // 2)


def well_but_error(it: Exchange) -> None:
    """It is not done, and the answer is 200 with an error in its body."""
    it.answer(200, [("Content-Type", "application/xml"), ("ETag", '"0"')], ERROR)


def well_but_nothing(it: Exchange) -> None:
    """It is not done, and the answer is 200 without a word."""
    it.answer(200, [("ETag", '"0"')], b"")


def at(fault: Fault, *, first: int = 0, most: int = 1_000_000, when: str = "") -> Fault:
    """That fault for `most` of the requests that begin with `when`, after the `first`; the others pass."""
    lock, count = threading.Lock(), iter(range(1_000_000))

    def chosen(it: Exchange) -> None:
        hit = False
        if f"{it.command} {it.path}".startswith(when.partition("*")[0]) and when.partition("*")[2] in it.path:
            with lock:
                hit = first <= next(count) < first + most
        (fault if hit else passed)(it)

    return chosen
