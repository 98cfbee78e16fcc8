"""Extras that tests want: without one they are skipped with the reason; CI has all, and there they fail."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest


def need(extra: str, *modules: str) -> None:
    """Go no further without these modules; for the top of a file, or for a test."""
    if all(map(find_spec, modules)):
        return
    reason = f"the extra {extra} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)
