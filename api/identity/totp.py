"""One-time codes (RFC 6238, 6 digits, 30 s): a second thing besides the password, for whoever wants it."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime
from typing import Final

from api.identity.directory import digest
from api.identity.people import Totp
from api.identity.refusals import BadPersonError
from evidence.model import say

STEP: Final = 30
"""Seconds."""
_DRIFT: Final = 1
"""Steps by which the clock of a phone may be off."""
_RECOVERY: Final = 8
"""Codes for when the device is lost."""
_SECRET: Final = re.compile(r"[A-Z2-7]{32}")
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH: Final = 16
"""Letters of such a code: 79 bits."""


def new_secret() -> str:
    """160 random bits in base32."""
    import pyotp  # noqa: PLC0415 - only when somebody turns it on

    return pyotp.random_base32()


def is_ours(secret: str) -> bool:
    """Whether a secret that comes back with a form can be one that `new_secret` gave out."""
    return _SECRET.fullmatch(secret) is not None


def address(secret: str, name: str) -> str:
    """What an authenticator app is told, as an `otpauth:` address."""
    from pyotp.totp import TOTP  # noqa: PLC0415 - likewise

    return TOTP(secret).provisioning_uri(name=name, issuer_name="Sixface")


def turned_on(secret: str, code: str, now: datetime) -> tuple[Totp, list[str]]:
    """One-time codes with that secret, and the codes for when the device is lost.

    Raises:
        BadPersonError: the code shows that the app does not have the secret.
    """
    wrong = BadPersonError(
        say("That code does not fit; look at the clock of your phone, and take the next one.")
    )
    step = _step(Totp(secret=secret), code, now) if is_ours(secret) else None
    if step is None:
        raise wrong
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)) for _ in range(_RECOVERY)]
    return Totp(secret=secret, last=step, recovery=tuple(map(digest, codes))), codes


def taken(kept: Totp, code: str, now: datetime) -> Totp | None:
    """What is kept once this code was taken; None where it is none, or was taken before."""
    code = code.strip().replace(" ", "").replace("-", "").lower()
    if (step := _step(kept, code, now)) is not None:
        return kept.model_copy(update={"last": step})
    told = digest(code)
    if len(code) == _LENGTH and told in kept.recovery:
        return kept.model_copy(update={"recovery": tuple(each for each in kept.recovery if each != told)})
    return None


def _step(kept: Totp, code: str, now: datetime) -> int | None:
    from pyotp.totp import TOTP  # noqa: PLC0415 - only where somebody has turned it on

    try:
        made = TOTP(kept.secret)
    except ValueError:  # no base32, or too short
        return None
    current = int(now.timestamp()) // STEP
    code = code.strip().replace(" ", "")
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        fits = hmac.compare_digest(made.at(step * STEP).encode(), code.encode())
        if fits and step > kept.last:
            return step
    return None
