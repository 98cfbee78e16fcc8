from __future__ import annotations

import base64
import stat
from pathlib import Path

import httpx
import pytest

from api import stations
from api.caller import HTTP
from api.desk import Wiring
from api.settings import Settings
from api.words import words
from evidence.printing import sheet, slip
from evidence.printing.page import unheld
from evidence.printing.qr import modules
from evidence.station import Keys, Kind, parse
from tests.api.conftest import Run


def test_a_station_shows_a_code_that_the_public_key_proves(client: httpx.Client) -> None:
    shown = client.get("/v1/station/code", params={"name": "TABLE-1"}).json()
    code = parse(shown["text"])
    assert code is not None
    assert (code.kind, code.name) == (Kind.STATION, "TABLE-1")
    assert shown["at"] == f"{code.at:%Y-%m-%dT%H:%M:%SZ}"
    assert 0 <= shown["age"] < 1
    assert tuple(shown["rows"]) == modules(shown["text"])
    keys = client.get("/v1/station/keys.pem")
    assert keys.headers["content-type"] == "application/x-pem-file"
    assert b"PRIVATE" not in keys.content
    assert Keys(keys.content).prove(code)


@pytest.mark.parametrize("name", ["", "a", "TABLE 1", "A" * 17, "<b>"])
def test_what_is_no_name_is_a_problem(client: httpx.Client, name: str) -> None:
    answer = client.get("/v1/station/code", params={"name": name})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_key_is_made_once_and_its_owner_alone_may_read_it(settings: Settings) -> None:
    first = stations.public_keys(settings)
    assert stat.S_IMODE(settings.station_key.stat().st_mode) == 0o600
    assert stations.public_keys(settings) == first
    # A key of a time before stays believed.
    settings.station_key.unlink()
    second = stations.public_keys(settings)
    assert second != first
    assert second.endswith(first)
    assert sorted(path.name for path in settings.data.iterdir()) == ["station.key", "stations.pem"]


def test_nobody_is_believed_before_a_station_was_used(settings: Settings) -> None:
    assert stations.believed(settings) is None
    stations.public_keys(settings)
    assert stations.believed(settings) == settings.station_keys


def test_a_slip_is_another_each_time_and_the_case_remembers_it(client: httpx.Client, wiring: Wiring) -> None:
    case = client.post("/v1/cases", json={"order_number": "1"}).json()["id"]
    answer = client.get(f"/v1/cases/{case}/slip.pdf", params={"lang": "en"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.4")
    with wiring.desk(HTTP).read() as reading:
        noted = [e for e in reading.entries(f"case/{case}") if e.event == "slip.issued"]
    code = parse(str(noted[0].detail["code"]))
    assert code is not None
    assert code.kind is Kind.SLIP
    assert f"case_{code.name.lower()}" == case
    assert client.get("/v1/cases/case_none/slip.pdf").status_code == 404


def test_a_film_for_a_case_is_held_against_its_slip(taker: httpx.Client, film: Path) -> None:
    case = taker.post("/v1/cases", json={"order_number": "1"}).json()["id"]

    def sent(**said: str) -> httpx.Response:
        file = {"file": (film.name, film.read_bytes(), "video/mp4")}
        return taker.post("/v1/evidence", files=file, data=said)

    assert "slip" not in sent(case_id=case).json()["expected"], "none was printed"
    taker.get(f"/v1/cases/{case}/slip.pdf")
    expected = sent(case_id=case).json()["expected"]
    assert f"case_{expected['slip'].lower()}" == case
    assert "slip" not in sent().json()["expected"]
    assert sent(case_id="case_none").status_code == 404
    pairs = {"filename": film.name, "case_id": case}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in pairs.items())
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Metadata": metadata,
        "Upload-Length": str(film.stat().st_size),
    }
    where = taker.post("/v1/uploads", headers=headers).headers["location"]
    part = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    whole = taker.patch(where, headers=part, content=film.read_bytes())
    item = taker.get(whole.headers["content-location"]).json()
    assert item["expected"]["slip"] == expected["slip"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_letters_of_a_slip_can_all_be_printed(lang) -> None:
    told = words(lang)
    text = told.say(slip.title("0A")) + told.say(slip.instruction("2026-11-27 09:00 UTC"))
    assert unheld(text) == set()
    assert sheet.SHEETS > 0


def test_the_page_shows_the_clock_in_both_languages(client: httpx.Client) -> None:
    chinese = client.get("/station", params={"lang": "zh"}).text
    assert "工位时钟" in chinese
    named = client.get("/station/TABLE-1", params={"lang": "en"}).text
    assert 'data-name="TABLE-1"' in named
    assert "Station clock" in named
    assert client.get("/station", params={"name": " table-2 "}).headers["location"] == "/station/TABLE-2"
    assert client.get("/station", params={"name": "<b>"}).headers["location"] == "/station"
    assert client.get("/station/table-2").headers["location"] == "/station/TABLE-2"
    assert client.get("/station/a%20b").status_code == 404
    assert client.get("/static/station.js").status_code == 200


def test_a_slip_is_written_at_the_terminal(sixface: Run, tmp_path: Path) -> None:
    case = sixface("case", "new", "--order", "1", "--json").stdout.split('"id": "')[1].split('"')[0]
    done = sixface("slip", case, "--out", tmp_path / "slip.pdf", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF-1.4")
    assert sixface("slip", "case_none", "--out", tmp_path / "slip.pdf").returncode != 0


def test_what_holds_no_public_keys_is_told_in_one_sentence(sixface: Run, tmp_path: Path, film: Path) -> None:
    keys = tmp_path / "keys.pem"
    keys.write_text("no key")
    done = sixface("check", film, "--stations", keys)
    assert done.returncode == 64
    assert done.stderr.count("\n") == 1
