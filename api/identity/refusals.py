"""What the door says to those whom it does not let through.

ApiError
├── NotSignedInError            nobody is signed in, or the key is none
├── WrongSignInError            name, password or code; which is not said
├── TooManyTriesError           too many of them, or too many requests
├── NotAllowedError             somebody is, and may not do this
├── LastAdminError              nobody would be left who can let others in
├── FullQuotaError              the tenant has stored what it may
├── NoIssuerError               whose accounts may be used here cannot be asked, or answers oddly
├── UnbelievedError             what came back from there is not believed, or came too late
├── StrangerError               it is, and nobody here knows them
├── AbsentError
│   ├── MissingPersonError
│   ├── MissingKeyError
│   ├── MissingSessionError
│   ├── NoVouchingError         accounts of somebody else are not used here
│   └── NoLinkError             a one-time link that leads nowhere, or no longer
└── MalformedError
    ├── BadPersonError          a name, password or code that cannot be
    └── BadKeyWishError         a key that cannot be made
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from api.errors import AbsentError, ApiError, MalformedError
from api.identity.scopes import Scope
from evidence.model import say


class NotSignedInError(ApiError):
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="sixface"'}

    def __init__(self) -> None:
        super().__init__(say("Sign in, or send a key that is valid in the header Authorization."))


class WrongSignInError(ApiError):
    headers: Mapping[str, str] = {"WWW-Authenticate": 'Bearer realm="sixface"'}

    def __init__(self) -> None:
        super().__init__(say("Name, password or code is not right; look at them again."))


class TooManyTriesError(ApiError):
    def __init__(self, seconds: int) -> None:
        super().__init__(say("That was too often; try again in {seconds} seconds.", seconds=seconds))
        self.headers: Mapping[str, str] = {"Retry-After": str(seconds)}


class NotAllowedError(ApiError):
    def __init__(self, needs: Iterable[Scope]) -> None:
        self.needs = tuple(sorted(needs))
        told = ", ".join(self.needs)
        super().__init__(say("You may not do this ({needs}); ask an administrator for it.", needs=told))


class LastAdminError(ApiError):
    def __init__(self) -> None:
        super().__init__(say("This is the last administrator; make somebody else one first."))


class FullQuotaError(ApiError):
    def __init__(self, most: int) -> None:
        super().__init__(
            say(
                "All {most:,} bytes that may be stored here are used; remove what is no longer needed.",
                most=most,
            )
        )


class NoIssuerError(ApiError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "{name} cannot be reached or does not answer as it should; try again in a minute, "
                "or sign in with name and password.",
                name=name,
            )
        )


class UnbelievedError(ApiError):
    """Broken off, too late, replayed, or forged: which of them is in our own log alone."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say("That sign-in with {name} was broken off, or took too long; begin it again.", name=name)
        )


class StrangerError(ApiError):
    """Also whoever was turned off, or whose address the issuer has not verified."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "Nobody here has this account at {name}; ask an administrator to invite you, "
                "and open the link that you get.",
                name=name,
            )
        )


class NoVouchingError(AbsentError):
    def __init__(self) -> None:
        super().__init__(
            say("Accounts of another service are not used here; sign in with name and password.")
        )


class MissingPersonError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("There is no person {name} here; look at the list of what there is.", name=name))


class MissingKeyError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(say("There is no key {name} here; look at the list of what there is.", name=name))


class MissingSessionError(AbsentError):
    def __init__(self, name: str) -> None:
        super().__init__(
            say("There is no session {name} here; look at the list of what there is.", name=name)
        )


class NoLinkError(AbsentError):
    """Never made, expired, or used: nobody outside is told which."""

    def __init__(self) -> None:
        super().__init__(say("This link is not valid, or no longer; ask for a new one."))


class BadPersonError(MalformedError):
    """A name, password or code that cannot be; the sentence says why."""


class BadKeyWishError(MalformedError):
    """A key that cannot be made so; the sentence says why."""
