"""Every module in this folder that defines a `Check` is a check; dropping a file in adds it."""

from __future__ import annotations
