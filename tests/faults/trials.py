"""Kill a flow at a step, restart, and judge; and the same with a call that fails.

The process of a `Theatre` imports everything and opens nothing: each trial is two forks of it, one that is
killed and one that restarts, so that a trial costs what the flow costs. It must have one thread.

`killed` is SIGKILL; `full` a disk that has no space from that step until the flow gave up; `broken` one
call that fails with EIO.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from api import worker
from api.errors import ApiError, HeldError
from storage.errors import StorageError, StorageFullError
from tests.faults import steps
from tests.faults.judging import LONGEST, Acknowledged, Wrong, doubled, judged
from tests.faults.places import Place
from tests.faults.scenes import PATIENCE, Scene, Stage
from tests.faults.steps import CAN_BREAK, NEED_SPACE, Counting, Step

CODES: Final = {"full": errno.ENOSPC, "broken": errno.EIO}
FAULTS: Final = ("killed", *CODES)
HUNG: Final = 120.0
"""Seconds after which a process is not waited for."""


@dataclass(frozen=True)
class Trial:
    """How one trial ended."""

    scene: str
    fault: str
    step: Step
    reached: bool
    """Whether the process came to its step, and died or failed there."""
    seconds: float
    """From the restart until all is put right."""
    wrong: tuple[Wrong, ...]

    @classmethod
    def read(cls, line: str) -> Trial:
        """From a line that was printed."""
        said = json.loads(line)
        wrong = tuple(Wrong(**each) for each in said.pop("wrong"))
        return cls(**{**said, "step": Step(**said["step"])}, wrong=wrong)


@dataclass(frozen=True)
class Rehearsed:
    """A scene as it stands before its flow, and the steps of the flow."""

    scene: Scene
    data: Path
    known: Mapping[str, str]
    steps: tuple[Step, ...]


class Theatre:
    """Where scenes are prepared and killed."""

    def __init__(self, folder: Path, place: Place, media: Path) -> None:
        self._folder = folder
        self._place = place
        self._media = media
        self._numbers = iter(range(1_000_000))

    def rehearse(self, scene: Scene) -> Rehearsed:
        """Prepare the scene, play it once to its end, and note its steps."""
        data = self._folder / scene.name.replace(" ", "-")
        _, [known] = forked(lambda say: say(dict(self._prepared(scene, data))))
        copy = self._copy(data)
        counting = Counting(copy)

        def run(say: Callable[[Any], None]) -> None:
            self._play(scene, copy, known, counting, lambda *_: None)
            say([asdict(step) for step in counting.seen])

        _, [seen] = forked(run)
        self._place.drop(copy)
        return Rehearsed(scene, data, known, tuple(Step(**each) for each in seen))

    def tried(self, ready: Rehearsed, step: Step, fault: str) -> Trial:
        """Have that happen at that step, and judge."""
        return self._killed(ready, step) if fault == "killed" else self._failed(ready, step, fault)

    def _killed(self, ready: Rehearsed, step: Step) -> Trial:
        """Kill the flow at that step, restart, and judge."""
        copy = self._copy(ready.data)
        try:
            counting = Counting(copy, step)
            status, told = forked(
                lambda say: self._play(ready.scene, copy, ready.known, counting, lambda *what: say(what))
            )
            reached = status == -signal.SIGKILL
            seconds, wrong = self._restarted(ready, copy, told)
        finally:
            self._place.drop(copy)
        return Trial(ready.scene.name, "killed", step, reached, seconds, tuple(wrong))

    def _failed(self, ready: Rehearsed, step: Step, fault: str) -> Trial:
        """Have the call fail at that step, go on in the same process, then restart, and judge."""
        copy = self._copy(ready.data)
        try:
            counting = Counting(copy, step, CODES[fault])
            status, said = forked(lambda say: self._outlive(ready, copy, counting, say))
            if status or not said:
                wrong = [Wrong("lost", f"the process ended with {status}")]
                return Trial(ready.scene.name, fault, step, False, 0.0, tuple(wrong))
            *told, [reached, here] = said
            seconds, wrong = self._restarted(ready, copy, told)
            wrong = [*(Wrong(**each) for each in here), *wrong]
        finally:
            self._place.drop(copy)
        return Trial(ready.scene.name, fault, step, reached, seconds, tuple(wrong))

    def _outlive(self, ready: Rehearsed, data: Path, counting: Counting, say: Callable[[Any], None]) -> None:
        """Play until the fault, and again when there is space; a device that failed may refuse."""
        stage = Stage(self._place.settings(data), self._media, dict(ready.known), lambda *what: say(what))
        assert stage.wiring
        wrong: list[Wrong] = []
        steps.count(counting)
        try:
            ready.scene.act(stage)
        except (StorageError, ApiError) as error:
            if counting.code == errno.ENOSPC and not isinstance(error, StorageFullError | HeldError):
                wrong.append(Wrong("untold", f"a full disk was told as {error!r}"))
        except Exception as error:  # noqa: BLE001 - that there is none is what is judged
            wrong.append(Wrong("untold", repr(error)))
        steps.count(None)
        if drafts := list((data / "staging").iterdir()):
            wrong.append(Wrong("orphan", f"{len(drafts)} drafts of a living process"))
        try:
            ready.scene.act(stage)
        except (StorageError, ApiError) as error:
            if counting.code == errno.ENOSPC:
                wrong.append(Wrong("stuck", f"there is space again, and yet {error!r}"))
        stage.wiring.close()
        say([counting.failed, [asdict(each) for each in wrong]])

    def _restarted(self, ready: Rehearsed, data: Path, told: Acknowledged) -> tuple[float, list[Wrong]]:
        status, said = forked(lambda say: say(self._put_right(ready, data, told)))
        if status or not said:
            return HUNG, [Wrong("lost", f"the restart ended with {status}")]
        [(seconds, wrong)] = said
        return seconds, [Wrong(**each) for each in wrong]

    def _prepared(self, scene: Scene, data: Path) -> Mapping[str, str]:
        stage = Stage(self._place.settings(data), self._media)
        known = scene.prepare(stage)
        if "wiring" in vars(stage):
            stage.wiring.close()
        return known

    def _play(
        self,
        scene: Scene,
        data: Path,
        known: Mapping[str, str],
        counting: Counting,
        told: Callable[..., None],
    ) -> None:
        stage = Stage(self._place.settings(data), self._media, dict(known), told)
        if scene.opens:
            assert stage.wiring
        steps.count(counting)
        scene.act(stage)
        stage.wiring.close()
        steps.count(None)

    def _put_right(self, ready: Rehearsed, data: Path, told: Acknowledged) -> Any:
        begun = time.monotonic()
        stage = Stage(self._place.settings(data), self._media, dict(ready.known))
        wrong: list[Wrong] = []
        if not ready.scene.works:
            stage.wiring.sweep()
            worker.put_right(stage.wiring)
        else:
            ready.scene.act(stage)
        seconds = time.monotonic() - begun
        wrong += judged(stage.wiring, self._place, told)
        if not ready.scene.works:
            ready.scene.act(stage)
            wrong += judged(stage.wiring, self._place, told)
        wrong += doubled(stage.wiring, ready.scene.ended)
        if seconds > (PATIENCE if ready.scene.works else LONGEST):  # that of a worker with an examination
            wrong.append(Wrong("slow", f"{seconds:.1f} s"))
        stage.wiring.close()
        return seconds, [asdict(each) for each in dict.fromkeys(wrong)]

    def _copy(self, data: Path) -> Path:
        copy = self._folder / "trials" / str(next(self._numbers))
        if data.exists():
            copy.parent.mkdir(exist_ok=True)
            self._place.copy(data, copy)
        return copy


def among(ready: Rehearsed, fault: str) -> Iterator[Step]:
    """The steps at which that can happen; a kill also with half of the bytes written."""
    if fault != "killed" and not ready.scene.opens:
        return  # whether an error is told can be seen where the flow is asked, not in another thread
    for step in ready.steps:
        if fault != "killed" and step.what == "database":
            continue  # SQLite writes there when all is over and the last connection is closed
        if fault == "killed" or step.call in {"full": NEED_SPACE, "broken": CAN_BREAK}[fault]:
            yield step
        if fault == "killed" and step.call in {"write", "pwrite"}:
            yield replace(step, torn=True)


def forked(run: Callable[[Callable[[Any], None]], object]) -> tuple[int, list[Any]]:
    """Run it in a fork; returns the status (negative for a signal) and what it said, as JSON."""
    ours, theirs = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.close(ours)
        try:
            run(lambda said: _say(theirs, said))
            os._exit(0)
        except BaseException:  # noqa: BLE001 - a fork must never go on as its parent
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(1)
    os.close(theirs)
    try:
        heard = _heard(ours, child)
    finally:
        os.close(ours)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), [json.loads(line) for line in heard.splitlines()]


def _say(pipe: int, said: Any) -> None:
    line = json.dumps(said).encode() + b"\n"
    while line:
        line = line[os.write(pipe, line) :]


def _heard(pipe: int, child: int) -> bytes:
    until, heard = time.monotonic() + HUNG, b""
    while True:
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            os.kill(child, signal.SIGTERM)  # which is not how trials end
            return heard
        if not (piece := os.read(pipe, 1 << 16)):
            return heard
        heard += piece


def film_and_photo(folder: Path) -> Path:
    """The media of the scenes, made in a fork, since pixel libraries have threads."""

    def run(_: object) -> None:
        import numpy as np  # noqa: PLC0415 - see above
        from PIL import Image  # noqa: PLC0415 - see above

        from tests.api.conftest import write_film  # noqa: PLC0415 - see above

        noise = np.random.default_rng(5).integers(0, 255, (300, 400, 3), np.uint8)
        Image.fromarray(noise).save(folder / "photo.jpg")
        write_film(folder / "film.mp4", frames=60)

    folder.mkdir(parents=True, exist_ok=True)
    status, _ = forked(run)
    assert status == 0
    return folder
