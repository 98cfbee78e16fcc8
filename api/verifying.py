"""What can be said of a bundle: is it altered, who signed it, what time was signed, what stays open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import timing
from api.timing import Time
from claims.mismatch import Mismatch
from claims.verify import stamps, verify
from evidence.model import Saying, say


@dataclass(frozen=True)
class Found:
    """What a look at a bundle gave."""

    mismatches: tuple[Mismatch, ...]
    times: tuple[Time, ...] = ()
    signer: str | None = None
    """The key that signed it, where it is intact and signed."""
    pinned: bool = False
    """That key is one that was given."""

    @property
    def altered(self) -> bool:
        return bool(self.mismatches) or any(time.wrong for time in self.times)

    @property
    def notes(self) -> tuple[Saying, ...]:
        """Who sealed it, and what is not verified."""
        if self.signer is None:
            by = say(
                "It is not signed: whoever rewrites all of it, manifests included, "
                "makes another bundle that passes this."
            )
        elif self.pinned:
            by = say("Signed by a key that you gave: {key}.", key=self.signer)
        else:
            by = say(
                "Signed by {key}. Compare it with the key that the sender publishes, or give it with --key: "
                "whoever rewrites all of it can sign it with a key of their own.",
                key=self.signer,
            )
        if any(time.trusted for time in self.times):
            return by, say("That what was sealed is true is not verified.")
        return by, say("That what was sealed is true, and when it was sealed, is not verified.")

    @property
    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "intact": not self.altered,
            "mismatches": [mismatch.model_dump(mode="json") for mismatch in self.mismatches],
            "times": [time.plain for time in self.times],
            "signer": self.signer,
            "signer_given": self.pinned,
        }


def examine(bundle: Path, *, roots: bytes | None = None, keys: Collection[str] | None = None) -> Found:
    """Look at the bundle; where `keys` are given (see `claims.signature`), one of them has to have signed it.

    `roots` are certificates (PEM) to which the time stamps have to lead.

    Raises:
        NotABundleError: there is no bundle.
    """
    mismatches = verify(bundle, keys=keys)
    if mismatches:
        return Found(mismatches)
    return Found((), timing.read(bundle, roots), stamps(bundle).signer, keys is not None)
