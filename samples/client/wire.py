"""How the service is asked: one connection for each request, answers as JSON, refusals as `ProblemError`.

A request that may be sent twice is sent again where the line breaks or the service is busy.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from .results import Body, ProblemError

TRIES: Final = 4
PAUSE: Final = 0.5
"""Seconds before the second try; twice as many before each further one."""
LONGEST_PAUSE: Final = 30.0
BUSY: Final = frozenset({423, 429, 503})
"""Statuses after which the same request may do better."""
_BAD: Final = 400

Content = bytes | Iterable[bytes] | None


@dataclass(frozen=True)
class Answer:
    """Status, headers (in lower case) and what was said."""

    status: int
    headers: Mapping[str, str]
    text: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever JSON holds
        return json.loads(self.text) if self.text else {}


class Wire:
    """The line to one service."""

    def __init__(self, url: str, *, key: str | None, lang: str, timeout: float) -> None:
        parts = urlsplit(url)
        self._https = parts.scheme == "https"
        self._host, self._root = parts.netloc, parts.path.rstrip("/")
        self._timeout = timeout
        self._said = {"Accept-Language": lang} | ({"Authorization": f"Bearer {key}"} if key else {})

    def ask(
        self, method: str, path: str, content: Content = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask once.

        Raises:
            ProblemError: the service said no.
            OSError, http.client.HTTPException: there was no answer.
        """
        with self.asking(method, path, content, headers) as answer:
            told = {name.lower(): value for name, value in answer.getheaders()}
            found = Answer(answer.status, told, answer.read())
        if found.status >= _BAD:
            raise problem(found)
        return found

    def ask_again(
        self, method: str, path: str, body: Body | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask with JSON until there is an answer, `TRIES` times at most; for what may be sent twice.

        Raises as `ask`.
        """
        content = None if body is None else json.dumps(body).encode()
        told = {**({} if content is None else {"Content-Type": "application/json"}), **(headers or {})}
        for pause in pauses():
            try:
                return self.ask(method, path, content, told)
            except ProblemError as problem:
                if problem.status not in BUSY or pause is None:
                    raise
            except (OSError, http.client.HTTPException):
                if pause is None:
                    raise
            time.sleep(pause)
        raise AssertionError

    @contextmanager
    def asking(
        self, method: str, path: str, content: Content = None, headers: Mapping[str, str] | None = None
    ) -> Generator[http.client.HTTPResponse]:
        """The answer while it is being read."""
        kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
        link = kind(self._host, timeout=self._timeout)
        try:
            link.request(method, f"{self._root}{path}", content, {**self._said, **(headers or {})})
            yield link.getresponse()
        finally:
            link.close()


def pauses() -> Generator[float | None]:
    """Seconds to wait after each try; None after the last."""
    for number in range(TRIES - 1):
        yield min(PAUSE * 2**number, LONGEST_PAUSE)
    yield None


def problem(answer: Answer) -> ProblemError:
    """What the service said, as an error."""
    try:
        body: Body = answer.json()
    except ValueError:
        return ProblemError(answer.status, {})
    return ProblemError(answer.status, body)
