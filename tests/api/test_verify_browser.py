"""A bundle verified in a real browser: nothing of it leaves but the small files that sign it."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from api import signing
from api.settings import Settings
from claims import stamped
from claims.case import ExhibitKind
from storage import notary
from tests.api.browsing import chromium
from tests.api.conftest import Stage
from tests.authority import Authority
from tests.claims.conftest import bare, filled
from tests.claims.mutations import PLAIN, TestSigner, mutate, rewritten

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_context(viewport=PHONE, locale="en").new_page()


def sealed(file: Path, signer: Any = None, *, large: int = 0) -> Path:
    desk = filled(bare(), random.Random(1))
    if large:
        desk.add("large", random.Random(2).randbytes(large), ExhibitKind.DOCUMENT)
    with file.open("wb") as out:
        desk.seal(out, signer=signer)
    return file


def files_of(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"anew/{name}", data)
    return file


class Desk:
    """The page, and what it sends."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.sent: list[Request] = []
        self.errors: list[str] = []
        page.on("request", self.heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{stage.url}/verify")
        self.sent.clear()

    def heard(self, request: Request) -> None:
        if "/static/" not in request.url:  # the page's own icon comes when the browser likes
            self.sent.append(request)

    def give(self, file: Path, kind: str, timeout: float = 60_000) -> str:
        self.page.set_input_files("#file", file)
        expect(self.page.locator(f"#done.{kind}")).to_be_visible(timeout=timeout)
        assert self.errors == []
        return self.page.locator("#done").inner_text()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(each.post_data or "") for each in self.sent if each.method == "POST"]


@pytest.fixture
def desk(client: httpx.Client, page: Page, stage: Stage) -> Desk:
    del client  # puts the application on the stage
    return Desk(page, stage)


def test_a_bundle_of_this_service_is_intact_and_nothing_of_it_is_sent(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    signer = signing.signer(settings)
    told = desk.give(sealed(tmp_path / "own.zip", signer, large=17 << 20), "pass")
    assert "Intact: every file is as it was sealed." in told
    assert f"In this browser: the signature by the key {signer.key} holds." in told
    assert "one of its own" in told
    assert "Nothing of the bundle was sent anywhere." in told
    assert "there is no time stamp" in told
    assert [(each.method, each.url.rpartition("/")[2]) for each in desk.sent] == [("GET", "signers.pem")]


def test_one_changed_byte_is_told_with_its_place(desk: Desk, tmp_path: Path) -> None:
    file = sealed(tmp_path / "changed.zip", TestSigner())
    whole = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        film = archive.getinfo("sixface-case-1/data/originals/01-film.mp4")
    whole[film.header_offset + 40_000] ^= 1
    file.write_bytes(whole)
    told = desk.give(file, "fail")
    assert "Altered: 1 mismatches." in told
    assert "data/originals/01-film.mp4 has changed." in told
    assert desk.sent == []


def test_a_whole_bundle_written_anew_is_a_strangers(desk: Desk, tmp_path: Path) -> None:
    files = files_of(sealed(tmp_path / "signed.zip", TestSigner()))
    for seed, words in ((0, "compare the key"), (1, "It is not signed")):
        anew = next(
            made
            for number in range(seed, 200)
            if ("signature.bin" in (made := rewritten(files, random.Random(number)))) == (seed == 0)
        )
        assert words in desk.give(packed(anew, tmp_path / f"anew-{seed}.zip"), "pass")


def test_each_kind_of_change_is_told(desk: Desk, tmp_path: Path) -> None:
    files = files_of(sealed(tmp_path / "signed.zip", TestSigner()))
    assert "Intact" in desk.give(packed(files, tmp_path / "clean.zip"), "pass")
    for number, kind in enumerate(PLAIN):
        name, changed = mutate(files, number, (kind,))
        told = desk.give(packed(changed, tmp_path / f"{name}.zip"), "fail")
        assert "Altered" in told, name
    (tmp_path / "other.zip").write_bytes(b"PK nothing")
    assert "This is no bundle" in desk.give(tmp_path / "other.zip", "unsure")


def test_stamps_are_looked_at_by_the_service_from_the_small_files_alone(
    desk: Desk, settings: Settings, tmp_path: Path
) -> None:
    pytest.importorskip("rfc3161_client")
    authority, signer = Authority(tmp_path / "tsa"), signing.signer(settings)
    file = tmp_path / "stamped.zip"
    with sealed(tmp_path / "signed.zip", signer).open("rb") as source, file.open("wb") as out:
        token = authority.answer(notary.ask(stamped.seal_of(source)).body)
        stamped.write(source, [token], out, signer)
    told = desk.give(file, "pass")
    assert "CN=Time of the tests" in told
    assert "5 small files" in told
    (body,) = desk.bodies
    assert sorted(body["files"]) == [
        "signature.bin",
        "signer.pem",
        "tagmanifest-sha256.txt",
        "time/01.sig",
        "time/01.tsr",
    ]
    files = files_of(file)
    files["time/01.tsr"] = files["time/01.tsr"][:-9] + b"x" + files["time/01.tsr"][-8:]
    assert "time/01.sig does not hold" in desk.give(packed(files, tmp_path / "token.zip"), "fail")


def test_it_speaks_chinese_and_fits_a_phone(desk: Desk, tmp_path: Path, stage: Stage) -> None:
    desk.page.goto(f"{stage.url}/verify?lang=zh")
    assert "完好" in desk.give(sealed(tmp_path / "signed.zip", TestSigner()), "pass")
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
