"""The environment variables of an examining process.

They have to be set before numeric libraries are imported, and the parent that sets them
has no use for the walls: hence a file of its own, which imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

ENVIRONMENT: Final[Mapping[str, str]] = {
    # One thread each: numeric libraries otherwise start a pool for every processor at import.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    # Every arena reserves 64 MB of the address space, which is limited.
    "MALLOC_ARENA_MAX": "2",
    # Large pictures on large pages: a seventh of a photo's time went into touching new small ones.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    # Looking for pydantic's plugins reads the metadata of every installed distribution.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    # Nothing can be written beside the modules anyway.
    "PYTHONDONTWRITEBYTECODE": "1",
}


def surroundings() -> dict[str, str]:
    """What the child is told of its surroundings: nothing of the parent's, where secrets live."""
    package = Path(__file__).resolve().parent.parent
    # An installed package is found anyway; ahead of the standard library its folder could hide modules.
    found = {} if package.name in {"site-packages", "dist-packages"} else {"PYTHONPATH": str(package)}
    return {"LANG": "C.UTF-8", "PYTHONUTF8": "1", **ENVIRONMENT, **found}
