from __future__ import annotations

from pathlib import Path

import av
import cv2
import pytest

from evidence.check import RefusedError
from evidence.fault import FaultError
from evidence.fitting import film, workshop
from evidence.fitting.rate import Footage
from evidence.fitting.wish import Measure
from tests.evidence.fitting import films

LIMIT = 1_500_000


def footage(path: Path, *, sound: bool = True, width: int = 640, height: int = 480) -> Footage:
    found = films.facts(path)
    length = found["last"] + 1 / films.RATE
    return Footage(path.suffix[1:], width, height, length, int(found["frames"]), sound=sound)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.write(tmp_path_factory.mktemp("large") / "theirs.mp4")


def test_a_film_is_made_to_fit_and_is_whole(large: Path, tmp_path: Path) -> None:
    before = large.read_bytes()
    assert len(before) > 2 * LIMIT
    made = film.fit(large, footage(large), LIMIT, tmp_path / "01-film.mp4")
    there = tmp_path / "01-film.mp4"
    assert made.bytes == there.stat().st_size <= LIMIT
    assert made.bytes > 0.5 * LIMIT, "the room is used"
    found = films.facts(there)
    assert found["frames"] == 120
    assert found["last"] == pytest.approx(119 / 30, abs=0.01)
    assert (found["width"], found["height"]) == (640, 480)
    assert found["sounds"] == 1
    assert found["places"] == 0, "where it was filmed does not go along"
    assert films.facts(large)["places"] == 1, "though the original says it"
    assert large.read_bytes() == before


def test_opencv_plays_it_too_and_it_shows_the_same(large: Path, tmp_path: Path) -> None:
    film.fit(large, footage(large), LIMIT, tmp_path / "made.mp4")
    theirs, ours = cv2.VideoCapture(str(large)), cv2.VideoCapture(str(tmp_path / "made.mp4"))
    shots = []
    for reader in (theirs, ours):
        reader.set(cv2.CAP_PROP_POS_FRAMES, 60)
        shown, picture = reader.read()
        assert shown
        shots.append(cv2.resize(picture, (64, 48), interpolation=cv2.INTER_AREA).astype(float))
    assert abs(shots[0] - shots[1]).mean() < 12


def test_the_command_lines_are_told_and_name_no_path(large: Path, tmp_path: Path) -> None:
    made = film.fit(large, footage(large), LIMIT, tmp_path / "made.mp4")
    assert made.program.startswith("FFmpeg ")
    assert len(made.commands) >= 2
    for line in made.commands:
        assert line.startswith("ffmpeg ")
        assert "-protocol_whitelist fd" in line
        assert str(tmp_path) not in line
        assert large.name not in line


def test_a_variable_rate_and_a_silent_film_keep_every_picture(tmp_path: Path) -> None:
    stamps = [number + (number // 10) * 7 for number in range(60)]
    source = films.write(tmp_path / "vfr.mp4", seconds=2.0, sound=False, stamps=stamps)
    told = footage(source, sound=False)
    film.fit(source, told, 700_000, tmp_path / "made.mp4")
    found = films.facts(tmp_path / "made.mp4")
    assert found["frames"] == 60
    assert found["last"] == pytest.approx(stamps[-1] / 30, abs=0.05)
    assert found["sounds"] == 0


def test_what_would_not_be_readable_is_refused(large: Path, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        film.fit(large, footage(large), 60_000, tmp_path / "made.mp4")
    assert refused.value.code == "refused.not_readable"
    assert not (tmp_path / "made.mp4").exists()


def test_a_film_that_lost_its_end_is_never_handed_out(large: Path, tmp_path: Path) -> None:
    told = footage(large)
    longer = Footage(told.container, told.width, told.height, told.duration + 3, told.frames + 90, sound=True)
    with pytest.raises(FaultError) as fault:
        film.fit(large, longer, LIMIT, tmp_path / "made.mp4")
    assert fault.value.code == "fault.not_whole"


def test_a_playlist_that_calls_itself_a_film_opens_no_neighbour(large: Path, tmp_path: Path) -> None:
    neighbour = tmp_path / "neighbour.mp4"
    neighbour.write_bytes(large.read_bytes())
    hostile = tmp_path / "film.mp4"
    hostile.write_text(f"ffconcat version 1.0\nfile '{neighbour}'\n" + "#" * 4000)
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises((FaultError, RefusedError)):
        film.fit(hostile, footage(large), LIMIT, out / "made.mp4")
    assert not any(each.suffix == ".mp4" and each.stat().st_size for each in out.iterdir())


def test_what_was_made_is_measured_by_decoding_it(large: Path, tmp_path: Path) -> None:
    found = workshop.done(large, Measure(seconds=60), tmp_path)
    assert found is not None
    assert (found.width, found.height, found.frames, found.sound) == (640, 480, 120, True)
    assert found.duration == pytest.approx(4.0, abs=0.04)


@pytest.mark.parametrize(
    ("transfer", "grey", "white", "brightest"),
    [
        # Light of a grey card (18 %) and of a white sheet (203 cd/m2), as ITU-R BT.2408 has their
        # signals; on any other screen they are to have about 0.42 (a gamma of 2.4) and nearly all.
        ("arib-std-b67", 3, 5, 7),
        ("smpte2084", 3, None, 5),
    ],
)
def test_a_film_for_bright_screens_is_not_washed_out(
    transfer: str, grey: int, white: int | None, brightest: int, tmp_path: Path
) -> None:
    source = films.write_bright(tmp_path / "phone.mov", transfer)
    assert films.bars(film_of(source, tmp_path))[grey] == pytest.approx(0.425, abs=0.03)
    shown = films.bars(tmp_path / "01-film.mp4")
    assert shown[0] == pytest.approx(0, abs=0.02)
    if white is not None:
        assert shown[white] == pytest.approx(0.85, abs=0.03), "a white sheet was 0.75 of the signal"
    assert shown[brightest] == pytest.approx(1, abs=0.06)
    assert sorted(shown[: brightest + 1]) == shown[: brightest + 1], "nothing brighter looks darker"
    with av.open(str(tmp_path / "01-film.mp4")) as there:
        assert next(there.decode(video=0)).color_trc == 1, "and it says so itself"


def film_of(source: Path, folder: Path) -> Path:
    told = footage(source, sound=False, width=640, height=360)
    film.fit(source, told, LIMIT, folder / "01-film.mp4")
    return folder / "01-film.mp4"


def test_a_film_for_any_screen_keeps_its_light(large: Path, tmp_path: Path) -> None:
    made = film.fit(large, footage(large), LIMIT, tmp_path / "01-film.mp4")
    assert not any("tonemap" in command for command in made.commands)
