"""What a signed record of origin comes to: an outcome and a sentence.

That a record fits the file is certain; that nobody knows its signer is no fault, since anybody's
phone may sign. What a record itself says was done to the content is taken at its word.
Sources: the C2PA specification (actions, status codes); IPTC's list of digital source types.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from evidence.model import Measure, Outcome, Saying, say
from evidence.provenance import Provenance, Seal

Judged = tuple[Outcome, Saying, Saying | None]
"""An outcome, its sentence, and what to do."""

_SPOILT: Final = say("Send the file as it was signed: editing and sharing spoil the record.")
_JUDGE: Final = say("Have a person judge what is shown, and ask for the recording it was made from.")
_UNCHANGED: Final = frozenset(
    {
        *("c2pa.created", "c2pa.opened", "c2pa.published", "c2pa.managed", "c2pa.watermarked"),
        *("c2pa.transcoded", "c2pa.repackaged", "c2pa.converted", "c2pa.resized", "c2pa.orientation"),
        *("c2pa.edited.metadata", "c2pa.copied", "c2pa.saved", "c2pa.printed", "c2pa.formatted"),
    }
)
"""What can be done to a file and leave what it shows as it was; any other action counts as a change."""
_MADE_UP: Final = frozenset(
    {
        *("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"),
        *("compositeSynthetic", "composite", "dataDrivenMedia", "digitalArt", "digitalCreation"),
        *("softwareImage", "virtualRecording", "trainedAlgorithmicData"),
    }
)
"""Codes of IPTC's list of digital source types for what no camera recorded."""


def judged(record: Provenance | None) -> Judged:
    """What to say of the record; None stands for a file without one."""
    if record is None:
        says = say("The file carries no signed record of its origin; most files carry none.")
        return Outcome.SKIPPED, says, None
    match record.seal:
        case Seal.ELSEWHERE:
            says = say(
                "The file says that the record of its origin lies on a server; nothing is fetched from there."
            )
            return Outcome.SKIPPED, says, None
        case Seal.UNREAD:
            says = say(
                "The file carries a signed record of its origin, and what reads it is not installed here."
            )
            return (
                Outcome.SKIPPED,
                says,
                say("Whoever runs Sixface can install its extra provenance for that."),
            )
        case Seal.BROKEN:
            says = say("The file carries a signed record of its origin that cannot be read.")
            return Outcome.UNSURE, says, _SPOILT
        case Seal.INVALID:
            return Outcome.UNSURE, _mismatch(record.mismatches), _SPOILT
        case Seal.VALID | Seal.TRUSTED:
            return _fitting(record)


def measures(record: Provenance | None) -> Iterator[Measure]:
    """What the record says, for whoever wants to recompute it."""
    if record is None:
        return
    texts = {
        "signer": record.signer,
        "generator": record.generator,
        "signed_at": record.signed_at,
        "actions": ", ".join(record.actions),
        "sources": ", ".join(record.sources),
        "mismatches": ", ".join(record.mismatches),
        "trust_list": record.trust,
    }
    yield from (Measure(name=name, value=text) for name, text in texts.items() if text)


def _mismatch(codes: tuple[str, ...]) -> Saying:
    if "claimSignature.mismatch" in codes:
        return say(
            "The signature of the file's record of origin is wrong: the record was changed or is made up."
        )
    if any(code.endswith("Hash.mismatch") for code in codes):
        return say(
            "The file was changed after the record of its origin was signed: the record no longer fits it."
        )
    if any(code.startswith(("signingCredential.", "claimSignature.outsideValidity")) for code in codes):
        return say("The file's record of origin is signed with a certificate that was not valid for it.")
    return say("The file's record of origin contradicts itself.")


def _fitting(record: Provenance) -> Judged:
    changes = [action.removeprefix("c2pa.") for action in record.actions if action not in _UNCHANGED]
    made_up = [source for source in record.sources if source in _MADE_UP]
    if made_up:
        says = say(
            "The file's record of origin fits it and says that no camera recorded it as it is: {source}.",
            source=made_up[0],
        )
        return Outcome.UNSURE, says, _JUDGE
    if changes:
        says = say(
            "The file's record of origin fits it and says that it was changed: {actions}.",
            actions=", ".join(dict.fromkeys(changes)),
        )
        return Outcome.UNSURE, says, _JUDGE
    signer = record.signer or "?"
    if record.seal is Seal.TRUSTED:
        says = say(
            "The file's record of origin fits it, and its signer {signer} is one that is trusted here.",
            signer=signer,
        )
    else:
        says = say(
            "The file's record of origin fits it: it is as it was when {signer} signed it. "
            "Who that is, is not known here.",
            signer=signer,
        )
    return Outcome.PASS, says, None
