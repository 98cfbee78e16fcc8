from __future__ import annotations

import os
from pathlib import Path

import av
import pytest

from samples.calm import calm


def classes() -> set[int]:
    return {os.sched_getscheduler(int(thread.name)) for thread in Path("/proc/self/task").iterdir()}


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="the system knows no scheduling classes")
def test_an_encoder_of_av1_leaves_the_process_its_priority(tmp_path):
    before = classes()
    with av.open(str(tmp_path / "film.mp4"), "w") as out:
        stream = out.add_stream("libsvtav1", rate=15, options={"preset": "12"})
        stream.width = stream.height = 128
        stream.pix_fmt = "yuv420p"
        calm(stream.codec_context)
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame(128, 128, "yuv420p")))
        assert classes() == before
        out.mux(stream.encode(None))
