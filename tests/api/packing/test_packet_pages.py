"""The pages of packets, as a browser without scripts gets them."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.caller import HTTP
from api.desk import Wiring
from api.packing import making
from tests.api.packing.stocked import stock

ENGLISH = {"Accept-Language": "en"}
KEY = "k" * 32


@pytest.fixture
def case(idle: Wiring, tmp_path: Path) -> str:
    return stock(idle.desk(HTTP), tmp_path, seconds=1.0, roles=("defect_photo", "label_photo"))


def ask(client: httpx.Client, case: str, channel: str, **more: Any) -> httpx.Response:
    return client.post(f"/cases/{case}/packets", data={"for": channel, "key": KEY, **more}, headers=ENGLISH)


def events(idle: Wiring, case: str) -> list[str]:
    with idle.rows.read("default") as reading:
        return [entry.event for entry in reading.entries(f"case/{case}")]


def test_the_case_offers_its_own_channels_first_with_their_limits_and_the_others_by_name(
    taker: httpx.Client, case: str
) -> None:
    page = taker.get(f"/cases/{case}", headers=ENGLISH).text
    own = page[page.index('id="packets"') : page.index("Other channels")]
    assert 'value="tmall.refuse_video"' in own
    assert "Make the packet" in own
    assert f"/cases/{case}/channels/ebay.payment_dispute" not in own
    assert f"/cases/{case}/channels/ebay.payment_dispute" in page


def test_a_channel_tells_limits_files_what_stays_out_and_the_statement(
    taker: httpx.Client, case: str
) -> None:
    page = unescape(taker.get(f"/cases/{case}/channels/ebay.payment_dispute", headers=ENGLISH).text)
    told = taker.get(f"/v1/cases/{case}/packets").json()["channels"]
    offer = next(each for each in told if each["for"] == "ebay.payment_dispute")
    for file in offer["files"]:
        assert file["name"] in page
    assert "At most 5 files." in page
    assert "All files together have at most 1.75 MB." in page
    assert offer["letter"]["text"].strip() in page
    assert f"{offer['letter']['length']} characters, as the channel counts them, at most 1,000" in page
    assert "The channel takes no films" in page
    left = taker.get(f"/cases/{case}/channels/ebay.payment_dispute?without=E2", headers=ENGLISH).text
    assert 'value="E2" checked' in left


def test_a_packet_is_waited_for_and_then_shown_file_by_file(
    taker: httpx.Client, idle: Wiring, case: str
) -> None:
    first = ask(taker, case, "ebay.payment_dispute")
    assert first.status_code == 303
    place = first.headers["Location"]
    assert ask(taker, case, "ebay.payment_dispute").headers["Location"] == place, "pressing twice asks once"
    waiting = taker.get(place, headers=ENGLISH).text
    assert "Waits for its turn" in waiting
    assert f'hx-get="{place}?part=true"' in waiting
    assert '<meta http-equiv="refresh"' in waiting, "without scripts the page asks again itself"
    assert making.go_on(idle) == 1
    page = unescape(taker.get(place, headers=ENGLISH).text)
    assert "hx-get" not in page
    assert "htmx" not in page
    body = taker.get(place.replace("/cases/", "/v1/cases/")).json()
    for file in body["manifest"]["files"]:
        assert f"/files/{file['name']}" in page
        assert f'max="1750000" value="{file["bytes"]}"' in page
    assert body["digest"] in page
    assert "download" in page
    part = taker.get(f"{place}?part=true", headers=ENGLISH).text
    assert "<html" not in part
    assert 'hx-swap-oob="innerHTML:#told"' in part
    assert "packet.viewed" in events(idle, case)
    kept = taker.get(f"/cases/{case}", headers=ENGLISH).text
    assert f'href="{place}"' in kept[kept.index("Packets that were made") :]


def test_files_are_handed_out_one_by_one_and_logged(taker: httpx.Client, idle: Wiring, case: str) -> None:
    place = ask(taker, case, "ebay.payment_dispute").headers["Location"]
    own = place.replace("/cases/", "/v1/cases/")
    assert taker.get(f"{own}/files/letter.txt").status_code == 409
    making.go_on(idle)
    manifest = taker.get(own).json()["manifest"]
    for file in manifest["files"]:
        handed = taker.get(f"{own}/files/{file['name']}")
        assert (handed.status_code, len(handed.content)) == (200, file["bytes"])
        assert "attachment" in handed.headers["Content-Disposition"]
        picture = taker.get(f"{place}/pictures/{file['name']}")
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert picture.content == handed.content
    assert taker.get(f"{own}/files/letter.txt").text.strip() == manifest["letter"]["text"].strip()
    assert events(idle, case).count("packet.exported") == len(manifest["files"]) + 1
    for name in ("nothing.jpg", "..%2f..%2fletter.txt", "ebay.payment_dispute%2fletter.txt"):
        assert taker.get(f"{own}/files/{name}").status_code == 404
    for name in ("letter.txt", "nothing.jpg"):
        assert taker.get(f"{place}/pictures/{name}").status_code == 404


def test_what_cannot_be_made_says_why_and_what_to_do(taker: httpx.Client, case: str) -> None:
    answer = ask(taker, case, "taobao_report.report")
    assert answer.status_code == 409
    assert "The case has nothing that this channel takes" in answer.text
    lacking = ask(taker, case, "dhl.freight")
    assert lacking.status_code == 409
    assert 'name="incomplete"' in lacking.text
    assert ask(taker, case, "dhl.freight", incomplete="true", key="j" * 32).status_code == 303
    assert ask(taker, case, "nobody").status_code == 422
    assert ask(taker, case, "", key="i" * 32).status_code == 422
    assert ask(taker, "case_none", "ebay").status_code == 404
    assert taker.get(f"/cases/{case}/channels/nobody").status_code == 404
    assert taker.get(f"/cases/{case}/packets/pk_0").status_code == 404
