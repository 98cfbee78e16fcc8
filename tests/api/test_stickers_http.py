from __future__ import annotations

import httpx
import pytest

from api.printing import sticker_sheet
from api.words import words


def test_the_sheet_is_printed_in_the_language_asked_for(client: httpx.Client) -> None:
    answer = client.get("/v1/stickers.pdf", params={"sheet": 3, "lang": "en"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content == sticker_sheet(3, words("en"))
    assert client.get("/v1/stickers.pdf").content == sticker_sheet(0, words("zh"))


@pytest.mark.parametrize("asked", [{"sheet": -1}, {"sheet": 97}, {"sheet": "x"}, {"lang": "fr"}])
def test_what_is_no_sheet_is_a_problem(client: httpx.Client, asked: dict[str, str]) -> None:
    answer = client.get("/v1/stickers.pdf", params=asked)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
