"""Decoding photos: from bytes to an 8-bit picture in grey or RGB, by Pillow and libheif.

Each kind has its own decoder, chosen by what the gate found; no other is asked. The
embedded thumbnail of a photo is never used as the photo: it may show something else. `glimpse`
decodes it for the check that asks whether it does.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, cast

import numpy as np
from PIL import Image, ImageFile

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

Mode = Literal["L", "RGB"]

BROKEN: Final = (OSError, SyntaxError, ValueError, EOFError, RuntimeError, struct.error, zlib.error)
"""What Pillow's decoders raise over a file that is broken or cut off."""
_MOST_GLIMPSED: Final = 1_048_576
"""Pixels of a thumbnail; phones write 512 x 384."""
_PARTLY: Final = frozenset({"jpeg", "png"})
"""Kinds that give a part when they break off; of a HEIC, Pillow would make a black picture."""
_CLEAR: Final = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
"""Modes with transparency; it is shown on white, as viewers do."""


class Bounded(io.BufferedIOBase):
    """A file from its start that is never asked for more than it holds.

    Reading reserves what is asked for: four bytes that say that two gigabytes follow would take them.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, io.SEEK_END)
        file.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._size - self._file.tell())
        return self._file.read(left if size is None or size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def open_image(file: BinaryIO, container: str) -> ImageFile.ImageFile:
    """The image with its header read and no pixel decoded.

    Raises:
        One of `BROKEN` where the header makes no sense.
    """
    bounded = Bounded(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of broken EXIF while it looks for the resolution
        return _decoder(container)(cast("BinaryIO", bounded))


def develop(
    file: BinaryIO, container: str, size: tuple[int, int], mode: Mode = "RGB"
) -> tuple[Image.Image, str]:
    """The picture as coded, at least `size` pixels where it has as many, and what broke on the way.

    A JPEG is decoded at the smallest scale that serves, and for `L` without its colours, which is
    cheaper. A file that breaks off gives what is there, the rest grey or black, and the decoder's words.

    Raises:
        One of `BROKEN` where not even a part can be decoded.
    """
    try:
        return _flat(_loaded(file, container, size, mode), mode), ""
    except BROKEN as error:
        if container not in _PARTLY:
            raise
        with _lenient():
            return _flat(_loaded(file, container, size, mode), mode), str(error) or type(error).__name__


def glimpse(jpeg: bytes) -> npt.NDArray[np.uint8] | None:
    """The embedded thumbnail in grey, `(h, w)`, as coded; None where there is none that can be decoded."""
    try:
        image = open_image(io.BytesIO(jpeg), "jpeg") if jpeg else None
        if image is None or image.width * image.height > _MOST_GLIMPSED:
            return None
        return np.array(image.convert("L"))
    except BROKEN:
        return None


def _decoder(container: str) -> Callable[[BinaryIO], ImageFile.ImageFile]:
    # Imported on demand: a photo needs one of them, and a film none.
    match container:
        case "jpeg":
            from PIL.JpegImagePlugin import JpegImageFile  # noqa: PLC0415

            return JpegImageFile
        case "png":
            from PIL.PngImagePlugin import PngImageFile  # noqa: PLC0415

            return PngImageFile
        case "webp":
            from PIL.WebPImagePlugin import WebPImageFile  # noqa: PLC0415

            return WebPImageFile
        case _:
            from pillow_heif import HeifImageFile  # noqa: PLC0415

            return HeifImageFile


def _loaded(file: BinaryIO, container: str, size: tuple[int, int], mode: Mode) -> ImageFile.ImageFile:
    image = open_image(file, container)
    if container == "jpeg":  # for HEIC, Pillow's draft would be the thumbnail
        image.draft(mode, size)
    image.load()
    return image


@contextmanager
def _lenient() -> Generator[None]:
    """Have Pillow hand out what it has of a broken file; the switch is the process's, so it is put back."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _flat(image: Image.Image, mode: Mode) -> Image.Image:
    """`image` as eight bits of grey or RGB without transparency."""
    if image.mode == mode:
        return image
    if image.mode.startswith("I"):
        # Sixteen bits a pixel, also where Pillow holds them in 32.
        sixteen = np.clip(np.asarray(image), 0, 65535).astype(np.uint16)
        return Image.fromarray((sixteen >> 8).astype(np.uint8)).convert(mode)
    if image.mode in _CLEAR or "transparency" in image.info:
        clear = image.convert("RGBA")
        page = Image.new("RGB", clear.size, "white")
        page.paste(clear, mask=clear.getchannel("A"))
        return page.convert(mode)
    return image.convert(mode)
