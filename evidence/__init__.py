"""What does this file show? A function of bytes; it imports no sibling and knows no platform."""

from __future__ import annotations
