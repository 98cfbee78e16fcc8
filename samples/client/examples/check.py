"""Check films and photos, and say what is wrong with each.

python -m samples.client.examples.check http://127.0.0.1:8000 film.mp4 photo.jpg
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from samples.client import ProblemError, Sixface


def main(arguments: Sequence[str]) -> int:
    """0 where all are sound."""
    url, *files = arguments
    sixface = Sixface(url)
    unsound = 0
    for file in map(Path, files):
        try:
            report = sixface.validate(file)
        except ProblemError as problem:
            sys.stdout.write(f"{file.name}: refused. {problem}\n")
            unsound += 1
            continue
        sys.stdout.write(f"{file.name}: {report.verdict}\n")
        sys.stdout.writelines(f"  {sentence}\n" for sentence in report.says())
        unsound += report.verdict != "sound"
    return min(unsound, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
