# SPDX-License-Identifier: Apache-2.0
"""One repeat: warm-up, measured iterations, the events on the way and the result, whole or partial."""

from collections import deque
import gc
import threading
import time

import torch

from . import __version__, costs
from .config import RunConfig
from .environment import anonymous_bytes, available_bytes, choose_device, describe
from .events import PROTOCOL_VERSION, EventWriter
from .step import PARTS, VARIANTS, TrainingStep, prepare_process

RECENT = 50  # iterations that final_loss and accuracy are taken over
TUNING_STEPS = 3


class Recorder:
    """What was measured so far. A watcher may take a partial result at any time, from its own thread."""

    def __init__(self, config: RunConfig):
        self._config = config
        self._lock = threading.Lock()
        self._start = self._end = 0.0
        self._measured = 0
        self._flops_per_sample = 0
        self._parts = dict.fromkeys(PARTS, 0.0)
        self._recent = deque(maxlen=RECENT)
        self._host_peak = self._device_peak = 0

    def set_flops(self, per_sample: int) -> None:
        self._flops_per_sample = per_sample

    def begin(self, now: float) -> None:
        with self._lock:
            self._start = self._end = now

    def end(self, now: float) -> None:
        with self._lock:
            self._end = now

    def add(self, step: dict, counts: bool) -> None:
        """`counts`: the iteration lies after the warm-up."""
        with self._lock:
            self._recent.append((step["loss"], step["accuracy"]))
            self._host_peak = max(self._host_peak, step["host_memory_bytes"])
            self._device_peak = max(self._device_peak, step["device_memory_bytes"])
            if counts:
                self._measured += 1
                self._end = time.perf_counter()
                for name in PARTS:
                    self._parts[name] += step["parts"][name]

    def result(self, partial: bool) -> dict:
        with self._lock:
            batch = self._config.batch_size_per_device
            seconds = self._end - self._start
            rate = self._measured * batch / seconds if self._measured and seconds > 0 else 0.0
            recent = list(self._recent) or [(float("nan"), float("nan"))]
            return {
                "samples_per_s": rate,
                "repeats": [rate],
                "min": rate,
                "max": rate,
                "stddev": 0.0,
                "parts": {name: total / max(self._measured, 1) for name, total in self._parts.items()},
                "peak_device_memory_bytes": self._device_peak,
                "peak_host_memory_bytes": self._host_peak,
                "model_flops_utilization": 0.0,
                "flops_per_s": rate * self._flops_per_sample,
                "final_loss": sum(loss for loss, _ in recent) / len(recent),
                "accuracy": sum(accuracy for _, accuracy in recent) / len(recent),
                "communication_bytes_per_step": 0,
                "world_size": 1,
                "repeat": self._config.repeat,
                "measured_iterations": self._measured,
                "batch_size_per_device": batch,
                "num_classes": self._config.classes,
                "partial": partial,
            }


class Reporter:
    """Turns finished steps into events. On a GPU a step is reported when its last event has passed."""

    def __init__(self, config: RunConfig, device: torch.device, clock, writer: EventWriter, recorder: Recorder):
        self._config, self._device, self._clock = config, device, clock
        self._writer, self._recorder = writer, recorder
        self._waiting = deque()

    def add(self, iteration: int, step) -> None:
        self._waiting.append((iteration, step))
        while self._waiting and self._clock.done(self._waiting[0][1].marks[-1]):
            self._report(*self._waiting.popleft())

    def finish(self) -> None:
        """The device is drained: everything can be reported."""
        while self._waiting:
            self._report(*self._waiting.popleft())

    def _report(self, iteration: int, step) -> None:
        config, marks = self._config, step.marks
        step_ms = self._clock.ms(marks[0], marks[-1])
        on_gpu = self._device.type == "cuda"
        values = {
            "repeat": config.repeat,
            "iteration": iteration,
            "samples_per_s": config.batch_size_per_device / step_ms * 1e3,
            "step_ms": step_ms,
            "parts": {name: self._clock.ms(marks[i], marks[i + 1]) for i, name in enumerate(PARTS)},
            "loss": step.loss.item(),
            "accuracy": step.correct.item() / config.batch_size_per_device,
            "device_memory_bytes": torch.cuda.memory_reserved() if on_gpu else 0,
            "host_memory_bytes": anonymous_bytes(),
        }
        self._recorder.add(values, counts=iteration > config.planned_warmup)
        self._writer.write("step", **values)


def _time_variant(config: RunConfig, device: torch.device, variant: str) -> float:
    """Seconds of one step after the first two, which compile and settle."""
    step = TrainingStep(config, device, variant)
    for iteration in (1, 2):
        step.run(iteration)
    start = step.clock.drain()
    for iteration in range(TUNING_STEPS):
        step.run(3 + iteration)
    return (step.clock.drain() - start) / TUNING_STEPS


def choose_variant(config: RunConfig, device: torch.device, writer: EventWriter) -> str:
    """The fastest of all variants, each measured for a few steps."""
    seconds = {}
    for variant in VARIANTS:
        writer.write("phase", phase="tuning", repeat=config.repeat, detail=f"trying {variant}")
        seconds[variant] = _time_variant(config, device, variant)
        gc.collect()
        torch.compiler.reset()
        if device.type == "cuda":
            torch.cuda.empty_cache()
    best = min(seconds, key=seconds.get)
    times = ", ".join(f"{variant} {value * 1e3:.0f} ms" for variant, value in seconds.items())
    writer.write("phase", phase="tuning", repeat=config.repeat, detail=f"{best} is fastest: {times}")
    return best


def run(config: RunConfig, variant: str, writer: EventWriter, recorder: Recorder) -> None:
    """Writes every event but hello and error. Raises PeerError, and torch's own errors."""
    device, reason = choose_device(config.device, config.precision)
    prepare_process(config, device)
    writer.write("environment", **describe(device, reason))
    plan = costs.plan(config)
    available = available_bytes(device)
    fits = sum(plan["memory"].values()) <= available
    writer.write("plan", **plan, device=device.type, memory_available_bytes=available, fits=fits)
    recorder.set_flops(plan["flops_per_sample"] + plan["head_flops_per_sample"])

    iterations, warmup = config.planned_iterations, config.planned_warmup
    planned = {"repeat": config.repeat, "iterations": iterations, "warmup": warmup}
    if variant == "best":
        variant = choose_variant(config, device, writer)
    writer.write("phase", phase="preparing", **planned, detail=variant)
    step = TrainingStep(config, device, variant)
    reporter = Reporter(config, device, step.clock, writer, recorder)
    if warmup:
        writer.write("phase", phase="warmup", **planned, detail=variant)
    for iteration in range(1, iterations + 1):
        if iteration == warmup + 1:
            recorder.begin(step.clock.drain())
            writer.write("phase", phase="measuring", **planned, detail=variant)
        reporter.add(iteration, step.run(iteration))
    end = step.clock.drain()
    reporter.finish()
    recorder.end(end)
    writer.write("phase", phase="finished", **planned, detail=variant)
    writer.write_last("result", **recorder.result(partial=False), variant=variant)


def hello(writer: EventWriter) -> None:
    backends = ["cpu", "cuda"] if torch.version.cuda else ["cpu"]
    version = torch.__version__.split("+")[0]  # of what is measured, not of this peer
    writer.write("hello", protocol=PROTOCOL_VERSION, engine="pytorch", version=version, backends=backends)
