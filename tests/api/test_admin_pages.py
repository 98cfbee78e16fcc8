"""The pages for whoever runs the service, as a browser without scripts gets them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from api import scrubbing, vitals
from api.app import create_app
from api.caller import HTTP
from api.desk import Wiring
from api.pages.admin.hall import DOORS
from api.settings import Settings
from api.wiring import memory
from tests.api.conftest import Moving, Stage
from tests.api.rooms import HOSTILE, html, sent
from tests.api.test_editions import WORD, edition, enforced, opened


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", DOORS)
def test_every_room_is_there_before_anything_else_is(client: httpx.Client, address: str, lang: str) -> None:
    page = html(client, address, lang)
    assert page.count('aria-current="page"') == 2, "its door in the frame, and its own"
    for other in DOORS:
        assert f'href="{other}"' in page


# Health


def test_a_service_that_is_well_says_so_and_one_without_a_worker_says_what_to_do(
    client: httpx.Client, wiring: Wiring
) -> None:
    assert "All is well" in html(client, "/admin")
    wiring.jobs.close()
    page = html(client, "/admin")
    assert "Something is wrong" in page
    assert page.index("No worker was heard of lately") < page.index("Files can be stored.")
    assert "Start one: sixface worker" in page


def looked(wiring: Wiring, name: str) -> vitals.Vital:
    return next(each for each in vitals.vitals(wiring.desk(HTTP)) if each.name == name)


def test_a_part_that_cannot_be_looked_at_hides_no_other(
    client: httpx.Client, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("api.scrubbing.standing", broken)
    assert looked(wiring, "scrub").tone == "fail"
    assert looked(wiring, "storage").tone == "pass"


def test_what_waits_long_is_told(taker: httpx.Client, idle: Wiring, photo: Any) -> None:
    assert looked(idle, "queue").tone == "pass"
    taker.post("/v1/evidence", files={"file": ("photo.jpg", photo.read_bytes(), "image/jpeg")})
    assert looked(idle, "queue").says.values["count"] == 1
    for ahead, tone in ((timedelta(minutes=40), "unsure"), (timedelta(hours=5), "fail")):
        later = idle.clock() + ahead
        assert looked(replace(idle, clock=lambda at=later: at), "queue").tone == tone


@pytest.mark.parametrize(("free", "tone"), [(10**12, "pass"), (5 * 10**9, "unsure"), (10**9, "fail")])
def test_a_disk_that_fills_is_told_in_time(wiring: Wiring, free: int, tone: str) -> None:
    def space(folder: Path) -> int:
        assert folder == wiring.settings.data
        return free

    roomy = replace(wiring, space=space)
    assert looked(roomy, "disk").tone == tone


def test_everything_is_read_back_when_somebody_asks(client: httpx.Client, wiring: Wiring, photo: Any) -> None:
    client.post("/v1/evidence", files={"file": ("photo.jpg", photo.read_bytes(), "image/jpeg")})
    with wiring.rows.read("default") as reading:
        digest = reading.find("blob").rows[0].id
    wiring.blobs.delete(digest)
    answer = sent(client, "/admin/read-back")
    assert "reads everything back now" in html(client, answer.headers["Location"])
    assert looked(wiring, "scrub").says.text.startswith("Everything is being read back now")
    while scrubbing.go_on(wiring):
        pass
    page = html(client, "/admin")
    assert f"The file {digest} is missing; restore it from a backup." in unescape(page)
    assert looked(wiring, "scrub").tone == "fail"


def test_reading_back_on_demand_needs_no_period(settings: Settings, tmp_path: Path) -> None:
    made = memory(settings.model_copy(update={"scrub_days": 0}), tmp_path / "work")
    try:
        assert looked(made, "scrub").tone == "unsure"
        scrubbing.hasten(made.desk(HTTP))
        scrubbing.go_on(made)
        with made.rows.read("default") as reading:
            assert [each.event for each in reading.entries("audit")] == ["scrub.hastened", "scrub.made"]
        assert looked(made, "scrub").tone == "pass"
        assert scrubbing.go_on(made) == 0
    finally:
        made.close()


# Rulesets


def test_every_ruleset_is_listed_and_read_out(client: httpx.Client) -> None:
    page = html(client, "/admin/rulesets")
    for name in client.get("/v1/rulesets?brief=true").json()["items"]:
        assert f'href="/admin/rulesets/{name["name"]}"' in page
    whole = unescape(html(client, "/admin/rulesets/tmall"))
    rules = client.get("/v1/rulesets/tmall").json()
    for each in (*rules["requirement"], *rules["clock"]):
        assert each["title"]["en"] in whole
        assert each["quote"] in whole
    html(client, "/admin/rulesets/none", status=404)
    html(client, "/admin/rulesets/none/draft", status=404)


def test_a_ruleset_goes_from_its_file_to_force_and_back(client: httpx.Client) -> None:
    case = opened(client)
    file = {"file": ("mine.toml", edition().encode(), "application/toml")}
    answer = client.post("/admin/rulesets", files=file)
    address = answer.headers["Location"]
    assert (answer.status_code, address) == (303, "/admin/rulesets/amazon_safet/draft")
    page = html(client, address)
    assert "now: It lasts 99 days of the calendar." in page
    assert address in html(client, "/admin/rulesets")
    tried = sent(client, f"{address}/trial", 200).text
    assert "1 open case was tried; 1 would change" in tried
    assert f'href="/cases/{case["id"]}"' in tried
    (digest,) = re.findall(r'name="digest" value="([^"]+)"', page)
    assert "Say who you are" in sent(client, f"{address}/enforce", 422, digest=digest, by="Li Wei").text
    sent(client, f"{address}/enforce", 404, digest="sha256:0", **WORD)
    done = sent(client, f"{address}/enforce", digest=digest, **WORD)
    page = html(client, done.headers["Location"])
    assert "It is in force" in page
    assert "Li Wei" in page
    html(client, address, status=404)
    done = sent(client, "/admin/rulesets/amazon_safet/withdraw", **WORD)
    assert "It was taken back" in html(client, done.headers["Location"])
    assert client.get("/v1/rulesets/amazon_safet").json()["own"] is False


def test_what_is_pasted_counts_as_well_and_windows_wrote_it(client: httpx.Client) -> None:
    text = edition().replace("\n", "\r\n")
    assert sent(client, "/admin/rulesets", text=text).headers["Location"].endswith("/amazon_safet/draft")
    sent(client, "/admin/rulesets/amazon_safet/draft/discard")
    html(client, "/admin/rulesets/amazon_safet/draft", status=404)
    sent(client, "/admin/rulesets/amazon_safet/draft/discard", 404)
    sent(client, "/admin/rulesets/amazon_safet/draft/trial", 404)


@pytest.mark.parametrize("text", ["", "x = [", f"id = '{HOSTILE}'"])
def test_a_ruleset_that_cannot_be_used_is_told_line_by_line(client: httpx.Client, text: str) -> None:
    page = sent(client, "/admin/rulesets", 422, text=text).text
    assert 'role="alert"' in page
    assert "<script>alert" not in page


def test_a_file_of_ones_own_that_cannot_be_used_is_shown_with_its_faults(
    client: httpx.Client, wiring: Wiring
) -> None:
    folder = wiring.settings.data / "rulesets"
    folder.mkdir(parents=True)
    (folder / "odd.toml").write_text("x = [")
    assert "cannot be used" in html(client, "/admin/rulesets")
    assert "no case can be opened with it" in html(client, "/admin/rulesets/odd")
    done = sent(client, "/admin/rulesets/odd/withdraw", **WORD)
    assert done.headers["Location"] == "/admin/rulesets?done=withdrawn"


def test_a_name_of_ones_own_is_text(client: httpx.Client) -> None:
    text = edition().replace('en = "', f'en = "{HOSTILE}'.replace('"><', "'><"), 1)
    enforced(client, text)
    for address in ("/admin/rulesets", "/admin/rulesets/amazon_safet"):
        assert "<script>alert" not in html(client, address)


# Retention


def test_a_thing_is_held_and_let_go_by_a_persons_word(client: httpx.Client) -> None:
    case = opened(client)
    word = {"target": case["id"], "by": HOSTILE, "reason": HOSTILE}
    sent(client, "/admin/retention/hold", **word)
    page = html(client, "/admin/retention")
    assert f'name="target" value="{case["id"]}"' in page
    assert "<script>alert" not in page
    assert "Say who you are" in sent(client, "/admin/retention/lift", 422, target=case["id"]).text
    done = sent(client, "/admin/retention/lift", **word)
    assert "The hold is lifted." in html(client, done.headers["Location"])
    done = sent(client, "/admin/retention/lift", **word)
    assert "Nothing was held" in html(client, done.headers["Location"])
    assert "Write the id of a case" in sent(client, "/admin/retention/hold", 422, target="x", **WORD).text
    sent(client, "/admin/retention/hold", 404, target="case_none", **WORD)


def test_only_the_number_on_the_page_removes_what_is_due(
    settings: Settings, tmp_path: Path, stage: Stage
) -> None:
    clock = Moving()
    wiring = memory(settings.model_copy(update={"retention_days": 30}), tmp_path / "work", clock)
    stage.app = create_app(wiring)
    with httpx.Client(base_url=stage.url, timeout=30) as client:
        case = client.post("/v1/cases", json={"order_number": "1", "ruleset": "tmall"}).json()
        event = {"kind": "closed", "at": clock().isoformat()}
        assert client.post(f"{case['links']['self']}/events", json=event).status_code == 201
        sent(client, "/admin/retention/purge", 422, count="0", **WORD)
        clock.ahead = timedelta(days=400)
        page = html(client, "/admin/retention")
        assert "Would go now: 1" in page
        assert "30 days after its last clock" in page
        for wrong in ("", "2", "yes"):
            refused = sent(client, "/admin/retention/purge", 422, count=wrong, **WORD)
            assert "nothing was removed" in refused.text
        assert "Say who you are" in sent(client, "/admin/retention/purge", 422, count="1").text
        assert client.get(case["links"]["self"]).status_code == 200
        sent(client, "/admin/retention/purge", count="1", **WORD)
        assert client.get(case["links"]["self"]).status_code == 404
    wiring.close()


# Stations


def shown(wiring: Wiring, name: str, at: str, evidence: str, outcome: str = "pass") -> None:
    """A report, as far as the page looks at it."""
    finding = {
        "code": "clock.station",
        "outcome": outcome,
        "measures": [{"name": "station", "value": name}, {"name": "not_earlier_than", "value": at}],
    }
    with wiring.rows.begin("default", now=wiring.clock()) as unit:
        unit.add("report", evidence, {"answers": [{"findings": [finding, {"code": "clock.file"}]}]})


def test_stations_are_listed_by_the_film_that_showed_them_last(client: httpx.Client, wiring: Wiring) -> None:
    assert "has shown a station clock" in html(client, "/admin/stations")
    client.get("/v1/station/code?name=PACK-1")
    shown(wiring, "PACK-1", "2026-11-26T08:00:00Z", "ev_old", "unsure")
    shown(wiring, "PACK-1", "2026-11-27T08:00:00Z", "ev_new")
    shown(wiring, HOSTILE, "2026-11-27T08:00:00Z", "ev_odd")
    page = html(client, "/admin/stations")
    assert 'href="/station/PACK-1"' in page
    assert "2026-11-27 08:00:00 UTC" in page
    assert "ev_old" not in page
    assert "ev_odd" not in page
    assert "this service&#39;s own" in page


def test_a_slip_is_printed_for_a_case_whose_id_is_typed(client: httpx.Client) -> None:
    case = opened(client)
    answer = client.get("/admin/stations/slip", params={"case": f" {case['id']} "})
    assert answer.headers["Location"].startswith(f"/v1/cases/{case['id']}/slip.pdf")
    for wrong in ("", "case_none", "../x", HOSTILE):
        assert client.get("/admin/stations/slip", params={"case": wrong}).status_code == 404


# Shops


def test_a_shop_is_added_and_changed_and_what_the_form_does_not_ask_for_stays(client: httpx.Client) -> None:
    assert "No shop is known yet." in html(client, "/admin/shops")
    sent(client, "/admin/shops", id="s1", name=HOSTILE, site="us", zone="America/New_York", home="")
    whole = client.get("/v1/shops/s1").json()
    assert (whole["name"], whole["zone"], whole["home"]) == (HOSTILE, "America/New_York", "cn")
    limits = {**whole, "limits": [{"role": "agent", "currency": "USD", "most": "20"}]}
    assert client.post("/v1/shops", json=limits).status_code == 200
    page = html(client, "/admin/shops/s1")
    assert "<script>alert" not in page
    assert 'value="America/New_York"' in page
    sent(client, "/admin/shops", id="s1", name="Renamed", site="us", zone="America/New_York")
    whole = client.get("/v1/shops/s1").json()
    assert (whole["name"], whole["limits"][0]["role"]) == ("Renamed", "agent")
    html(client, "/admin/shops/none", status=404)


@pytest.mark.parametrize(
    "fields", [{"id": "../x"}, {"id": ""}, {"id": "s1", "zone": "Moon"}, {"id": "s1", "site": "x" * 600}]
)
def test_a_shop_that_cannot_be_is_told_so(client: httpx.Client, fields: dict[str, str]) -> None:
    page = sent(client, "/admin/shops", 422, **fields).text
    assert 'role="alert"' in page
    assert client.get("/v1/shops").json()["items"] == []
