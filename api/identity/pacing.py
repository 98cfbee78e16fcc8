"""How often somebody may try, and ask: counted in this process, and forgotten with it.

With several processes each counts by itself, so the true bounds are as many times higher. What counts goes by
the machine's clock; where that was set everything is counted anew, or a minute would last for hours.
"""

from __future__ import annotations

import hashlib
import math
import time
from functools import cached_property
from typing import TYPE_CHECKING, Final

from api.identity.refusals import TooManyTriesError

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import FixedWindowRateLimiter

OF_A_NAME: Final = 10
"""Tries to sign in under one name, in 15 minutes; one that succeeds begins anew."""
OF_AN_ADDRESS: Final = 60
"""Tries to sign in from one address, in 15 minutes: a whole warehouse may be behind it."""
_WINDOW: Final = 15
"""Minutes."""
_SET: Final = 5.0
"""Seconds: a clock that is only slewed moves by less, from look to look, against the one that is not set."""


class Pacing:
    """What is counted in one process."""

    def __init__(self, requests: int) -> None:
        """`requests` are those that one caller may send in a minute; 0 for as many as they like."""
        self._requests = requests
        self._ahead = time.time() - time.monotonic()

    def tried(self, name: str, address: str) -> None:
        """Count a try to sign in.

        Raises:
            TooManyTriesError: it is one too many, whether there is somebody of that name or not.
        """
        self._hit(self._of_an_address, "address", address)
        self._hit(self._of_a_name, "name", _short(name))

    def came(self, address: str) -> None:
        """Count a try whose name somebody else will say. Raises `TooManyTriesError`."""
        self._hit(self._of_an_address, "address", address)

    def succeeded(self, name: str) -> None:
        """Whoever knows the password may mistype it again."""
        self._counter.clear(self._of_a_name, "name", _short(name))

    def asked(self, caller: str) -> None:
        """Count a request. Raises `TooManyTriesError`."""
        if self._requests:
            self._hit(self._of_a_caller, "caller", caller)

    def _hit(self, item: RateLimitItem, *whose: str) -> None:
        self._look_at_the_clock()
        if not self._counter.hit(item, *whose):
            reset = self._counter.get_window_stats(item, *whose).reset_time
            raise TooManyTriesError(max(1, math.ceil(reset - time.time())))

    def _look_at_the_clock(self) -> None:
        ahead = time.time() - time.monotonic()
        if abs(ahead - self._ahead) > _SET:
            self._counter.storage.reset()
        self._ahead = ahead

    @cached_property
    def _counter(self) -> FixedWindowRateLimiter:
        from limits.storage import MemoryStorage  # noqa: PLC0415 - nobody is counted where all are let in
        from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415 - likewise

        return FixedWindowRateLimiter(MemoryStorage())

    @cached_property
    def _of_a_name(self) -> RateLimitItem:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

        return RateLimitItemPerMinute(OF_A_NAME, _WINDOW)

    @cached_property
    def _of_an_address(self) -> RateLimitItem:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

        return RateLimitItemPerMinute(OF_AN_ADDRESS, _WINDOW)

    @cached_property
    def _of_a_caller(self) -> RateLimitItem:
        from limits import RateLimitItemPerMinute  # noqa: PLC0415 - likewise

        return RateLimitItemPerMinute(self._requests)


def _short(name: str) -> str:
    """Whatever somebody types, of one length in memory."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
