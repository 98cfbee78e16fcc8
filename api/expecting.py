"""What `--expect` and the field `expect` carry: what the order says, and the prompts of whoever filmed."""

from __future__ import annotations

from pydantic import ValidationError

from api.errors import BadExpectationError
from evidence.model import Expectation


def expectation(text: str | bytes) -> Expectation:
    """The expectation in `text`.

    Raises:
        BadExpectationError: it is no such object; the message says where it is wrong.
    """
    try:
        return Expectation.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        raise BadExpectationError(f"{where}: {what}" if where else what) from error
