"""`python -m evidence.fitting FILE --out DIR`: one task, read from stdin as JSON, in a sandbox."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Final

from evidence.command import WRONG_USAGE
from evidence.environment import ENVIRONMENT
from evidence.fitting.child import Order, work

_MOST: Final = 64 * 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evidence.fitting")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parent", type=int)
    asked = parser.parse_args()
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        order = Order.model_validate_json(sys.stdin.buffer.read(_MOST))
    except ValueError:
        return WRONG_USAGE
    return work(asked.file.absolute(), asked.out.absolute(), order, asked.parent)


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    os._exit(status)
