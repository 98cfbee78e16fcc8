"""The dossier of a case: handed out on its own, or bound into a bundle.

On its own it says that nothing is sealed; in a bundle its footer bears the digest of the manifest
of everything beside it. Its date is that of the assessment, so the same case assessed at the same
moment makes the same bytes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from api import certificate
from api.cases import Dossier, gather, judged, stream_of
from api.errors import NotTypesetError, NoTypesetterError
from api.paper.making import LANGS, make
from api.paper.press import available, press
from api.paper.sheet import Seal, Stills
from api.words import Lang, words
from storage.errors import MissingBlobError

if TYPE_CHECKING:
    from api.certificate import Certificate
    from api.desk import Desk
    from claims.assessment import Assessment
    from claims.bundle import Plan


def issue(desk: Desk, case_id: str, lang: Lang | None = None) -> bytes:
    """The dossier of the case as it stands now, as PDF.

    Raises:
        NoTypesetterError, NotTypesetError: as `press`.
        CertificateError: it is to be signed, and cannot be.
        MissingCaseError, UnknownRulesetError: as `gather`.
    """
    if not available():
        raise NoTypesetterError
    signer = certificate.of(desk.wiring.settings, desk.now())
    with desk.begin() as unit:
        found = gather(desk, unit, case_id)
        desk.note(unit, stream_of(case_id), "dossier.exported")
    assessment = judged(desk, found)
    told = words(lang or LANGS[found.case.locale])
    sheet, pictures = make(found, assessment, stills_of(desk), told)
    return _signed(press(sheet, pictures, at=assessment.assessed_at), signer, assessment)


def bound(desk: Desk, found: Dossier, assessment: Assessment, planned: Plan) -> bytes | None:
    """The dossier for that bundle, in the language of the case; None where it cannot be set here.

    Raises:
        CertificateError: it is to be signed, and cannot be.
    """
    signer = certificate.of(desk.wiring.settings, desk.now())
    manifest = planned.manifest()
    seal = Seal(hashlib.sha256(manifest.encode()).hexdigest(), manifest)
    told = words(LANGS[found.case.locale])
    stills = stills_of(desk)
    sheet, pictures = make(found, assessment, stills, told, seal=seal, paths=planned.originals())
    try:
        pdf = press(sheet, pictures, at=assessment.assessed_at, seal=seal)
    except (NoTypesetterError, NotTypesetError):
        return None
    return _signed(pdf, signer, assessment)


def _signed(pdf: bytes, signer: Certificate | None, assessment: Assessment) -> bytes:
    """The pages, signed at their own moment where there is a certificate."""
    if signer is None:
        return pdf
    from api.paper.signature import signed  # noqa: PLC0415 - an extra

    return signed(pdf, signer, assessment.assessed_at)


def stills_of(desk: Desk) -> Stills:
    """Gives stored pictures by their digest."""

    def still(digest: str) -> bytes | None:
        try:
            with desk.blobs.open(digest) as file:
                return file.read()
        except MissingBlobError:
            return None

    return still
