# SPDX-License-Identifier: Apache-2.0
"""What the benchmark ran on, and how much memory this process holds."""

import os
import platform
from pathlib import Path

import torch

from .errors import PeerError


def choose_device(asked: str, precision: str) -> tuple[torch.device, str]:
    """The device and, where `auto` chose it, why."""
    available = torch.cuda.is_available()
    if asked == "cuda" and not available:
        raise PeerError("device_unavailable", "PyTorch finds no usable CUDA device here.", "Choose device cpu.")
    kind, reason = asked, ""
    if asked == "auto":
        kind = "cuda" if available else "cpu"
        reason = "PyTorch finds a CUDA device" if available else "PyTorch finds no usable CUDA device"
    if kind == "cpu" and precision in ("tf32", "fp16"):
        raise PeerError("invalid_config", f"precision is {precision} with device cpu; allowed: fp32, bf16 on the CPU.")
    return torch.device(kind), reason


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _field(text: str, name: str) -> str:
    for line in text.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return ""


def _kib(text: str, name: str) -> int:
    value = _field(text, name).split()
    return int(value[0]) * 1024 if value else 0


def anonymous_bytes() -> int:
    """Resident anonymous memory of this process, file-backed pages left out."""
    return _kib(_read("/proc/self/status"), "RssAnon")


def available_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.mem_get_info()[0]
    return _kib(_read("/proc/meminfo"), "MemAvailable")


def describe(device: torch.device, reason: str) -> dict:
    """The `environment` event's fields."""
    cpu = _read("/proc/cpuinfo")
    memory = _read("/proc/meminfo")
    devices = [{"name": _field(cpu, "model name"), "kind": "cpu", "memory_bytes": _kib(memory, "MemTotal")}]
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            devices.append({"name": properties.name, "kind": "cuda", "memory_bytes": properties.total_memory})
    libraries = {"python": platform.python_version(), "pytorch": torch.__version__}
    if torch.backends.mkldnn.is_available():
        libraries["onednn"] = "in PyTorch"
    if torch.version.cuda:
        libraries["cuda"] = torch.version.cuda
    return {
        "host": platform.node(),
        "os": _field(_read("/etc/os-release").replace("=", ":"), "PRETTY_NAME").strip('"') or platform.platform(),
        "cpu": _field(cpu, "model name"),
        "cpu_cores": len(os.sched_getaffinity(0)),
        "governor": _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "load_average": os.getloadavg()[0],
        "memory_bytes": _kib(memory, "MemTotal"),
        "memory_available_bytes": _kib(memory, "MemAvailable"),
        "devices": devices,
        "libraries": libraries,
        "launcher": "local",
        "ranks": 1,
        "device": device.type,
        "device_reason": reason,
    }
