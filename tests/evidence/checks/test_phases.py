"""The procedure is told on rendered films whose phases are known: begun closed, turned, opened, emptied."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import cv2
import numpy as np
import pytest

from evidence.check import Ending
from evidence.checks.phases import Phases
from evidence.model import Outcome
from evidence.timeline import Timeline
from evidence.vision.notes import notes_of
from samples.footage import scene, temu_scene
from samples.story import lying, unboxing
from tests.evidence.fakes import FakeAlbum, FakeFrame, described

STEP = 0.2
PACE = 1.3
STORY = unboxing(pace=PACE)
OPENING = next(span for name, *span in STORY.phases if name == "opening")
"""From the first cut to the flaps' last movement, seconds."""


class Coloured(FakeFrame):
    def gray(self, side):
        return cv2.cvtColor(self.rgb(side), cv2.COLOR_RGB2GRAY)

    def rgb(self, side):
        scale = min(1.0, side / max(self.picture.shape))
        size = (round(self.width * scale), round(self.height * scale))
        return cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA)


@cache
def pictures(which: str) -> tuple[np.ndarray, ...]:
    made = {
        "hero": lambda: scene(640, 360, STORY),
        "temu": lambda: temu_scene(640, 360),
        "lying": lambda: scene(640, 360, lying(duration=8)),
    }[which]()
    return tuple(made.picture(float(at)) for at in np.arange(0, made.story.duration - 0.05, STEP))


def cut(which: str, start: float = 0.0, end: float = 1e4) -> list[np.ndarray]:
    return list(pictures(which)[round(start / STEP) : round(end / STEP)])


def nothing(seconds: float) -> list[np.ndarray]:
    """An even grey: the lens is covered, or nobody has come to the table yet."""
    return [np.full((180, 320, 3), 130, np.uint8)] * round(seconds / STEP)


def looked(shown: list[np.ndarray], *, proven: bool = False, complete: bool = True):
    media = described()
    notes_of(media).faces_proven = proven
    observer = Phases().start(media, FakeAlbum())
    for number, picture in enumerate(shown):
        observer.see(Coloured(picture, index=number, at=timedelta(seconds=number * STEP)))
    length, error = timedelta(seconds=len(shown) * STEP), "" if complete else "cut off"
    ending = Ending(frames=len(shown), duration=length, complete=complete, error=error)
    return {f.code: f for f in observer.conclude(ending)}


def told(which: str, start: float = 0.0, end: float = 1e4, *, proven: bool = False):
    return looked(cut(which, start, end), proven=proven)


def outcomes(found) -> dict[str, str]:
    """Of what the pictures alone tell; the waybill is read by another check."""
    told = {code.removeprefix("phases."): str(finding.outcome) for code, finding in found.items()}
    return {name: outcome for name, outcome in told.items() if name != "label"}


@pytest.mark.parametrize("which", ["hero", "temu"])
def test_the_whole_procedure_passes_in_its_order(which: str) -> None:
    found = told(which)
    assert outcomes(found) == {"sealed": "pass", "faces": "pass", "opening": "pass", "contents": "pass"}
    faces, opening = (found[f"phases.{name}"].when.spans for name in ("faces", "opening"))
    assert faces[-1].end <= opening[0].end
    if which == "hero":
        opened = found["phases.opening"].when.spans[0].end.total_seconds()
        assert OPENING[0] <= opened <= OPENING[1] + 1.0
        assert found["phases.opening"].stills


def test_once_the_faces_are_proven_half_the_looks_tell_the_same() -> None:
    usual, calm = told("hero"), told("hero", proven=True)
    assert outcomes(calm) == outcomes(usual)
    looks = [
        next(m.value for m in one["phases.sealed"].measures if m.name == "looks") for one in (usual, calm)
    ]
    assert looks[1] < 0.7 * looks[0]
    opened = [one["phases.opening"].when.spans[0].end for one in (usual, calm)]
    assert abs(opened[1] - opened[0]) <= timedelta(seconds=2 * STEP)


def test_a_film_that_begins_with_an_open_carton_fails() -> None:
    found = told("hero", start=OPENING[1] + 0.2)
    assert outcomes(found)["sealed"] == "fail"
    assert "phases.faces" not in found


def test_a_film_that_breaks_off_at_the_opening_fails() -> None:
    opened = told("hero")["phases.opening"].when.spans[0].end.total_seconds()
    assert outcomes(told("hero", end=opened + 0.9))["contents"] in {"fail", "unsure"}
    assert outcomes(told("hero", end=opened + 2.2))["contents"] == "unsure"


def test_a_film_that_ends_with_the_parcel_closed_fails() -> None:
    found = told("lying")
    assert outcomes(found) == {"sealed": "pass", "faces": "unsure", "opening": "fail"}
    cut = told("hero", end=OPENING[0] - 1.0)
    assert cut["phases.opening"].outcome is Outcome.FAIL


def test_what_is_missing_at_the_end_of_a_damaged_file_is_not_called_missing() -> None:
    found = looked(cut("lying"), complete=False)
    assert found["phases.opening"].outcome is Outcome.UNSURE


def test_a_closed_parcel_that_comes_late_leaves_open_what_was_before() -> None:
    late = 6.0
    found = looked([*nothing(late), *cut("hero", end=8.0)])
    sealed = found["phases.sealed"]
    assert sealed.outcome is Outcome.UNSURE
    assert "first seen" in sealed.says
    assert timedelta(seconds=late) <= sealed.when.spans[0].start <= timedelta(seconds=late + 1)
    assert sealed.advice


def test_an_opening_behind_a_covered_lens_was_not_seen() -> None:
    hidden = Phases().unseen.total_seconds() + 2
    found = looked([*cut("hero", end=OPENING[0] - 1.0), *nothing(hidden), *cut("hero", OPENING[1] + 0.2)])
    assert outcomes(found)["sealed"] == "pass"
    opening = found["phases.opening"]
    assert opening.outcome is Outcome.UNSURE
    assert "how it was opened is not seen" in opening.says
    assert opening.when.spans[0].length >= timedelta(seconds=hidden)
    short = looked([*cut("hero", end=OPENING[0] - 1.0), *nothing(4.0), *cut("hero", OPENING[1] + 0.2)])
    assert short["phases.opening"].outcome is Outcome.PASS, "hands and a knife hide it for a while"


def test_nothing_to_see_tells_nothing() -> None:
    assert outcomes(looked(nothing(6.0))) == {"sealed": "unsure", "opening": "unsure"}


def test_a_photo_is_no_procedure() -> None:
    observer = Phases().start(described("photo"), FakeAlbum())
    (finding,) = observer.conclude(Ending(frames=1))
    assert finding.outcome is Outcome.SKIPPED


def labelled(when: Timeline | None, which: str = "hero"):
    """What is said of the waybill where another check read it at those times."""
    media = described()
    observer = Phases().start(media, FakeAlbum())
    if when is not None:
        notes_of(media).waybill = lambda: when
    for number, picture in enumerate(pictures(which)):
        observer.see(Coloured(picture, index=number, at=timedelta(seconds=number * STEP)))
    ending = Ending(frames=len(pictures(which)), duration=timedelta(seconds=len(pictures(which)) * STEP))
    return next(f for f in observer.conclude(ending) if f.code == "phases.label")


def span(start: float, end: float) -> Timeline:
    return Timeline.of((timedelta(seconds=start), timedelta(seconds=end)))


def test_a_waybill_read_before_the_opening_passes_with_its_time() -> None:
    finding = labelled(span(1, 3))
    assert finding.outcome is Outcome.PASS
    assert [one.start.total_seconds() for one in finding.when.spans] == [1]


@pytest.mark.parametrize("when", [Timeline(), span(OPENING[1] + 2, OPENING[1] + 4)])
def test_a_waybill_read_never_or_only_later_is_unsure_and_says_what_to_do(when: Timeline) -> None:
    finding = labelled(when)
    assert finding.outcome is Outcome.UNSURE
    assert finding.advice


def test_where_nobody_reads_waybills_nothing_is_said_of_them() -> None:
    assert labelled(None).outcome is Outcome.SKIPPED
