"""Errors as the outside sees them: problem details (RFC 9457), from one table.

What is expected to go wrong is in the table, with its status; a test walks all exceptions of the
house and finds each there. What is not expected is a 500 that says nothing of the inside.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from api import errors, example_errors, fetch_errors, misfits
from api.identity import house, refusals
from api.words import COOKIE, Words, choose, words
from claims.bundle import BundleError, SpoiledError, UnmetError
from claims.change import UnfitError
from claims.chat import ChatError
from claims.clocks.calendar import CalendarError
from claims.mismatch import NotABundleError
from claims.ruleset import RulesetError
from claims.shop import LockedError
from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.model import Saying, say
from evidence.walls.sandbox import SandboxUnavailableError
from storage import errors as storing

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
REQUEST_ID: Final = "sixface.request_id"
"""Where the request's name stands in its scope."""


class Problem(BaseModel):
    """What went wrong, for people (`title`, `detail`) and for programs (`type`, `code`)."""

    model_config = ConfigDict(extra="allow")

    type: str
    """`urn:sixface:problem:` and a stable name."""
    title: str
    status: int
    detail: str
    """One sentence that says what to do, in the language of `Accept-Language`."""
    code: str | None = None
    """The stable code of a refusal or fault, e.g. `refused.not_media`."""
    request_id: str | None = None
    """The request's name in our log, where the fault is ours."""


@dataclass(frozen=True)
class Kind:
    """How one kind of error is told."""

    status: int
    name: str
    """The last part of the problem's type."""
    title: str
    retry: int | None = None
    """Seconds after which trying again makes sense."""


_INTERNAL: Final = Kind(500, "internal", "Something went wrong inside")
_UNAVAILABLE: Final = Kind(503, "unavailable", "The service cannot do this now", retry=10)

TABLE: Final[Mapping[type[Exception], Kind]] = {
    errors.AbsentError: Kind(404, "absent", "There is no such thing"),
    errors.UnknownProfileError: Kind(422, "unknown-profile", "There is no such profile"),
    errors.UnknownRulesetError: Kind(422, "unknown-ruleset", "There is no such ruleset"),
    errors.AddressGoneError: Kind(410, "address-gone", "The address is gone"),
    errors.MalformedError: Kind(422, "malformed", "The request cannot be read"),
    errors.FormError: Kind(400, "malformed-form", "The form cannot be read"),
    house.ForAllError: Kind(403, "for-all", "This holds for every tenant"),
    misfits.BadRulesetError: Kind(422, "bad-ruleset", "The ruleset cannot be used"),
    errors.BadKeyError: Kind(400, "malformed-key", "The Idempotency-Key cannot be used"),
    errors.UnreadableFileError: Kind(422, "unreadable", "The file cannot be read"),
    errors.TooLargeError: Kind(413, "too-large", "The file is too large"),
    errors.LongBodyError: Kind(413, "long-body", "The request is too long"),
    errors.TooManyError: Kind(429, "too-many", "Too many uploads are under way", retry=60),
    errors.HeldError: Kind(423, "held", "The upload is held", retry=5),
    errors.OffsetError: Kind(409, "offset", "The upload stands elsewhere"),
    errors.ChecksumError: Kind(460, "checksum", "The part is not what was declared"),
    errors.ProtocolError: Kind(412, "protocol", "This is another version of the protocol"),
    errors.KeyReusedError: Kind(422, "key-reused", "The Idempotency-Key was used before"),
    errors.NotReadyError: Kind(409, "not-ready", "The check is not finished", retry=1),
    errors.NoReportError: Kind(404, "no-report", "There is no report on this file"),
    errors.UnknownChannelError: Kind(422, "unknown-channel", "There is no such channel"),
    errors.PacketRefusedError: Kind(409, "packet-refused", "The packet cannot be made"),
    errors.PacketNotMadeError: Kind(409, "packet-not-made", "The packet is not there"),
    errors.NotOpenError: Kind(409, "not-open", "There is nothing to confirm"),
    example_errors.NotEmptyError: Kind(409, "not-empty", "There are cases already"),
    example_errors.ExampleStaysError: Kind(409, "example-stays", "The example cannot be removed"),
    errors.UnverifiableError: Kind(422, "unverifiable", "The file could not be checked"),
    errors.OtherSiteError: Kind(403, "other-site", "The request came from another site"),
    errors.UnsupportedError: Kind(501, "not-yet", "This is not possible yet"),
    errors.NoTypesetterError: Kind(501, "no-typesetter", "PDFs cannot be made here"),
    errors.CertificateError: Kind(503, "certificate", "The certificate cannot be used"),
    errors.NotTypesetError: Kind(500, "not-typeset", "The PDF could not be made"),
    fetch_errors.FetchError: Kind(422, "not-fetched", "The file could not be fetched"),
    fetch_errors.NotListedError: Kind(403, "not-listed", "Files are not fetched from there"),
    errors.NoSlotError: _UNAVAILABLE,
    errors.StoppedError: _UNAVAILABLE,
    errors.SupersededError: _UNAVAILABLE,
    refusals.NotSignedInError: Kind(401, "not-signed-in", "Nobody is signed in"),
    refusals.WrongSignInError: Kind(401, "wrong-sign-in", "That did not sign anybody in"),
    refusals.TooManyTriesError: Kind(429, "too-often", "That was too often"),
    refusals.NotAllowedError: Kind(403, "not-allowed", "This is not allowed"),
    refusals.LastAdminError: Kind(409, "last-admin", "Somebody has to be administrator"),
    refusals.FullQuotaError: Kind(507, "quota", "The space that is allowed is used"),
    refusals.NoIssuerError: Kind(503, "no-issuer", "The other service cannot be asked", retry=60),
    refusals.UnbelievedError: Kind(403, "unbelieved", "That did not sign anybody in"),
    refusals.StrangerError: Kind(403, "stranger", "Nobody here has this account"),
    errors.ApiError: _INTERNAL,
    RefusedError: Kind(422, "refused", "The file was refused"),
    FaultError: Kind(500, "fault", "The check broke"),
    SandboxUnavailableError: Kind(503, "no-sandbox", "Files cannot be opened safely on this machine"),
    UnmetError: Kind(409, "unmet", "The case is not complete"),
    SpoiledError: Kind(500, "spoiled", "A stored file has changed"),
    BundleError: Kind(500, "not-sealed", "The bundle could not be sealed"),
    NotABundleError: Kind(422, "no-bundle", "This is not a bundle"),
    RulesetError: Kind(500, "ruleset", "A ruleset cannot be used"),
    UnfitError: Kind(422, "unfit", "The case does not allow this"),
    CalendarError: Kind(500, "calendar", "The calendar of days off cannot be used"),
    LockedError: Kind(422, "locked", "The platform does not allow this"),
    ChatError: Kind(422, "chat", "The chat cannot be read"),
    storing.MissingBlobError: Kind(503, "lost", "A stored file is not there", retry=1),
    storing.DigestMismatchError: Kind(422, "digest-mismatch", "These are other bytes than declared"),
    storing.LockedBlobError: Kind(409, "kept", "The bucket keeps it"),
    storing.DamagedBlobError: Kind(500, "damaged", "A stored file is damaged"),
    storing.StorageFullError: Kind(507, "storage-full", "The storage is full"),
    storing.ReadOnlyError: Kind(503, "read-only", "The storage failed and takes nothing more in"),
    storing.BusyError: Kind(503, "busy", "The storage is busy", retry=1),
    storing.ExistsError: Kind(409, "exists", "There is one already"),
    storing.MissingRowError: Kind(404, "absent", "There is no such thing"),
    storing.ConflictError: Kind(409, "conflict", "It was changed meanwhile"),
    storing.CursorError: Kind(400, "cursor", "The position in the list is not valid"),
    storing.StorageError: Kind(503, "storage", "The storage cannot do this"),
}
"""The nearest class on the way up decides."""

_STATUS_OF_CODE: Final[Mapping[str, int]] = {"refused.too_large": 413, "fault.sandbox": 503}
"""Codes that say more than their exception does."""

_PLAIN: Final[Mapping[int, Saying]] = {
    404: say("There is nothing at this address."),
    405: say("This address does not answer to that method."),
    413: say("The request is larger than is taken in here."),
    415: say("Send this request with another content type, as documented."),
    422: say("The request cannot be read; compare it with the documentation."),
}


def shown_path(path: str) -> str:
    """The path as a log may hold it: the secret of a link is left out."""
    return next((f"{each}…" for each in ("/s/", "/welcome/") if path.startswith(each)), path)


def kind_of(error: type[BaseException]) -> Kind | None:
    """How that class of errors is told; None where the table does not know it."""
    return next((TABLE[up] for up in error.__mro__ if up in TABLE), None)


def problem_of(error: Exception, told: Words) -> Problem:
    """The problem for an error that is in the table; else the one that says nothing."""
    kind = kind_of(type(error))
    if kind is None:
        detail = told.text("Something went wrong on our side; try again, and report it if it happens again.")
        return _problem(_INTERNAL, detail, told)
    said = getattr(error, "says", None)
    detail = told.say(said) if isinstance(said, Saying) else told.text(str(error))
    status = _STATUS_OF_CODE.get(getattr(error, "code", ""), kind.status)
    more: dict[str, Any] = {}
    if isinstance(code := getattr(error, "code", None), str):
        more["code"] = code
    if isinstance(error, UnmetError):
        more["unmet"] = list(error.unmet)
    if isinstance(error, refusals.NotAllowedError):
        more["needs"] = list(error.needs)
    if isinstance(error, misfits.BadRulesetError):
        more["problems"] = [
            {"line": p.line, "field": p.field, "what": told.say(p.what)} for p in error.problems
        ]
    if isinstance(error, errors.PacketRefusedError):
        more["reasons"] = [told.say(reason) for reason in error.reasons]
    return _problem(kind, detail, told, status=status, **more)


def _problem(kind: Kind, detail: str, told: Words, *, status: int | None = None, **more: Any) -> Problem:  # noqa: ANN401 - members of a problem are JSON
    return Problem(
        type=f"urn:sixface:problem:{kind.name}",
        title=told.text(kind.title),
        status=status or kind.status,
        detail=detail,
        **more,
    )


def language(request: Request) -> Words:
    """What problems are told in: as the pages choose, but English where nothing is asked for.

    An event source sends no header of its own, so `?lang=` and the cookie of the pages count too.
    """
    said = (request.query_params.get("lang"), request.cookies.get(COOKIE))
    return words(choose(*said, accept_language=request.headers.get("accept-language") or "en"))


def told_problem(request: Request, error: Exception, told: Words) -> Problem:
    """The problem for an error; one that is our fault is logged."""
    problem = problem_of(error, told)
    kind = kind_of(type(error))
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        problem.request_id = request.scope.get(REQUEST_ID)
        if metrics := getattr(request.app.state, "metrics", None):
            metrics.failed(kind.name if kind else _INTERNAL.name)
    if kind is None or kind.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s failed", request.method, shown_path(request.url.path), exc_info=error)
    return problem


def answer(request: Request, error: Exception) -> JSONResponse:
    """The response for an error."""
    problem = told_problem(request, error, language(request))
    kind = kind_of(type(error))
    headers = {"Retry-After": str(kind.retry)} if kind and kind.retry else {}
    headers |= getattr(error, "headers", {})
    return _response(problem, headers)


def install(app: FastAPI) -> None:
    """Have `app` answer every error with a problem."""

    def invalid(request: Request, error: Exception) -> JSONResponse:
        told = language(request)
        found = cast("RequestValidationError", error).errors()
        faults = [{"where": ".".join(str(part) for part in f["loc"]), "what": f["msg"]} for f in found]
        kind = Kind(422, "malformed", "The request cannot be read")
        return _response(_problem(kind, told.say(_PLAIN[422]), told, errors=faults))

    def plain(request: Request, error: Exception) -> JSONResponse:
        told = language(request)
        http = cast("HTTPException", error)
        kind = Kind(http.status_code, f"http-{http.status_code}", HTTPStatus(http.status_code).phrase)
        said = _PLAIN.get(http.status_code)
        detail = told.say(said) if said else str(http.detail)
        return _response(_problem(kind, detail, told), dict(http.headers or {}))

    for known in TABLE:
        app.add_exception_handler(known, answer)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, answer)


def _response(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    body = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problem responses of an operation, for its description."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content} for status in sorted(statuses)
    }
