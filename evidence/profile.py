"""A profile: which checks look at a file, with which settings, within which limits.

One TOML file in `evidence/profiles/` each. Thresholds of seeing live here; what is
enough for a platform lives in the rulesets of `claims`.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

import evidence.checks
from evidence.check import Check, RefusedError
from evidence.model import Element, say
from evidence.timeline import Instant


class Limits(BaseModel):
    """What one examination may cost; a file beyond them is refused with the figure."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bytes: int
    pixels: int
    """Width times height of one picture."""
    frames: int
    """Pictures decoded."""
    duration: Instant
    """Presentation time."""
    cpu: Instant
    """Processor time of the child."""
    memory: int
    """Bytes of address space of the child."""


class Profile(BaseModel):
    """One way of examining a kind of file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["video", "photo"]
    limits: Limits
    elements: Mapping[Element, tuple[str, ...]]
    """Which checks speak for which element; one that does not exist yet leaves its element unsure."""
    checks: Mapping[str, Mapping[str, Any]]
    """Settings by check name, in the order of the report."""

    def configured(self) -> tuple[Check, ...]:
        """The checks of this profile with its settings; imports theirs and no other files.

        Raises:
            LookupError: the profile names a check that no file defines.
            pydantic.ValidationError: a setting is unknown or out of range.
        """
        return tuple(find(name).model_validate(dict(settings)) for name, settings in self.checks.items())


def names() -> tuple[str, ...]:
    """The profiles that ship with the package, sorted."""
    files = resources.files("evidence").joinpath("profiles").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def load(name: str) -> Profile:
    """The profile of that name.

    Raises:
        LookupError: there is none of that name.
    """
    if name not in names():
        message = f"there is no profile {name!r}; there are {', '.join(names())}"
        raise LookupError(message)
    text = resources.files("evidence").joinpath("profiles", f"{name}.toml").read_text("utf-8")
    return Profile.model_validate(tomllib.loads(text))


def require(profile: Profile, kind: Literal["video", "photo"]) -> None:
    """Nothing, where the profile examines files of that kind.

    Raises:
        RefusedError: it does not; the profiles that do are named.
    """
    if profile.kind == kind:
        return
    fitting = ", ".join(name for name in names() if load(name).kind == kind)
    says = (
        say(
            "This is a photo, and the profile {profile} is for films; use one of these profiles: {fitting}.",
            profile=profile.name,
            fitting=fitting,
        )
        if kind == "photo"
        else say(
            "This is a film, and the profile {profile} is for photos; use one of these profiles: {fitting}.",
            profile=profile.name,
            fitting=fitting,
        )
    )
    raise RefusedError("refused.wrong_kind", says)


def checks() -> tuple[str, ...]:
    """The checks there are, sorted; each is the file of its name in `evidence/checks/`."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(evidence.checks.__path__)))


def find(name: str) -> type[Check]:
    """The check of that name.

    Raises:
        LookupError: no file of that name defines it.
    """
    if name in checks():
        room = importlib.import_module(f"evidence.checks.{name}")
        for _, value in inspect.getmembers(room, inspect.isclass):
            if issubclass(value, Check) and value.__module__ == room.__name__:
                return value
    message = f"there is no check {name!r}; there are {', '.join(checks())}"
    raise LookupError(message)
