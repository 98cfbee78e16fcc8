"""A ruleset of one's own: drafted, compared, tried on the open cases, put in force, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from api import days_off, editions
from api.caller import Caller
from api.desk import Wiring
from api.idempotency import Claim
from api.identity.house import ForAllError
from api.retention import Mandate
from claims.clocks.calendar import Table
from claims.ruleset import load, parse
from tests.api.conftest import Run

SHIPPED = load("amazon_safet").text
WORD = {"by": "Li Wei", "reason": "rules of May"}


def edition(length: int = 99, version: int = 7) -> str:
    """The shipped ruleset with another length of the clock that runs from the refund on."""
    rules = load("amazon_safet").rules
    clock = next(each for each in rules.clock if each.length == 30)
    place = SHIPPED.index(f'id = "{clock.id}"')
    text = SHIPPED[:place] + SHIPPED[place:].replace("length = 30", f"length = {length}", 1)
    return text.replace(f"version = {rules.version}", f"version = {version}", 1)


def opened(client: httpx.Client, order: str = "111-222") -> dict[str, Any]:
    case = client.post("/v1/cases", json={"order_number": order, "ruleset": "amazon_safet"}).json()
    event = {"kind": "refunded", "at": "2026-11-20T09:00:00Z"}
    assert client.post(f"{case['links']['self']}/events", json=event).status_code == 201
    return case


def brought(client: httpx.Client, text: str) -> dict[str, Any]:
    answer = client.post("/v1/rulesets/drafts", json={"text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


def enforced(client: httpx.Client, text: str) -> dict[str, Any]:
    digest = brought(client, text)["digest"]
    answer = client.post("/v1/rulesets/amazon_safet/draft/enforce", json={"digest": digest, **WORD})
    assert answer.status_code == 200, answer.text
    return answer.json()


def lengths(client: httpx.Client) -> set[int]:
    rules = client.get("/v1/rulesets/amazon_safet").json()
    return {each["length"] for each in rules["clock"]}


def events(wiring: Wiring) -> list[str]:
    with wiring.rows.read("default") as reading:
        return [each.event for each in reading.entries("ruleset/amazon_safet")]


def test_a_draft_tells_what_moves_and_binds_nobody(client: httpx.Client) -> None:
    found = brought(client, edition())
    moved = {(each["part"], each["move"]): each["says"] for each in found["differences"]}
    assert moved[("clock", "changed")] == [
        "before: It lasts 30 days of the calendar.",
        "now: It lasts 99 days of the calendar.",
    ]
    assert 99 not in lengths(client)
    assert client.get("/v1/rulesets/amazon_safet/draft").json() == found


def test_a_trial_lists_the_open_cases_that_would_change_and_changes_none(client: httpx.Client) -> None:
    case, closed = opened(client), opened(client, "closed")
    client.post(f"{closed['links']['self']}/events", json={"kind": "closed", "at": "2026-11-21T09:00:00Z"})
    client.post("/v1/cases", json={"order_number": "other", "ruleset": "tmall"})
    before = client.get(case["links"]["assessment"]).json()["clocks"]
    brought(client, edition())
    trial = client.post("/v1/rulesets/amazon_safet/draft/trial").json()
    assert (trial["looked"], trial["left"]) == (1, 0)
    (found,) = trial["affected"]
    assert found["case_id"] == case["id"]
    (clock,) = found["clocks"]
    assert (clock["before"][:10], clock["after"][:10]) == ("2026-12-20", "2027-02-27")
    assert client.get(case["links"]["assessment"]).json()["clocks"] == before


def test_more_open_cases_than_one_trial_looks_at_are_counted(
    client: httpx.Client, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "MOST_TRIED", 1)
    opened(client, "1")
    opened(client, "2")
    brought(client, edition())
    trial = client.post("/v1/rulesets/amazon_safet/draft/trial").json()
    assert (trial["looked"], trial["left"]) == (1, 1)


def test_in_force_it_is_for_new_cases_and_open_ones_keep_theirs(client: httpx.Client, wiring: Wiring) -> None:
    old = opened(client)
    assert enforced(client, edition())["by"] == "Li Wei"
    assert 99 in lengths(client)
    new = opened(client, "new")
    due = [
        max(c["due_at"] or "" for c in client.get(each["links"]["assessment"]).json()["clocks"])[:10]
        for each in (old, new)
    ]
    assert due == ["2026-12-20", "2027-02-27"]
    assert events(wiring) == ["ruleset.drafted", "ruleset.enforced"]
    assert client.get("/v1/rulesets/amazon_safet/draft").status_code == 404
    file = wiring.settings.data / "rulesets" / "amazon_safet.toml"
    assert file.read_text("utf-8") == edition()
    assert file.stat().st_mode & 0o077 == 0


def test_taken_back_the_edition_before_returns_and_then_the_one_that_ships(
    client: httpx.Client, wiring: Wiring
) -> None:
    enforced(client, edition(99))
    first = client.get("/v1/rulesets/amazon_safet/editions").json()["items"]
    enforced(client, edition(55))
    assert 55 in lengths(client)
    back = client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD).json()
    assert back["digest"] == first[0]["digest"]
    assert 99 in lengths(client)
    assert client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD).json()["digest"] is None
    assert 99 not in lengths(client)
    assert client.get("/v1/rulesets/amazon_safet").json()["own"] is False
    refused = client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:sixface:problem:unknown-ruleset")
    assert events(wiring)[-2:] == ["ruleset.withdrawn"] * 2


def test_a_file_that_was_laid_there_by_hand_is_not_lost(client: httpx.Client, wiring: Wiring) -> None:
    folder = wiring.settings.data / "rulesets"
    folder.mkdir(parents=True)
    (folder / "amazon_safet.toml").write_text(edition(44))
    enforced(client, edition(55))
    client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD)
    assert 44 in lengths(client)
    client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD)
    assert 44 not in lengths(client)
    assert (folder / "amazon_safet.toml.withdrawn").read_text("utf-8") == edition(44)


def test_of_a_file_laid_over_an_edition_that_edition_comes_back(client: httpx.Client, wiring: Wiring) -> None:
    enforced(client, edition(55))
    (wiring.settings.data / "rulesets" / "amazon_safet.toml").write_text(edition(44))
    client.post("/v1/rulesets/amazon_safet/withdraw", json=WORD)
    assert 55 in lengths(client)


def test_only_the_text_that_was_looked_at_is_put_in_force(client: httpx.Client) -> None:
    digest = brought(client, edition(99))["digest"]
    brought(client, edition(55))
    answer = client.post("/v1/rulesets/amazon_safet/draft/enforce", json={"digest": digest, **WORD})
    assert answer.status_code == 404
    assert "another by now" in answer.json()["detail"]
    assert not {55, 99} & lengths(client)


def test_pressing_twice_is_once(client: httpx.Client, wiring: Wiring) -> None:
    body = {"digest": brought(client, edition())["digest"], **WORD}
    key = {"Idempotency-Key": "once"}
    answers = [
        client.post("/v1/rulesets/amazon_safet/draft/enforce", json=body, headers=key) for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [200, 200]
    assert events(wiring).count("ruleset.enforced") == 1


def test_where_the_file_cannot_be_written_nothing_is_noted(client: httpx.Client, wiring: Wiring) -> None:
    body = {"digest": brought(client, edition())["digest"], **WORD}
    wiring.settings.data.mkdir(parents=True, exist_ok=True)
    (wiring.settings.data / "rulesets").write_text("a file where the folder should be")
    answer = client.post("/v1/rulesets/amazon_safet/draft/enforce", json=body)
    assert answer.status_code == 503
    assert events(wiring) == ["ruleset.drafted"]
    assert client.get("/v1/rulesets/amazon_safet/draft").status_code == 200


@pytest.mark.parametrize(
    "text", ["", "no toml [", SHIPPED.replace("version = ", 'colour = "red"\nversion = ', 1)]
)
def test_what_cannot_be_used_is_refused_with_every_fault(client: httpx.Client, text: str) -> None:
    answer = client.post("/v1/rulesets/drafts", json={"text": text})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sixface:problem:bad-ruleset")
    assert answer.json()["problems"]


def test_a_draft_can_be_forgotten(client: httpx.Client, wiring: Wiring) -> None:
    brought(client, edition())
    assert client.delete("/v1/rulesets/amazon_safet/draft").status_code == 204
    assert client.delete("/v1/rulesets/amazon_safet/draft").status_code == 404
    assert events(wiring) == ["ruleset.drafted", "ruleset.discarded"]


def test_a_name_that_nobody_had_is_new(client: httpx.Client) -> None:
    text = SHIPPED.replace('id = "amazon_safet"', 'id = "mine"', 1)
    assert parse(text, "x").rules.id == "mine"
    assert brought(client, text)["differences"] is None


def test_the_terminal_does_the_same(sixface: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(edition())
    done = sixface("rulesets", "diff", file)
    assert done.returncode == 1
    assert "now: It lasts 99 days of the calendar." in done.stdout
    assert sixface("rulesets", "try", file).stdout.strip() == (
        "0 open cases were tried; 0 would change, 0 were left out."
    )
    word = ("--by", "Li Wei", "--reason", "rules of May")
    assert sixface("rulesets", "enforce", file, *word).stdout.strip() == "amazon_safet is in force."
    assert sixface("rulesets", "diff", file).stdout.strip() == "Nothing moves."
    assert "no edition of your own" in sixface("rulesets", "withdraw", "amazon_safet", *word).stdout
    assert sixface("rulesets", "withdraw", "amazon_safet", *word).returncode != 0
    file.write_text("nothing")
    assert sixface("rulesets", "enforce", file, *word).returncode != 0


def test_what_holds_for_every_tenant_is_changed_by_the_first_alone(wiring: Wiring) -> None:
    other = wiring.desk(Caller("other", "person:eve"))
    made = editions.draft(other, edition())
    word, asked = Mandate(**WORD), Claim(None, "", "")
    with pytest.raises(ForAllError):
        editions.enforce(other, made.name, made.digest, word, asked)
    with pytest.raises(ForAllError):
        editions.withdraw(other, made.name, word, asked)
    with pytest.raises(ForAllError):
        days_off.put(other, Table(), word, asked)
    assert not wiring.rulebook.is_own(made.name)
