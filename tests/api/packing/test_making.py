"""Every packet against the limits of its channel, read back by others than those that wrote it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from api.caller import CLI
from api.cases import stream_of
from api.desk import Desk, Wiring
from api.errors import PacketNotMadeError, PacketRefusedError, UnknownChannelError
from api.idempotency import Claim
from api.item import find
from api.item import stream_of as evidence_stream
from api.jobs import NoJobs
from api.packing import making
from api.packing.making import Wish
from api.rulebook import Rulebook
from api.settings import Settings
from claims.ruleset import load, names
from claims.vocabulary.packet import Packet
from storage.memory import MemoryBlobs, MemoryRows
from tests.api.packing.stocked import ONCE, report_anew, stock
from tests.evidence.fitting import films

PROFILES = {f"{name}.{packet.id}": packet for name in names() for packet in load(name).rules.packet}
PAGES = [name for name, packet in PROFILES.items() if packet.as_pdf]


@dataclass(frozen=True)
class Stocked:
    desk: Desk
    case: str


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Stocked:
    folder = tmp_path_factory.mktemp("stocked")
    wiring = Wiring(Settings(data=folder / "data"), MemoryBlobs(), MemoryRows(), NoJobs(), folder / "work")
    desk = wiring.desk(CLI)
    return Stocked(desk, stock(desk, folder))


def wish(channel: str, **more: Any) -> Wish:
    return Wish.model_validate({"for": channel, **more})


def made(stocked: Stocked, channel: str, **more: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The row and the files of the packet by their names."""
    row = making.make(stocked.desk, stocked.case, wish(channel, **more))
    with (
        stocked.desk.blobs.open(row["digest"]) as packed,
        zipfile.ZipFile(io.BytesIO(packed.read())) as members,
    ):
        files = {Path(name).name: members.read(name) for name in members.namelist()}
    return row, files


@pytest.mark.parametrize("name", [name for name in PROFILES if name not in PAGES])
def test_every_packet_keeps_the_limits_of_its_channel(stocked: Stocked, name: str) -> None:
    packet = PROFILES[name]
    row, files = made(stocked, name, incomplete=True)
    manifest = json.loads(files.pop("manifest.json"))
    letter = files.pop("letter.txt").decode().rstrip("\n")
    held(packet, files)
    if packet.characters:
        assert 0 < len(letter) <= packet.characters
    assert manifest == row["manifest"]
    assert {f["name"]: f["bytes"] for f in manifest["files"]} == {n: len(d) for n, d in files.items()}
    for told in manifest["files"]:
        data = files[told["name"]]
        assert told["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert told["sources"]
        if told["form"] == "film":
            assert told["commands"]
    assert manifest["letter"]["text"] == letter


def held(packet: Packet, files: dict[str, bytes]) -> None:
    """Each limit, by what lies there."""
    if packet.text_only:
        assert not files
    assert packet.files is None or len(files) <= packet.files
    assert packet.total_bytes is None or sum(map(len, files.values())) <= packet.total_bytes
    for name, data in files.items():
        ending = name.rpartition(".")[2]
        assert not packet.formats or ending in packet.formats
        assert packet.file_bytes is None or len(data) <= packet.file_bytes
        if ending in {"jpg", "jpeg"}:
            with Image.open(io.BytesIO(data)) as image:
                image.load()
                assert image.format == "JPEG"
                assert not dict(image.getexif())
                assert packet.pixels is None or image.width * image.height <= packet.pixels
                assert image.mode == "L" or not packet.black_and_white
            assert packet.photo_bytes is None or len(data) <= packet.photo_bytes


@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_the_limits_too(stocked: Stocked, name: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    packet = PROFILES[name]
    _, files = made(stocked, name)
    files = {name: data for name, data in files.items() if name.endswith(".pdf")}
    held(packet, files)
    assert files
    for data in files.values():
        reader = pypdf.PdfReader(io.BytesIO(data))
        assert packet.pages is None or len(reader.pages) <= packet.pages
        for page in reader.pages:
            wide, high = float(page.mediabox.width), float(page.mediabox.height)
            assert (round(wide), round(high)) == (595, 842), "A4, portrait"
            assert page.extract_text().strip(), "no page is blank"
            for image in page.images:
                assert image.image is not None
                assert packet.black_and_white == (image.image.mode == "L")
                # The widest that a picture is printed is 170 mm.
                assert max(image.image.size) <= (packet.ppi or 300) * 170 / 25.4 + 1
                assert packet.pixels is None or np.prod(image.image.size) <= packet.pixels
        if packet.black_and_white:
            content = b"".join(page.get_contents().get_data() for page in reader.pages)
            assert not [op for op in (b" rg\n", b" RG\n", b" k\n", b" K\n") if op in content]


def test_the_statement_is_on_the_first_page_and_the_exhibits_are_numbered(stocked: Stocked) -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    _, files = made(stocked, "discover")
    first = " ".join(pypdf.PdfReader(io.BytesIO(files["exhibits.pdf"])).pages[0].extract_text().split())
    assert "This statement is about order 240917ABC." in first
    assert "photo of the fault" in first


CHANNEL = """
id = "tiny"
version = 1
platform = "tiny"
title = { zh = "小", en = "Tiny" }
source = { title = "A test", read = 2026-11-27, trust = { zh = "无", en = "none" } }

[[packet]]
id = "films"
title = { zh = "小视频", en = "Small films" }
quote = "films of 1.5 MB and ten seconds, photos of 90 kB"
formats = ["mp4", "jpg"]
file_bytes = 1_500_000
photo_bytes = 90_000
seconds = 10
characters = 300
counts = "bytes"
language = "en"

[[packet]]
id = "pages"
title = { zh = "小页", en = "Few pages" }
quote = "five pages, 240 kB, black and white, 150 PPI"
total_bytes = 240_000
pages = 5
ppi = 150
black_and_white = true
as_pdf = true
language = "en"
"""


def fresh(folder: Path, **more: Any) -> Stocked:
    """A stocked case of its own, in a deployment that has a channel of its own."""
    own = folder / "rulesets"
    own.mkdir()
    (own / "tiny.toml").write_text(CHANNEL, "utf-8")
    wiring = Wiring(
        Settings(data=folder / "data"),
        MemoryBlobs(),
        MemoryRows(),
        NoJobs(),
        folder / "work",
        rulebook=Rulebook(own),
    )
    desk = wiring.desk(CLI)
    return Stocked(desk, stock(desk, folder, **{"roles": ("defect_photo",), **more}))


def test_a_new_channel_is_data_alone_and_a_film_is_made_to_fit_whole(tmp_path: Path) -> None:
    there = fresh(tmp_path, seconds=5.0)
    row, files = made(there, "tiny.films")
    told = row["manifest"]["files"]
    assert [each["form"] for each in told] == ["film", "photo"]
    assert len(files["02-defect_photo.jpg"]) <= 90_000
    assert len(files["01-opening_film.mp4"]) <= 1_500_000
    assert len(files["letter.txt"].rstrip(b"\n")) <= 300
    (tmp_path / "out.mp4").write_bytes(files["01-opening_film.mp4"])
    found = films.facts(tmp_path / "out.mp4")
    assert found["frames"] == told[0]["frames"] == 150
    assert found["last"] == pytest.approx(149 / 30, abs=0.01)
    assert found["sounds"] == 1
    assert found["places"] == 0
    assert told[0]["program"].startswith("FFmpeg")
    assert len(told[0]["commands"]) >= 2
    assert row["manifest"]["letter"]["counted_in"] == "bytes"


def test_pages_get_smaller_pictures_and_then_fewer_until_they_fit(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    roles = ("defect_photo", "label_photo", "comparison", "inspection_photo", "layout_photo", "serial_photo")
    there = fresh(tmp_path, seconds=1.0, roles=roles, photo=(2000, 1500, 6))
    row, files = made(there, "tiny.pages")
    pdf = files["exhibits.pdf"]
    assert len(pdf) <= 240_000
    assert len(pdf) > 100_000, "the room is used"
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) <= 5
    pictures = [image.image for page in pages for image in page.images]
    assert 1 <= len(pictures) <= 4
    for picture in pictures:
        assert picture is not None
        assert picture.mode == "L"
        assert max(picture.size) <= 150 * 170 / 25.4 + 1
    shown = {source["exhibit"] for file in row["manifest"]["files"] for source in file["sources"]}
    out = {each["exhibit"] for each in row["manifest"]["dropped"]}
    assert shown | out == {f"E{n}" for n in range(1, 8)}, "whatever stays out is named"


def test_a_film_that_lasts_too_long_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    there = fresh(tmp_path, seconds=1.0)
    desk, case = there.desk, there.case
    with desk.begin() as unit:
        row = unit.get("report", f"ev_0_{case}")
        assert row is not None
        body = {**row.body, "media": {**row.body["media"], "duration": 75.0}}
        unit.replace("report", row.id, body, version=row.version)
        report_anew(desk, unit, row.id, body)
    with pytest.raises(PacketRefusedError) as refused:
        making.make(desk, case, wish("shopee"))
    assert "never cut" in str(refused.value)
    left = making.make(desk, case, wish("shopee", without=["E1"]))
    assert [each["form"] for each in left["manifest"]["files"]] == ["photo"]


def test_what_is_lacking_is_named_unless_an_incomplete_packet_is_wanted(tmp_path: Path) -> None:
    there = fresh(tmp_path, seconds=1.0)
    with pytest.raises(PacketRefusedError) as refused:
        making.make(there.desk, there.case, wish("ups"))
    assert len(refused.value.reasons) == 2
    done = making.make(there.desk, there.case, wish("ups", incomplete=True))
    assert len(done["manifest"]["incomplete"]) == 2


def test_who_made_what_of_what_is_in_the_logs_and_originals_stay(stocked: Stocked) -> None:
    row, _ = made(stocked, "ebay")
    with stocked.desk.read() as reading:
        events = [e.event for e in reading.entries(stream_of(stocked.case))]
        entries = list(reading.entries(evidence_stream(f"ev_1_{stocked.case}")))
        film = find(reading, f"ev_0_{stocked.case}")[0]
    assert events[-2:] == ["packet.asked", "packet.made"]
    detail = [entry for entry in entries if entry.event == "packet.made"][-1].detail
    assert (detail["packet"], detail["for"]) == (row["id"], "ebay.payment_dispute")
    assert all(".jpg sha256:" in name for name in detail["files"])
    with stocked.desk.blobs.open(film.digest) as original:
        assert hashlib.sha256(original.read()).hexdigest() == film.digest.removeprefix("sha256:")
    making.exported(stocked.desk, stocked.case, row["id"])
    with stocked.desk.read() as reading:
        assert [e.event for e in reading.entries(stream_of(stocked.case))][-1] == "packet.exported"


def test_asked_for_twice_with_one_key_it_is_made_once_and_by_the_worker(stocked: Stocked) -> None:
    claim = Claim("key-1", "POST /packets", "f")
    first = making.ask(stocked.desk, stocked.case, wish("usps.damage_photos"), claim)
    again = making.ask(stocked.desk, stocked.case, wish("usps.damage_photos"), claim)
    assert first == again
    assert first.status == 202
    with pytest.raises(PacketNotMadeError):
        making.exported(stocked.desk, stocked.case, first.body["id"])
    assert making.go_on(stocked.desk.wiring) == 1
    assert making.go_on(stocked.desk.wiring) == 0
    done = making.exported(stocked.desk, stocked.case, first.body["id"])
    assert done["state"] == "made"
    assert [f["name"] for f in done["manifest"]["files"]][:2] == ["01-item.jpg", "02-in_box.jpg"]


@pytest.mark.parametrize(("starts", "state"), [(1, "made"), (3, "broken")])
def test_what_nobody_goes_on_making_is_made_anew_three_times_at_most(
    stocked: Stocked, starts: int, state: str
) -> None:
    desk = stocked.desk
    packet = making.ask(desk, stocked.case, wish("amazon_atoz"), ONCE).body["id"]
    with desk.begin() as unit:
        row = making.one(unit, stocked.case, packet)
        begun = {"state": "making", "starts": starts, "begun_at": "2026-01-01T00:00:00Z"}
        facets = {"case": stocked.case, "state": "making"}
        unit.replace(making.KIND, row.id, {**row.body, **begun}, version=row.version, facets=facets)
    assert making.go_on(desk.wiring) == 1
    with desk.read() as reading:
        assert making.one(reading, stocked.case, packet).body["state"] == state
    if state == "broken":
        with pytest.raises(PacketNotMadeError, match="broke each time"):
            making.exported(desk, stocked.case, packet)


def test_a_channel_is_found_by_the_shortest_name_that_is_enough(stocked: Stocked) -> None:
    for vague in ("card_networks", "nobody", ""):
        with pytest.raises(UnknownChannelError) as unknown:
            making.ask(stocked.desk, stocked.case, wish(vague), ONCE)
        assert "card_networks.mastercard" in str(unknown.value)
    asked = making.ask(stocked.desk, stocked.case, wish("mastercard"), ONCE).body
    assert asked["for"] == "card_networks.mastercard"


def test_the_list_tells_every_channel_before_anything_is_made(stocked: Stocked) -> None:
    told = making.listed(stocked.desk, stocked.case)["channels"]
    assert {each["for"] for each in told} == set(PROFILES)
    assert told[0]["own"]
    ebay = next(each for each in told if each["for"] == "ebay.payment_dispute")
    assert ebay["fits"]
    assert len(ebay["files"]) == 5
    assert ebay["limits"]["total_bytes"] == 1_750_000
    assert ebay["letter"]["length"] <= 1000


@pytest.fixture(autouse=True)
def _work_is_left_empty(stocked: Stocked) -> Iterator[None]:
    yield
    work = stocked.desk.wiring.work
    assert not work.exists() or not list(work.iterdir())
