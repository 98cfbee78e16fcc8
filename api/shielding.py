"""The headers that every answer goes out with, whatever it is and whoever made it: errors, files and pages.

A route may say more of itself; what it does not say is said here, so a new route is shielded by being one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders

CLOSED: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For what is no page: nothing is loaded, sent or framed."""
_PDF: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The viewer that browsers bring puts the document into an element of its own."""
_UNFRAMED: Final = "frame-ancestors 'none'"
HSTS: Final = "max-age=31536000"
"""A year; without subdomains, of which we know nothing. Only said where the request came by TLS."""
DEFAULTS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), serial=()",
    "Cache-Control": "no-store",
}
"""The page that films needs camera and microphone; nothing needs the rest."""


def shield(headers: MutableHeaders, scheme: str) -> None:
    """Add what is missing to the headers of an answer to a request of that scheme."""
    for name, value in DEFAULTS.items():
        headers.setdefault(name, value)
    pdf = headers.get("content-type", "").startswith("application/pdf")
    policy = headers.setdefault("Content-Security-Policy", _PDF if pdf else CLOSED)
    if "frame-ancestors" not in policy:
        headers["Content-Security-Policy"] = f"{policy.rstrip('; ')}; {_UNFRAMED}"
    if scheme == "https":
        headers.setdefault("Strict-Transport-Security", HSTS)
