"""Passwords: argon2id, as RFC 9106 recommends where memory is short (64 MiB, three passes).

The library is loaded when a password is first looked at: requests with a session or a key need none.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from api.identity.refusals import BadPersonError
from evidence.model import say

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 10
"""Characters. Tries are counted, so length matters less than that it is not a single word."""
LONGEST: Final = 200
"""Characters; a longer one would only cost time."""
NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$wv0tFlu42KLg2HdkkrCbEw$i6L2Sd0j5ET2IfQMrz85xtHRWM72p7+u8MTJrf3Kjog"
)
"""A hash of no known password, looked at where there is nobody of that name, so that time tells nothing."""
_AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each look takes 64 MiB; who sends many at once waits."""


def hashed(password: str) -> str:
    """How a password is kept.

    Raises:
        BadPersonError: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPersonError(
            say(
                "A password has {least} to {most} characters; take a few words.", least=SHORTEST, most=LONGEST
            )
        )
    with _AT_ONCE:
        return _hasher().hash(password)


def check_same(password: str, again: str) -> None:
    """Whether somebody typed what they meant. Raises `BadPersonError`."""
    if password != again:
        raise BadPersonError(say("The two passwords are not the same; type them again."))


def matches(kept: str | None, password: str) -> bool:
    """Whether it is that password; takes as long where there is none to compare it with."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - see above

    with _AT_ONCE:
        try:
            right = _hasher().verify(kept or NOBODY, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            right = False
    return right and kept is not None


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - see above

    return PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
