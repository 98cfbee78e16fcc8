"""`/v1/cases`: claims with their exhibits, what people say about them, and their bundles."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from api import cases, issuing, sealing, sealings, viewing
from api.download import attachment, linked
from api.drafting import Draft, Facts
from api.guard import MOST_JSON
from api.problems import described
from api.routes.asking import Key, Serving, claim, replied
from api.sealing import Wish
from api.words import Lang
from claims.assessment import Assessment, Countdown
from claims.case import Case, Event, ExhibitKind, Moment, Statement

router = APIRouter(prefix="/v1/cases", tags=["cases"], default_response_class=JSONResponse)

CaseId = Annotated[str, Path(examples=["case_5b0f6d1c9a7e42f83310"], max_length=64)]
_CASE: Final[dict[str, Any]] = {
    "ruleset": "tmall",
    "order_number": "2026112100017",
    "tracking_number": "SF1234567890123",
    "reason": "The box held another, worn pair of shoes.",
    "events": [{"kind": "return_delivered", "at": "2026-11-21T02:15:00Z"}],
}


class CaseShown(Case):
    """A case, its ruleset and its links."""

    ruleset: str
    links: dict[str, str]


class CaseList(BaseModel):
    """One page; `next` goes into `after`, and is missing on the last one."""

    items: list[CaseShown]
    next: str | None = None


class NewExhibit(BaseModel):
    """Which item of evidence becomes an exhibit; a film as a film, a photo as a photo, unless told."""

    model_config = ConfigDict(extra="forbid")

    evidence_id: str
    kind: ExhibitKind | None = None
    facts: Facts = Facts()
    """What it proves, who brought it, when it was captured."""


class Seal(BaseModel):
    """How to seal."""

    model_config = ConfigDict(extra="forbid")

    incomplete: bool = False
    lang: Lang = "zh"


class Bundle(BaseModel):
    """A bundle that was sealed; `digest` and `size` are those of the zip."""

    id: str
    case: str
    digest: str
    size: int
    files: int
    incomplete: list[str]
    time: Literal["none", "pending", "stamped"]
    """Whether a time-stamping authority has signed that it existed."""
    dossier: bool = False
    """Whether the case as a PDF is in it; it is missing where the extra `dossier` is not installed."""
    signer: str | None = None
    """The public key that signed it, as SubjectPublicKeyInfo in base64; compare it with `/v1/signers.pem`."""
    basis: dict[str, Any] = {}
    """What it was made from, as hashes; it says whether another bundle would say anything else."""
    links: dict[str, str]


class Sealing(BaseModel):
    """A seal that was asked for: `sealed` names its bundle, `failed` says why."""

    model_config = ConfigDict(extra="allow")

    id: str
    case: str
    state: Literal["waiting", "sealing", "sealed", "failed"]
    step: Literal["papers", "copying", "keeping"] | None = None
    done: int | None = None
    """Bytes that are copied, of `total`."""
    total: int | None = None
    bundle: str | None = None
    reason: dict[str, Any] | None = None
    links: dict[str, str]


class Deadlines(BaseModel):
    """The platform's clocks for this case: those to act on first, then by their end."""

    case_id: str
    assessed_at: Moment
    clocks: list[Countdown]


@router.post(
    "",
    summary="Open a case",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CaseShown}, **described(400, 404, 413, 422)},
)
def opened(
    request: Request, desk: Serving, key: Key, draft: Annotated[Draft, Body(examples=[_CASE])]
) -> Response:
    """Nothing but the platform's ruleset is needed; the rest may be added later."""
    asked = draft.model_dump(mode="json")
    return replied(cases.open_case(desk, draft, claim(request, key, asked=asked)))


@router.get("", summary="List the cases", responses={200: {"model": CaseList}, **described(400, 422)})
def listed(
    desk: Serving,
    order_number: Annotated[str | None, Query(max_length=512)] = None,
    tracking_number: Annotated[str | None, Query(max_length=512)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """The newest first."""
    facets = {"order_number": order_number, "tracking_number": tracking_number}
    wanted = {name: value for name, value in facets.items() if value is not None}
    with desk.read() as reading:
        page = reading.find(cases.KIND, wanted, after=after, limit=limit)
    items = [cases.shown(Case.model_validate(row.body["case"]), row.body["ruleset"]) for row in page.rows]
    return JSONResponse({"items": items} | ({"next": page.next} if page.next else {}))


@router.get("/{case_id}", summary="Look at a case", responses={200: {"model": CaseShown}, **described(404)})
def one(desk: Serving, case_id: CaseId) -> Response:
    """As it was told; whether it is enough is asked at its `assessment`."""
    with desk.begin() as unit:
        found = cases.look_up(unit, case_id)
        version = cases.version_of(unit, case_id)
        desk.note(unit, cases.stream_of(case_id), "case.viewed")
    return JSONResponse(found, headers={"ETag": f'"{version}"'})


@router.post(
    "/{case_id}/exhibits",
    summary="Add evidence to a case",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CaseShown}, **described(400, 404, 422)},
)
def attached(request: Request, desk: Serving, key: Key, case_id: CaseId, exhibit: NewExhibit) -> Response:
    """The same bytes can be in a case only once."""
    asked = claim(request, key, asked=exhibit.model_dump(mode="json"))
    return replied(
        cases.attach(desk, case_id, exhibit.evidence_id, asked, kind=exhibit.kind, facts=exhibit.facts)
    )


@router.get(
    "/{case_id}/exhibits", summary="List the exhibits of a case", responses={200: {}, **described(404)}
)
def exhibits(desk: Serving, case_id: CaseId) -> Response:
    """In the order in which they were added."""
    return JSONResponse({"items": viewing.case(desk, case_id, "exhibits.viewed")["exhibits"]})


@router.post(
    "/{case_id}/events",
    summary="Record that something happened",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CaseShown}, **described(400, 404, 422)},
)
def recorded(request: Request, desk: Serving, key: Key, case_id: CaseId, event: Event) -> Response:
    """A later record of the same kind corrects an earlier one; both stay."""
    asked = claim(request, key, asked=event.model_dump(mode="json"))
    return replied(cases.record(desk, case_id, event, asked))


@router.post(
    "/{case_id}/statements",
    summary="Answer a requirement as a person",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": CaseShown}, **described(400, 404, 422)},
)
def stated(request: Request, desk: Serving, key: Key, case_id: CaseId, statement: Statement) -> Response:
    """A yes closes what the checks left open, and never what they found wrong."""
    asked = claim(request, key, asked=statement.model_dump(mode="json"))
    return replied(cases.state(desk, case_id, statement, asked))


@router.get(
    "/{case_id}/assessment",
    summary="Is it enough?",
    responses={200: {"model": Assessment}, **described(404)},
)
def assessment(desk: Serving, case_id: CaseId) -> Response:
    """Every requirement yes, no or unsure with its reason; computed now from what is there."""
    return JSONResponse(_assessed(desk, case_id).model_dump(mode="json"))


@router.get(
    "/{case_id}/deadlines", summary="Until when?", responses={200: {"model": Deadlines}, **described(404)}
)
def deadlines(desk: Serving, case_id: CaseId) -> Response:
    """The platform's clocks; one whose length the source does not tell is unknown, never guessed."""
    found = _assessed(desk, case_id)
    clocks = cases.soonest_first(found.clocks)
    told = Deadlines(case_id=case_id, assessed_at=found.assessed_at, clocks=clocks)
    return JSONResponse(told.model_dump(mode="json"))


@router.post(
    "/{case_id}/bundle",
    summary="Seal the case into a bundle",
    status_code=201,
    max_body_size=MOST_JSON,
    responses={201: {"model": Bundle}, **described(404, 409, 422, 503, 507)},
)
def sealed(
    request: Request, desk: Serving, key: Key, case_id: CaseId, wish: Annotated[Seal | None, Body()] = None
) -> Response:
    """409 names what is not met, unless an incomplete bundle is asked for; the bundle then says so."""
    how = wish or Seal()
    asked = claim(request, key, asked=how.model_dump(mode="json"))
    return replied(sealing.seal(desk, case_id, Wish(how.incomplete, how.lang), asked))


@router.post(
    "/{case_id}/sealings",
    summary="Have the case sealed",
    status_code=202,
    max_body_size=MOST_JSON,
    responses={202: {"model": Sealing}, **described(404, 409, 413, 422)},
)
def seal_asked(
    request: Request, desk: Serving, key: Key, case_id: CaseId, wish: Annotated[Seal | None, Body()] = None
) -> Response:
    """As `bundle`, by the worker: for cases with long films. `Location` says how far it is."""
    how = wish or Seal()
    asked = claim(request, key, asked=how.model_dump(mode="json"))
    return replied(sealings.ask(desk, case_id, Wish(how.incomplete, how.lang), asked))


@router.get(
    "/{case_id}/sealings/{sealing_id}",
    summary="Is the case sealed?",
    responses={200: {"model": Sealing}, **described(404)},
)
def sealing_of(desk: Serving, case_id: CaseId, sealing_id: Annotated[str, Path(max_length=64)]) -> Response:
    """Which step it is at; a bundle is never replaced."""
    with desk.read() as reading:
        return JSONResponse(sealings.one(reading, case_id, sealing_id))


@router.get(
    "/{case_id}/bundle",
    summary="Download the bundle that was sealed last",
    response_class=Response,
    responses={200: {"content": {"application/zip": {}}}, 206: {}, 416: {}, **described(404)},
)
def bundle(
    desk: Serving,
    case_id: CaseId,
    range: Annotated[str | None, Header()] = None,  # noqa: A002 - the name of the header
) -> Response:
    """A zip that anyone can verify: `sixface verify`, or its own `verify.sh`."""
    with desk.begin() as unit:
        cases.look_up(unit, case_id)
        found = sealing.latest(unit, case_id)
        digest = sealing.edition(found)
        desk.note(unit, cases.stream_of(case_id), "bundle.exported", {"digest": digest})
    name = f"sixface-{case_id}.zip"
    if desk.wiring.settings.s3_links and (away := linked(desk.blobs, digest, name=name)):
        return away
    return attachment(desk.blobs, digest, name=name, asked=range, kind="application/zip")


@router.get(
    "/{case_id}/dossier.pdf",
    summary="Download the case as a PDF",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **described(404, 501)},
)
def dossier(desk: Serving, case_id: CaseId, lang: Lang | None = None) -> Response:
    """As it stands now, in the language of the case unless told; a bundle has one that is sealed with it."""
    pdf = issuing.issue(desk, case_id, lang)
    headers = {"Content-Disposition": f'attachment; filename="sixface-{case_id}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _assessed(desk: Serving, case_id: str) -> Assessment:
    with desk.begin() as unit:
        cases.look_up(unit, case_id)
        desk.note(unit, cases.stream_of(case_id), "assessment.viewed")
    return cases.assessed(desk, case_id)
