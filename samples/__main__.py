"""`python -m samples OUT [NAME ...]` writes samples; `python -m samples --list` names them."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from samples import catalogue


def main(arguments: list[str] | None = None) -> int:
    """Write the named samples, or all but the long ones; one line each."""
    asked = argparse.ArgumentParser(prog="python -m samples", description=__doc__)
    asked.add_argument("out", nargs="?", type=Path, help="the folder to write to")
    asked.add_argument(
        "names", nargs="*", metavar="NAME", help="which samples; all but the long ones without"
    )
    asked.add_argument("--list", action="store_true", help="name them all and stop")
    given = asked.parse_args(arguments)
    known = catalogue()
    if given.list:
        for name, entry in known.items():
            sys.stdout.write(f"{name:22} {'long  ' if entry.heavy else '      '}{entry.about}\n")
        return 0
    if given.out is None:
        asked.error("say where to write: python -m samples OUT")
    unknown = [name for name in given.names if name not in known]
    if unknown:
        asked.error(f"there is no sample {unknown[0]!r}; --list names them all")
    for name in given.names or [name for name, entry in known.items() if not entry.heavy]:
        began = time.monotonic()
        sample = known[name](given.out)
        size = sample.path.stat().st_size
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s {size / 1e6:9.3f} MB  {sample.path}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
