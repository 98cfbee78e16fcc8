from __future__ import annotations

import base64
import random
import zipfile
from pathlib import Path

import httpx
import pytest

from api import signing
from api.settings import Settings
from claims.signature import Signer
from tests.claims.conftest import bare, filled
from tests.claims.mutations import TestSigner


def proofs(file: Path, signer: Signer | None) -> dict[str, str]:
    with file.open("wb") as out:
        filled(bare(), random.Random(1)).seal(out, signer=signer)
    wanted = {"signer.pem", "signature.bin", "tagmanifest-sha256.txt"}
    with zipfile.ZipFile(file) as archive:
        found = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    return {name: base64.b64encode(found[name]).decode() for name in wanted & found.keys()}


def test_a_signature_is_looked_at_without_its_bundle(
    client: httpx.Client, settings: Settings, tmp_path: Path
) -> None:
    own = signing.signer(settings)
    for signer, known in ((own, True), (TestSigner(), False)):
        files = proofs(tmp_path / "b.zip", signer)
        told = client.post("/v1/verifications", json={"files": files}).json()
        assert told == {"signer": signer.key, "holds": True, "known": known, "times": []}
    files["signature.bin"] = base64.b64encode(bytes(64)).decode()
    assert client.post("/v1/verifications", json={"files": files}).json()["holds"] is False
    plain = client.post("/v1/verifications", json={"files": proofs(tmp_path / "c.zip", None)}).json()
    assert plain == {"signer": None, "holds": None, "known": False, "times": []}


@pytest.mark.parametrize(
    "files", [{"data/case.json": ""}, {"signature.bin": "*"}, {"time/1.tsr": ""}, {"../signer.pem": ""}]
)
def test_other_files_are_not_taken(client: httpx.Client, files: dict[str, str]) -> None:
    assert client.post("/v1/verifications", json={"files": files}).status_code == 422


def test_what_is_no_stamp_is_told_as_one_that_is_not_to_be_believed(client: httpx.Client) -> None:
    files = {"tagmanifest-sha256.txt": "eA==", "time/01.tsr": "eA=="}
    (time,) = client.post("/v1/verifications?lang=zh", json={"files": files}).json()["times"]
    assert (time["trusted"], time["file"]) == (False, "time/01.tsr")
