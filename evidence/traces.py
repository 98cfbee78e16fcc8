"""What the packets of a film tell of joins that were made without encoding it again.

- Its edit list leaves film out, or plays some of it twice: certain.
- Its settings change on the way, or the encoder introduces itself a second time: two runs were joined.
- A picture's stamp, its time of decoding or the sound's lies beside the grid that all others keep.
- A key frame comes out of turn in a film that otherwise has one every so many pictures.

One honest re-encoding takes all of this away; then only picture and sound are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median_low
from typing import Final

from evidence.bitstream import Packets
from evidence.cue import STRONGEST, Cue
from evidence.model import Saying, say
from evidence.timeline import ZERO, clock

SHORTEST_SKIP: Final = timedelta(seconds=0.05)
"""Film that an edit list may leave out by rounding."""
STEADY: Final = 0.97
"""The share of steps that are alike in a film that keeps a grid."""
FEWEST: Final = 40
"""Steps that tell whether a film keeps a grid."""
MOST_ODD: Final = 3
"""Steps beside the grid that a joined film may have; one with more has no grid."""
ALIKE: Final = timedelta(milliseconds=1.5)
"""How far steps of a grid differ by rounding: Matroska counts milliseconds."""
BESIDE: Final = 0.12
"""How far from a whole number of steps a stamp beside the grid lies, in steps."""
SAME_BEAT: Final = 0.7
"""The share of alike distances between key frames from which on they keep a beat."""
FEWEST_BEATS: Final = 4

OFF_GRID: Final = 1.2
OFF_BEAT: Final = 0.25
"""Little: encoders also begin anew where a picture changes much."""
RESTARTED: Final = 1.5


def traces(packets: Packets) -> Iterator[Cue]:
    """The cues that the packets give."""
    yield from _skipped(packets)
    yield from _settings(packets)
    told = [(at, row) for row in packets.in_order() if (at := packets.at(row)) is not None]
    shown = [at for at, _ in told]
    keys = {at for at, row in told if packets.keys[row]}
    for start, end in off_grid(shown):
        yield Cue("stamp", "splice", start, end, OFF_GRID, says=_anew(end))
    yield from _decoding(packets)
    for at in off_beat([at in keys for at in shown]):
        yield Cue("key_frame", "splice", shown[at - 1], shown[at], OFF_BEAT, says=_anew(shown[at]))


def off_grid(times: Sequence[timedelta]) -> Iterator[tuple[timedelta, timedelta]]:
    """Where a step breaks a grid that nearly all others keep; dropped pictures keep it, joins seldom do."""
    steps = [after - before for before, after in pairwise(times)]
    if len(steps) < FEWEST:
        return
    usual = median_low(steps)
    odd = [n for n, step in enumerate(steps) if abs(step - usual) > ALIKE]
    if usual <= ALIKE or len(odd) > (1 - STEADY) * len(steps):
        return
    beside = [n for n in odd if 0 < n < len(steps) - 1 and _beside(steps[n] / usual)]
    if len(beside) <= MOST_ODD:
        yield from ((times[n], times[n + 1]) for n in beside)


def off_beat(keys: Sequence[bool]) -> Iterator[int]:
    """The positions of key frames that come earlier than the beat of the others allows."""
    places = [n for n, key in enumerate(keys) if key]
    gaps = [after - before for before, after in pairwise(places)]
    if len(gaps) < FEWEST_BEATS:
        return
    beat, count = Counter(gaps).most_common(1)[0]
    early = [n for n, gap in enumerate(gaps) if gap < beat]
    if beat < FEWEST_BEATS or count < SAME_BEAT * len(gaps) or len(early) > MOST_ODD:
        return
    yield from (places[n + 1] for n in early)


def _beside(steps: float) -> bool:
    return abs(steps - round(steps)) > BESIDE or round(steps) == 0


def _skipped(packets: Packets) -> Iterator[Cue]:
    for skip in packets.skips:
        if abs(skip.left_out) >= SHORTEST_SKIP:
            says = say(
                "The file's edit list leaves out {seconds} s of film at {at}.",
                seconds=round(skip.left_out.total_seconds(), 2),
                at=clock(skip.at),
            )
            again = say(
                "The file's edit list shows {seconds} s of film a second time at {at}.",
                seconds=round(-skip.left_out.total_seconds(), 2),
                at=clock(skip.at),
            )
            told = says if skip.left_out > ZERO else again
            yield Cue("edit_list", "splice", skip.at, skip.at, STRONGEST / 2, says=told)


def _settings(packets: Packets) -> Iterator[Cue]:
    notes = sum(change.what == "note" for change in packets.changes)
    habit = notes > 1 and notes >= sum(packets.keys) // 2
    for change in packets.changes:
        at = packets.at(change.packet)
        # An encoder that writes its note with every key frame says nothing by it.
        if at is None or (change.what == "note" and habit):
            continue
        yield Cue(
            "settings" if change.what != "note" else "encoder", "splice", at, at, RESTARTED, says=_anew(at)
        )


def _decoding(packets: Packets) -> Iterator[Cue]:
    told = [(at, row) for row in range(len(packets)) if (at := packets.decoded_at(row)) is not None]
    times = [at for at, _ in told]
    places = dict(zip(times, (row for _, row in told[1:]), strict=False))
    for start, _ in off_grid(times):
        row = places.get(start)
        at = packets.at(row) if row is not None else None
        if row is not None and at is not None and packets.keys[row] and at > ZERO:
            yield Cue("decoding", "splice", at, at, OFF_GRID, says=_anew(at))


def _anew(at: timedelta) -> Saying:
    return say("At {at} a new recording begins inside the file, as where two were joined.", at=clock(at))
