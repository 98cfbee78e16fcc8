"""What camera and encoder do to a glimpse: colour, blur, shake, noise, few pixels, compression."""

from __future__ import annotations

import math
from typing import cast

import cv2
import numpy as np

from samples.glimpses.surroundings import Canvas
from samples.paint import Picture


def develop(rng: np.random.Generator, canvas: Canvas) -> Picture:
    """The picture `(n, n, 3)` as a phone would have sent it."""
    side = canvas.shape[0]
    if rng.random() < 0.25:
        canvas = _shaken(rng, canvas)
    if rng.random() < 0.45:
        canvas = cast("Canvas", cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.3, 1.6))))
    if rng.random() < 0.25:
        small = max(32, int(side * rng.uniform(0.35, 0.9)))
        tiny = cv2.resize(canvas, (small, small), interpolation=cv2.INTER_AREA)
        canvas = cast("Canvas", cv2.resize(tiny, (side, side), interpolation=cv2.INTER_LINEAR))
    canvas = np.clip(canvas, 0, 255) / np.float32(255)
    gain = np.exp(rng.normal(0, 0.22)) * np.exp(rng.normal(0, 0.07, 3))
    if rng.random() < 0.15:
        gain = gain * rng.uniform(0.2, 0.5)  # a dim room
    canvas = np.power(canvas * gain.astype(np.float32), np.float32(np.exp(rng.normal(0, 0.15))))
    if rng.random() < 0.3:
        y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
        a, b = rng.normal(0, 0.25, 2)
        canvas = canvas * np.clip(1 + a * x + b * y, 0.3, 1.6)[:, :, None]
    if rng.random() < 0.1:
        haze = rng.uniform(0.05, 0.35)
        canvas = canvas * (1 - haze) + haze * rng.uniform(0.4, 1.0)
    if rng.random() < 0.04:
        canvas = np.repeat(canvas.mean(axis=2, keepdims=True), 3, axis=2)
    noise = rng.standard_normal(canvas.shape, dtype=np.float32) * float(
        rng.choice((0.0, 0.006, 0.015, 0.035))
    )
    picture = (np.clip(canvas + noise, 0, 1) * 255).astype(np.uint8)
    if rng.random() < 0.6:
        quality = int(rng.integers(12, 85))
        _, coded = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, quality))
        picture = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return picture


def _shaken(rng: np.random.Generator, canvas: Canvas) -> Canvas:
    length = int(rng.integers(2, 9))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    angle = rng.uniform(0, math.pi)
    dx, dy = math.cos(angle) * length / 2, math.sin(angle) * length / 2
    ends = (round(length - dx), round(length - dy)), (round(length + dx), round(length + dy))
    cv2.line(kernel, *ends, (1.0,), 1)
    return np.asarray(
        cv2.filter2D(canvas, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.float32
    )
