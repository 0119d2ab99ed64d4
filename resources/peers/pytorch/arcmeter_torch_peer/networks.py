# SPDX-License-Identifier: Apache-2.0
"""The networks of the benchmarks, input 3x112x112 to embedding.

Parameter names of the R-family and of mbf are those of insightface's arcface_torch, so that weight files can be
exchanged; y1's are named by role (stem.conv, block3.expand.bn, ...).
"""

import torch
from torch import nn
import torch.nn.functional as F

from .config import MODELS, RunConfig

R_UNITS = {
    "r18": (2, 2, 2, 2),
    "r34": (3, 4, 6, 3),
    "r50": (3, 4, 14, 3),
    "r100": (3, 13, 30, 3),
    "r200": (6, 26, 60, 6),
}
R_CHANNELS = (64, 128, 256, 512)
GDC_EMBEDDING_EPS = 2e-5  # y1's output block keeps it though the body's eps is 1e-3


class PReLU(nn.Module):
    """One slope per channel; the slope follows the activation's precision."""

    def __init__(self, channels: int):
        super().__init__()
        self.weight = nn.Parameter(torch.full((channels,), 0.25))

    def forward(self, x):
        return F.prelu(x, self.weight.to(x.dtype))


def conv(inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, groups: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)


class Unit(nn.Module):
    """BN - conv3x3 - BN - PReLU - conv3x3 (the unit's stride) - BN, plus the shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int, eps: float):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs, eps)
        self.conv1 = conv(inputs, outputs, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(outputs, eps)
        self.prelu = PReLU(outputs)
        self.conv2 = conv(outputs, outputs, 3, stride, padding=1)
        self.bn3 = nn.BatchNorm2d(outputs, eps)
        self.downsample = None
        if stride != 1:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs, eps))

    def forward(self, x):
        y = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        y = self.bn3(self.conv2(y))
        return y + (x if self.downsample is None else self.downsample(x))


class IResNet(nn.Module):
    def __init__(self, units, output: str, eps: float):
        super().__init__()
        self.conv1 = conv(3, 64, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(64, eps)
        self.prelu = PReLU(64)
        inputs = 64
        for stage, (count, channels) in enumerate(zip(units, R_CHANNELS), start=1):
            parts = [Unit(inputs if i == 0 else channels, channels, 2 if i == 0 else 1, eps) for i in range(count)]
            self.add_module(f"layer{stage}", nn.Sequential(*parts))
            inputs = channels
        self.bn2 = nn.BatchNorm2d(512, eps)
        self.dropout = nn.Dropout(0.4) if output == "E" else nn.Identity()
        self.fc = nn.Linear(512 * 7 * 7, 512)
        self.features = nn.BatchNorm1d(512, eps)
        self.features.weight.requires_grad_(False)

    def forward(self, x):
        x = self.prelu(self.bn1(self.conv1(x)))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        x = torch.flatten(self.dropout(self.bn2(x)), 1)
        return self.features(self.fc(x))


# MobileFaceNet's body: (how many, expansion, outputs of y1, stride); one with stride 1 adds its input.
BOTTLENECKS = ((1, 128, 64, 2), (4, 128, 64, 1), (1, 256, 128, 2), (6, 256, 128, 1), (1, 512, 128, 2), (2, 256, 128, 1))


class Block(nn.Module):
    """conv - BN, and PReLU unless it ends a bottleneck."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, groups=1, eps=1e-3, prelu=True):
        super().__init__()
        self.conv = conv(inputs, outputs, kernel, stride, padding, groups)
        self.bn = nn.BatchNorm2d(outputs, eps)
        self.prelu = PReLU(outputs) if prelu else nn.Identity()

    def forward(self, x):
        return self.prelu(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, inputs: int, expansion: int, outputs: int, stride: int, eps: float):
        super().__init__()
        self.residual = stride == 1
        self.expand = Block(inputs, expansion, 1, eps=eps)
        self.depthwise = Block(expansion, expansion, 3, stride, 1, expansion, eps=eps)
        self.project = Block(expansion, outputs, 1, eps=eps, prelu=False)

    def forward(self, x):
        y = self.project(self.depthwise(self.expand(x)))
        return y + x if self.residual else y


class Y1(nn.Module):
    """insightface's fmobilefacenet with the GDC output."""

    def __init__(self, eps: float):
        super().__init__()
        self.stem = Block(3, 64, 3, 2, 1, eps=eps)
        self.dw = Block(64, 64, 3, 1, 1, 64, eps=eps)
        body, inputs = [], 64
        for count, expansion, outputs, stride in BOTTLENECKS:
            for _ in range(count):
                body.append(Bottleneck(inputs, expansion, outputs, stride, eps))
                inputs = outputs
        self.block_names = [f"block{number}" for number in range(1, len(body) + 1)]
        for name, block in zip(self.block_names, body):
            self.add_module(name, block)
        self.last = Block(inputs, 512, 1, eps=eps)
        self.gdc = Block(512, 512, 7, groups=512, eps=eps, prelu=False)
        self.fc = nn.Linear(512, 128)
        self.embedding_bn = nn.BatchNorm1d(128, GDC_EMBEDDING_EPS)
        self.embedding_bn.weight.requires_grad_(False)

    def forward(self, x):
        x = self.dw(self.stem(x))
        for name in self.block_names:
            x = getattr(self, name)(x)
        return self.embedding_bn(self.fc(torch.flatten(self.gdc(self.last(x)), 1)))


class Layers(nn.Module):
    """A named chain: arcface_torch keeps each part's steps under `layers`."""

    def __init__(self, *steps: nn.Module, residual: bool = False):
        super().__init__()
        self.layers = nn.Sequential(*steps)
        self.residual = residual

    def forward(self, x):
        return self.layers(x) + x if self.residual else self.layers(x)


def _mbf_conv(inputs, outputs, kernel, stride=1, padding=0, groups=1, eps=1e-5, prelu=True) -> Layers:
    steps = [conv(inputs, outputs, kernel, stride, padding, groups), nn.BatchNorm2d(outputs, eps)]
    return Layers(*steps, PReLU(outputs)) if prelu else Layers(*steps)


def _mbf_bottleneck(inputs, expansion, outputs, stride, eps) -> Layers:
    return Layers(
        _mbf_conv(inputs, expansion, 1, eps=eps),
        _mbf_conv(expansion, expansion, 3, stride, 1, expansion, eps=eps),
        _mbf_conv(expansion, outputs, 1, eps=eps, prelu=False),
        residual=stride == 1,
    )


class Mbf(nn.Module):
    """arcface_torch's MobileFaceNet at scale 2."""

    def __init__(self, eps: float):
        super().__init__()
        stages = [_mbf_conv(3, 128, 3, 2, 1, eps=eps), _mbf_conv(128, 128, 3, 1, 1, 64, eps=eps)]
        inputs = 128
        for count, expansion, half_outputs, stride in BOTTLENECKS:
            outputs = 2 * half_outputs
            parts = [_mbf_bottleneck(inputs, expansion, outputs, stride, eps)]
            parts += [_mbf_bottleneck(outputs, expansion, outputs, stride, eps) for _ in range(count - 1)]
            stages.append(parts[0] if stride == 2 else Layers(*parts))
            inputs = outputs
        self.layers = nn.ModuleList(stages)
        self.conv_sep = _mbf_conv(inputs, 512, 1, eps=eps)
        self.features = Layers(
            _mbf_conv(512, 512, 7, groups=512, eps=eps, prelu=False),
            nn.Flatten(),
            nn.Linear(512, 512, bias=False),
            nn.BatchNorm1d(512, eps),
        )

    def forward(self, x):
        for stage in self.layers:
            x = stage(x)
        return self.features(self.conv_sep(x))


def initialise(network: nn.Module) -> None:
    """N(0, 0.1) for convolutions and FC, biases 0; mbf takes Kaiming's fan-out instead. The rest is as built."""
    for module in network.modules():
        if not isinstance(module, (nn.Conv2d, nn.Linear)):
            continue
        if isinstance(network, Mbf):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        else:
            nn.init.normal_(module.weight, 0.0, 0.1)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def build(model: str, output: str | None = None, eps: float | None = None) -> nn.Module:
    """A network with its initial values, drawn from torch's current seed."""
    outputs, _, default_eps = MODELS[model]
    eps = default_eps if eps is None else eps
    if model == "y1":
        network = Y1(eps)
    elif model == "mbf":
        network = Mbf(eps)
    else:
        network = IResNet(R_UNITS[model], output or outputs[0], eps)
    initialise(network)
    return network


def build_for(config: RunConfig) -> nn.Module:
    return build(config.model, config.output, config.eps)
