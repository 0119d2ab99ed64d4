# SPDX-License-Identifier: Apache-2.0
"""The peer's own test: counts, margins and optimiser against the definitions they come from."""

import math

import torch
from torch import nn

from . import costs
from .config import config_from_json
from .head import MARGINS, PartialFc, margin_softmax, with_margin
from .networks import build
from .optimizer import Sgd

PUBLISHED = {  # parameters, forward MACs per sample, training GFLOP per sample
    "r18": (24_025_600, 2_609_954_816, 15.616),
    "r34": (34_139_328, 4_459_642_880, 26.715),
    "r50": (43_590_848, 6_309_330_944, 37.813),
    "r100": (65_156_160, 12_089_606_144, 72.494),
    "r200": (118_833_920, 23_418_945_536, 140.470),
    "y1": (1_003_264, 220_965_376, 1.315),
    "mbf": (2_059_520, 437_520_896, None),
}


def check_counts() -> None:
    for model, (parameters, macs, gflops) in PUBLISHED.items():
        with torch.device("meta"):
            network = build(model)
        assert costs.parameter_count(network) == parameters, (model, costs.parameter_count(network))
        assert costs.forward_macs(network) == macs, (model, costs.forward_macs(network))
        if gflops is not None:
            found = costs.train_flops(network) / 1e9
            assert abs(found - gflops) < 0.0006, (model, found)  # published with three decimals


def check_margins() -> None:
    """Values and derivatives for angles over the whole range, past pi - m2 too."""
    theta = torch.linspace(0.01, math.pi - 0.01, 500, dtype=torch.float64)
    for loss, (m1, m2, m3) in MARGINS.items():
        cosine = torch.cos(theta).requires_grad_()
        value = with_margin(cosine, loss)
        value.sum().backward()
        expected = m1 * torch.sin(m1 * theta + m2) / torch.sin(theta)
        assert torch.allclose(value, torch.cos(m1 * theta + m2) - m3, atol=1e-12)
        assert torch.allclose(cosine.grad, expected, rtol=1e-6, atol=1e-9), loss
    limits = torch.tensor([1.0, -1.0, 1.0000002], requires_grad=True)
    with_margin(limits, "arcface").sum().backward()
    assert torch.isfinite(limits.grad).all() and (limits.grad != 0).all()


def check_loss() -> None:
    """Against log(1 + S / e^t), written out in float64."""
    torch.manual_seed(1)
    embeddings, centres = torch.randn(5, 8, dtype=torch.float64), torch.randn(7, 8, dtype=torch.float64)
    labels = torch.tensor([0, 3, 6, 2, 2])
    loss, _ = margin_softmax(embeddings, centres, labels, "combined", None)
    cosine = nn.functional.normalize(embeddings) @ nn.functional.normalize(centres).t()
    total = 0.0
    for i, label in enumerate(labels.tolist()):
        target = 64 * (math.cos(math.acos(cosine[i, label].item()) + 0.3) - 0.2)
        others = sum(math.exp(64 * cosine[i, j].item()) for j in range(7) if j != label)
        total += math.log1p(others / math.exp(target)) / 5
    assert abs(loss.item() - total) < 1e-8, (loss.item(), total)


def check_optimizer() -> None:
    """Ten steps across a change of rate, against v = m v - rate (g + decay w); w += v."""
    config = config_from_json({"learning_rate_steps": [4, 7], "learning_rate_scales": [0.5, 0.02]})
    torch.manual_seed(2)
    parameter = nn.Parameter(torch.randn(50))
    optimizer = Sgd(config, [parameter], head=None)
    weight, velocity = parameter.detach().double().clone(), torch.zeros(50, dtype=torch.float64)
    for iteration in range(1, 11):
        gradient = torch.randn(50)
        parameter.grad = gradient
        optimizer.set_rate(iteration)
        optimizer.torch_optimizer.step()
        rate = 0.1 * (1.0 if iteration <= 4 else 0.5 if iteration <= 7 else 0.02)
        velocity = 0.9 * velocity - rate * (gradient.double() + 5e-4 * weight)
        weight = weight + velocity
    assert torch.allclose(parameter.detach().double(), weight, atol=2e-6), (parameter - weight).abs().max()


def check_partial_fc() -> None:
    """Only sampled rows and their momentum change; every class of the batch is among them."""
    config = config_from_json({"parallelism": "partial_fc", "num_classes": 200, "model": "y1"})
    torch.manual_seed(3)
    head = PartialFc(config, torch.device("cpu"))
    optimizer = Sgd(config, [], head)
    labels = torch.tensor([5, 199, 5, 0])
    before = head.weight.clone()
    centres, own = head.begin_step(optimizer, labels)
    assert centres.shape == (20, 128) and torch.equal(centres[own], before[labels])
    loss, _ = margin_softmax(torch.randn(4, 128), centres, own, "arcface", None)
    loss.backward()
    optimizer.torch_optimizer.step()
    head.end_step(optimizer)
    assert int((head.weight != before).any(1).sum()) == 20
    assert int((head.momentum != 0).any(1).sum()) == 20
    many = torch.arange(60)
    assert torch.equal(head.choose(many), many)  # more positives than the sample: all of them


def check() -> int:
    for test in (check_counts, check_margins, check_loss, check_optimizer, check_partial_fc):
        test()
        print(f"passed  {test.__name__}")
    return 0
