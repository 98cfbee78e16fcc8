"""The third flow: a case becomes a bundle.

The bundle is written to staging while it is hashed, stored under its digest, and then noted
with the case in one transaction. Sealing again makes another bundle; no bundle is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from api import idempotency, issuing, signing, testimony
from api.basis import basis
from api.cases import Dossier, gather, judged, stream_of, streams_of
from api.dossier import dossier
from api.errors import MissingBundleError
from api.holding import hold
from api.idempotency import Claim, Reply
from api.item import new_id
from api.proposing import Asking
from api.words import Lang, words
from claims import confirmation
from claims.bundle import BundleError, Plan, SealedBundle, plan, write
from evidence.model import Report, Saying
from storage import ledger
from storage.rows import Reading

if TYPE_CHECKING:
    from api.desk import Desk
    from claims.assessment import Assessment

KIND: Final = "bundle"
PENDING: Final = "pending"
"""The `time` of a bundle whose stamp is asked for; `none` where no authority is set, `stamped` with it."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """How a bundle is to be sealed."""

    incomplete: bool = False
    """Although not everything that is demanded is met."""
    lang: Lang = "zh"
    """Of the reports for people within it."""


def version() -> str:
    """Of this program, e.g. `0.1.0`."""
    return metadata.version("sixface")


def seal(
    desk: Desk,
    case_id: str,
    wish: Wish,
    claim: Claim,
    progress: Progress = lambda _done, _total: None,
) -> Reply:
    """Seal the case as it stands.

    Raises:
        MissingCaseError: there is none of that id.
        UnmetError: the ruleset is not met, and the wish is not for an incomplete bundle.
        BundleError: a stored file, a custody log or a row that one speaks of is not what it was.
        CertificateError: the dossier is to be signed, and cannot be.
        StorageError: it could not be stored.
    """
    with desk.read() as reading:
        if reply := idempotency.recall(reading, claim):
            return reply
        found = gather(desk, reading, case_id)
        custody = _custody(reading, found)
        altered = testimony.doubt(reading, streams_of(found).values())
    assessment = judged(desk, found, desk.now())
    try:
        planned = _planned(desk, found, assessment, custody, wish)
        _check(altered)
    except BundleError:
        with desk.begin() as unit:
            desk.note(unit, stream_of(case_id), "bundle.refused")
        raise
    with desk.blobs.stage() as staging:
        sealed = write(planned, desk.blobs.open, staging, progress)
        staging.commit(sealed.digest)
    for exhibit in found.case.exhibits:  # what it was made from stays locked as long as the bundle
        desk.blobs.renew(exhibit.digest)
    more = {
        "signer": planned.signer.key if planned.signer else None,
        "basis": basis(found, assessment),
    }
    return _noted(desk, case_id, sealed, more, claim)


def latest(reading: Reading, case_id: str) -> dict[str, Any]:
    """What is known of the bundle that was sealed last.

    Raises:
        MissingBundleError: none was.
    """
    rows = reading.find(KIND, {"case": case_id}, limit=1).rows
    if not rows:
        raise MissingBundleError
    return rows[0].body


def edition(found: Mapping[str, Any]) -> str:
    """The digest of the zip that is handed out: the one with time stamps where they have come."""
    return str(found.get("stamped", found)["digest"])


def _planned(desk: Desk, found: Dossier, assessment: Assessment, custody: dict[str, str], wish: Wish) -> Plan:
    told = words(wish.lang)
    still = issuing.stills_of(desk)

    def page(digest: str, report: Report) -> bytes:
        said = confirmation.latest(found.confirmations.get(digest, ()), confirmation.COUNT)
        earlier = found.earlier.get(digest, ())
        doubts = confirmation.doubts(found.confirmations.get(digest, ()), report)
        return dossier(report, still, told, asking=Asking(said, doubts=doubts), earlier=earlier).encode()

    planned = plan(
        found.case,
        found.ruleset,
        assessment,
        reports=found.reports,
        pages={digest: page(digest, report) for digest, report in found.reports.items()},
        custody=custody,
        sealed_at=assessment.assessed_at,
        engine=f"sixface {version()}",
        incomplete=wish.incomplete,
        confirmations=found.confirmations,
        worm=desk.blobs.worm().value,
        signer=signing.signer(desk.wiring.settings),
    )
    return planned.with_dossier(issuing.bound(desk, found, assessment, planned))


def _custody(reading: Reading, found: Dossier) -> dict[str, str]:
    """The custody chains as JSON lines, by the id of the exhibit or of the case."""
    logs = streams_of(found)
    return {owner: ledger.export(reading.entries(stream)) for owner, stream in logs.items()}


def _check(altered: Saying | None) -> None:
    if altered:
        raise BundleError(altered)


def _noted(desk: Desk, case_id: str, sealed: SealedBundle, more: Mapping[str, Any], claim: Claim) -> Reply:
    bundle_id = new_id("bundle")
    time = PENDING if desk.wiring.settings.tsa else "none"
    body: dict[str, Any] = {
        "id": bundle_id,
        "case": case_id,
        "digest": sealed.digest,
        "size": sealed.size,
        "files": sealed.files,
        "incomplete": list(sealed.incomplete),
        "time": time,
        "dossier": sealed.dossier,
        **more,
        "links": {"self": f"/v1/cases/{case_id}/bundle", "case": f"/v1/cases/{case_id}"},
    }
    with desk.begin() as unit:
        if reply := idempotency.recall(unit, claim):
            return reply
        hold(desk.blobs, unit, sealed.digest)
        unit.add(KIND, bundle_id, body, facets={"case": case_id, "time": time})
        detail = {
            "digest": sealed.digest,
            "size": sealed.size,
            "incomplete": list(sealed.incomplete),
            "signer": body["signer"],
        }
        desk.note(unit, stream_of(case_id), "bundle.sealed", detail)
        reply = Reply(201, body, {"Location": f"/v1/cases/{case_id}/bundle"})
        return idempotency.remember(unit, claim, reply)
