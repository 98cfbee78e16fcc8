"""How long a text is, as a channel counts it."""

from __future__ import annotations

from claims.vocabulary.packet import Unit


def length(text: str, unit: Unit) -> int:
    """The length of `text` in that unit; line ends count as one."""
    if unit == "bytes":
        return len(text.encode())
    if unit == "utf16":
        return len(text.encode("utf-16-le")) // 2
    return len(text)
