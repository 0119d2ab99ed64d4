#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the engine's forward and backward pass against PyTorch. Not part of the test suite: it needs torch and numpy.

embeddings  Weights of r18, r50, r100, mbf and y1 are made in PyTorch, with running statistics, slopes, gamma and beta
            away from their initial values; `arcmeter-engine embed` must agree within 1e-4: for each image the distance
            of the two embeddings by the embedding's length.
gradients   One training step of r18 and y1 with arcface; every gradient of `arcmeter-engine gradients` must agree
            within 1e-3, as the distance of the two tensors by the tensor's length, plus what PReLU's kink allows:
            of millions of values before a PReLU a few lie so near 0 that float32 rounding puts them on the other
            side, where the derivative is another one. How much of a tensor hangs on those is computed, as the
            difference between taking all values within 2e-5 of the kink for positive and all for negative.
            With slopes of exactly 1 there is no kink and the plain limit holds for every tensor; slopes from 0.9 to
            1.1 make its share small; slopes from -0.1 to 0.6 are like those of a real network.

The truth is PyTorch in float64. What PyTorch's own float32 deviates from it is printed beside ours: it shows how much
of a difference float32 arithmetic alone explains.
"""

import argparse
import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "resources/peers/pytorch"))

from arcmeter_torch_peer import networks, safetensors  # noqa: E402
from arcmeter_torch_peer.head import margin_softmax  # noqa: E402

EMBEDDING_LIMIT = 1e-4
GRADIENT_LIMIT = 1e-3
NO_KINK, SMOOTH_SLOPES, USUAL_SLOPES = (1.0, 1.0), (0.9, 1.1), (-0.1, 0.6)
KINK_WIDTH = 2e-5  # values before a PReLU are about 1 and have float32 errors of a few 1e-6
LOSS_LIMIT = 1e-4
# A shift right before a BatchNorm changes nothing: such a gradient is 0 but for rounding, and has no relative error.
# Ours must then be small beside the largest gradient.
ZERO = 1e-10
ZERO_LIMIT = 1e-4
ARCFACE_TORCH_EPS = 1e-5  # what a file without metadata has


def run_engine(arguments, *command) -> None:
    subprocess.run([arguments.engine, *map(str, command)], check=True)


def random_images(count: int) -> torch.Tensor:
    """Blurred noise in the range of normalised pixels: neighbours agree, as in a photograph."""
    noise = nn.functional.avg_pool2d(torch.randn(count, 3, 116, 116), 5, 1)
    return (noise * 2.5).clamp(-1, 1)


def randomise(network: nn.Module, slopes: tuple[float, float] = USUAL_SLOPES) -> nn.Module:
    """Gamma, beta, slopes and running statistics unlike the initial ones, but such that activations keep their size."""
    norms = [m for m in network.modules() if isinstance(m, (nn.BatchNorm2d, nn.BatchNorm1d))]
    for module in network.modules():
        if isinstance(module, networks.PReLU):
            nn.init.uniform_(module.weight, *slopes)
        elif isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.normal_(module.bias, 0.0, 0.3)
    for norm in norms:
        nn.init.normal_(norm.bias, 0.0, 0.2)
        if norm.weight.requires_grad:
            nn.init.uniform_(norm.weight, 0.5, 1.5)
        norm.momentum = 1.0
    with torch.no_grad():
        network.train()(random_images(8))
        for norm in norms:
            norm.momentum = 0.1
            norm.running_mean += 0.3 * torch.randn_like(norm.running_mean) * norm.running_var.sqrt()
            norm.running_var *= torch.empty_like(norm.running_var).uniform_(0.6, 1.6)
    return network


def weights_of(network: nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in network.state_dict().items()}


def distances(ours: np.ndarray, truth: np.ndarray) -> float:
    rows = np.linalg.norm(ours.astype(np.float64) - truth, axis=1)
    return float((rows / np.linalg.norm(truth, axis=1)).max())


def check_embeddings(arguments, folder: Path, model: str, metadata: bool) -> bool:
    torch.manual_seed(17)
    # Without metadata the file is one of arcface_torch's own, whose eps differs from the benchmarks'.
    network = randomise(networks.build(model, eps=None if metadata else ARCFACE_TORCH_EPS)).eval()
    eps = next(m.eps for m in network.modules() if isinstance(m, nn.BatchNorm2d))
    described = {"bn_eps": repr(eps), "input_scale": "0.0078125"} if metadata else None
    images = random_images(4)
    safetensors.save(folder / "weights.safetensors", weights_of(network), described)
    np.save(folder / "input.npy", images.numpy())
    run_engine(arguments, "embed", "--weights", folder / "weights.safetensors", "--input", folder / "input.npy",
               "--output", folder / "output.npy")
    ours = np.load(folder / "output.npy")
    with torch.no_grad():
        single = network(images).numpy()
        truth = network.double()(images.double()).numpy()
    found, floor = distances(ours, truth), distances(single, truth)
    passed = found <= EMBEDDING_LIMIT
    kind = "with metadata" if metadata else "arcface_torch's file"
    print(f"{'passed' if passed else 'FAILED'}  embed {model} ({kind}): {found:.2e}, limit {EMBEDDING_LIMIT:.0e}"
          f"; PyTorch float32 {floor:.2e}")
    return passed


class ShiftedPReLU(torch.autograd.Function):
    """PReLU whose backward pass takes values above `kink` for positive."""

    @staticmethod
    def forward(ctx, x, slope, kink):
        ctx.save_for_backward(x, slope)
        ctx.kink = kink
        return nn.functional.prelu(x, slope)

    @staticmethod
    def backward(ctx, gradient):
        x, slope = ctx.saved_tensors
        positive = x > ctx.kink
        by_slope = torch.where(positive, 0.0, gradient * x).sum((0, 2, 3))
        return torch.where(positive, gradient, gradient * slope.view(1, -1, 1, 1)), by_slope, None


def torch_gradients(network, centres, images, labels, dtype, kink=0.0) -> dict[str, np.ndarray]:
    network = network.to(dtype).train()
    network.zero_grad(set_to_none=True)
    for module in network.modules():
        if isinstance(module, networks.PReLU):
            module.forward = lambda x, module=module: ShiftedPReLU.apply(x, module.weight, kink)
    centres = centres.detach().to(dtype, copy=True).requires_grad_()
    loss, _ = margin_softmax(network(images.to(dtype)), centres, labels, "arcface", None)
    loss.backward()
    gradients = {name: p.grad.double().numpy() for name, p in network.named_parameters() if p.requires_grad}
    return gradients | {"head.weight": centres.grad.double().numpy(), "loss": loss.detach().double().numpy()}


def errors_of(found: dict, truth: dict, kinks: dict) -> dict[str, tuple[float, float]]:
    """Name to error and its limit. `kinks`: how much of each tensor hangs on values at a PReLU's kink."""
    largest = max(np.linalg.norm(value) for name, value in truth.items() if name != "loss")
    errors = {}
    for name, value in truth.items():
        size = np.linalg.norm(value)
        distance = np.linalg.norm(found[name].astype(np.float64).reshape(value.shape) - value)
        if name == "loss":
            errors[name] = (distance / size, LOSS_LIMIT)
        elif size < ZERO * largest:
            errors[name] = (distance / largest, ZERO_LIMIT)
        else:
            errors[name] = (distance / size, GRADIENT_LIMIT + np.linalg.norm(kinks[name]) / size)
    return errors


def check_gradients(arguments, folder: Path, model: str, slopes: tuple[float, float]) -> bool:
    torch.manual_seed(23)
    batch, classes = 8, 50
    output = "GDC" if model in ("y1", "mbf") else "FC"
    network = randomise(networks.build(model, output), slopes)
    eps = next(m.eps for m in network.modules() if isinstance(m, nn.BatchNorm2d))
    centres = torch.randn(classes, {"y1": 128}.get(model, 512)) * 0.01
    images, labels = random_images(batch), torch.randint(0, classes, (batch,))
    weights = weights_of(network) | {"head.weight": centres.numpy()}
    metadata = {"model": model, "fc_type": output, "bn_eps": repr(eps), "input_scale": "0.0078125"}
    safetensors.save(folder / "weights.safetensors", weights, metadata)
    np.save(folder / "input.npy", images.numpy())
    np.save(folder / "labels.npy", labels.numpy())
    config = {"model": model, "fc_type": output, "num_classes": classes, "loss": "arcface", "precision": "fp32",
              "device": "cpu", "batch_size_per_device": batch}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    run_engine(arguments, "gradients", "--config", folder / "config.json", "--weights", folder / "weights.safetensors",
               "--input", folder / "input.npy", "--labels", folder / "labels.npy",
               "--output", folder / "gradients.safetensors")
    ours = safetensors.load(folder / "gradients.safetensors")
    step = (network, centres, images, labels)
    single = torch_gradients(*step, torch.float32)
    truth = torch_gradients(*step, torch.float64)
    above = torch_gradients(*step, torch.float64, KINK_WIDTH)
    below = torch_gradients(*step, torch.float64, -KINK_WIDTH)
    kinks = {name: above[name] - below[name] for name in truth}
    return report_gradients(f"{model}, slopes {slopes[0]} to {slopes[1]}", ours, single, truth, kinks, arguments.verbose)


def report_gradients(title: str, ours: dict, single: dict, truth: dict, kinks: dict, verbose: bool) -> bool:
    if set(ours) != set(truth):
        print(f"FAILED  gradients of {title}: missing {sorted(set(truth) - set(ours))}, unexpected "
              f"{sorted(set(ours) - set(truth))}")
        return False
    errors, floor = errors_of(ours, truth, kinks), errors_of(single, truth, kinks)
    failed = [name for name, (error, limit) in errors.items() if not error <= limit]
    for name in errors if verbose else failed:
        print(f"    {name}: {errors[name][0]:.2e}, limit {errors[name][1]:.2e}; PyTorch float32 {floor[name][0]:.2e}")
    plain = sum(error <= GRADIENT_LIMIT for error, _ in errors.values())
    worst = max(errors, key=lambda name: errors[name][0] / errors[name][1])
    print(f"{'FAILED' if failed else 'passed'}  gradients of {title}: {plain} of {len(errors)} tensors within "
          f"{GRADIENT_LIMIT:.0e}; nearest to its limit is {worst} with {errors[worst][0]:.2e} of {errors[worst][1]:.2e}"
          f"; PyTorch float32 {floor[worst][0]:.2e}")
    return not failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    engine = os.environ.get("ARCMETER_ENGINE", ROOT / "build/release/engine/arcmeter-engine")
    parser.add_argument("--engine", default=str(engine), help="default: $ARCMETER_ENGINE, else build/release")
    parser.add_argument("--embeddings", nargs="*", default=["r18", "r50", "r100", "mbf", "y1"], metavar="MODEL")
    parser.add_argument("--gradients", nargs="*", default=["r18", "y1"], metavar="MODEL")
    parser.add_argument("--verbose", action="store_true", help="every tensor's error")
    arguments = parser.parse_args()
    if not os.access(arguments.engine, os.X_OK):
        parser.error(f"{arguments.engine} is not a program; build it or set ARCMETER_ENGINE")
    passed = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in arguments.embeddings:
            passed &= check_embeddings(arguments, folder, model, metadata=True)
            if model != "y1":
                passed &= check_embeddings(arguments, folder, model, metadata=False)
        for model in arguments.gradients:
            for slopes in (NO_KINK, SMOOTH_SLOPES, USUAL_SLOPES):
                passed &= check_gradients(arguments, folder, model, slopes)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
