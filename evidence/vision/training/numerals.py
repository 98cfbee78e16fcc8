"""Learn to read numerals: `python -m evidence.vision.training.numerals PIECES.npz numerals.json`.

Pieces come from `python -m samples.glyphs`. Two hidden layers, plain gradient descent with momentum of two
orders (Adam), numpy alone; ten minutes of one core. Weights are kept in 8 bits.
"""

from __future__ import annotations

import base64
import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

LAYERS = (192, 96)
PASSES = 10
BATCH = 512
OTHERS = 0.45
"""Share of the pieces that show no letter which is learned from: they are half of all."""


def normalised(pieces: np.ndarray) -> np.ndarray:
    flat = pieces.reshape(len(pieces), -1).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True)
    return flat / (flat.std(axis=1, keepdims=True) + 6)


def forward(weights: list[list[np.ndarray]], x: np.ndarray) -> list[np.ndarray]:
    held = [x]
    for n, (w, b) in enumerate(weights):
        x = x @ w + b
        if n < len(weights) - 1:
            x = np.maximum(x, 0)
        held.append(x)
    return held


def softmax(x: np.ndarray) -> np.ndarray:
    x = np.exp(x - x.max(axis=1, keepdims=True))
    return x / x.sum(axis=1, keepdims=True)


def learn(
    shown: np.ndarray, numbers: np.ndarray, held: np.ndarray, truth: np.ndarray, seed: int = 0
) -> list[list[np.ndarray]]:
    draw = np.random.default_rng(seed)
    kept = (numbers < numbers.max()) | (draw.random(len(numbers)) < OTHERS)
    shown, numbers, held = normalised(shown[kept]), numbers[kept], normalised(held)
    sizes = (shown.shape[1], *LAYERS, int(numbers.max()) + 1)
    weights = [
        [draw.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32)]
        for a, b in pairwise(sizes)
    ]
    moments = [[[np.zeros_like(p), np.zeros_like(p)] for p in layer] for layer in weights]
    step, total = 0, PASSES * (len(shown) // BATCH)
    for n in range(PASSES):
        order = draw.permutation(len(shown))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[start : start + BATCH]
            acts = forward(weights, shown[chosen])
            slope = softmax(acts[-1])
            slope[np.arange(BATCH), numbers[chosen]] -= 1
            slope /= BATCH
            step += 1
            rate = 0.0015 * 0.5 * (1 + np.cos(np.pi * step / total))
            for at in range(len(weights) - 1, -1, -1):
                grads = acts[at].T @ slope + 1e-4 * weights[at][0], slope.sum(axis=0)
                if at:
                    slope = (slope @ weights[at][0].T) * (acts[at] > 0)
                for p, g, m in zip(weights[at], grads, moments[at], strict=True):
                    m[0] += 0.1 * (g - m[0])
                    m[1] += 0.001 * (g * g - m[1])
                    change = rate * (m[0] / (1 - 0.9**step)) / (np.sqrt(m[1] / (1 - 0.999**step)) + 1e-8)
                    np.subtract(p, change, out=p)
        got = forward(weights, held)[-1].argmax(axis=1)
        digits = truth < 10
        print(
            n,
            f"all {np.mean(got == truth):.4f} digits {np.mean(got[digits] == truth[digits]):.4f}",
            flush=True,
        )
    return weights


def main() -> None:
    drawn = np.load(sys.argv[1])
    weights = learn(*(drawn[name] for name in ("shown", "numbers", "held", "truth")))
    layers = []
    for w, b in weights:
        scale = float(np.abs(w).max() / 127)
        small = np.round(w / scale).astype(np.int8)
        layers.append(
            {
                "shape": list(w.shape),
                "scale": scale,
                "weights": base64.b64encode(small.tobytes()).decode(),
                "bias": [round(float(v), 4) for v in b],
            }
        )
    Path(sys.argv[2]).write_text(json.dumps({"layers": layers}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
