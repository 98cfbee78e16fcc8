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

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from evidence.vision.training.network import Network


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

    def batch(self, size: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Pictures, sides, cover and the normal of every cell, `(n, 3, 64, 64)`."""
        rng = self._rng
        parts = list(self._parts.values())
        chosen = rng.integers(len(parts), size=8)
        rows = [(parts[int(c)], rng.integers(len(parts[int(c)]["normals"]), size=size // 8)) for c in chosen]
        pictures, sides, cover, normals = (
            np.concatenate([part[name][np.sort(at)] for part, at in rows])
            for name in ("pictures", "sides", "cover", "normals")
        )
        normals = normals.copy()
        if rng.random() < 0.5:  # mirrored
            pictures, sides, cover = pictures[:, :, ::-1], sides[:, :, ::-1], cover[:, :, ::-1]
            normals[..., 0] *= -1
        if rng.random() < 0.3:  # a quarter turn to the left, or three
            turns = int(rng.integers(1, 4))
            pictures, sides, cover = (np.rot90(a, turns, axes=(1, 2)) for a in (pictures, sides, cover))
            for _ in range(turns):
                normals = np.stack([normals[..., 1], -normals[..., 0], normals[..., 2]], axis=-1)
        if rng.random() < 0.2:  # channels in another order: print and gloves have any colour
            pictures = pictures[..., rng.permutation(3)]
        return self._tensors(pictures, sides, cover, normals)

    def all(self, size: int) -> list[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Everything once, as it was drawn."""
        found: list[tuple[Tensor, Tensor, Tensor, Tensor]] = []
        for part in self._parts.values():
            for at in range(0, len(part["normals"]), size):
                cut = (part[name][at : at + size] for name in ("pictures", "sides", "cover", "normals"))
                found.append(self._tensors(*cut))
        return found

    def _tensors(
        self, pictures: np.ndarray, sides: np.ndarray, cover: np.ndarray, normals: np.ndarray
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        def put(array: np.ndarray) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)

        picture = put(pictures).permute(0, 3, 1, 2).float() / 255
        side, covered, table = put(sides).long(), put(cover).float(), put(normals)
        table = torch.cat([torch.zeros_like(table[:, :1]), table], dim=1)  # row 0: no box
        spread = torch.gather(table, 1, side.flatten(1)[:, :, None].expand(-1, -1, 3))
        return picture, side, covered, spread.permute(0, 2, 1).unflatten(2, side.shape[1:])


def creases(side: Tensor) -> Tensor:
    """Cells beside which another face, or none, begins."""
    edge = torch.zeros_like(side, dtype=torch.bool)
    across, down = side[:, :, 1:] != side[:, :, :-1], side[:, 1:] != side[:, :-1]
    edge[:, :, 1:] |= across
    edge[:, :, :-1] |= across
    edge[:, 1:] |= down
    edge[:, :-1] |= down
    return edge.float()


def loss_of(maps: Tensor, side: Tensor, covered: Tensor, normals: Tensor) -> Tensor:
    """Box and crease as pictures, cover and normals within the box, every box with the same weight."""
    maps = maps.float()
    box = (side > 0).float()
    area = box.sum((1, 2))
    held = area > 0
    bce = functional.binary_cross_entropy_with_logits
    shown = torch.sigmoid(maps[:, 0])
    dice = 1 - (2 * (shown * box).sum((1, 2)) + 8) / (shown.sum((1, 2)) + area + 8)
    total = bce(maps[:, 0], box) + 0.5 * dice.mean()
    edge = creases(side)
    total = total + 0.5 * bce(maps[:, 2], edge, pos_weight=torch.full_like(edge, 3))
    weight = box / area.clamp(min=1)[:, None, None]
    hidden = (bce(maps[:, 1], covered, reduction="none") * weight).sum((1, 2))
    unit = functional.normalize(maps[:, 3:], dim=1)
    apart = 1 - (unit * normals).sum(1)
    off = (apart + 0.5 * torch.sqrt(apart.clamp(min=1e-4))) * weight
    return total + (0.3 * hidden + 2.0 * off.sum((1, 2))).sum() / held.sum().clamp(min=1)


@torch.no_grad()
def measure(network: Network, unseen: Shards) -> dict[str, float]:
    """On glimpses never trained on: IoU of the box, error of the normals (degrees), cover, false boxes."""
    network.eval()
    ious: list[Tensor] = []
    angles: list[Tensor] = []
    alarms: list[Tensor] = []
    hidden: list[Tensor] = []
    for picture, side, covered, normals in unseen.all(100):
        with torch.autocast(picture.device.type, torch.bfloat16):
            maps = network(picture.contiguous(memory_format=torch.channels_last)).float()
        box, shown = side > 0, maps[:, 0] > 0
        area = box.sum((1, 2))
        held = area >= 40
        both, either = (box & shown).sum((1, 2)), (box | shown).sum((1, 2))
        ious.append((both / either.clamp(min=1))[held])
        unit = functional.normalize(maps[:, 3:], dim=1)
        error = torch.rad2deg(torch.acos((unit * normals).sum(1).clamp(-1, 1)))
        angles.append(torch.stack([e[b].median() for e, b in zip(error[held], box[held], strict=True)]))
        alarms.append((shown.sum((1, 2)) >= 40)[area == 0].float())
        veil = (maps[:, 1] > 0) & box
        truth = covered > 0
        hidden.append(((veil & truth).sum() + 1) / ((veil | truth).sum() + 1)[None])
    network.train()
    iou, angle = torch.cat(ious), torch.cat(angles)
    return {
        "iou": float(iou.mean()),
        "iou_low": float(iou.quantile(0.1)),
        "normals": float(angle.median()),
        "normals_90": float(angle.quantile(0.9)),
        "alarms": float(torch.cat(alarms).mean()),
        "cover": float(torch.cat([h.flatten() for h in hidden]).mean()),
    }


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
        network.load_state_dict(held.get("network", held["averaged"]))
        averaged.load_state_dict(held["averaged"])
        if "optimizer" in held:
            optimizer.load_state_dict(held["optimizer"])
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
        picture, side, covered, normals = shards.batch(asked.batch)
        with torch.autocast(device.type, torch.bfloat16):
            maps = network(picture.contiguous(memory_format=torch.channels_last))
        loss = loss_of(maps, side, covered, normals)
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
