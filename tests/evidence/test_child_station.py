"""A film with a station clock through the sandboxed child: the keys go in as data, nothing else does."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from evidence.model import Report
from evidence.spawn import examine_file
from tests.stations.films import BEGUN, StationFilm, cut, encoded, whole

FILM = StationFilm(seconds=6, side=180)


def examined(film: Path, folder: Path, *, keys: Path | None) -> Report:
    now = BEGUN + timedelta(hours=1)
    return examine_file(film, profile="unboxing", out=folder / "out", now=now, stations=keys)


def said(report: Report, code: str) -> list[str]:
    return [str(finding.outcome) for finding in report.findings() if finding.code == code]


def test_an_encoded_film_is_proven_and_its_cut_found_behind_the_walls(tmp_path: Path) -> None:
    keys = tmp_path / "keys.pem"
    keys.write_bytes(FILM.signer.pem)
    whole_film = encoded(FILM, whole(FILM), tmp_path / "whole.mp4")
    report = examined(whole_film, tmp_path, keys=keys)
    assert said(report, "clock.station") == ["pass"]
    assert said(report, "clock.station_jump") == []
    cut_film = encoded(FILM, cut(whole(FILM), 2, 2.0), tmp_path / "cut.mp4")
    assert said(examined(cut_film, tmp_path, keys=keys), "clock.station_jump") == ["fail"]


def test_without_keys_the_codes_are_named_and_count_for_nothing(tmp_path: Path) -> None:
    film = encoded(FILM, whole(FILM)[:40], tmp_path / "film.mp4")
    report = examined(film, tmp_path, keys=None)
    assert said(report, "clock.station_unproven") == ["skipped"]
    assert said(report, "clock.station") == []
