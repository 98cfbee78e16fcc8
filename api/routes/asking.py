"""What routes take from a request: the desk that serves it, and its idempotency key."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse

from api.desk import Desk, Wiring
from api.idempotency import Claim, Reply, checked, fingerprint
from api.identity.refusals import NotSignedInError


def wiring_of(request: Request) -> Wiring:
    return request.app.state.wiring


def desk_of(request: Request) -> Desk:
    """Where this request is served: the desk of whom the doorkeeper let in, and of nobody else."""
    caller = getattr(request.state, "caller", None)
    if caller is None:
        raise NotSignedInError
    return wiring_of(request).desk(caller)


def key_of(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes sending twice safe: the same key with the same request is answered the same.",
            examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
        ),
    ] = None,
) -> str | None:
    return checked(idempotency_key)


Serving = Annotated[Desk, Depends(desk_of)]
Key = Annotated[str | None, Depends(key_of)]


def claim(request: Request, key: str | None, **asked: Any) -> Claim:  # noqa: ANN401 - whatever JSON holds
    """The request's claim to be answered once."""
    return Claim(key, f"{request.method} {request.url.path}", fingerprint(**asked))


def replied(reply: Reply) -> JSONResponse:
    return JSONResponse(dict(reply.body), reply.status, dict(reply.headers))
