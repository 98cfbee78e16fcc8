from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from api.desk import Wiring
from claims.verify import verify
from tests.api.conftest import settle
from tests.extras import need


@pytest.fixture
def case(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/v1/cases", json={"order_number": "17", "reason": "#import {x} <b>"})
    assert answer.status_code == 201
    return answer.json()


def test_a_case_is_handed_out_as_a_pdf_and_bound_into_its_bundle(
    client: httpx.Client, wiring: Wiring, case: dict[str, Any], tmp_path: Path
) -> None:
    need("dossier", "typst", "zhplot")
    alone = client.get(case["links"]["dossier.pdf"], params={"lang": "en"})
    assert (alone.status_code, alone.headers["content-type"]) == (200, "application/pdf")
    assert "Not part of a sealed bundle" in PdfReader(io.BytesIO(alone.content)).pages[0].extract_text()
    assert client.get("/v1/cases/case_none/dossier.pdf").status_code == 404
    sealed = client.post(case["links"]["bundle"], json={"incomplete": True}).json()
    assert sealed["dossier"] is True
    file = tmp_path / "bundle.zip"
    file.write_bytes(client.get(case["links"]["bundle"]).content)
    assert verify(file) == ()
    with zipfile.ZipFile(file) as bundle:
        top = f"sixface-{case['id']}/"
        lines = bundle.read(f"{top}manifest-sha256.txt").decode().splitlines(keepends=True)
        rest = "".join(line for line in lines if not line.endswith("  data/dossier.pdf\n"))
        pdf = PdfReader(io.BytesIO(bundle.read(f"{top}data/dossier.pdf")))
        assert b"Sixface-Dossier: data/dossier.pdf" in bundle.read(f"{top}bag-info.txt")
    assert pdf.attachments["manifest-sha256.txt"] == [rest.encode()]
    assert hashlib.sha256(rest.encode()).hexdigest() in pdf.pages[0].extract_text()
    with wiring.rows.read("default") as reading:
        log = [entry.event for entry in reading.entries(f"case/{case['id']}")]
    assert "dossier.exported" in log


def test_without_the_extra_a_bundle_is_sealed_and_says_so(
    client: httpx.Client, case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.paper.press.folder", lambda: None)
    answer = client.get(case["links"]["dossier.pdf"], headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["type"]) == (501, "urn:sixface:problem:no-typesetter")
    assert "sixface[dossier]" in answer.json()["detail"]
    sealed = client.post(case["links"]["bundle"], json={"incomplete": True}).json()
    assert sealed["dossier"] is False
    bundle = zipfile.ZipFile(io.BytesIO(client.get(case["links"]["bundle"]).content))
    assert b"Sixface-Dossier: absent" in bundle.read(f"sixface-{case['id']}/bag-info.txt")


def test_what_was_derived_can_be_made_again_by_the_command_that_is_sealed_with_it(
    client: httpx.Client, wiring: Wiring, case: dict[str, Any], film: Path, tmp_path: Path
) -> None:
    expect = json.dumps({"tracking_number": "SF1390012345678"})
    form: dict[str, Any] = {"files": {"file": ("柜台.mp4", film.read_bytes())}}
    sent = client.post("/v1/evidence", **form, data={"profile": "unboxing", "expect": expect}).json()
    settle(wiring)
    client.post(f"/v1/cases/{case['id']}/exhibits", json={"evidence_id": sent["id"]})
    client.post(case["links"]["bundle"], json={"incomplete": True})
    with zipfile.ZipFile(io.BytesIO(client.get(case["links"]["bundle"]).content)) as archive:
        archive.extractall(tmp_path / "out")
    (bag,) = (tmp_path / "out").iterdir()
    (made,) = json.loads((bag / "data/derived.json").read_text())["derived"]
    assert made["from"] == "data/originals/01-film.mp4"
    words = [str(tmp_path / "again") if word == "OUT" else word for word in made["command"]]
    words[0] = sys.executable
    said = made["standard_input"].encode()
    done = subprocess.run(words, cwd=bag, input=said, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = bag / "data/reports/01-film"
    again = json.loads((tmp_path / "again/report.json").read_text())
    assert again == json.loads((folder / "report.json").read_text())
    stills = [Path(path).relative_to("data/reports/01-film") for path in made["files"] if "/stills/" in path]
    assert stills
    assert all((tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes() for name in stills)
