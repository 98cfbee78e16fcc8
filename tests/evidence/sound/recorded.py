"""Made-up recordings of a room, and ears that have heard them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from evidence.check import Sound
from evidence.sound.listening import Ear

RATE = 8000


def room(seconds, *, seed=1, hum=0.004, mains=50.0):
    """Hiss, and the mains with what swings twice and three times as fast."""
    at = np.arange(round(seconds * RATE)) / RATE
    wave = np.random.default_rng(seed).normal(0, 0.003, len(at))
    for n in (1, 2, 3):
        wave += hum / n * np.sin(2 * np.pi * mains * n * at + n)
    return wave.astype(np.float32)


def ear(wave, *, piece=1024, start=0.0):
    listening = Ear()
    for place in range(0, len(wave), piece):
        at = timedelta(seconds=start + place / RATE)
        listening.hear(Sound(at, RATE, wave[place : place + piece]))
    listening.finish()
    return listening
