"""What FFmpeg may open, whether as a library or as a program: containers and codecs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PCM: Final = (
    "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_u8,pcm_s8,"
    "pcm_alaw,pcm_mulaw"
)
VIDEO: Final = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mjpeg", "h263"})
"""Codecs that are decoded; `h263` is what old phones put into 3GP."""
SOUND: Final = frozenset({"aac", "mp3", "opus", "vorbis", "amr_nb", "amr_wb", *_PCM.split(",")})
"""Codecs of sound that are decoded; others are named and left shut."""
DECODERS: Final = (
    "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,mpeg4,mjpeg,h263,"
    "aac,mp3,mp3float,opus,libopus,vorbis,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb," + _PCM
)
"""What FFmpeg may open while it looks at the streams."""
DEMUXERS: Final[Mapping[str, str]] = {"webm": "matroska", "mkv": "matroska"}
"""By the gate's container; the others are opened by `mov`."""
FORMATS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
