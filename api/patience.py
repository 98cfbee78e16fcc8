"""How long a connection may keep us waiting: for the head of a request, and for each piece of its body.

The server itself waits for a head as long as the connection lives, so whoever opens connections and says
one letter an hour holds them all. A head is short and is there within seconds on any line; a body may be
four gigabytes on a thin one, so there only silence ends it.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD: Final = 20.0
"""Seconds from the connection to the end of the head of its first request; later ones have the keep-alive."""
SILENCE: Final = 120.0
"""Seconds without a byte of a body that is not whole; a phone that changes its network is back before."""


class Patient(H11Protocol):
    """uvicorn's connection, with an end to its patience."""

    head: float = HEAD
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(self.head, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._late is not None:
            self._late.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        # None until a first request is there, whatever its declaration says.
        asked = getattr(self, "cycle", None) is not None
        if not asked and not self.transport.is_closing():
            self.transport.close()


def impatient(receive: Receive, silence: float = SILENCE) -> Receive:
    """`receive`, by which a client that falls silent before its body is whole has left."""
    whole = False

    async def receiving() -> Message:
        nonlocal whole
        if whole:  # What comes now is the end of the connection, and that may take as long as it likes.
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), silence)
        except TimeoutError:
            whole = True
            return {"type": "http.disconnect"}
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return receiving
