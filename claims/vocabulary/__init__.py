"""What a ruleset may say: one file for each kind of entry, every entry with its quote and source.

The vocabulary is closed. There are no expressions and no hooks, so a ruleset from anywhere can be
read, checked and kept with the bundle without running anything.
"""

from __future__ import annotations
