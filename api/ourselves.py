"""How this program starts parts of itself as processes of their own."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def command(module: str, *words: str) -> list[str]:
    """The command line that runs `module` of ours with these words.

    `-P` keeps the working folder off the module path: a folder of the user's that happens to be
    called like one of our packages must not be run in its place.
    """
    return [sys.executable, "-P", "-m", module, *words]


def environment() -> dict[str, str]:
    """Our own environment, in which a source tree that is not installed is found all the same."""
    root = Path(__file__).resolve().parent.parent
    if root.name in {"site-packages", "dist-packages"}:
        return dict(os.environ)
    paths = [str(root), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}
