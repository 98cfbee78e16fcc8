"""A web server of somebody else's, on the loopback, which serves whatever a test puts on it."""

from __future__ import annotations

import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.desk import utc_now


@dataclass
class Page:
    """What is at one path."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    length: int | None = -1
    """What is said of its length; -1 the truth, None nothing."""
    pause: float = 0.0
    """Seconds between two pieces."""
    piece: int = 1 << 16


class Origin(ThreadingHTTPServer):
    """Its pages, and what was asked of it: path with query, and headers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Serving)
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.scheme = "http"

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.name}{path}"

    def handle_error(self, *_: object) -> None: ...


class _Serving(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        origin: Any = self.server
        origin.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        page = origin.pages.get(self.path.partition("?")[0], Page(status=404))
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.length is not None:
            self.send_header("Content-Length", str(len(page.body) if page.length == -1 else page.length))
        self.end_headers()
        self.close_connection = True
        with suppress(OSError):
            for start in range(0, len(page.body), page.piece):
                self.wfile.write(page.body[start : start + page.piece])
                time.sleep(page.pause)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Origin]:
    made = Origin()
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        made.socket = context.wrap_socket(made.socket, server_side=True)
        made.scheme = "https"
    thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join(5)
    made.server_close()


def certificate(path: Path) -> Path:
    """One for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "origin")])
    now = utc_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kept = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    return path
