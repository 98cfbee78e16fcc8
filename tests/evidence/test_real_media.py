"""Real films and photos by others, through the real child: every one gets its answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from evidence import profile
from evidence.model import Outcome, Report
from evidence.spawn import examine_file

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FILMS = sorted((DATA / "video").glob("*.*"))
BOXLESS = [
    film
    for film in FILMS
    if film.name.startswith(("dex_human_hand", "intel_bottle-detection", "decord_video_"))
]
PHOTOS = sorted((DATA / "photos").rglob("*.jpg"))

pytestmark = pytest.mark.skipif(not FILMS, reason="the real media of ../shared/data are absent")

Examine = Callable[[Path], Report]


@pytest.fixture(scope="module")
def examine(tmp_path_factory: pytest.TempPathFactory) -> Examine:
    """Each file is looked at once."""

    @cache
    def examined(file: Path) -> Report:
        kind = "defect_photo" if file in PHOTOS else "unboxing"
        out = tmp_path_factory.mktemp("report")
        return examine_file(file, profile=kind, out=out, now=datetime(2026, 11, 21, tzinfo=UTC))

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


def faces_shown(report: Report) -> object:
    (count,) = (finding for finding in report.findings() if finding.code == "six_faces.count")
    return next(measure.value for measure in count.measures if measure.name == "faces_shown")


@pytest.mark.parametrize("film", FILMS, ids=lambda path: path.name)
def test_no_film_shows_six_faces_of_a_parcel(film: Path, examine: Examine) -> None:
    assert "six_faces.count" not in codes(examine(film), Outcome.PASS)


@pytest.mark.parametrize("film", BOXLESS, ids=lambda path: path.name)
def test_where_there_is_no_box_no_face_is_seen(
    film: Path, examine: Examine, request: pytest.FixtureRequest
) -> None:
    if film.stem == "intel_bottle-detection":
        known = "a standing bottle is still taken for a box"
        request.applymarker(pytest.mark.xfail(reason=known, strict=True))
    report = examine(film)
    assert faces_shown(report) == 0
    assert not {finding.code for finding in report.findings()} & {"six_faces.face", "six_faces.missing"}


@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: path.name)
def test_a_photo_is_reported(photo: Path, examine: Examine) -> None:
    report = examine(photo)
    assert report.media.kind == "photo"
    assert not codes(report, Outcome.FAIL)


def test_the_phones_film_knows_when_it_was_taken_and_is_not_called_forged(examine: Examine) -> None:
    report = examine(DATA / "video" / "iphone6_game_box.mov")
    assert report.media.created_at == datetime(2019, 7, 24, 8, 25, 40, tzinfo=UTC)
    assert {"clock.reprocessed", "edited.none"} <= codes(report, Outcome.PASS)
    # Four seconds of a box that lies on a table: that its other sides are missing may be told.
    assert codes(report, Outcome.FAIL) <= {"six_faces.count", "six_faces.missing"}


def test_a_variable_frame_rate_makes_no_gap(examine: Examine) -> None:
    report = examine(DATA / "video" / "arjs_magic-book.mp4")
    assert "continuity.gap" not in {finding.code for finding in report.findings()}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_every_rotation_is_told(degrees: int, examine: Examine) -> None:
    assert examine(DATA / "video" / f"decord_video_{degrees}.mov").media.rotation == degrees
