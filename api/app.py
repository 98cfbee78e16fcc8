"""The web application: routes, problems and pages around one wiring. It holds no globals."""

from __future__ import annotations

from typing import Any, Final, cast

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems, telemetry
from api.desk import Wiring
from api.guard import LOOPBACK, Guard
from api.identity.doorkeeper import Doorkeeper
from api.identity.doors import doors
from api.identity.issuer import Issuer
from api.identity.pacing import Pacing
from api.metrics import Metrics
from api.pages import (
    account,
    batch,
    bulk,
    case_chat,
    case_entries,
    case_new,
    case_outlook,
    case_photos,
    case_told,
    entrance,
    example,
    links,
    outcomes,
    seals,
    shared,
    vouching,
)
from api.pages import cases as case_pages
from api.pages import decisions as decision_pages
from api.pages import evidence as evidence_pages
from api.pages import packets as packet_pages
from api.pages.admin import rooms as admin
from api.pages.doors import pages
from api.pages.shelf import Shelf
from api.problems import Problem
from api.questions import Question
from api.routes import (
    addresses,
    cases,
    catalogue,
    confirmations,
    days_off,
    deadlines,
    dealing,
    editions,
    evidence,
    health,
    identity,
    imports,
    outlook,
    packets,
    photos,
    retention,
    schemas,
    shares,
    signers,
    station,
    stickers,
    uploads,
    validate,
    verifications,
    webhooks,
)
from api.routes import example as example_routes
from api.schemas import described, described_report
from api.sealing import version

DESCRIPTION: Final = """Checks unboxing films and defect photos, keeps the originals, and seals claim bundles
that anyone can verify. Times are seconds from the first frame; moments are RFC 3339 in UTC. Errors are
problem details (RFC 9457); lists page by cursor; every POST takes an `Idempotency-Key`."""
FETCHES: Final = 4
"""Files that are fetched from elsewhere at a time; each holds a thread and a connection."""


def create_app(wiring: Wiring) -> FastAPI:
    """The application that serves `wiring`; whoever made the wiring closes it."""
    app = FastAPI(
        title="Sixface",
        version=version(),
        summary="Evidence for return claims.",
        description=DESCRIPTION,
        # The usual pages load their scripts from elsewhere; whoever wants them points a tool at the JSON.
        docs_url=None,
        redoc_url=None,
        telemetry=telemetry.of_app(wiring.settings),
    )
    app.state.wiring = wiring
    app.state.metrics = Metrics()
    app.state.pacing = Pacing(wiring.settings.requests_per_minute)
    app.state.issuer = Issuer(wiring.settings, wiring.clock)
    app.state.uploads = {}
    app.state.photos = CapacityLimiter(max(2, wiring.settings.workers))
    app.state.fetches = CapacityLimiter(FETCHES)
    problems.install(app)
    nouns = (
        webhooks,
        validate,
        evidence,
        uploads,
        confirmations,
        photos,
        cases,
        dealing,
        addresses,
        outlook,
        imports,
        packets,
        retention,
        example_routes,
        deadlines,
        editions,
        days_off,
        catalogue,
        schemas,
        signers,
        shares,
        verifications,
        station,
        stickers,
        identity,
        health,
    )
    for noun in nouns:
        app.include_router(noun.router)
    # An address with a name stands before one with any id.
    rooms = (
        *(shared, entrance, vouching, account, bulk, batch, example, case_new, case_told, case_entries),
        *(case_photos, case_chat, case_outlook),
        *(case_pages, packet_pages, seals, links, decision_pages, outcomes, evidence_pages),
    )
    for room in rooms:
        app.include_router(room.router)
    app.include_router(admin.router)
    app.include_router(pages(Shelf()))
    settings = wiring.settings
    own = (*LOOPBACK, *settings.allowed_hosts) if settings.host in LOOPBACK else settings.allowed_hosts
    # The last one that is added stands outermost: the guard counts and logs what the doorkeeper answers.
    app.add_middleware(Doorkeeper, wiring=wiring, doors=doors(app.routes), pacing=app.state.pacing)
    app.add_middleware(Guard, hosts=own, metrics=app.state.metrics)
    app.openapi = lambda: _description(app)
    return app


def prepared(app: FastAPI) -> FastAPI:
    """The same application, with all its routes made: the framework makes them when somebody first asks.

    It takes a tenth of a second and more, and costs nobody anything before anybody listens.
    """
    nowhere: dict[str, Any] = {"type": "http", "method": "GET", "path": "/-", "root_path": "", "headers": []}
    for route in app.router.routes:
        route.matches(nowhere)
    return app


def _description(app: FastAPI) -> dict[str, Any]:
    """OpenAPI, with our problems where the framework would put its own errors."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
        )
        parts = made.setdefault("components", {}).setdefault("schemas", {})
        parts["Problem"] = Problem.model_json_schema()
        parts.update(described(Question) | described_report())
        for name in ("HTTPValidationError", "ValidationError"):
            parts.pop(name, None)
        for path in made["paths"].values():
            for operation in cast("dict[str, dict[str, Any]]", path).values():
                answers: dict[str, Any] = operation["responses"]
                if "application/json" in answers.get("422", {}).get("content", {}):
                    answers.update({str(k): v for k, v in problems.described(422).items()})
                names = {str(each["name"]).lower() for each in operation.get("parameters", ())}
                # What the doorkeeper says of whoever comes, and what any key of a client's may be.
                common = (400, 401, 403, 429) if "idempotency-key" in names else (401, 403, 429)
                for status, answer in problems.described(*common).items():
                    answers.setdefault(str(status), answer)
        app.openapi_schema = cast("dict[str, Any]", _with_local_times(made))
    return app.openapi_schema


def _with_local_times(described: object) -> object:
    """Times of day here carry no offset, as `time` would (RFC 3339); `time-local` is registered for that."""
    if isinstance(described, dict):
        members = cast("dict[str, object]", described)
        if members.get("format") == "time":
            return {**members, "format": "time-local"}
        return {name: _with_local_times(each) for name, each in members.items()}
    if isinstance(described, list):
        return [_with_local_times(each) for each in cast("list[object]", described)]
    return described
