"""An issuer of somebody else's, on the loopback: with keys of its own, and as honest as a test wants it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT = "sixface-tests"
SECRET = "a secret of the client's"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


KEY = new_key("one")
"""Made once: it takes a moment."""


@dataclass
class Asked:
    """One code that was given out, and what was said when it was asked for."""

    query: dict[str, str]
    claims: dict[str, Any]


class Issuer(ThreadingHTTPServer):
    """What it says of itself, and what it gives out for a code."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Serving)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.keys: list[Any] = [KEY]
        self.signs_with: Any = KEY
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {}
        """Beside, or in the place of, what an honest token says; None leaves one out."""
        self.places: dict[str, Any] = {}
        self.codes: dict[str, Asked] = {}
        self.seen: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        """What it answers at a path in the place of the truth."""

    def handle_error(self, *_: object) -> None: ...

    def code(self, url: str, **claims: Any) -> dict[str, str]:
        """What comes back in the address once somebody has signed in there."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = secrets.token_urlsafe(16)
        self.codes[code] = Asked(query, claims)
        return {"code": code, "state": query["state"]}

    def says_of_itself(self) -> dict[str, Any]:
        own = {
            name: f"{self.url}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        }
        return {"issuer": self.url, **own} | self.places

    def redeemed(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        if authorization != f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}":
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or proof != asked.query["code_challenge"]
            or asked.query["code_challenge_method"] != "S256"
            or form.get("redirect_uri") != asked.query["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        honest = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.query["nonce"]}
        claims = {k: v for k, v in (honest | asked.claims | self.claims).items() if v is not None}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        if self.header["alg"] == "none":
            parts = [_packed(self.header), _packed(claims), ""]
            return ".".join(parts)
        return jwt.encode(self.header, claims, self.signs_with, algorithms=[self.header["alg"]])

    def shown_keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def _packed(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


class _Serving(BaseHTTPRequestHandler):
    server: Issuer

    def do_GET(self) -> None:
        pages = {
            "/.well-known/openid-configuration": self.server.says_of_itself,
            "/jwks_uri": self.server.shown_keys,
        }
        if self.path.startswith("/authorization_endpoint?"):
            asked = f"{self.server.url}{self.path}"
            back = parse_qs(urlsplit(asked).query)["redirect_uri"][0]
            self.send_response(303)
            self.send_header("Location", f"{back}?{urlencode(self.server.code(asked))}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        made = pages.get(self.path)
        self._answer(*((200, made()) if made else (404, {})))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.server.redeemed(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        self.server.seen.append(self.path)
        status, body = self.server.answers.get(self.path, (status, json.dumps(told).encode()))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@contextmanager
def standing(port: int = 0) -> Iterator[Issuer]:
    made = Issuer(port)
    thread = threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield made
    made.shutdown()
    thread.join(5)
    made.server_close()


__all__ = ["CLIENT", "KEY", "SECRET", "ECKey", "Issuer", "OctKey", "new_key", "standing"]
