"""How much one tenant may have stored, where whoever runs the service has set a bound.

What is stored is counted anew each time, so there is no figure that could go wrong; where there is no bound
nothing is counted. It is told as 507: nothing helps but to remove something, so trying again does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import holding
from api.identity.refusals import FullQuotaError
from storage.rows import LIMIT, Reading

if TYPE_CHECKING:
    from api.desk import Desk


def check(desk: Desk, more: int) -> None:
    """Whether `more` bytes may be stored besides what the tenant has. Raises `FullQuotaError`."""
    most = desk.wiring.settings.most_stored
    if not most:
        return
    with desk.read() as reading:
        if stored(reading) + more > most:
            raise FullQuotaError(most)


def stored(reading: Reading) -> int:
    """Bytes of all files of the tenant: originals, stills, copies, packets and bundles, each once."""
    total, after = 0, None
    while True:
        page = reading.find(holding.KIND, after=after, limit=LIMIT)
        total += sum(int(row.body["size"]) for row in page.rows)
        if (after := page.next) is None:
            return total
