"""Keep bytes by hash, rows by key, history by link; a stranger to evidence and claims."""

from __future__ import annotations
