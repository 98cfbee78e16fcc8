"""What goes into a bundle: a case, its originals, reports and custody chains, by path.

Pure: the same parts give the same plan. Originals go in under names of our making; what
users wrote stays inside JSON.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import BaseModel

from claims import bag, chain, derived, dossier, signature
from claims.assessment import Assessment, Readiness
from claims.case import Case, Exhibit
from claims.confirmation import Confirmation
from claims.ruleset import Loaded
from claims.signature import Signer
from evidence.model import Report, Saying, rfc3339, say

_STILL: Final = re.compile(r"stills/[A-Za-z0-9_][A-Za-z0-9._-]{0,79}", re.ASCII)
_EXTENSIONS: Final = {
    "mov": "mov",
    "mp4": "mp4",
    "3gp": "3gp",
    "webm": "webm",
    "mkv": "mkv",
    "jpeg": "jpg",
    "png": "png",
    "webp": "webp",
    "heic": "heic",
}
"""By the container that the examination found; a file that was not examined ends in `bin`."""


class BundleError(Exception):
    """A bundle cannot be sealed; `says` is the one sentence about it."""

    def __init__(self, says: Saying) -> None:
        super().__init__(str(says))
        self.says = says


class UnmetError(BundleError):
    """The ruleset is not met; `unmet` has the requirements that are no or unsure."""

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(
            say(
                "These requirements are not met or still open: {unmet}. "
                "Mend that, or seal the bundle as incomplete.",
                unmet=", ".join(assessment.unmet),
            )
        )
        self.unmet = assessment.unmet


@dataclass(frozen=True)
class Member:
    """One file of the payload: text that we made, or a blob by its digest."""

    path: str
    digest: str
    size: int | None = None
    """Bytes; None where only the blob tells."""
    content: bytes | None = None


@dataclass(frozen=True)
class Plan:
    """What goes into a bundle."""

    folder: str
    """The one top folder of the zip."""
    payload: tuple[Member, ...]
    tags: tuple[Member, ...]
    """Tag files whose text is known before the payload's sizes are."""
    info: tuple[tuple[str, str], ...]
    """The fields of `bag-info.txt`, less the sum of the payload."""
    incomplete: tuple[str, ...]
    """The requirements that are not met; empty for a complete bundle."""
    signer: Signer | None = None
    """Who signs the tag manifest, and is named in what it lists."""

    def manifest(self) -> str:
        """The manifest of the payload as it stands, before a dossier is in it."""
        return bag.manifest({m.path: m.digest[len("sha256:") :] for m in self.payload})

    def originals(self) -> dict[str, str]:
        """Where each original lies, by its digest."""
        return {m.digest: m.path for m in self.payload if m.path.startswith(bag.ORIGINALS)}

    def with_dossier(self, pdf: bytes | None) -> Plan:
        """This plan with the case as a PDF; where there is none, the bundle says so.

        The PDF names the digest of `manifest()`, so it goes in last.
        """
        if pdf is None:
            return replace(self, info=(*self.info, ("Sixface-Dossier", "absent: it could not be set here")))
        payload = sorted((*self.payload, made(bag.DOSSIER, pdf)), key=lambda m: m.path)
        return replace(self, payload=tuple(payload), info=(*self.info, ("Sixface-Dossier", bag.DOSSIER)))


def plan(
    case: Case,
    ruleset: Loaded,
    assessment: Assessment,
    *,
    reports: Mapping[str, Report],
    pages: Mapping[str, bytes],
    custody: Mapping[str, str],
    sealed_at: datetime,
    engine: str,
    incomplete: bool = False,
    confirmations: Mapping[str, Sequence[Confirmation]] = {},
    worm: Literal["proven", "absent"] = "absent",
    signer: Signer | None = None,
) -> Plan:
    """What a bundle of this case holds.

    Args:
        case: the case, with its exhibits.
        ruleset: the ruleset that was applied, with its text.
        assessment: of this case by that ruleset.
        reports: by the digest of the exhibit; an exhibit may have none.
        pages: the rendered report as HTML, by the digest of the exhibit; may have none.
        custody: chains as JSON lines (see `claims.chain`), by the id of the exhibit or of the case.
        sealed_at: the moment of sealing; never read from a clock here.
        engine: what seals, e.g. `sixface 0.1.0`.
        incomplete: seal although the ruleset is not met; the bundle then says so.
        confirmations: what people said of the pictures, by the digest of the exhibit; all of it.
        worm: whether it was shown by trying that the store of the originals lets nobody delete or overwrite.
        signer: who signs the bundle; without one it is not signed.

    Raises:
        UnmetError: the ruleset is not met and `incomplete` is not set.
        BundleError: a custody chain is broken.
        ValueError: the parts do not belong together.
    """
    _belong_together(case, ruleset, assessment, custody)
    if assessment.readiness is not Readiness.READY and not incomplete:
        raise UnmetError(assessment)
    stems = dict(_stems(case.exhibits))
    chains = {
        f"{bag.CHAINS}{stems.get(owner, 'case')}.jsonl": text.encode() for owner, text in custody.items()
    }
    originals = [_original(e, stems[e.id], reports.get(e.digest)) for e in case.exhibits]
    examined = [
        (original.path, f"{bag.REPORTS}{stems[e.id]}/", reports[e.digest])
        for e, original in zip(case.exhibits, originals, strict=True)
        if e.digest in reports
    ]
    payload = [
        *originals,
        *([made(bag.DERIVED, document(derived.told(examined)))] if examined else []),
        *(member for e in case.exhibits for member in _examined(e, stems[e.id], reports, pages)),
        *(
            made(f"{bag.REPORTS}{stems[e.id]}/confirmations.json", _told(confirmations[e.digest]))
            for e in case.exhibits
            if confirmations.get(e.digest)
        ),
        *(made(path, content) for path, content in chains.items()),
        made(bag.CASE, _json(case)),
        made(bag.ASSESSMENT, _json(assessment)),
        made(bag.RULESET, ruleset.text.encode()),
    ]
    folder = f"sixface-{case.id}"
    unmet = () if assessment.readiness is Readiness.READY else assessment.unmet or ("nothing required",)
    readme = dossier.readme(
        folder,
        ruleset.rules,
        assessment,
        sealed_at=sealed_at,
        engine=engine,
        signer=signer.key if signer else None,
    )
    return Plan(
        folder=folder,
        payload=tuple(sorted(payload, key=lambda m: m.path)),
        tags=(
            made(bag.DECLARATION, bag.BAGIT.encode()),
            made(bag.README, readme.encode()),
            made(bag.SCRIPT, dossier.script()),
            *([made(bag.SIGNER, signature.pem(signer.key).encode())] if signer else []),
        ),
        info=(
            *_info(case, assessment, unmet, sealed_at=sealed_at, engine=engine),
            ("Sixface-Worm", worm),
            *([(bag.SIGNED_BY, signer.key)] if signer else []),
            *((bag.CUSTODY, head) for head in _heads(chains)),
        ),
        incomplete=unmet,
        signer=signer,
    )


def _belong_together(case: Case, ruleset: Loaded, assessment: Assessment, custody: Mapping[str, str]) -> None:
    applied = (assessment.ruleset.id, assessment.ruleset.version)
    if assessment.case_id != case.id or applied != (ruleset.rules.id, ruleset.rules.version):
        message = "the assessment is not one of this case by this ruleset"
        raise ValueError(message)
    strangers = custody.keys() - {case.id, *(e.id for e in case.exhibits)}
    if strangers:
        message = f"custody chains of strangers to this case: {', '.join(sorted(strangers))}"
        raise ValueError(message)
    if case.id in {e.id for e in case.exhibits}:
        message = "an exhibit has the id of its case"
        raise ValueError(message)


def _stems(exhibits: Iterable[Exhibit]) -> Iterator[tuple[str, str]]:
    for number, exhibit in enumerate(exhibits, start=1):
        yield exhibit.id, f"{number:02d}-{exhibit.kind.value}"


def _original(exhibit: Exhibit, stem: str, report: Report | None) -> Member:
    ending = _EXTENSIONS.get(report.media.container, "bin") if report else "bin"
    return Member(f"{bag.ORIGINALS}{stem}.{ending}", exhibit.digest, exhibit.size)


def _examined(
    exhibit: Exhibit, stem: str, reports: Mapping[str, Report], pages: Mapping[str, bytes]
) -> Iterator[Member]:
    report = reports.get(exhibit.digest)
    if report is None:
        return
    if report.subject.digest != exhibit.digest or report.subject.bytes != exhibit.size:
        message = f"the report on exhibit {exhibit.id} is about another file"
        raise ValueError(message)
    yield made(f"{bag.REPORTS}{stem}/report.json", _json(report))
    if exhibit.digest in pages:
        yield made(f"{bag.REPORTS}{stem}/report.html", pages[exhibit.digest])
    kept: dict[str, str] = {}
    for still in report.stills:
        if not _STILL.fullmatch(still.path) or kept.get(still.path, still.digest) != still.digest:
            message = f"the report on exhibit {exhibit.id} names a still in a way that cannot be kept"
            raise ValueError(message)
        kept[still.path] = still.digest
    yield from (Member(f"{bag.REPORTS}{stem}/{path}", digest) for path, digest in kept.items())


def _json(value: BaseModel) -> bytes:
    return document(value.model_dump(mode="json"))


def _told(said: Iterable[Confirmation]) -> bytes:
    return document([each.model_dump(mode="json") for each in said])


def document(data: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """The bytes of a JSON document as a bundle holds it."""
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def made(path: str, content: bytes) -> Member:
    """A file that we made."""
    return Member(path, _digest(content), len(content), content)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _heads(chains: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in sorted(chains.items()):
        head, breaks = chain.follow(io.BytesIO(content))
        if breaks:
            raise BundleError(
                say(
                    "The custody log {path} is broken at line {line}, so the bundle was not sealed.",
                    path=path,
                    line=breaks[0].line,
                )
            )
        yield f"{path} {head}"


def _info(
    case: Case,
    assessment: Assessment,
    unmet: tuple[str, ...],
    *,
    sealed_at: datetime,
    engine: str,
) -> Iterator[tuple[str, str]]:
    yield "Bagging-Date", f"{sealed_at.astimezone(UTC):%Y-%m-%d}"
    yield "Bag-Software-Agent", engine
    yield "External-Identifier", case.id
    yield "Sixface-Bundle-Version", "1"
    yield "Sixface-Sealed-At", rfc3339(sealed_at)
    yield "Sixface-Ruleset", f"{assessment.ruleset.id} version {assessment.ruleset.version}"
    yield "Sixface-Readiness", assessment.readiness.value
    yield "Sixface-Completeness", f"incomplete: {', '.join(unmet)}" if unmet else "complete"
