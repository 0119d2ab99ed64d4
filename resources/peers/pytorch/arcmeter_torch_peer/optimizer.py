# SPDX-License-Identifier: Apache-2.0
"""SGD with v = momentum v - rate (g + decay w); w = w + v, on top of PyTorch's fused SGD."""

import torch
from torch import nn

from .config import RunConfig


class Sgd:
    """PyTorch keeps b with v = -rate b. The two are the same while the rate is constant; where it changes, b is
    rescaled so that v goes on unchanged. `rows` are Partial FC's, a new tensor each step."""

    def __init__(self, config: RunConfig, parameters: list[nn.Parameter], head):
        self._config = config
        self._head = head
        self._rate = config.learning_rate_at(1)
        self.torch_optimizer = torch.optim.SGD(
            [{"params": parameters}, {"params": []}],
            lr=self._rate,
            momentum=config.momentum,
            weight_decay=config.weight_decay,
            fused=True,
        )

    def set_rate(self, iteration: int) -> None:
        rate = self._config.learning_rate_at(iteration)
        if rate == self._rate:
            return
        for state in self.torch_optimizer.state.values():
            if state.get("momentum_buffer") is not None:
                state["momentum_buffer"].mul_(self._rate / rate)
        if hasattr(self._head, "momentum"):
            self._head.momentum.mul_(self._rate / rate)
        for group in self.torch_optimizer.param_groups:
            group["lr"] = rate
        self._rate = rate

    def use_rows(self, rows: nn.Parameter, momentum: torch.Tensor) -> None:
        self.torch_optimizer.param_groups[1]["params"] = [rows]
        self.torch_optimizer.state[rows] = {"momentum_buffer": momentum}

    def release_rows(self, rows: nn.Parameter) -> torch.Tensor:
        self.torch_optimizer.param_groups[1]["params"] = []
        return self.torch_optimizer.state.pop(rows)["momentum_buffer"]
