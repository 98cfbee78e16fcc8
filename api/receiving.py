"""A file on its way in over HTTP: the one place that is asynchronous by need.

The body is taken as the client sends it, however slowly, without holding a thread; what came
is parsed, hashed and written in a thread, a mebibyte at a time.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from anyio import CancelScope, move_on_after
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.requests import ClientDisconnect

from api.desk import Desk
from api.errors import TooLargeError
from api.form import Form
from api.glance import Kind
from api.idempotency import Claim, fingerprint
from api.intake import Receipt, Upload, opened, receive

PIECE: Final = 1 << 20
"""Bytes handed to the parser at a time."""
SLACK: Final = 1 << 20
"""Bytes of a body that may be form around the file."""
MOST_DRAINED: Final = 64 << 20
"""Bytes read of a refused body, so that the client comes to hear why."""
LONGEST_DRAIN: Final = 5.0
"""Seconds."""


async def received(
    request: Request, desk: Desk, key: str | None, *, inline: Collection[Kind] = ()
) -> Receipt:
    """Take the multipart body in and make an item of it.

    What is of a kind in `inline` the caller examines itself, right away. Raises as
    `intake.receive` and `form.Form`.
    """
    stream = request.stream()
    length = request.headers.get("content-length", "")
    most = desk.wiring.settings.most_bytes
    stack = ExitStack()
    try:
        _check_length(length, most)
        upload = await run_sync(stack.enter_context, opened(desk.wiring))
        said = request.headers.get("content-digest") or request.headers.get("repr-digest")
        form = Form(request.headers.get("content-type", ""), upload, said)
        await _feed(form, stream)
        whole = _Whole(upload, form, key, request.url.path, can_wait(request.headers.get("priority", "")))
        return await run_sync(partial(_receive, desk, whole, inline))
    except Exception:
        await _drain(stream)
        raise
    finally:
        with CancelScope(shield=True):
            await run_sync(stack.close)


def _check_length(length: str, most: int) -> None:
    if length.isdigit() and int(length) > most + SLACK:
        raise TooLargeError(most)


@dataclass(frozen=True)
class _Whole:
    """An upload that has come to its end."""

    upload: Upload
    form: Form
    key: str | None
    path: str
    batch: bool


def can_wait(priority: str) -> bool:
    """Whether the header `Priority` says less than usual: `u=4` to `u=7` (RFC 9218, where 3 is usual)."""
    return any(re.fullmatch(r"u=[4-7]", said.strip()) for said in re.split(r"[,;]", priority))


def _receive(desk: Desk, whole: _Whole, inline: Collection[Kind]) -> Receipt:
    offer = replace(whole.form.finish(), batch=whole.batch)
    asked = fingerprint(
        digest=whole.upload.staging.digest,
        name=offer.name,
        profile=offer.profile,
        expected=offer.expected.model_dump(mode="json"),
        **({"case_id": offer.case_id} if offer.case_id else {}),
    )
    claim = Claim(whole.key, f"POST {whole.path}", asked)
    return receive(desk, whole.upload, offer, claim, inline=inline)


async def _feed(form: Form, stream: AsyncIterator[bytes]) -> None:
    waiting = bytearray()
    async for chunk in stream:
        waiting += chunk
        if len(waiting) >= PIECE:
            await run_sync(form.feed, bytes(waiting))
            waiting.clear()
    await run_sync(form.feed, bytes(waiting))


async def _drain(stream: AsyncIterator[bytes]) -> None:
    seen = 0
    with suppress(ClientDisconnect, RuntimeError), move_on_after(LONGEST_DRAIN):
        async for chunk in stream:
            seen += len(chunk)
            if seen > MOST_DRAINED:
                return
