"""What is done with pixels and belongs to no single check."""

from __future__ import annotations
