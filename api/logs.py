"""The log of a service: one JSON object a line on stderr, or plain lines on a terminal.

A line that was written while a request was answered bears its `request_id`, one of an examination the
`evidence_id`.

What users wrote appears as values, never as part of a format. Secrets are not logged because
nothing that holds one is.
"""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog

_NOISY: Final = ("dbos", "botocore", "boto3", "urllib3", "alembic", "uvicorn.error")


def configure(level: str) -> None:
    """Send all records of this process to stderr, from `level` on."""
    shared = (
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    )
    render = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
