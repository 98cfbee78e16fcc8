from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, ValidationError

from api.schemas import report
from evidence.model import Report
from tests.api.made_reports import flawed, hostile, review, sound
from tests.schemas import COPY, breaks

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def told() -> Draft202012Validator:
    Draft202012Validator.check_schema(report())
    return Draft202012Validator(report())


def test_it_is_listed_and_is_where_the_list_says(client: httpx.Client) -> None:
    (item,) = client.get("/v1/schemas").json()["items"]
    assert (item["name"], item["version"]) == ("report", 1)
    answer = client.get(item["href"])
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json() == report()
    described = client.get("/openapi.json").json()["components"]["schemas"]["Report"]
    assert described["externalDocs"]["url"] == item["href"]
    assert described["properties"].keys() == report()["properties"].keys()


def test_real_reports_fit(client: httpx.Client, told: Draft202012Validator, film: Path, photo: Path) -> None:
    for file in (film, photo):
        with file.open("rb") as opened:
            answer = client.post(
                "/v1/validate",
                files={"file": (file.name, opened)},
                data={"expect": '{"tracking_number": "SF1", "prompts": [{"face": "top", "at": 0.5}]}'},
                headers={"Prefer": "wait=60"},
            )
        assert answer.status_code == 200
        told.validate(answer.json())
        with pytest.raises(ValidationError):
            told.validate({**answer.json(), "verdict": "perfect"})
        told.validate({**answer.json(), "added_later": 1})


@pytest.mark.parametrize("made", [sound, flawed, review, hostile])
def test_reports_made_by_hand_fit(made: Callable[[], Report], told: Draft202012Validator) -> None:
    told.validate(made().model_dump(mode="json"))


def test_the_copy_is_what_is_handed_out() -> None:
    assert json.loads(COPY.read_text("utf-8")) == report(), "draw it again: make schemas"


def test_nothing_that_readers_rely_on_has_changed() -> None:
    assert breaks(json.loads(COPY.read_text("utf-8")), report()) == []


def drop(schema: Schema) -> None:
    del schema["properties"]["engine"]


def loosen(schema: Schema) -> None:
    schema["required"].remove("engine")


def retype(schema: Schema) -> None:
    schema["$defs"]["Still"]["properties"]["at"]["type"] = "string"


def widen(schema: Schema) -> None:
    schema["$defs"]["Verdict"]["enum"].append("perfect")


def allow_null(schema: Schema) -> None:
    name = schema["$defs"]["Still"]["properties"]
    name["path"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def repattern(schema: Schema) -> None:
    schema["$defs"]["Still"]["properties"]["digest"]["pattern"] = "^md5:"


def lengthen(schema: Schema) -> None:
    del schema["$defs"]["Expectation"]["properties"]["prompts"]["maxItems"]


def reversion(schema: Schema) -> None:
    schema["properties"]["schema_version"]["const"] = 2


@pytest.mark.parametrize("change", [drop, loosen, retype, widen, allow_null, repattern, lengthen, reversion])
def test_a_change_that_would_break_readers_is_seen(change: Callable[[Schema], None]) -> None:
    changed = copy.deepcopy(report())
    change(changed)
    assert breaks(report(), changed) != []


def test_what_is_only_added_breaks_nobody() -> None:
    changed = copy.deepcopy(report())
    changed["properties"]["weather"] = {"type": "string"}
    changed["required"].append("weather")
    changed["$defs"]["Verdict"]["enum"].remove("review")
    changed["title"] = "Another"
    assert breaks(report(), changed) == []
