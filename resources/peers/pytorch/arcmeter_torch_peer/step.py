# SPDX-License-Identifier: Apache-2.0
"""One training step of a configuration on one device, in one of the ways PyTorch can run it."""

from dataclasses import dataclass
import time

import torch

from .config import RunConfig
from .head import build_head, margin_softmax
from .networks import build_for
from .optimizer import Sgd

HALF = {"fp16": torch.float16, "bf16": torch.bfloat16}
VARIANTS = ("eager-contiguous", "eager-channels_last", "compile")
PARTS = ("forward", "head", "backward", "optimizer")


@dataclass
class StepMarks:
    """Clock readings at the start of a step and after each part, and what the step computed."""

    marks: list
    loss: torch.Tensor
    correct: torch.Tensor


class CpuClock:
    """Operations on the CPU are done when their call returns."""

    def mark(self):
        return time.perf_counter()

    def ms(self, start, end) -> float:
        return (end - start) * 1e3

    def done(self, mark) -> bool:
        return True

    def drain(self) -> float:
        return time.perf_counter()


class CudaClock:
    """Events in the stream: no synchronisation inside a step."""

    def mark(self):
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def ms(self, start, end) -> float:
        return start.elapsed_time(end)

    def done(self, mark) -> bool:
        return mark.query()

    def drain(self) -> float:
        torch.cuda.synchronize()
        return time.perf_counter()


def prepare_process(config: RunConfig, device: torch.device) -> None:
    if config.cpu_threads:
        torch.set_num_threads(config.cpu_threads)
    tf32 = config.precision == "tf32"
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = not config.deterministic
    if config.deterministic:
        torch.use_deterministic_algorithms(True)


class TrainingStep:
    """Network, head, optimiser and one synthetic batch that stays on the device."""

    def __init__(self, config: RunConfig, device: torch.device, variant: str):
        torch.manual_seed(config.seed)
        self.clock = CudaClock() if device.type == "cuda" else CpuClock()
        self._device = device
        self._half = HALF.get(config.precision)
        self._loss_name = config.loss
        self._compiled = variant == "compile"
        layout = torch.contiguous_format if variant == "eager-contiguous" else torch.channels_last
        network = build_for(config).to(device=device, memory_format=layout).train()
        self._head = build_head(config, device)
        trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
        if config.parallelism != "partial_fc":
            trained.append(self._head.weight)
        self._optimizer = Sgd(config, trained, self._head)
        self._scaler = torch.amp.GradScaler(
            device.type, init_scale=2.0**16, growth_interval=2000, enabled=config.precision == "fp16"
        )
        shape = (config.batch_size_per_device, 3, 112, 112)
        images = torch.randint(0, 256, shape, device=device).sub(127.5).mul(config.input_scale)
        self._images = images.contiguous(memory_format=layout)
        self._labels = torch.randint(0, config.classes, shape[:1], device=device)
        self._network, self._margin_softmax = network, margin_softmax
        if self._compiled:
            mode = "reduce-overhead" if device.type == "cuda" else None
            self._network = torch.compile(network, mode=mode)
            self._margin_softmax = torch.compile(margin_softmax, mode=mode, dynamic=False)

    def run(self, iteration: int) -> StepMarks:
        """One step; `iteration` counts from 1."""
        clock, optimizer = self.clock, self._optimizer
        if self._compiled and self._device.type == "cuda":
            torch.compiler.cudagraph_mark_step_begin()
        marks = [clock.mark()]
        optimizer.set_rate(iteration)
        with torch.autocast(self._device.type, self._half, enabled=self._half is not None):
            embeddings = self._network(self._images)
        marks.append(clock.mark())
        centres, labels = self._head.begin_step(optimizer, self._labels)
        loss, correct = self._margin_softmax(embeddings.float(), centres, labels, self._loss_name, self._half)
        marks.append(clock.mark())
        self._scaler.scale(loss).backward()
        marks.append(clock.mark())
        self._scaler.step(optimizer.torch_optimizer)
        self._scaler.update()
        optimizer.torch_optimizer.zero_grad(set_to_none=True)
        self._head.end_step(optimizer)
        marks.append(clock.mark())
        # A captured graph's outputs are overwritten by its next replay.
        return StepMarks(marks, loss.detach().clone(), correct.detach().clone())
