"""The command lines of FFmpeg for a film that has to fit, written by ffmpeg-python.

FFmpeg gets the film as its standard input and no name, one demuxer, the decoders of the house and no
protocol but that input; it writes beside itself. No metadata goes along, so neither place nor time nor
camera; the picture is turned upright; no picture is left out; light for bright
screens is bent for any screen.
"""

from __future__ import annotations

from typing import Any, Final, cast

import ffmpeg as untyped
import imageio_ffmpeg

from evidence.admitted import DECODERS, DEMUXERS, FORMATS
from evidence.fitting.rate import Footage, Shape

ffmpeg: Any = untyped
"""ffmpeg-python has no types."""
FILM: Final = "film.mp4"
PRESET: Final = "veryfast"
"""Half of the time of `medium`, at the same bytes a little softer."""
_LOG: Final = "passes"
_SOUND_RATE: Final = 48_000
WHITE: Final = 203
"""cd/m2 of a white sheet in pictures for bright screens (ITU-R BT.2408-7, 2.1)."""
PEAK: Final = 1000
"""cd/m2 of the brightest that phones write."""
_STRAIGHT: Final = 0.3
"""Share of white up to which light stays as it is; above it is bent, so that bright print keeps its lines."""


def program() -> str:
    """The path of FFmpeg.

    Raises:
        RuntimeError: there is none.
    """
    return imageio_ffmpeg.get_ffmpeg_exe()


def version() -> str:
    """Of FFmpeg, as manifests name it."""
    return f"FFmpeg {imageio_ffmpeg.get_ffmpeg_version()}"


def passes(film: Footage, shape: Shape) -> tuple[list[str], list[str]]:
    """The arguments of the first pass, which writes statistics, and of the second, which writes the film."""
    return _line(film, shape, number=1), _line(film, shape, number=2)


def _line(film: Footage, shape: Shape, *, number: int) -> list[str]:
    source: Any = ffmpeg.input(
        "fd:",
        fd=0,
        f=DEMUXERS.get(film.container, "mov"),
        format_whitelist=FORMATS,
        protocol_whitelist="fd",
        codec_whitelist=DECODERS,
    )
    picture = _dimmed(_scaled(source["V:0"], film, shape), film)
    settings: dict[str, Any] = {
        "c:v": "libx264",
        "preset": PRESET,
        "b:v": shape.video,
        "pix_fmt": "yuv420p",
        "pass": number,
        "passlogfile": _LOG,
        "fps_mode": "passthrough",
        "map_metadata": -1,
        "map_chapters": -1,
    }
    if number == 1:
        out: Any = ffmpeg.output(picture, "-", f="null", **settings)
    else:
        streams = [picture]
        if shape.sound:
            streams.append(source["a:0"])
            settings |= {"c:a": "aac", "b:a": shape.sound, "ac": 1, "ar": _SOUND_RATE}
        out = ffmpeg.output(*streams, FILM, movflags="+faststart", **settings)
    quiet = out.global_args("-nostdin", "-hide_banner", "-nostats", "-loglevel", "error")
    return cast("list[str]", quiet.compile(cmd="ffmpeg", overwrite_output=True)[1:])


def _dimmed(picture: Any, film: Footage) -> Any:  # noqa: ANN401 - see above
    """The picture for any screen; what was written for bright ones would look washed out there."""
    if not film.bright:
        return picture
    light = picture.filter("zscale", transfer="linear", npl=WHITE).filter("format", "gbrpf32le")
    bent = light.filter("zscale", primaries="bt709").filter(
        "tonemap", "mobius", param=_STRAIGHT, desat=0, peak=round(PEAK / WHITE, 3)
    )
    return bent.filter("zscale", transfer="bt709", matrix="bt709", range="tv")


def _scaled(picture: Any, film: Footage, shape: Shape) -> Any:  # noqa: ANN401 - see above
    """The picture at that short side; both sides even, as the pixel format asks for."""
    if shape.short == film.short and not (film.width % 2 or film.height % 2):
        return picture
    short = shape.short - shape.short % 2
    return picture.filter("scale", f"if(gt(iw,ih),-2,{short})", f"if(gt(iw,ih),{short},-2)", flags="area")
