"""`python -m evidence.vision.training.export CHECKPOINT OUT.onnx`: the weights as the product runs them.

Weights are stored in half precision, which halves the file; the arithmetic stays single.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from evidence.vision.training.network import Network

_WORST = 0.06
"""Largest difference between the two runtimes, of logits, that half precision explains."""


def main() -> None:
    """Export, halve, and hold the result against the original."""
    parser = argparse.ArgumentParser(prog="python -m evidence.vision.training.export", description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    network = Network()
    network.load_state_dict(torch.load(asked.checkpoint, map_location="cpu")["averaged"])
    network.eval()
    sample = torch.rand(1, 3, 128, 128)
    torch.onnx.export(
        network,
        (sample,),
        asked.out,
        dynamo=False,
        opset_version=13,
        input_names=["picture"],
        output_names=["maps"],
    )
    model = onnx.load(asked.out)
    _halve(model)
    onnx.save(model, asked.out)
    reader = cv2.dnn.readNetFromONNX(str(asked.out))
    reader.setInput(sample.numpy())
    with torch.no_grad():
        apart = float(np.abs(reader.forward() - network(sample).numpy()).max())
    digest = hashlib.sha256(asked.out.read_bytes()).hexdigest()
    sys.stdout.write(f"{asked.out} {asked.out.stat().st_size} bytes sha256:{digest} apart {apart:.4f}\n")
    if apart > _WORST:
        sys.exit("the two runtimes disagree")


def _halve(model: onnx.ModelProto) -> None:
    """Store large weights as float16, cast to float32 where they are used."""
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        if weight.data_type != TensorProto.FLOAT or len(weight.dims) < 2:  # biases stay
            continue
        half = numpy_helper.from_array(
            numpy_helper.to_array(weight).astype(np.float16), weight.name + "_half"
        )
        casts.append(helper.make_node("Cast", [half.name], [weight.name], to=TensorProto.FLOAT))
        weight.CopyFrom(half)
    for cast in reversed(casts):
        graph.node.insert(0, cast)


if __name__ == "__main__":
    main()
