"""What a case is made of: one file for each noun, all of them frozen values."""

from __future__ import annotations
