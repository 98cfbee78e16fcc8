"""Why an example is not made, or not taken away; each says what stands in the way.

ApiError
├── AbsentError
│   └── MissingExampleError
├── NotEmptyError               among real cases it could be mistaken for one
└── ExampleStaysError           somebody or the bucket holds it, or would as soon as it is made
"""

from __future__ import annotations

from api.errors import AbsentError, ApiError
from evidence.model import say


class MissingExampleError(AbsentError):
    def __init__(self) -> None:
        super().__init__(say("There is no example here; it was removed, or nobody asked for one."))


class NotEmptyError(ApiError):
    def __init__(self) -> None:
        super().__init__(
            say("There are cases here already; an example is only made where it cannot be taken for one.")
        )


class ExampleStaysError(ApiError):
    """It cannot be taken away, or could not be once it was made."""
