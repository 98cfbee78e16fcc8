"""What can go wrong where a file is fetched from an address; no sentence repeats the address's query.

FetchError                  it did not come, or not whole
└── NotListedError          the deployment does not fetch from there
"""

from __future__ import annotations

from api.errors import ApiError
from evidence.model import Saying, say


class FetchError(ApiError):
    """The file did not come as it should; `code` says why."""

    def __init__(self, code: str, says: Saying) -> None:
        super().__init__(says)
        self.code = f"fetch.{code}"


class NotListedError(FetchError):
    """The deployment does not fetch from there; the sentence names the setting that would."""

    def __init__(self, place: str, setting: str) -> None:
        says = say(
            "Files are not fetched from {place} here; whoever runs this service can add it to {setting}, "
            "or send the file itself.",
            place=place[:200],
            setting=setting,
        )
        super().__init__("not_listed", says)
