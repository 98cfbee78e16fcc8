"""Whether a webhook is what the service sent, and fresh (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, Final

TOLERANCE: Final = 300
"""Seconds that sender's and receiver's clocks may differ; what is older may be a replay."""


class ForgedError(Exception):
    """It is not what the service sent, or not now."""


def opened(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> Mapping[str, Any]:
    """The message: `type`, `timestamp` and `data`. `body` are the very bytes that came.

    Keep the `webhook-id` and take each only once: a message may arrive twice.

    Raises:
        ForgedError: the signature is not by `secret`, or the message is too old or from the future.
    """
    told = {name.lower(): value for name, value in headers.items()}
    name, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    moment = time.time() if now is None else now
    if not at.isascii() or not at.isdigit() or abs(moment - int(at)) > TOLERANCE:
        raise ForgedError("the message is not of now")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as error:
        raise ForgedError("this is no secret of a webhook") from error
    signed = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    wanted = f"v1,{base64.b64encode(signed).decode()}".encode()
    said = told.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(wanted, each.encode()) for each in said):
        raise ForgedError("the signature is another one")
    return json.loads(body)
