"""Who vouches for accounts of its own (OpenID Connect): where it leads people, its tokens, its keys.

Of the protocol only one way is spoken: the authorization code flow with PKCE (S256) and a nonce, and an
`id_token` that is signed with a key of the issuer's. What is checked of it, in this order: the signature,
by a key that the issuer shows now, with an algorithm of our list; issuer, audience, times, nonce, and the
hash of the access token where there is one. Profiles are not fetched, and the tokens are not kept.

It is asked at its own host alone, and at those that the deployment names, by `reaching`: no redirection,
20 seconds, 256 kB. What it says of itself is kept for five minutes; its keys are read at each sign-in, so
that one that it has changed counts at once. Authlib builds the requests and judges the claims, joserfc the
signature: they come with the extra `oidc`, and are loaded when somebody signs in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import BadAddressError, UnreadableFileError, UnsupportedError
from api.identity import people
from api.identity.people import Account
from api.identity.refusals import NoIssuerError, NoVouchingError, UnbelievedError
from api.reaching import WHOLE, exchange, got, looked_at
from evidence.model import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from api.settings import Settings

log = logging.getLogger(__name__)

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Of signatures: none that is no signature (`none`), and none whose key two sides know (`HS256`)."""
MOST: Final = 262_144
"""Bytes of an answer; those of large issuers have 20,000."""
KEPT: Final = timedelta(minutes=5)
"""How long it is believed that its addresses are where they were."""
LEEWAY: Final = 60
"""Seconds by which its clock and ours may differ."""
_AT_ONCE: Final = 4
"""Requests to it at a time: a slow one must not take the threads of everybody else."""
_TURN: Final = 2.0
"""Seconds that one waits for its turn."""
_LONGEST: Final = 255
"""Characters of a subject: OpenID Connect Core 1.0, 2."""


class NoOidcError(UnsupportedError):
    """An issuer is named, and nothing is installed that could ask it."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Signing in with an issuer needs the extra oidc; install it with: pip install 'sixface[oidc]'"
            )
        )


@dataclass(frozen=True)
class Way:
    """One way to the issuer and back: all that belongs to it comes from one secret of the browser's."""

    secret: str

    @property
    def state(self) -> str:
        """Comes back in the address."""
        return self._of("state")

    @property
    def nonce(self) -> str:
        """Comes back in the token."""
        return self._of("nonce")

    @property
    def verifier(self) -> str:
        """Shown when the code is redeemed (RFC 7636)."""
        return self._of("verifier")

    def _of(self, what: str) -> str:
        made = hmac.digest(self.secret.encode("utf-8", "replace"), what.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


@dataclass(frozen=True)
class Vouched:
    """Somebody as the issuer vouches for them."""

    account: Account
    email: str = ""
    """Only where the issuer says that it is verified."""
    called: str = ""
    """What they call themselves there: it may become a name here, and proves nothing."""


class Places(BaseModel):
    """What an issuer says of itself (OpenID Connect Discovery 1.0, 3), as far as it matters here."""

    model_config = ConfigDict(frozen=True, strict=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    authorization_response_iss_parameter_supported: bool = False


def check(settings: Settings) -> None:
    """Whether the issuer that is named could be asked.

    Raises:
        NoOidcError: the extra is not installed.
        UnreadableFileError: the file of the secret cannot be read.
    """
    if not settings.oidc_issuer:
        return
    if find_spec("authlib") is None:
        raise NoOidcError
    try:
        _ = settings.oidc_secret
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError("SIXFACE_OIDC_CLIENT_SECRET_FILE") from error


class Issuer:
    """The issuer of this deployment as one process knows it."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._known: tuple[datetime, Places] | None = None

    @property
    def name(self) -> str:
        """What people call it; empty where there is none."""
        return self._settings.oidc_name

    def look(self) -> None:
        """Whether it can be asked. Raises as `leads_to`."""
        self._places()

    def leads_to(self, way: Way, back: str) -> str:
        """Where the browser is sent; it comes back to `back`.

        Raises:
            NoVouchingError: this deployment names no issuer.
            NoOidcError: the extra is not installed.
            NoIssuerError: it cannot be asked.
        """
        places = self._places()
        url, _ = self._client(places).create_authorization_url(
            places.authorization_endpoint,
            state=way.state,
            code_verifier=way.verifier,
            nonce=way.nonce,
            redirect_uri=back,
        )
        return url

    def vouches(self, way: Way, back: str, code: str, iss: str = "") -> Vouched:
        """Who came back with that code; `iss` is what the address says of who sent them (RFC 9207).

        Raises:
            UnbelievedError: the code or the token is not good.
            NoIssuerError: it cannot be asked.
        """
        places = self._places()
        if iss != places.issuer and (iss or places.authorization_response_iss_parameter_supported):
            raise self._doubt("another issuer sent them back")
        tokens = self._redeemed(places, way, back, code)
        text = tokens.get("id_token")
        if not isinstance(text, str):
            raise self._doubt("there is no id_token")
        claims = self._claims(text, tokens.get("access_token"), self._keys(places), way.nonce)
        subject, email = claims["sub"], claims.get("email")
        if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST:
            raise self._doubt("the subject is no text")
        # `true` and nothing that only looks like it: some issuers let people type any address.
        verified = (
            people.mail(email) if isinstance(email, str) and claims.get("email_verified") is True else ""
        )
        called = next((each for each in map(claims.get, ("preferred_username", "email")) if each), "")
        account = Account(issuer=places.issuer, subject=subject)
        return Vouched(account, verified, called if isinstance(called, str) else "")

    def _places(self) -> Places:
        wanted = self._settings.oidc_issuer
        if not wanted:
            raise NoVouchingError
        now = self._clock()
        if self._known is not None and now - self._known[0] < KEPT:
            return self._known[1]
        check(self._settings)
        status, told = self._asked(f"{wanted.rstrip('/')}/.well-known/openid-configuration")
        try:
            found = Places.model_validate(told)
        except ValidationError as error:
            raise self._fault(f"it answered {status} and says nothing of itself that can be read") from error
        if found.issuer != wanted:
            raise self._fault("it calls itself otherwise than SIXFACE_OIDC_ISSUER does")
        if not self._is_its_own(found.authorization_endpoint):
            raise self._fault("it leads people to a host that SIXFACE_OIDC_HOSTS does not name")
        self._known = (now, found)
        return found

    def _redeemed(self, places: Places, way: Way, back: str, code: str) -> dict[str, Any]:
        """The tokens for a code."""
        from authlib.oauth2.rfc6749 import parameters  # noqa: PLC0415 - an extra

        client = self._client(places)
        sent = {"code": code, "redirect_uri": back, "code_verifier": way.verifier}
        body: Any = parameters.prepare_token_request("authorization_code", **sent)  # pyright: ignore[reportUnknownMemberType]
        head = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        shown: Any = client.client_auth(client.token_endpoint_auth_method)
        url, headers, body = shown.prepare("POST", places.token_endpoint, head, body)
        status, told = self._asked(url, str(body).encode(), headers)
        if told.get("error") == "invalid_grant":
            raise self._doubt("it does not know the code")
        if status != http.HTTPStatus.OK:
            raise self._fault(f"it answered {status} to the code ({str(told.get('error', ''))[:40]!r})")
        return told

    def _keys(self, places: Places) -> Any:  # noqa: ANN401 - what the library reads
        status, told = self._asked(places.jwks_uri)
        if status != http.HTTPStatus.OK:
            raise self._fault(f"it answered {status} when asked for its keys")
        return told

    def _claims(self, text: str, access: object, keys: Any, nonce: str) -> Mapping[str, Any]:  # noqa: ANN401 - as above
        """What a token says, once it is proven."""
        from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - an extra
        from joserfc import jwt  # noqa: PLC0415 - an extra
        from joserfc.errors import JoseError  # noqa: PLC0415 - an extra
        from joserfc.jwk import KeySet  # noqa: PLC0415 - an extra

        client_id = self._settings.oidc_client_id
        options: Any = {
            "iss": {"essential": True, "value": self._settings.oidc_issuer},
            "aud": {"essential": True, "value": client_id},
        }
        params = {"nonce": nonce, "client_id": client_id, "access_token": access}
        try:
            token = jwt.decode(text, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            claims: Any = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(self._clock().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._doubt(f"the id_token: {error}") from error
        return cast("Mapping[str, Any]", claims)

    def _client(self, places: Places) -> Any:  # noqa: ANN401 - the library is untyped
        from authlib.oauth2.client import OAuth2Client  # noqa: PLC0415 - an extra

        secret = self._settings.oidc_secret
        allowed = places.token_endpoint_auth_methods_supported
        basic = "client_secret_basic" in allowed or "client_secret_post" not in allowed
        method = ("client_secret_basic" if basic else "client_secret_post") if secret else "none"
        return OAuth2Client(
            None,
            self._settings.oidc_client_id,
            secret or None,
            method,
            scope=list(self._settings.oidc_scopes),
            code_challenge_method="S256",
        )

    def _asked(
        self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """Status and object of an answer. Raises `NoIssuerError`."""
        if not self._is_its_own(url):
            raise self._fault("it names a host that SIXFACE_OIDC_HOSTS does not name")
        if not self._turns.acquire(timeout=_TURN):
            raise self._fault("too many ask it at a time")
        try:
            target = looked_at(url, inside=True)
            if body is None:
                with got(target, whole=WHOLE) as answer:
                    status, text = answer.status, answer.read(MOST + 1)
            else:
                status, text = exchange(target, body, headers or {}, most=MOST + 1)
            told = json.loads(text) if len(text) <= MOST else None
        except (OSError, http.client.HTTPException, BadAddressError, ValueError, RecursionError) as error:
            raise self._fault(f"it cannot be asked ({type(error).__name__})") from error
        finally:
            self._turns.release()
        if not isinstance(told, dict):
            raise self._fault("its answer is too long, or no object")
        return status, cast("dict[str, Any]", told)

    def _is_its_own(self, url: str) -> bool:
        """Whether an address is at the issuer's host, or at one that the deployment names."""
        try:
            parts, own = urlsplit(url), urlsplit(self._settings.oidc_issuer)
        except ValueError:
            return False
        host = parts.netloc.lower()
        if (parts.scheme, host) == (own.scheme, own.netloc.lower()):
            return True
        return parts.scheme == "https" and host in self._settings.oidc_hosts

    def _fault(self, why: str) -> NoIssuerError:
        log.warning("%s: %s", self.name, why)
        return NoIssuerError(self.name)

    def _doubt(self, why: str) -> UnbelievedError:
        log.warning("a sign-in with %s is not believed: %s", self.name, why)
        return UnbelievedError(self.name)
