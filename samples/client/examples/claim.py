"""Send a long film in parts, hold it against a platform, and fetch the sealed bundle.

python -m samples.client.examples.claim http://127.0.0.1:8000 film.mp4 SF1390012345678 bundle.zip
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from samples.client import Sixface


def main(arguments: Sequence[str]) -> int:
    """0 where the bundle is here."""
    url, film, waybill, out = arguments
    sixface = Sixface(url)
    sent = sixface.upload(Path(film), expect={"tracking_number": waybill})
    report = sixface.wait(sent.id)
    case = sixface.open_case(tracking_number=waybill)
    sixface.add_exhibit(case, sent.id)
    found = sixface.assessment(case)
    sys.stdout.write(f"{report.verdict}; the claim is {found.readiness}\n")
    sys.stdout.writelines(f"  to be shown: {name}\n" for name in found.unmet)
    sixface.seal(case, incomplete=True)
    sys.stdout.write(f"{out} {sixface.download_bundle(case, Path(out))}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
