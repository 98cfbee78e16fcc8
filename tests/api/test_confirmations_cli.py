from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api import cases
from api.caller import HTTP
from api.drafting import Draft
from api.idempotency import Claim
from api.settings import Settings
from api.wiring import embedded
from evidence.model import Outcome
from tests.api import made_faces as faces
from tests.api.conftest import Run, Waiting
from tests.api.test_cli import one_sentence

NONCE = Claim(None, "", "")


@pytest.fixture
def case(tmp_path: Path, film: Path) -> str:
    """A case with one film whose faces the check left open."""
    return opened(tmp_path, film, Outcome.UNSURE)


def opened(tmp_path: Path, film: Path, outcome: Outcome) -> str:
    wiring = replace(embedded(Settings(data=tmp_path / "data"), queue=False), jobs=Waiting())
    try:
        desk = wiring.desk(HTTP)
        item = faces.place(wiring, film, faces.report(outcome))
        case = cases.open_case(desk, Draft(), NONCE).body["id"]
        cases.attach(desk, case, item.id, NONCE)
        return case
    finally:
        wiring.close()


def test_a_face_that_was_not_counted_cannot_be_disputed(sixface: Run, case: str) -> None:
    refused = sixface("case", "dispute", case, "back", "--by", "Wang", "--note", "the left again")
    assert refused.returncode != 0
    assert refused.stderr == "The check did not count the face Back in this film.\n"


def v03(sixface: Run, case: str) -> tuple[str, str]:
    told = json.loads(sixface("case", "assess", case, "--json").stdout)
    one = next(each for each in told["requirements"] if each["id"] == "V-03")
    return one["answer"], one["by"]


def test_a_person_looks_confirms_and_takes_it_back(sixface: Run, case: str, tmp_path: Path) -> None:
    looked = sixface("case", "faces", case, "--out", tmp_path / "faces")
    assert looked.returncode == 0, looked.stderr
    lines = [line.split() for line in looked.stdout.splitlines()]
    assert [line[0] for line in lines] == [f"{face}={digest}" for face, digest in faces.SIX.items()]
    assert [Path(line[1]).name for line in lines][::5] == ["1-top.jpg", "6-bottom.jpg"]
    assert Path(lines[1][1]).read_bytes() == faces.picture(2)
    assert v03(sixface, case) == ("unsure", "checks")
    said = sixface("case", "confirm", case, "confirmed", "--by", "Wang")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("confirmed by a person (Wang, ")
    assert v03(sixface, case) == ("yes", "person")
    stills = [word for line in lines[:2] for word in ("--still", line[0])]
    assert sixface("case", "confirm", case, "disputed", "--by", "Li", *stills).returncode == 0
    assert v03(sixface, case) == ("unsure", "checks")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--by", "  "], "Say in by who"),
        (["--by", "Li", "--exhibit", "E9"], "there are: E1"),
        (["--by", "Li", "--still", f"top={faces.digest(1)}"], "No picture is named for: front"),
        (["--by", "Li", "--still", "top=1"], "stills.top"),
        (["--by", "Li", "--still", "lid=1"], "stills.lid"),
        (["--by", "Li", "--still", "top=1", "--still", "top=2"], "named twice"),
        ([], "--by"),
    ],
)
def test_what_cannot_count_is_told_in_one_sentence(
    sixface: Run, case: str, words: list[str], says: str
) -> None:
    done = sixface("case", "confirm", case, "confirmed", *words)
    assert done.returncode == 64
    assert says in done.stderr
    assert one_sentence(done.stderr)
    assert v03(sixface, case) == ("unsure", "checks")


def test_nobody_overrules_a_fail(sixface: Run, tmp_path: Path, film: Path) -> None:
    case = opened(tmp_path, film, Outcome.FAIL)
    done = sixface("case", "confirm", case, "confirmed", "--by", "Wang")
    assert done.returncode == 64
    assert one_sentence(done.stderr)
    assert v03(sixface, case) == ("no", "checks")
