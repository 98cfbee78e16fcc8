from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from api import custody, recognising
from api.caller import HTTP
from api.dealing import KINDS
from api.desk import Wiring
from api.item import State
from api.packing import making
from api.words import words
from tests.api import made_faces as faces
from tests.api.noted import events

MADE_UP = {
    "evidence.": {"evidence.confirmed", "evidence.disputed", recognising.ATTACHED},
    "examination.": {f"examination.{state.value}" for state in State if state.final},
    "upload.": {"upload.received", "upload.refused"},
    "packet.": {f"packet.{state}" for state in (making.MADE, making.REFUSED, making.BROKEN)},
}
"""What the beginnings in the source become when it runs."""


def known() -> set[str]:
    found = events()
    beginnings = {event for event in found if event.endswith(".")}
    assert beginnings <= set(MADE_UP), "say in MADE_UP what becomes of this one"
    return (found - beginnings).union(*MADE_UP.values()) | {"original.played", "evidence.turned_away"}


def test_every_event_of_the_house_has_its_sentence_and_none_is_left_over() -> None:
    assert {event for event in known() if custody.sentence(event) is None} == set()
    assert set(custody.EVENTS) - known() == set()
    for kind in KINDS:
        assert custody.sentence(f"{kind.rstrip('s')}.put") is not None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_log_is_told_in_words_with_looks_in_a_row_as_one(
    taker: httpx.Client, idle: Wiring, film: Path, lang: str
) -> None:
    one = faces.place(idle, film, faces.report())
    case = taker.post("/v1/cases", json={"ruleset": "amazon_safet"}).json()["id"]
    taker.post(f"/v1/cases/{case}/exhibits", json={"evidence_id": one.id}).raise_for_status()
    for _ in range(3):
        taker.get(f"/v1/evidence/{one.id}/report").raise_for_status()
    with idle.desk(HTTP).read() as reading:
        found = custody.custody(reading, one.id, words("zh" if lang == "zh" else "en"))
    assert (found.trouble, found.more, found.entries) == ("", 0, 6)
    assert [line.times for line in found.lines] == [3, 1, 1, 1]
    assert found.lines[1].address == f"/cases/{case}"
    if lang == "en":
        assert [line.says for line in found.lines] == [
            "The report was looked at",
            "Made an exhibit of a case",
            "The check ended with a report",
            "The file arrived, was hashed and stored",
        ]
        assert {line.who for line in found.lines} == {"over the web"}
    else:
        assert all(any(letter >= "\u4e00" for letter in line.says) for line in found.lines)
