"""Is it enough, until when, and here is the bundle. It never looks at a pixel."""

from __future__ import annotations
