"""`python -m evidence FILE --profile unboxing --out DIR`: examine one file in a sandbox, and end."""

from __future__ import annotations

import gc

# A twentieth of a short life went into looking for garbage among modules; on again before the walk.
gc.disable()

import logging  # noqa: E402 - see above
import os  # noqa: E402 - see above
import sys  # noqa: E402 - see above

from evidence.command import main  # noqa: E402 - see above
from evidence.waiting import WAITING, ordered  # noqa: E402 - see above

if __name__ == "__main__":
    status = main(ordered() if sys.argv[1:] == [WAITING] else sys.argv[1:])
    logging.shutdown()
    # No goodbye to the decoders' threads and the interpreter: the report is written.
    os._exit(status)
