"""What others say of the same films: PySceneDetect's detectors, and filters of ffmpeg.

A film is watched once and what was measured is kept beside it; the detectors then run over the measured
scores, so that a threshold can be looked for which keeps a peer to a number of false alarms a minute.
PySceneDetect is not among the project's dependencies (group `bench`); where it is missing it is left out.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from tests.continuity.score import Alarm, Score, Told, false_alarms

HELD = 0.1
"""False alarms a minute on plain authentic films to which peers are held."""
_FILTERS = "scdet=threshold=0,freezedetect,blackdetect,metadata=mode=print:file=-"
_STEPS = 12
"""Halvings in the search for a threshold."""


@dataclass(frozen=True)
class Watched:
    """What the peers measured on one film, times in seconds since its first picture."""

    digest: str
    rate: float
    content: tuple[float, ...] = ()
    """PySceneDetect's score of each picture; empty where it is not installed."""
    times: tuple[float, ...] = ()
    """When the pictures of `content` are shown, as PySceneDetect sees it."""
    scores: tuple[tuple[float, float], ...] = ()
    """Time and score of each picture for `scdet`."""
    spells: tuple[tuple[float, float], ...] = ()
    """What `freezedetect` and `blackdetect` found with their defaults."""


Judge = Callable[[Watched], Sequence[Alarm]]


def scenedetect() -> bool:
    """Whether PySceneDetect is installed."""
    return importlib.util.find_spec("scenedetect") is not None


def watched(path: Path) -> Watched:
    """What the peers measure on a film, from beside it where it was watched before."""
    note = path.with_suffix(".peers.json")
    seen = hashlib.sha256(path.read_bytes() + _FILTERS.encode() + _release().encode()).hexdigest()
    if note.is_file():
        found: dict[str, Any] = json.loads(note.read_text())
        if found["digest"] == seen:
            pairs = {name: tuple(map(tuple, found[name])) for name in ("scores", "spells")}
            return Watched(
                **{**found, "content": tuple(found["content"]), "times": tuple(found["times"]), **pairs}
            )
    rate, content, times = _content(path) if scenedetect() else (0.0, (), ())
    scores, spells = _filtered(path)
    made = Watched(seen, rate, content, times, scores, spells)
    note.write_text(json.dumps(asdict(made), separators=(",", ":")))
    return made


def _release() -> str:
    return version("scenedetect-headless") if importlib.util.find_spec("scenedetect") else "none"


def _content(path: Path) -> tuple[float, tuple[float, ...], tuple[float, ...]]:
    """PySceneDetect's content scores, as its own scene manager reads and shrinks the pictures."""
    from scenedetect import ContentDetector, SceneManager, open_video  # noqa: PLC0415 - not always there

    heard: list[tuple[float, float]] = []

    class Listening(ContentDetector):
        def process_frame(self, timecode: Any, frame_img: Any) -> list[Any]:
            super().process_frame(timecode, frame_img)
            heard.append((timecode.seconds, round(float(self._frame_score or 0), 3)))
            return []

    video = open_video(str(path))
    manager = SceneManager()
    manager.add_detector(Listening())
    manager.detect_scenes(video)
    first = heard[0][0]
    return float(video.frame_rate), tuple(s for _, s in heard), tuple(round(at - first, 4) for at, _ in heard)


def _filtered(path: Path) -> tuple[tuple[tuple[float, float], ...], tuple[tuple[float, float], ...]]:
    """What ffmpeg's filters print for each picture."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-threads", "1", "-i", str(path)]
    command += ["-map", "0:v:0", "-vf", _FILTERS, "-fps_mode", "passthrough", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    first: float | None = None
    at = 0.0
    scores: list[tuple[float, float]] = []
    marks: dict[str, list[float]] = {}
    for line in told.splitlines():
        if stamp := re.search(r"pts_time:(\S+)", line):
            at = float(stamp[1])
            first = at if first is None else first
        elif "=" in line:
            name, value = line.strip().split("=", 1)
            if name == "lavfi.scd.score":
                scores.append((round(at - (first or 0), 4), float(value)))
            else:
                marks.setdefault(name, []).append(float(value) - (first or 0))
    end = at - (first or 0)
    spells: list[tuple[float, float]] = []
    for start, stop in (
        ("freezedetect.freeze_start", "freezedetect.freeze_end"),
        ("black_start", "black_end"),
    ):
        begun, ended = marks.get(f"lavfi.{start}", []), marks.get(f"lavfi.{stop}", [])
        spells += list(zip(begun, [*ended, end], strict=False))
    return tuple(scores), tuple((round(a, 4), round(b, 4)) for a, b in spells)


# The judges.


def adaptive(threshold: float = 3.0) -> Judge:
    """PySceneDetect's `AdaptiveDetector` over recorded scores."""

    def judge(film: Watched) -> list[Alarm]:
        from scenedetect import AdaptiveDetector  # noqa: PLC0415 - not always there

        return _replayed(AdaptiveDetector, {"adaptive_threshold": threshold}, film)

    return judge


def content(threshold: float = 27.0) -> Judge:
    """PySceneDetect's `ContentDetector` over recorded scores."""

    def judge(film: Watched) -> list[Alarm]:
        from scenedetect import ContentDetector  # noqa: PLC0415 - not always there

        return _replayed(ContentDetector, {"threshold": threshold}, film)

    return judge


def _replayed(detector: Any, settings: Mapping[str, float], film: Watched) -> list[Alarm]:
    """The cuts that a detector of PySceneDetect makes of recorded scores: all of it but the scoring."""
    from scenedetect import FrameTimecode  # noqa: PLC0415 - not always there

    class Replaying(detector):
        def _calculate_frame_score(self, timecode: Any, frame_img: Any) -> float:
            return film.content[timecode.frame_num]

    made = Replaying(**settings)
    cuts: list[int] = []
    for n in range(len(film.content)):
        cuts += [cut.frame_num for cut in made.process_frame(FrameTimecode(n, film.rate), None)]
    cuts += [cut.frame_num for cut in made.post_process(FrameTimecode(len(film.content), film.rate))]
    return [Alarm(film.times[n], film.times[n], "fail") for n in cuts]


def scdet(threshold: float = 10.0) -> Judge:
    """ffmpeg's `scdet`."""
    return lambda film: [Alarm(at, at, "fail") for at, score in film.scores if score >= threshold]


def spells(film: Watched) -> list[Alarm]:
    """ffmpeg's `freezedetect` and `blackdetect`."""
    return [Alarm(*spell, "fail") for spell in film.spells]


def told(judge: Judge, film: Watched) -> Told:
    alarms = tuple(judge(film))
    return Told("fail" if alarms else "pass", alarms)


def held(
    judge: Callable[[float], Judge],
    most: float,
    scored: Callable[[Judge], Sequence[Score]],
    *,
    rate: float = HELD,
) -> float:
    """The lowest threshold up to `most` with at most `rate` false alarms a minute on plain films."""
    measured = false_alarms("plain", "fail")
    low, high = 0.0, most
    for _ in range(_STEPS):
        middle = (low + high) / 2
        value = measured(scored(judge(middle))).value
        low, high = (low, middle) if value is not None and value <= rate else (middle, high)
    return round(high, 2)


def judges(scored: Callable[[Judge], Sequence[Score]]) -> dict[str, Judge]:
    """Name -> judge: each with its defaults, and held to few false alarms on the films at hand."""
    made: dict[str, Judge] = {}
    if scenedetect():
        for name, judge, most in (("AdaptiveDetector", adaptive, 60.0), ("ContentDetector", content, 120.0)):
            made[name] = judge()
            threshold = held(judge, most, scored)
            made[f"{name} at {threshold:g}"] = judge(threshold)
    made["scdet"] = scdet()
    threshold = held(scdet, 100, scored)
    made[f"scdet at {threshold:g}"] = scdet(threshold)
    made["freezedetect, blackdetect"] = spells
    return made
