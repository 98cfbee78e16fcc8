"""How each derived file of a bundle was made: of which original, by which command, with what said to it.

Whoever has the same version of the engine can run the command in the bag's folder and get the same report and
the same pictures again; where others' certificates or station keys were given, they are in no report, and a
bundle cannot name them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from evidence.model import Report, rfc3339


def told(examined: Iterable[tuple[str, str, Report]]) -> Mapping[str, Any]:
    """The document of all examinations, each given as original, folder of what was made, and report."""
    return {"version": 1, "derived": [_one(*each) for each in examined]}


def _one(original: str, folder: str, report: Report) -> dict[str, Any]:
    expected = report.expected.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    made = {"report.json", *(still.path for still in report.stills)}
    return {
        "from": original,
        "digest": report.subject.digest,
        "engine": report.engine,
        "at": rfc3339(report.examined_at),
        "command": list(_command(original, report, expects=bool(expected))),
        "standard_input": json.dumps(expected, ensure_ascii=False, sort_keys=True) if expected else None,
        "files": sorted(f"{folder}{name}" for name in made),
    }


def _command(original: str, report: Report, *, expects: bool) -> Iterator[str]:
    yield from ("python", "-P", "-m", "evidence", original)
    yield from ("--profile", report.profile, "--out", "OUT", "--now", rfc3339(report.examined_at))
    yield f"--name={report.subject.name}"
    if expects:
        yield from ("--expect", "-")
