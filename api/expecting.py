"""What the order says, as the JSON object that `--expect` and the field `expect` carry."""

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
        raise BadExpectationError(f"{where}: {first['msg']}" if where else first["msg"]) from error
