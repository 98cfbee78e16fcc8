"""A browser without scripts in the rooms of `/admin`."""

from __future__ import annotations

import re
from typing import Any

import httpx

HOSTILE = '"><script>alert(1)</script>'


def html(client: httpx.Client, address: str, lang: str = "en", status: int = 200) -> str:
    answer = client.get(address, headers={"Accept-Language": lang})
    assert answer.status_code == status, answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"\sstyle=|\son\w+=|\{\w+\}", answer.text)
    return answer.text


def sent(client: httpx.Client, address: str, status: int = 303, /, **fields: Any) -> httpx.Response:
    answer = client.post(address, data=fields, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.text
    return answer
