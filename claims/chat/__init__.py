"""A chat from wherever it was exported: JSON, CSV, or plain text as people copy it.

`read` gives messages with speaker buyer, bot, merchant or platform. A name that it does not know
is asked about, never guessed: a bot's word taken for a person's could win or lose a case.
"""

from __future__ import annotations

from claims.chat.reading import ChatError, Form, read

__all__ = ["ChatError", "Form", "read"]
