"""Sending to an address that somebody wrote down, without letting it reach into our own network.

The name is resolved once, every address of it is looked at, and the connection goes to the very address
that was looked at; redirects are not followed. Only HTTPS to public addresses, unless the deployment
allows its own network.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from api.errors import BadAddressError

SECONDS: Final = 10.0
"""For connecting and for each read: a receiver only has to take note."""
WHOLE: Final = 20.0
"""Seconds for all of it: who answers a byte at a time holds nobody up."""
ANSWER: Final = 4096
"""Bytes of an answer that are read where nothing of it is kept."""


@dataclass(frozen=True)
class Target:
    """An address that was looked at."""

    scheme: str
    host: str
    port: int
    path: str
    address: str
    """The one to connect to."""


def looked_at(url: str, *, inside: bool = False) -> Target:
    """Where `url` leads; `inside` allows our own network, and plain HTTP.

    Raises:
        BadAddressError: it is none that may be sent to.
    """
    parts = _parted(url)
    schemes = {"https", "http"} if inside else {"https"}
    host = parts.hostname or ""
    if parts.scheme not in schemes or not host or parts.username or parts.password or parts.fragment:
        raise BadAddressError(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise BadAddressError(url) from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (inside or all(public(each) for each in addresses)):
        raise BadAddressError(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return Target(parts.scheme, host, port, path, addresses[0])


def _parted(url: str) -> SplitResult:
    if not url.isascii() or any(c.isspace() or not c.isprintable() for c in url):
        raise BadAddressError(url)
    try:
        return urlsplit(url)
    except ValueError:
        raise BadAddressError(url) from None


def public(address: str) -> bool:
    """Whether an address is one of the public internet; one that wraps another is what it wraps."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if wrapped is not None:
            return public(str(wrapped))
    return found.is_global and not found.is_multicast


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body`; returns the status of the answer.

    Raises:
        OSError, http.client.HTTPException: it could not be sent.
    """
    return exchange(target, body, headers)[0]


def exchange(
    target: Target, body: bytes, headers: Mapping[str, str], *, most: int = ANSWER
) -> tuple[int, bytes]:
    """Send `body`; returns the status of the answer and its first `most` bytes. Raises as `post`."""
    link = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
    plain = socket.create_connection((target.address, target.port), timeout=SECONDS)
    end = threading.Timer(WHOLE, _cut, (plain,))
    end.daemon = True
    end.start()
    try:
        if target.scheme == "https":
            link.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        else:
            link.sock = plain
        link.request("POST", target.path, body, {**headers, "Connection": "close"})
        answer = link.getresponse()
        return answer.status, answer.read(most)
    finally:
        end.cancel()
        link.close()
        plain.close()


def _cut(link: socket.socket) -> None:
    """End a connection under whoever reads from it."""
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
