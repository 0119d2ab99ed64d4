# SPDX-License-Identifier: Apache-2.0
"""RunConfig: the fields, defaults and names of engine/protocol/run_config.h, with the checks this peer needs."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
import math

from .errors import PeerError

MODELS = {  # name: (output types, the default first; embedding size; BatchNorm eps)
    "r18": (("E", "FC"), 512, 2e-5),
    "r34": (("E", "FC"), 512, 2e-5),
    "r50": (("E", "FC"), 512, 2e-5),
    "r100": (("E", "FC"), 512, 2e-5),
    "r200": (("E", "FC"), 512, 2e-5),
    "y1": (("GDC",), 128, 1e-3),
    "mbf": (("GDC",), 512, 1e-5),
}
CHOICES = {
    "model": tuple(MODELS),
    "loss": ("arcface", "cosface", "combined", "softmax"),
    "parallelism": ("data", "model", "partial_fc"),
    "precision": ("fp32", "tf32", "fp16", "bf16"),
    "device": ("auto", "cpu", "cuda"),
    "method": ("dlperf", "quick", "steady"),
    "recompute": ("auto", "none"),
    "dataset": ("synthetic",),
    "class_precision": ("fp32",),
    "momentum_precision": ("fp32",),
    "class_memory": ("device",),
}
RANGES = {  # inclusive
    "num_classes": (1, 2**31 - 1),
    "batch_size_per_device": (1, 65536),
    "devices_per_node": (1, 1),
    "nodes": (1, 1),
    "iterations": (1, 10_000_000),
    "warmup": (0, 10_000_000),
    "repeats": (1, 1000),
    "repeat": (0, 999),
    "cpu_threads": (0, 1024),
    "seed": (0, 2**63 - 1),
    "learning_rate": (0.0, 1e3),
    "momentum": (0.0, 0.9999),
    "weight_decay": (0.0, 1.0),
}


@dataclass(frozen=True)
class RunConfig:
    """One repeat of one run. A field that is None takes the value its property gives.

    Fields that only matter to other engines, to several ranks or to real data (data_threads, input_scale,
    memory_limit_bytes, repeats, recompute, launcher, hosts, device_ids, communication_...) are read and have no effect
    here.
    """

    model: str = "r100"
    fc_type: str | None = None
    dataset: str = "synthetic"
    num_classes: int | None = None
    loss: str = "arcface"
    parallelism: str = "data"
    sample_ratio: float = 0.1
    precision: str = "fp32"
    batch_size_per_device: int = 64
    device: str = "auto"
    devices_per_node: int = 1
    nodes: int = 1
    method: str = "dlperf"
    repeats: int | None = None
    iterations: int | None = None
    warmup: int | None = None
    repeat: int = 0
    memory_limit_bytes: int | None = None
    recompute: str = "auto"
    data_threads: int = 0
    cpu_threads: int = 0
    bn_eps: float | None = None
    input_scale: float = 0.0078125
    learning_rate: float = 0.1
    scale_learning_rate: bool = False
    learning_rate_steps: list[int] = field(default_factory=lambda: [100_000, 160_000])
    learning_rate_scales: list[float] = field(default_factory=lambda: [0.1, 0.01])
    momentum: float = 0.9
    weight_decay: float = 5e-4
    seed: int = 0
    deterministic: bool = False
    class_precision: str = "fp32"
    momentum_precision: str = "fp32"
    class_memory: str = "device"
    launcher: str = "local"
    hosts: list[str] = field(default_factory=list)
    device_ids: list[int] = field(default_factory=list)
    communication_precision: str = "fp32"
    communication_bucket_bytes: int = 25_000_000
    communication_timeout_s: int = 60

    @property
    def output(self) -> str:
        return self.fc_type or MODELS[self.model][0][0]

    @property
    def embedding_size(self) -> int:
        return MODELS[self.model][1]

    @property
    def eps(self) -> float:
        return MODELS[self.model][2] if self.bn_eps is None else self.bn_eps

    @property
    def classes(self) -> int:
        return 85_742 if self.num_classes is None else self.num_classes

    @property
    def planned_iterations(self) -> int:
        return self.iterations if self.iterations is not None else (30 if self.method == "quick" else 150)

    @property
    def planned_warmup(self) -> int:
        if self.warmup is not None:
            return self.warmup
        return min(10 if self.method == "quick" else 50, self.planned_iterations // 3)

    @property
    def sampled_classes(self) -> int:
        """Rows of the class-centre matrix that a step uses, unless the batch alone has more classes."""
        if self.parallelism != "partial_fc":
            return self.classes
        return min(max(math.floor(self.sample_ratio * self.classes + 0.5), 1), self.classes)

    def learning_rate_at(self, iteration: int) -> float:
        """Rate of an iteration, counted from 1: a step's scale holds for the iterations after it."""
        rate = self.learning_rate * (self.batch_size_per_device / 512 if self.scale_learning_rate else 1.0)
        scale = 1.0
        for step, value in zip(self.learning_rate_steps, self.learning_rate_scales):
            if iteration > step:
                scale = value
        return rate * scale


def _refuse(name: str, value: object, allowed: str) -> None:
    raise PeerError("invalid_config", f"{name} is {value!r}; allowed here: {allowed}.")


def _check_types(config: RunConfig) -> None:
    """Fields that neither a choice nor a range covers."""
    for name in ("scale_learning_rate", "deterministic"):
        if not isinstance(getattr(config, name), bool):
            _refuse(name, getattr(config, name), "true, false")
    for name, kinds in (("learning_rate_steps", (int,)), ("learning_rate_scales", (int, float))):
        value = getattr(config, name)
        if not isinstance(value, list) or not all(isinstance(item, kinds) for item in value):
            _refuse(name, value, "a list of numbers")
    scale = config.input_scale
    if not isinstance(scale, (int, float)) or not 0 < scale <= 1:
        _refuse("input_scale", scale, "above 0 to 1")


def _check(config: RunConfig) -> None:
    _check_types(config)
    for name, allowed in CHOICES.items():
        value = getattr(config, name)
        if value not in allowed:
            _refuse(name, value, ", ".join(allowed))
    if config.output not in MODELS[config.model][0]:
        _refuse("fc_type", config.fc_type, ", ".join(MODELS[config.model][0]) + f" for model {config.model}")
    for name, (low, high) in RANGES.items():
        value = getattr(config, name)
        if value is None:
            continue
        kinds = (int,) if isinstance(low, int) else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
            _refuse(name, value, f"{low} to {high}")
    for name in ("sample_ratio", "bn_eps"):
        value = getattr(config, name)
        if value is not None and not (isinstance(value, (int, float)) and 0 < value <= 1):
            _refuse(name, value, "above 0 to 1")
    if config.planned_warmup >= config.planned_iterations:
        _refuse("warmup", config.planned_warmup, f"less than iterations, which is {config.planned_iterations}")
    if len(config.learning_rate_steps) != len(config.learning_rate_scales):
        _refuse("learning_rate_scales", config.learning_rate_scales, "as many as learning_rate_steps")
    if any(not scale > 0 for scale in config.learning_rate_scales):
        _refuse("learning_rate_scales", config.learning_rate_scales, "numbers above 0")


def config_from_json(value: object) -> RunConfig:
    """Checks everything that can be seen without a device."""
    if not isinstance(value, dict):
        raise PeerError("invalid_config", "The configuration is not a JSON object.")
    known = {item.name for item in fields(RunConfig)}
    for name in value:
        if name not in known:
            raise PeerError("invalid_config", f"'{name}' is not a field of a run configuration.")
    if value.get("num_classes") == "dataset":
        value = {name: item for name, item in value.items() if name != "num_classes"}
    config = RunConfig(**value)
    _check(config)
    return config
