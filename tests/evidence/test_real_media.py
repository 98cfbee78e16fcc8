"""Real films and photos by others, through the real child: every one gets its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from evidence import profile
from evidence.model import Outcome, Report
from evidence.spawn import examine_file

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FILMS = sorted((DATA / "video").glob("*.*"))
PHOTOS = sorted((DATA / "photos").rglob("*.jpg"))

pytestmark = pytest.mark.skipif(not FILMS, reason="the real media of ../shared/data are absent")

Examine = Callable[[Path], Report]


@pytest.fixture
def examine(tmp_path: Path) -> Examine:
    def examined(file: Path) -> Report:
        kind = "defect_photo" if file in PHOTOS else "unboxing"
        return examine_file(file, profile=kind, out=tmp_path, now=datetime(2026, 11, 21, tzinfo=UTC))

    return examined


def codes(report: Report, outcome: Outcome) -> set[str]:
    return {finding.code for finding in report.findings() if finding.outcome is outcome}


@pytest.mark.parametrize("film", FILMS, ids=lambda path: path.name)
def test_a_film_in_one_take_is_reported_and_never_called_cut(film: Path, examine: Examine) -> None:
    report = examine(film)
    failed = codes(report, Outcome.FAIL)
    assert not {code for code in failed if code.startswith("continuity.")}
    assert not {finding.code for finding in report.findings() if finding.code.endswith(".broken")}
    declared = {code for name in profile.checks() for code in profile.find(name).codes}
    assert {finding.code for finding in report.findings()} <= declared


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.name)
def test_a_photo_is_reported(photo: Path, examine: Examine) -> None:
    report = examine(photo)
    assert report.media.kind == "photo"
    assert not codes(report, Outcome.FAIL)


def test_the_phones_film_knows_when_it_was_taken_and_is_not_called_forged(examine: Examine) -> None:
    report = examine(DATA / "video" / "iphone6_game_box.mov")
    assert report.media.created_at == datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC)
    assert "clock.reprocessed" in codes(report, Outcome.PASS)
    assert not codes(report, Outcome.FAIL)


def test_a_variable_frame_rate_makes_no_gap(examine: Examine) -> None:
    report = examine(DATA / "video" / "arjs_magic-book.mp4")
    assert "continuity.gap" not in {finding.code for finding in report.findings()}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_every_rotation_is_told(degrees: int, examine: Examine) -> None:
    assert examine(DATA / "video" / f"decord_video_{degrees}.mov").media.rotation == degrees
