from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.api.conftest import Run


@pytest.fixture
def case(sixface: Run, photo: Path) -> str:
    name = sixface("case", "new", "--order", "240917ABC", "--code", "other").stdout.strip()
    assert sixface("case", "add", name, photo, "--role", "defect_photo").returncode in {0, 1, 2}
    return name


def test_a_packet_lands_in_a_folder_or_a_zip(sixface: Run, case: str, tmp_path: Path) -> None:
    done = sixface("case", "packet", case, "--for", "paypal", "--out", tmp_path / "out", "--lang", "en")
    assert done.returncode == 0, done.stderr
    names = {each.name for each in (tmp_path / "out").iterdir()}
    assert names == {"01-defect_photo.jpg", "letter.txt", "manifest.json"}
    with Image.open(tmp_path / "out" / "01-defect_photo.jpg") as image:
        assert image.size == (400, 300)
    assert "240917ABC" in (tmp_path / "out" / "letter.txt").read_text()
    assert "01-defect_photo.jpg" in done.stdout
    again = sixface("case", "packet", case, "--for", "paypal", "--out", tmp_path / "out")
    assert again.returncode == 64, "what is there is not overwritten"
    done = sixface("case", "packet", case, "--for", "paypal.paypal", "--out", tmp_path / "p.zip", "--json")
    manifest = json.loads(done.stdout)
    with zipfile.ZipFile(tmp_path / "p.zip") as members:
        assert {Path(name).name for name in members.namelist()} == names
        assert json.loads(members.read("paypal.paypal/manifest.json")) == manifest


def test_without_a_channel_every_one_is_listed(sixface: Run, case: str) -> None:
    done = sixface("case", "packet", case, "--lang", "en")
    assert done.returncode == 0
    assert "✓ paypal.paypal" in done.stdout
    assert "… ups.seven_photos" in done.stdout
    assert "six sides" in done.stdout
    told = json.loads(sixface("case", "packet", case, "--json").stdout)
    assert {each["for"] for each in told} >= {"paypal.paypal", "ups.seven_photos"}


def test_what_cannot_be_made_is_told_with_every_reason(sixface: Run, case: str) -> None:
    done = sixface("case", "packet", case, "--for", "taobao_report", "--lang", "en")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) >= 2
    assert "Traceback" not in done.stderr
    unknown = sixface("case", "packet", case, "--for", "nobody", "--lang", "en")
    assert unknown.returncode == 64
    assert "card_networks.mastercard" in unknown.stderr
