# SPDX-License-Identifier: Apache-2.0
"""Margin softmax over class centres on one rank: all centres, or Partial FC's sample of them."""

import torch
from torch import nn
import torch.nn.functional as F

from .config import RunConfig

SCALE = 64.0
UNIT_EPS = 1e-10  # inside the root
COS_LIMIT = 1 - 1e-7
MARGINS = {  # m1, m2, m3 of cos(m1 theta + m2) - m3
    "arcface": (1.0, 0.5, 0.0),
    "cosface": (1.0, 0.0, 0.4),
    "combined": (1.0, 0.3, 0.2),
    "softmax": (1.0, 0.0, 0.0),
}


def unit_normalise(x: torch.Tensor) -> torch.Tensor:
    return x * torch.rsqrt(x.square().sum(1, keepdim=True) + UNIT_EPS)


def with_margin(cosine: torch.Tensor, loss: str) -> torch.Tensor:
    """The target's cosine with its margin.

    Autograd's derivative of this is m1 sin(m1 theta + m2) / sin(theta), beyond pi too. The clamp keeps sin(theta)
    above 0 and is passed through by the gradient, so that a target at the limit still learns.
    """
    m1, m2, m3 = MARGINS[loss]
    clamped = cosine + (cosine.clamp(-COS_LIMIT, COS_LIMIT) - cosine).detach()
    return torch.cos(m1 * torch.acos(clamped) + m2) - m3


def margin_softmax(embeddings, centres, labels, loss: str, half: torch.dtype | None):
    """Mean cross-entropy, and how many rows have their own class nearest before the margin.

    embeddings [B, D], centres [C, D] float, labels [B]. With `half` the product's inputs are in that type;
    PyTorch's product then also ends in it, and the logits are float32 from there on.
    """
    e, w = unit_normalise(embeddings), unit_normalise(centres)
    if half is not None:
        e, w = e.to(half), w.to(half)
    cosine = torch.mm(e, w.t())
    if half is not None:
        cosine = cosine.float()
    column = labels.unsqueeze(1)
    target = cosine.gather(1, column)
    correct = (cosine.detach().amax(1, keepdim=True) <= target.detach()).sum()
    logits = SCALE * cosine.scatter(1, column, with_margin(target, loss))
    return F.cross_entropy(logits, labels), correct


class FullSoftmax:
    """Every class centre takes part in every step (`data` and, on one rank, `model`)."""

    def __init__(self, config: RunConfig, device: torch.device):
        self.weight = nn.Parameter(torch.empty(config.classes, config.embedding_size, device=device))
        nn.init.normal_(self.weight, 0.0, 0.01)

    def begin_step(self, optimizer, labels):
        """Returns the centres of this step and the labels among them."""
        return self.weight, labels

    def end_step(self, optimizer):
        pass


class PartialFc:
    """A step uses the batch's classes and random others, `sampled_classes` in all; only those rows change."""

    def __init__(self, config: RunConfig, device: torch.device):
        self.weight = torch.empty(config.classes, config.embedding_size, device=device).normal_(0.0, 0.01)
        self.momentum = torch.zeros_like(self.weight)
        self._sample = config.sampled_classes
        self._generator = torch.Generator(device).manual_seed(config.seed)
        self._rows = None
        self._used = None

    def choose(self, labels: torch.Tensor) -> torch.Tensor:
        """Ascending class numbers: all of `labels` and a uniform sample, without replacement, of the rest."""
        own = torch.unique(labels)
        if own.numel() >= self._sample:
            return own
        order = torch.rand(self.weight.shape[0], device=labels.device, generator=self._generator)
        order[own] = 2.0
        return order.topk(self._sample).indices.sort().values

    def begin_step(self, optimizer, labels):
        self._rows = self.choose(labels)
        self._used = nn.Parameter(self.weight[self._rows])
        optimizer.use_rows(self._used, self.momentum[self._rows])
        return self._used, torch.searchsorted(self._rows, labels)

    def end_step(self, optimizer):
        self.weight[self._rows] = self._used.detach()
        self.momentum[self._rows] = optimizer.release_rows(self._used)


def build_head(config: RunConfig, device: torch.device) -> FullSoftmax | PartialFc:
    return (PartialFc if config.parallelism == "partial_fc" else FullSoftmax)(config, device)
