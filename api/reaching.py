"""Sending to, and reading from, an address that somebody wrote down, without reaching into our own network.

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
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
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
_TRANSLATED: Final = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48"))
)
"""Where the last 32 bits are an address of IPv4: RFC 4291 2.5.5.1, RFC 2765 2.1, RFC 6052 2.1, RFC 8215."""
_PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}
_GET: Final[Mapping[str, str]] = {
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "User-Agent": "sixface",
    "Connection": "close",
}


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
        port = parts.port or _PORTS[parts.scheme]
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise BadAddressError(url) from None
    addresses = [str(each[4][0]) for each in found]
    if not addresses or not (inside or all(public(each) for each in addresses)):
        raise BadAddressError(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    return Target(parts.scheme, host, port, path, addresses[0])


def bare(url: str) -> str:
    """Scheme, host and path of an address: what of it may be told and kept; the rest may be a secret."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


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
        wrapped = _wrapped(found)
        if wrapped is not None:
            return public(str(wrapped))
        if found.is_site_local:
            return False
    return found.is_global and not found.is_multicast


def _wrapped(found: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The address that a translator on the way would make of it; None where it is one of its own."""
    if any(found in network for network in _TRANSLATED):
        return ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)


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
    with _linked(target, SECONDS, WHOLE) as link:
        link.request("POST", target.path, body, {**headers, "Connection": "close"})
        answer = link.getresponse()
        return answer.status, answer.read(most)


@contextmanager
def got(target: Target, *, whole: float) -> Generator[http.client.HTTPResponse]:
    """What is there, to be read inside the block, which ends after `whole` seconds under whoever reads.

    Raises as `post`.
    """
    with _linked(target, SECONDS, whole) as link:
        link.request("GET", target.path, headers=_GET)
        yield link.getresponse()


@contextmanager
def _linked(target: Target, idle: float, whole: float) -> Generator[http.client.HTTPConnection]:
    """A connection to the very address that was looked at; `idle` seconds for each read."""
    link = http.client.HTTPConnection(target.host, target.port, timeout=idle)
    # Signed links sign the Host header, in which nobody writes the usual port.
    link.default_port = _PORTS[target.scheme]
    link.sock = socket.create_connection((target.address, target.port), timeout=min(SECONDS, whole))
    end = threading.Timer(whole, _cut, (link,))
    end.daemon = True
    end.start()
    try:
        link.sock.settimeout(idle)
        if target.scheme == "https":
            secured = ssl.create_default_context().wrap_socket(
                link.sock, server_hostname=target.host, do_handshake_on_connect=False
            )
            link.sock = secured  # before the handshake, so that its end can be forced too
            secured.do_handshake()
        yield link
    finally:
        end.cancel()
        link.close()


def _cut(link: http.client.HTTPConnection) -> None:
    """End a connection under whoever reads from it."""
    with suppress(OSError, AttributeError):
        # The plain call: that of a secured socket would take its state from under the reader.
        socket.socket.shutdown(link.sock, socket.SHUT_RDWR)
