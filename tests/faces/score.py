"""What the answer of `six_faces` is worth, held against the truth of the film.

The worst is a false pass: six faces said of a film in which no box showed six. Intervals are
judged by the faces' names, and once more under the best turn of the names, which tells a
check that follows the box but names it differently from one that loses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np

from evidence.model import Answer, Finding, Outcome
from samples.pose import FACES, NORMALS
from samples.truth import Pair, Truth

SLACK = 0.05
"""Seconds by which an interval may miss its truth: a frame or so."""

_SEVERAL = frozenset({"two_boxes", "swapped", "no_box"})
"""Motions in which no single box lacks a side that could be named."""


@dataclass(frozen=True)
class Score:
    """One film's answer, judged."""

    film: str
    motion: str
    appearance: str
    light: str
    shown: int
    """Faces that one and the same box showed."""
    outcome: str
    """Of `six_faces.count`; `unsure` where it said nothing."""
    said: int
    """Faces that it says it saw."""
    named: bool
    """Of a `fail`: whether the missing faces, and no others, are named."""
    intervals: int
    """Reported for single faces."""
    right: int
    """Of these, those that overlap the truth of the face of that name."""
    turned: int
    """The same under the best turn of the names."""
    says: str
    doubt: str = ""
    """The first reason for being unsure."""
    cpu: float = 0.0
    """Seconds of processor time in the check."""
    length: float = 0.0
    """Seconds of film."""
    looked: int = 0
    """Frames that the check looked at."""

    @property
    def six(self) -> bool:
        return self.shown == len(FACES)

    @property
    def decided(self) -> bool:
        return self.outcome in {"pass", "fail"}

    @property
    def false_pass(self) -> bool:
        return self.outcome == "pass" and not self.six

    @property
    def wrong_fail(self) -> bool:
        return self.outcome == "fail" and self.six

    @property
    def well(self) -> bool:
        """Whether nothing is to be wished for: six faces passed, or fewer not passed."""
        return (self.outcome == "pass") == self.six

    @property
    def error(self) -> int:
        return abs(self.said - self.shown)


def judged(film: str, truth: Truth, answer: Answer | None) -> Score:
    """The score of one answer."""
    findings = answer.findings if answer else ()
    count = next((finding for finding in findings if finding.code == "six_faces.count"), None)
    faces = [f for f in findings if f.code == "six_faces.face" and f.outcome is Outcome.PASS]
    spans = [
        (face_of(f), (s.start.total_seconds(), s.end.total_seconds())) for f in faces for s in f.when.spans
    ]
    said = measure(count, "faces_shown") if count else 0
    straight, *others = sorted(turns(), key=lambda turn: any(turn[face] != face for face in FACES))
    right = hits(truth, spans, straight)
    best = max([straight, *others], key=lambda turn: hits(truth, spans, turn))
    missing = told_missing(findings, faces)
    lacking = set(FACES) - set(truth.boxes.get(1, ()))
    names_matter = len(truth.boxes) == 1
    named = any({turn[face] for face in missing} == lacking for turn in (straight, best))
    return Score(
        film=film,
        motion=truth.motion,
        appearance=truth.appearance,
        light=truth.light,
        shown=truth.shown,
        outcome=str(count.outcome) if count else str(Outcome.UNSURE),
        said=int(said or 0),
        named=count is not None and count.outcome is Outcome.FAIL and (named or not names_matter),
        intervals=len(spans),
        right=right,
        turned=hits(truth, spans, best),
        says=count.says if count else (findings[0].says if findings else "no answer"),
        doubt=str(measure(count, "doubt") or "") if count and count.outcome is Outcome.UNSURE else "",
        length=truth.duration.total_seconds(),
    )


def face_of(finding: Finding) -> str | None:
    """The name of the face that a finding is about, where it says so."""
    told = measure(finding, "face")
    return str(told) if told in FACES else None


def told_missing(findings: Sequence[Finding], faces: Sequence[Finding]) -> set[str]:
    """The faces that are said to be missing; those that are not reported, where none is named."""
    named = {face_of(finding) for finding in findings if finding.code == "six_faces.missing"}
    return {face for face in named if face} or set(FACES) - {face_of(finding) for finding in faces}


def measure(finding: Finding | None, name: str) -> int | float | str | None:
    found = (m.value for m in finding.measures if m.name == name) if finding else iter(())
    return next(found, None)


def hits(truth: Truth, spans: Iterable[tuple[str | None, Pair]], turn: Mapping[str, str]) -> int:
    """How many reported intervals overlap the truth of their face, its name read as `turn` says.

    The names of a second box begin with it, so any of its faces will do; so will any face
    for an interval without a name.
    """
    return sum(
        any(
            start <= end_true + SLACK and start_true <= end + SLACK
            for face in truth.faces
            if name is None or face.box > 1 or face.face == turn[name]
            for start_true, end_true in face.when
        )
        for name, (start, end) in spans
    )


@cache
def turns() -> tuple[Mapping[str, str], ...]:
    """The 24 ways to name the faces of a box that lies differently."""
    names = {normal: face for face, normal in NORMALS.items()}
    found: list[dict[str, str]] = []
    for axes in permutations(range(3)):
        for signs in ((a, b, c) for a in (1, -1) for b in (1, -1) for c in (1, -1)):
            matrix = np.zeros((3, 3), int)
            for row, (axis, sign) in enumerate(zip(axes, signs, strict=True)):
                matrix[row, axis] = sign
            if round(float(np.linalg.det(matrix))) == 1:
                found.append(
                    {face: names[tuple(int(n) for n in matrix @ NORMALS[face])] for face in FACES}  # type: ignore[index]
                )
    return tuple(found)


# What a set of scores comes to.


def totals(scores: Sequence[Score], *, stickers: bool = False) -> list[tuple[str, str, str, bool]]:
    """What, measured, bar, met: the bars of the issue."""
    six = [s for s in scores if s.six]
    fewer = [s for s in scores if not s.six]
    single = [s for s in fewer if s.motion not in _SEVERAL]
    decided = [s for s in scores if s.decided]
    bare = [s for s in scores if s.motion == "no_box"]
    least = 0.95 if stickers else 0.60
    false = [s.film for s in scores if s.false_pass]
    passed = share(sum(s.outcome == "pass" for s in six), len(six))
    failed = share(sum(s.wrong_fail for s in six), len(six))
    named = share(sum(s.outcome == "fail" and s.named for s in fewer), len(fewer))
    error = sum(s.error for s in decided) / len(decided) if decided else 0.0
    spans, right, turned = (
        sum(getattr(s, what) for s in scores) for what in ("intervals", "right", "turned")
    )
    nothing = sum(s.said for s in bare)
    looked, cpu = sum(s.looked for s in scores), sum(s.cpu for s in scores)
    each = 1000 * cpu / looked if looked else 0.0
    length = sum(s.length for s in scores) or 1.0
    rows = [
        ("false passes", f"{len(false)} of {len(fewer)} {' '.join(false)}".strip(), "0", not false),
        (
            "films of six faces passed",
            f"{passed:.0%} of {len(six)}",
            f">= {least:.0%}",
            passed >= least or not six,
        ),
        ("films of six faces failed", f"{failed:.0%}", "<= 3%", failed <= 0.03),
        (
            "films that lack faces failed, side named",
            f"{named:.0%} of {len(fewer)}",
            ">= 50%",
            named >= 0.5 or not fewer,
        ),
        (
            "the same, of those that show one box",
            f"{share(sum(s.named for s in single), len(single)):.0%} of {len(single)}",
            "",
            True,
        ),
        ("unsure", f"{share(len(scores) - len(decided), len(scores)):.0%} of {len(scores)}", "", True),
        ("error of the face count, decided films", f"{error:.2f}", "<= 0.5", error <= 0.5),
        ("reported intervals that overlap their truth", f"{right} of {spans}", "all", right == spans),
        ("the same under the best turn of the names", f"{turned} of {spans}", "", True),
        ("faces counted where there is no box", str(nothing), "0", nothing == 0),
        ("CPU per analysed frame", f"{each:.1f} ms of {looked}", "<= 40 ms", each <= 40),
        ("CPU of the check per second of film", f"{cpu / length:.2f} s", "", True),
    ]
    return [row for row in rows if row[0] != "faces counted where there is no box" or bare]


def doubts(scores: Sequence[Score]) -> list[str]:
    """Why the check is unsure, in Markdown, the most frequent reason first."""
    six, fewer = (
        Counter(s.doubt or "none told" for s in scores if s.six is six and not s.decided)
        for six in (True, False)
    )
    words = sorted({*six, *fewer}, key=lambda word: -six[word] - fewer[word])
    return [
        "| unsure because | films of six faces | of fewer |",
        "|---|---|---|",
        *(f"| {word} | {six[word]} | {fewer[word]} |" for word in words),
    ]


def share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def table(scores: Sequence[Score], by: str) -> list[str]:
    """A table in Markdown: one line for each word of `by` (`motion`, `appearance`, `light`)."""
    lines = [
        (
            f"| {by} | six: films | passed | unsure | failed | fewer: films | failed, named | failed | unsure"
            " | **passed** | count error | intervals right |"
        ),
        "|" + "---|" * 12,
    ]
    for word in dict.fromkeys(sorted(getattr(s, by) for s in scores)):
        ours = [s for s in scores if getattr(s, by) == word]
        six, fewer = [s for s in ours if s.six], [s for s in ours if not s.six]
        decided = [s for s in ours if s.decided]
        error = f"{sum(s.error for s in decided) / len(decided):.1f}" if decided else ""
        cells = [
            len(six),
            *(sum(s.outcome == outcome for s in six) for outcome in ("pass", "unsure", "fail")),
            len(fewer),
            sum(s.outcome == "fail" and s.named for s in fewer),
            *(sum(s.outcome == outcome for s in fewer) for outcome in ("fail", "unsure", "pass")),
            error,
            f"{sum(s.right for s in ours)}/{sum(s.intervals for s in ours)}",
        ]
        lines.append(f"| {word} | " + " | ".join(map(str, cells)) + " |")
    return lines
