"""A gathered case and its assessment become a sheet, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from api.paper import claimed, pictured, stated
from api.paper.sheet import Pictures, Seal, Sheet, Stills
from api.reading import read
from api.words import Lang, Words

if TYPE_CHECKING:
    from api.cases import Dossier
    from claims.assessment import Assessment
    from claims.case import Locale

LANGS: Final[Mapping[Locale, Lang]] = {"zh-Hans": "zh", "zh-Hant": "zh-Hant", "en": "en"}
"""The language in which a case is told."""


def make(
    found: Dossier,
    assessment: Assessment,
    stills: Stills,
    words: Words,
    *,
    seal: Seal | None = None,
    paths: Mapping[str, str] | None = None,
) -> tuple[Sheet, Mapping[str, bytes]]:
    """The pages of a case, and the pictures on them by file name.

    Args:
        found: the case with its reports.
        assessment: of that case; its moment is the moment of the dossier.
        stills: gives pictures by their digest.
        words: in which language.
        seal: of the bundle that the dossier goes into; None where it stands alone.
        paths: where each exhibit lies in that bundle, by its digest.
    """
    case, rules = found.case, found.ruleset.rules
    readings = {digest: read(report, words) for digest, report in found.reports.items()}
    pictures = Pictures(stills)
    tone, verdict, counts = claimed.verdict(assessment, words)
    exhibits = tuple(pictured.exhibited(case, found.reports, readings, pictures, words))
    sheet = Sheet(
        lang=words.lang,
        title=words.text("Dossier of a claim"),
        case=case.id,
        made=words.text(
            "As of {at}, times in {zone}", at=claimed.local(assessment.assessed_at, case), zone=case.zone
        ),
        tone=tone,
        verdict=verdict,
        counts=counts,
        claim=tuple(claimed.claim(case, rules, assessment, words)),
        reason=claimed.reason(case, words),
        keys=pictured.keys(exhibits),
        happened=tuple(claimed.happened(case, words)),
        rulings=tuple(claimed.rulings(assessment, words)),
        source=claimed.source(assessment, words),
        exhibits=exhibits,
        findings=tuple(stated.findings(case, readings, words)),
        open=tuple(stated.unverified(case, assessment, readings, words)),
        index=tuple(stated.index(case, found.reports, paths or {}, words)),
        sealed=_sealed(seal, words),
        labels=dict(_labels(words)),
    )
    return sheet, pictures.files


def _sealed(seal: Seal | None, words: Words) -> str:
    if seal is None:
        return words.text("Not part of a sealed bundle.")
    return words.text("Manifest SHA-256 {digest}", digest=seal.digest)


def _labels(words: Words) -> Iterator[tuple[str, str]]:
    yield "claim", words.text("What is claimed")
    yield "happened", words.text("What happened when")
    yield "keys", words.text("The evidence at a glance")
    yield "glance", words.text("The requirements at a glance")
    yield "evidence", words.text("What the files show")
    yield "timeline", words.text("Timeline of the film")
    yield "unfolded", words.text("The parcel unfolded")
    yield "label", words.text("The waybill")
    yield "moments", words.text("Moments of the film")
    yield "findings", words.text("What was found")
    yield "open", words.text("What was not verified")
    yield "rules", words.text("Rule by rule")
    yield "index", words.text("Index of the evidence")
    yield "recommended", words.text("recommended")
    yield "brought_by", words.text("brought by")
    yield "file", words.text("File")
    yield "nothing", words.text("Nothing is recorded.")
    yield "no_still", words.text("no picture")
    yield (
        "lacking",
        words.text(
            "Text of users is shown as they wrote it, shortened where it is long; □ stands for a character "
            "that the font lacks. In a bundle the whole text is in data/case.json."
        ),
    )
    yield (
        "check",
        words.text(
            "The digest in the footer is that of all lines of manifest-sha256.txt but the one of this PDF; "
            "they are attached to it. To check it, in the unpacked bundle: {command}",
            command="grep -v ' data/dossier.pdf$' manifest-sha256.txt | sha256sum",
        ),
    )
