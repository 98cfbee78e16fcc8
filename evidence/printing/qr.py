"""QR codes as modules, dark or light; to be drawn by a page of paper or of the web.

zxing-cpp writes them, in the smallest size that holds the text with correction level M, which
makes up for a reflection or a thumb on a seventh of the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable


def modules(text: str) -> tuple[str, ...]:
    """The rows of a QR code from the top, a letter a module: 1 is dark. Without the quiet zone of four."""
    import zxingcpp  # noqa: PLC0415 - pages that show no code do without

    write = cast("Callable[..., zxingcpp.Barcode]", zxingcpp.create_barcode)  # pyright: ignore[reportUnknownMemberType]
    code = write(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = memoryview(code.to_image(scale=1, add_quiet_zones=False))  # pyright: ignore[reportArgumentType]
    high, wide = picture.shape or (0, 0)
    grey = picture.tobytes()
    return tuple(
        "".join("01"[grey[row * wide + column] == 0] for column in range(wide)) for row in range(high)
    )
