"""Words to the buyer: templates that are filled or not sent, what is wrong with a text, what it promises."""

from __future__ import annotations
