"""The front door: HTTP, command line, worker and page; the only place where the rooms meet."""

from __future__ import annotations
