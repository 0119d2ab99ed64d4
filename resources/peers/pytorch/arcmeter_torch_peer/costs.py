# SPDX-License-Identifier: Apache-2.0
"""What a network costs, counted on PyTorch's meta device: nothing is computed or allocated."""

import torch
from torch import nn

from .config import RunConfig
from .networks import build_for


def parameter_count(network: nn.Module) -> int:
    """Weights, biases, BatchNorm gamma and beta (the embedding's fixed gamma too) and PReLU slopes."""
    return sum(parameter.numel() for parameter in network.parameters())


def _macs_by_layer(network: nn.Module) -> list[int]:
    counts = []

    def count(module, inputs, output):
        per_output = module.weight[0].numel()
        counts.append(output[0].numel() * per_output)

    hooks = [m.register_forward_hook(count) for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    with torch.no_grad():
        network(torch.empty(2, 3, 112, 112, device="meta"))
    for hook in hooks:
        hook.remove()
    return counts


def forward_macs(network: nn.Module) -> int:
    """Multiply-adds of convolutions and FC for one sample. `network` is on the meta device."""
    return sum(_macs_by_layer(network))


def train_flops(network: nn.Module) -> int:
    """Forward, data gradient and weight gradient, 2 FLOPs a MAC; the first convolution needs no data gradient."""
    macs = _macs_by_layer(network)
    return 6 * sum(macs) - 2 * macs[0]


def activation_bytes(network: nn.Module, batch_size: int, bytes_per_element: int) -> int:
    """What autograd keeps between forward and backward, each storage once, parameters left out."""
    parameters = {parameter.untyped_storage()._cdata for parameter in network.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage._cdata not in parameters:
            kept[storage._cdata] = storage.nbytes() // 4 * bytes_per_element
        return tensor  # held by autograd, so that no storage's identity is used twice

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        embedding = network(torch.empty(max(batch_size, 2), 3, 112, 112, device="meta"))
        total = sum(kept.values())
    del embedding
    return total


def plan(config: RunConfig) -> dict:
    """The `plan` event's fields. PyTorch's own workspaces and caches are not known beforehand and left out."""
    with torch.device("meta"):
        network = build_for(config)
    weights = 4 * parameter_count(network)
    element = 2 if config.precision in ("fp16", "bf16") else 4
    width, rows, batch = config.embedding_size, config.sampled_classes, config.batch_size_per_device
    centres = 4 * width * config.classes
    return {
        "parameters": parameter_count(network),
        "flops_per_sample": train_flops(network),
        "head_flops_per_sample": 6 * width * rows,
        "num_classes": config.classes,
        "memory": {
            "weights": weights,
            "gradients": weights + 4 * width * rows,
            "optimizer": weights,
            "activations": activation_bytes(network, batch, element),
            "head_weights": centres,
            "head_optimizer": centres,
            # Unit-length centres, the cosines and the logits, which PyTorch all keeps for backward.
            "head_activations": 4 * width * rows + 3 * 4 * batch * rows,
            "data": 4 * 3 * 112 * 112 * batch,
        },
        "overhead_source": "assumed",
    }
