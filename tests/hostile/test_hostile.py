"""A sample of the hostile corpus; the whole of it is `make bench-hostile`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import door
from tests.hostile.corpus import KINDS, TOTAL, corpus, drawn, sample
from tests.hostile.inventions import Bait, lists
from tests.hostile.seeds import seeds
from tests.hostile.trying import Trap, Trial, truly

NOWHERE = Bait("/nowhere/secret", "/nowhere/film.mp4", "http://127.0.0.1:9")
BY_THE_WALLS = 170
THROUGH_THE_DOOR = 40
# Files of the corpus that something was wrong with once, each mended at its root.
FOUND = (
    ("polyglots", 83),  # pictures before a break that are shown after it: events were gathered without end
    ("polyglots", 153),
    ("chunks that lie", 114),  # four bytes that say that two gigabytes follow
    ("giant dimensions", 111),  # hours of sound in 50 kB: their windows took gigabytes
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is one of Linux")


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    with Trap(tmp_path_factory.mktemp("bait")) as made:
        yield made


def test_the_corpus_is_large_enough_and_the_same_each_time() -> None:
    assert TOTAL > 5_500
    assert [file.data for file in sample(NOWHERE, 40)] == [file.data for file in sample(NOWHERE, 40)]
    assert {file.kind for file in sample(NOWHERE, 40)} == {kind.name for kind in KINDS}
    assert len({seed.name for seed in seeds()}) == 18
    assert len({file.data for file in corpus(NOWHERE)}) > 5_000


def test_every_list_names_somebody_elses_file() -> None:
    assert all(
        any(each in text for each in (*vars(NOWHERE).values(), "/etc/passwd")) for text in lists(NOWHERE)
    )


@linux
def test_what_was_found_once_is_answered(trap: Trap, tmp_path: Path) -> None:
    kinds = {kind.name: kind for kind in KINDS}
    for name, number in FOUND:
        tried = truly(drawn(kinds[name], number, trap.bait), tmp_path / "tried")
        assert (tried.answer, tried.wrong) == ("report", ())
        assert tried.seconds < 60


@linux
def test_a_sample_does_no_harm(trap: Trap, tmp_path: Path) -> None:
    tried = Trial(tmp_path).run(sample(trap.bait, BY_THE_WALLS))
    assert len(tried) == BY_THE_WALLS
    assert [each for each in tried if each.wrong] == []
    assert trap.sprung() == []


@linux
def test_some_come_through_the_front_door_and_all_get_their_answer(trap: Trap, tmp_path: Path) -> None:
    came = door.knock(sample(trap.bait, THROUGH_THE_DOOR, seed=3), tmp_path, trap, timed=False)
    assert came.wrong == []
    assert sum(came.statuses.values()) == THROUGH_THE_DOOR
    assert came.states["reported"] > 5


@linux
def test_the_bait_is_seen_when_it_is_taken(tmp_path: Path) -> None:
    import httpx  # noqa: PLC0415 - here alone

    with Trap(tmp_path) as own:
        httpx.get(f"{own.bait.url}/x")
        Path(own.bait.secret).write_text("other")
        assert own.sprung() == ["called /x", f"changed {own.bait.secret}"]
