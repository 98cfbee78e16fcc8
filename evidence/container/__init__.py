"""What a file is and claims, read from its headers alone, in bounded steps and without any library."""

from __future__ import annotations
