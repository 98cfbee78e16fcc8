"""`python -m evidence.vision.training.train SHARDS --unseen SHARDS --out DIR`: train, measure, checkpoint.

Reads the shards that `python -m samples.glimpses` draws; more may arrive while it
trains. Runs in bfloat16 on a CPU as on a GPU. Continues from the checkpoint in
`--out`, or from `--start`. Writes `curve.csv` (a line per measurement), `checkpoint.pt`
(all there is to go on) and `averaged.pt` (the weights to export: a running average).
"""

from __future__ import annotations

import argparse
import copy
import math
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from evidence.vision.training.network import Network

NAMES = ("pictures", "normals", "sides", "cover", "opened")


class Batch(NamedTuple):
    """Pictures `(n, 3, 128, 128)` from 0 to 1 and what is true of their `(n, 64, 64)` cells."""

    picture: Tensor
    side: Tensor
    """0 no box, else which of its faces."""
    cover: Tensor
    normals: Tensor
    """`(n, 3, 64, 64)`, zero beside the box."""
    opened: Tensor


class Shards:
    """Glimpses from a folder, drawn at random and turned in eight ways."""

    def __init__(self, folder: Path, seed: int, device: torch.device, most: int) -> None:
        self._folder = folder
        self._most = most
        self._rng = np.random.default_rng(seed)
        self._device = device
        self._parts: dict[Path, dict[str, np.ndarray]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the shards that have come since."""
        for path in sorted(self._folder.glob("*.npz"))[: self._most]:
            if path not in self._parts:
                with np.load(path) as held:
                    self._parts[path] = {name: held[name] for name in held.files}

    @property
    def count(self) -> int:
        return sum(len(part["normals"]) for part in self._parts.values())

    def batch(self, size: int) -> Batch:
        """Glimpses drawn at random, turned and mirrored."""
        rng = self._rng
        parts = list(self._parts.values())
        chosen = rng.integers(len(parts), size=8)
        rows = [(parts[int(c)], rng.integers(len(parts[int(c)]["normals"]), size=size // 8)) for c in chosen]
        pictures, normals, *maps = (
            np.concatenate([part[name][np.sort(at)] for part, at in rows]) for name in NAMES
        )
        normals = normals.copy()
        if rng.random() < 0.5:  # mirrored
            pictures, *maps = (a[:, :, ::-1] for a in (pictures, *maps))
            normals[..., 0] *= -1
        if rng.random() < 0.3:  # a quarter turn to the left, or three
            turns = int(rng.integers(1, 4))
            pictures, *maps = (np.rot90(a, turns, axes=(1, 2)) for a in (pictures, *maps))
            for _ in range(turns):
                normals = np.stack([normals[..., 1], -normals[..., 0], normals[..., 2]], axis=-1)
        if rng.random() < 0.2:  # channels in another order: print and gloves have any colour
            pictures = pictures[..., rng.permutation(3)]
        return self._tensors(pictures, normals, *maps)

    def all(self, size: int) -> list[Batch]:
        """Everything once, as it was drawn."""
        found: list[Batch] = []
        for part in self._parts.values():
            starts = range(0, len(part["normals"]), size)
            found += [self._tensors(*(part[name][at : at + size] for name in NAMES)) for at in starts]
        return found

    def _tensors(
        self,
        pictures: np.ndarray,
        normals: np.ndarray,
        sides: np.ndarray,
        cover: np.ndarray,
        opened: np.ndarray,
    ) -> Batch:
        def put(array: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)

        side, table = put(sides).long(), put(normals)
        table = torch.cat([torch.zeros_like(table[:, :1]), table], dim=1)  # row 0: no box
        spread = torch.gather(table, 1, side.flatten(1)[:, :, None].expand(-1, -1, 3))
        return Batch(
            put(pictures).permute(0, 3, 1, 2).float() / 255,
            side,
            put(cover).float(),
            spread.permute(0, 2, 1).unflatten(2, side.shape[1:]),
            put(opened).float(),
        )


def creases(side: Tensor) -> Tensor:
    """Cells beside which another face, or none, begins."""
    edge = torch.zeros_like(side, dtype=torch.bool)
    across, down = side[:, :, 1:] != side[:, :, :-1], side[:, 1:] != side[:, :-1]
    edge[:, :, 1:] |= across
    edge[:, :, :-1] |= across
    edge[:, 1:] |= down
    edge[:, :-1] |= down
    return edge.float()


def loss_of(maps: Tensor, truth: Batch) -> Tensor:
    """Box, crease and opened as pictures; cover and normals within the box, all boxes with equal weight."""
    maps = maps.float()
    box = (truth.side > 0).float()
    area = box.sum((1, 2))
    held = area > 0
    bce = functional.binary_cross_entropy_with_logits
    total = bce(maps[:, 0], box) + 0.5 * dice(maps[:, 0], box)
    total = total + 0.5 * bce(maps[:, 6], truth.opened) + 0.25 * dice(maps[:, 6], truth.opened)
    edge = creases(truth.side)
    total = total + 0.5 * bce(maps[:, 2], edge, pos_weight=torch.full_like(edge, 3))
    weight = box / area.clamp(min=1)[:, None, None]
    hidden = (bce(maps[:, 1], truth.cover, reduction="none") * weight).sum((1, 2))
    unit = functional.normalize(maps[:, 3:6], dim=1)
    apart = 1 - (unit * truth.normals).sum(1)
    off = (apart + 0.5 * torch.sqrt(apart.clamp(min=1e-4))) * weight
    return total + (0.3 * hidden + 2.0 * off.sum((1, 2))).sum() / held.sum().clamp(min=1)


def dice(logits: Tensor, truth: Tensor) -> Tensor:
    """One less the overlap of what is shown and what is true; 0 where neither is anything."""
    shown = torch.sigmoid(logits)
    both = (shown * truth).sum((1, 2))
    return (1 - (2 * both + 8) / (shown.sum((1, 2)) + truth.sum((1, 2)) + 8)).mean()


@torch.no_grad()
def measure(network: Network, unseen: Shards) -> dict[str, float]:
    """On glimpses never trained on: IoU of the box, error of the normals (degrees), cover, false boxes."""
    network.eval()
    ious: list[Tensor] = []
    angles: list[Tensor] = []
    alarms: list[Tensor] = []
    hidden: list[Tensor] = []
    torn: list[Tensor] = []
    for truth in unseen.all(100):
        with torch.autocast(truth.picture.device.type, torch.bfloat16):
            maps = network(truth.picture.contiguous(memory_format=torch.channels_last)).float()
        box, shown = truth.side > 0, maps[:, 0] > 0
        area = box.sum((1, 2))
        held = area >= 40
        ious.append(overlap(box, shown)[held])
        unit = functional.normalize(maps[:, 3:6], dim=1)
        error = torch.rad2deg(torch.acos((unit * truth.normals).sum(1).clamp(-1, 1)))
        angles.append(torch.stack([e[b].median() for e, b in zip(error[held], box[held], strict=True)]))
        alarms.append((shown.sum((1, 2)) >= 40)[area == 0].float())
        veil = (maps[:, 1] > 0) & box
        covered = truth.cover > 0
        hidden.append(((veil & covered).sum() + 1) / ((veil | covered).sum() + 1)[None])
        open_truth = truth.opened > 0
        torn.append(overlap(open_truth, maps[:, 6] > 0)[open_truth.sum((1, 2)) >= 40])
    network.train()
    iou, angle = torch.cat(ious), torch.cat(angles)
    return {
        "iou": float(iou.mean()),
        "iou_low": float(iou.quantile(0.1)),
        "normals": float(angle.median()),
        "normals_90": float(angle.quantile(0.9)),
        "alarms": float(torch.cat(alarms).mean()),
        "cover": float(torch.cat([h.flatten() for h in hidden]).mean()),
        "opened": float(torch.cat(torn).mean()),
    }


def overlap(one: Tensor, other: Tensor) -> Tensor:
    """Intersection by union of `(n, h, w)` masks."""
    return (one & other).sum((1, 2)) / (one | other).sum((1, 2)).clamp(min=1)


def start(network: Network, weights: dict[str, Tensor]) -> None:
    """Take over what fits; a map that the weights do not know yet begins at nothing."""
    own = network.state_dict()
    for name, held in weights.items():
        mine = own[name]
        if mine.shape == held.shape:
            own[name] = held
        else:
            fresh = torch.zeros_like(mine)
            fresh[: len(held)] = held
            own[name] = fresh
    network.load_state_dict(own)


def main() -> None:  # noqa: PLR0915 - one loop, read from top to bottom
    """Train for a number of steps, or of minutes."""
    parser = argparse.ArgumentParser(prog="python -m evidence.vision.training.train", description=__doc__)
    parser.add_argument("shards", type=Path)
    parser.add_argument("--unseen", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a checkpoint to go on from, with a fresh schedule")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument(
        "--minutes", type=float, default=math.inf, help="the schedule follows the clock instead"
    )
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--most", type=int, default=1000, help="shards that are held in memory")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    shards = Shards(asked.shards, asked.seed, device, asked.most)
    unseen = Shards(asked.unseen, 0, device, 2)
    network = Network().to(device, memory_format=torch.channels_last)
    averaged = copy.deepcopy(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=asked.rate, weight_decay=0.02)
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.start:
        held = torch.load(asked.start, map_location=device)
        # The committed checkpoint holds the average alone, in half precision.
        start(network, held.get("network", held["averaged"]))
        start(averaged, held["averaged"])
    began, said = time.monotonic(), 0.0
    step = 0
    progress = 0.0
    while progress < 1:
        passed = (time.monotonic() - began) / 60
        progress = max(step / asked.steps if math.isinf(asked.minutes) else 0.0, passed / asked.minutes)
        warm = min(1.0, (step + 1) / 200)
        for group in optimizer.param_groups:
            group["lr"] = (
                asked.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, progress))))
            )
        truth = shards.batch(asked.batch)
        with torch.autocast(device.type, torch.bfloat16):
            maps = network(truth.picture.contiguous(memory_format=torch.channels_last))
        loss = loss_of(maps, truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for mine, theirs in zip(
                averaged.state_dict().values(), network.state_dict().values(), strict=True
            ):
                if mine.dtype.is_floating_point:
                    mine.lerp_(theirs, 1 - keep)
                else:
                    mine.copy_(theirs)
        step += 1
        if passed - said >= 2 or progress >= 1:
            said = passed
            shards.refresh()
            found = measure(averaged, unseen)
            line = {
                "minutes": passed,
                "step": step,
                "glimpses": shards.count,
                "loss": float(loss.detach()),
                **found,
            }
            with (asked.out / "curve.csv").open("a") as file:
                if file.tell() == 0:
                    file.write(",".join(line) + "\n")
                file.write(",".join(f"{value:.4g}" for value in line.values()) + "\n")
            print(" ".join(f"{name} {value:.4g}" for name, value in line.items()), flush=True)
            torch.save(
                {
                    "network": network.state_dict(),
                    "averaged": averaged.state_dict(),
                    "optimizer": optimizer.state_dict(),
                },
                asked.out / "checkpoint.pt",
            )


if __name__ == "__main__":
    main()
