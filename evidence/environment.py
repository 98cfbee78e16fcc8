"""The environment variables of an examining process.

They have to be set before numeric libraries are imported, and the parent that sets them
has no use for the walls: hence a file of its own, which imports nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENVIRONMENT: Final[Mapping[str, str]] = {
    # One thread each: numeric libraries otherwise start a pool for every processor at import.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    # Every arena reserves 64 MB of the address space, which is limited.
    "MALLOC_ARENA_MAX": "2",
    # Looking for pydantic's plugins reads the metadata of every installed distribution.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
    # Nothing can be written beside the modules anyway.
    "PYTHONDONTWRITEBYTECODE": "1",
}
