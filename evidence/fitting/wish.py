"""What is wanted of a derivative, what a child is asked, and what was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evidence.model import Digest


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bounds(_Value):
    """How large a picture file may be."""

    bytes: Annotated[int, Field(gt=0)]
    side: Annotated[int | None, Field(gt=0)] = None
    """Long side in pixels, at most."""
    pixels: Annotated[int | None, Field(gt=0)] = None
    """Width times height, at most."""
    grey: bool = False
    """Whether it may have no colour."""


class Encode(_Value):
    """Encode the photo as JPEG within the bounds."""

    do: Literal["photo"] = "photo"
    bounds: Bounds
    name: str
    """Of the file in the folder."""


class Become(_Value):
    """Become FFmpeg with these arguments; the film is its standard input."""

    do: Literal["film"] = "film"
    arguments: tuple[str, ...]
    program: str
    seconds: int
    """Of processor time."""
    bytes: int
    """The largest file that it may write."""


class Measure(_Value):
    """Decode the film from its first picture to its last, and say what it is."""

    do: Literal["measure"] = "measure"
    seconds: int


class Look(_Value):
    """Decode the first picture of the film, and say how light is written in it."""

    do: Literal["look"] = "look"
    seconds: int


Task = Annotated[Encode | Become | Look | Measure, Field(discriminator="do")]


class Measured(_Value):
    """What a file that was made is, by looking at it."""

    width: int
    height: int
    """Pixels, upright."""
    duration: float | None = None
    """Seconds; of a film."""
    frames: int | None = None
    sound: bool | None = None
    transfer: int | None = None
    """How light is written, as ITU-T H.273 counts it; of a film that was looked at."""
    settings: Mapping[str, str | int | float] = {}
    """How it was encoded; of a photo."""


class Made(_Value):
    """A derivative: what it is, and how it was made."""

    digest: Digest
    bytes: int
    what: Measured
    program: str
    """What made it, with its version."""
    commands: tuple[str, ...] = ()
    """The command lines, in their turn; the film is the standard input of each."""
    settings: Mapping[str, str | int | float] = {}
