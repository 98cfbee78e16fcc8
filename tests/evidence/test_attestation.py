from __future__ import annotations

import pytest

from evidence.attestation import judged, measures
from evidence.model import Outcome
from evidence.provenance import Provenance, Seal

CREATED = ("c2pa.created",)


@pytest.mark.parametrize(
    ("record", "outcome", "words"),
    [
        (None, Outcome.SKIPPED, "no signed record"),
        (Provenance(Seal.ELSEWHERE), Outcome.SKIPPED, "nothing is fetched"),
        (Provenance(Seal.UNREAD), Outcome.SKIPPED, "not installed"),
        (Provenance(Seal.BROKEN), Outcome.UNSURE, "cannot be read"),
        (Provenance(Seal.TRUSTED, "Camera", actions=CREATED), Outcome.PASS, "Camera is one that is trusted"),
        (Provenance(Seal.VALID, "Camera", actions=CREATED), Outcome.PASS, "not known here"),
        (Provenance(Seal.VALID, actions=("c2pa.opened", "c2pa.transcoded")), Outcome.PASS, "not known"),
        (
            Provenance(Seal.TRUSTED, actions=("c2pa.opened", "c2pa.cropped")),
            Outcome.UNSURE,
            "changed: cropped",
        ),
        (Provenance(Seal.VALID, actions=("com.maker.beauty",)), Outcome.UNSURE, "changed: com.maker.beauty"),
        (Provenance(Seal.TRUSTED, sources=("trainedAlgorithmicMedia",)), Outcome.UNSURE, "no camera"),
        (Provenance(Seal.TRUSTED, sources=("digitalCapture",)), Outcome.PASS, "trusted"),
    ],
)
def test_a_record_comes_to_an_outcome_and_a_sentence(record, outcome, words):
    told, says, _ = judged(record)
    assert told is outcome
    assert words in str(says)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (("claimSignature.mismatch",), "signature"),
        (("assertion.dataHash.mismatch",), "was changed after"),
        (("assertion.bmffHash.mismatch",), "was changed after"),
        (("assertion.boxesHash.mismatch",), "was changed after"),
        (("signingCredential.expired",), "certificate"),
        (("claimSignature.outsideValidity",), "certificate"),
        (("assertion.hashedURI.mismatch",), "contradicts itself"),
        ((), "contradicts itself"),
        (("assertion.dataHash.mismatch", "claimSignature.mismatch"), "signature"),
    ],
)
def test_what_does_not_fit_is_said_and_never_fails(codes, words):
    outcome, says, advice = judged(Provenance(Seal.INVALID, mismatches=codes))
    assert outcome is Outcome.UNSURE
    assert words in str(says)
    assert advice


def test_a_stranger_can_see_what_the_record_says():
    record = Provenance(Seal.TRUSTED, "Camera", "app 1", "2026-11-20T08:00:00Z", CREATED, (), (), "sha256:00")
    assert {measure.name: measure.value for measure in measures(record)} == {
        "signer": "Camera",
        "generator": "app 1",
        "signed_at": "2026-11-20T08:00:00Z",
        "actions": "c2pa.created",
        "trust_list": "sha256:00",
    }
    assert list(measures(None)) == []
