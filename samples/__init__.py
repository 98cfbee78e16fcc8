"""Films and photos whose truth is known because we made them.

    samples.hero(folder)             the film of the demo
    samples.make(name, folder)       any sample of the catalogue
    samples.catalogue()              name -> maker; `python -m samples --list` prints it

Each returns a `Sample(path, truth)`. A sample that is in the folder already, made by the
same sources, is used again. Importing this package loads no pixel library; making does.
`samples.cases` is plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from samples.truth import Entry, Event, FaceTruth, PhaseTruth, Sample, Truth

__all__ = ["Entry", "Event", "FaceTruth", "PhaseTruth", "Sample", "Truth", "catalogue", "hero", "make"]


def catalogue() -> Mapping[str, Entry]:
    """Every sample's maker, by name; call one with a folder."""
    from samples import shelf  # noqa: PLC0415 - pixel libraries are loaded when something is made

    return shelf.catalogue()


def make(name: str, folder: Path) -> Sample:
    """The sample of that name in `folder`, made if it is not there yet.

    Raises:
        LookupError: there is no sample of that name.
    """
    known = catalogue()
    if name not in known:
        raise LookupError(f"there is no sample {name!r}; `python -m samples --list` names them all")
    return known[name](folder)


def hero(folder: Path) -> Sample:
    """The film of the demo: a sealed parcel, its waybill and six faces, opened and emptied, in one take."""
    return make("hero", folder)
