"""The peers say of a film what they would say if they were called alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from samples import forge
from samples.film import Encoding, write
from samples.forge import Span
from samples.truth import Truth
from tests.continuity import peers
from tests.continuity.peers import Judge, Watched
from tests.continuity.score import Score, judged
from tests.samples.reels import textured

needs_scenedetect = pytest.mark.skipif(not peers.scenedetect(), reason="PySceneDetect is not installed")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten seconds with another scene in them, 0.6 s of black and 3.4 s of standstill."""
    other = forge.moved([s for s in textured(60, speed=3) if s.at >= 1], Fraction(0))
    reel, _ = forge.insert(textured(230), 1.5, [*other])
    reel, _ = forge.black(reel, Span(4.5, 5.1))
    path = tmp_path_factory.mktemp("peers") / "film.mp4"
    write(path, forge.freeze(reel, Span(5.2, 8.6))[0], _quiet())
    return path


def _quiet() -> Encoding:
    """Without key frames, at which a standing picture would move a little."""
    return Encoding(rate=Fraction(25), sound=None, key_every=250)


def test_ffmpeg_sees_scenes_black_and_standstill(film: Path) -> None:
    seen = peers.watched(film)
    assert len(seen.scores) >= 180
    cuts = [alarm.start for alarm in peers.scdet(3)(seen)]
    assert any(abs(at - 1.5) < 0.1 for at in cuts)
    ends = [(alarm.start, alarm.end) for alarm in peers.spells(seen)]
    for start, end in ((4.5, 5.1), (5.2, 8.6)):
        # A standing picture settles while it is coded.
        assert any(start <= a < start + 1 and b == pytest.approx(end, abs=0.1) for a, b in ends), ends


def test_a_film_is_watched_once(film: Path) -> None:
    first = peers.watched(film)
    note = film.with_suffix(".peers.json")
    before = note.stat().st_mtime_ns
    assert peers.watched(film) == first
    assert note.stat().st_mtime_ns == before


@needs_scenedetect
@pytest.mark.parametrize("name", ["AdaptiveDetector", "ContentDetector"])
def test_a_replayed_detector_cuts_where_it_does_alone(film: Path, name: str) -> None:
    import scenedetect  # noqa: PLC0415 - not always there

    scenes = scenedetect.detect(str(film), getattr(scenedetect, name)())
    alone = [start.seconds for start, _ in scenes[1:]]
    judge = {"AdaptiveDetector": peers.adaptive, "ContentDetector": peers.content}[name]()
    assert alone
    assert [alarm.start for alarm in judge(peers.watched(film))] == pytest.approx(alone, abs=0.01)


def test_a_peer_is_held_to_its_false_alarms() -> None:
    """Scores from 0 to 59 on a plain minute: 5 of them may alarm at five a minute."""
    seen = Watched("", 25, scores=tuple((float(n), float(n)) for n in range(60)))
    plain = Truth("film", "video", "", pts=tuple(range(0, 60 * 90_000, 3000)), last=3000)

    def scored(judge: Judge) -> list[Score]:
        return [judged("plain", plain, peers.told(judge, seen))]

    assert peers.held(peers.scdet, 100, scored, rate=5) == pytest.approx(54.5, abs=0.51)
    assert peers.held(peers.scdet, 100, scored, rate=0) == pytest.approx(59.02, abs=0.1)
