# SPDX-License-Identifier: Apache-2.0
"""What compare.sh runs once it has found Python and the engine: interleaved runs, medians and the ratio."""

import argparse
import json
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile

PEER = Path(__file__).resolve().parents[2] / "resources/peers/pytorch"
VARIANTS = "eager-contiguous,eager-channels_last,compile"
OURS = "arcmeter"


class RunFailed(Exception):
    pass


def arguments_of(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="compare.sh")
    parser.add_argument("--engine", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--model", default="r100")
    parser.add_argument("--fc-type")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--num-classes", type=int)
    parser.add_argument("--loss", default="arcface")
    parser.add_argument("--parallelism", default="data")
    parser.add_argument("--sample-ratio", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=30)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--variants", default=VARIANTS)
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args(argv)
    arguments.variants = [name for name in arguments.variants.split(",") if name]
    if unknown := set(arguments.variants) - set(VARIANTS.split(",")):
        parser.error(f"--variants has {', '.join(sorted(unknown))}; allowed: {VARIANTS}")
    if arguments.rounds < 1 or not 0 <= arguments.warmup < arguments.iterations:
        parser.error("allowed: --rounds of 1 or more, --warmup from 0 to less than --iterations")
    if not os.access(arguments.engine, os.X_OK):
        parser.error(f"{arguments.engine} is not a program: build it, or set ARCMETER_ENGINE")
    return arguments


def config_of(arguments: argparse.Namespace) -> dict:
    config = {
        "model": arguments.model,
        "device": arguments.device,
        "batch_size_per_device": arguments.batch_size,
        "precision": arguments.precision,
        "loss": arguments.loss,
        "parallelism": arguments.parallelism,
        "sample_ratio": arguments.sample_ratio,
        "method": "quick",
        "iterations": arguments.iterations,
        "warmup": arguments.warmup,
        "cpu_threads": arguments.threads,
    }
    optional = {"fc_type": arguments.fc_type, "num_classes": arguments.num_classes}
    return config | {name: value for name, value in optional.items() if value is not None}


def events_of(line: str) -> dict:
    """An event, or {} for anything else a program may print."""
    try:
        event = json.loads(line)
    except ValueError:
        return {}
    return event if isinstance(event, dict) else {}


def run_worker(command: list[str], environment: dict[str, str]) -> dict:
    """Runs a worker to its end. Returns its result and what it says of itself."""
    found: dict = {}
    with tempfile.TemporaryFile("w+", errors="replace") as messages:
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=messages, text=True,
                              errors="replace", env=environment) as process:
            for line in process.stdout:
                event = events_of(line)
                if event.get("event") in ("result", "error", "environment", "plan"):
                    found[event["event"]] = event
        messages.seek(0)
        last_words = messages.read()[-600:].strip()
    if "error" in found:
        raise RunFailed(found["error"].get("message", "an error without a message"))
    if "result" not in found or found["result"].get("partial"):
        raise RunFailed(f"no result, exit code {process.returncode}: {last_words}")
    return found


def commands_of(arguments: argparse.Namespace, config_file: str) -> dict[str, list[str]]:
    commands = {OURS: [arguments.engine, "run", "--config", config_file]}
    for variant in arguments.variants:
        commands[f"pytorch {variant}"] = [
            sys.executable, "-m", "arcmeter_torch_peer", "run", "--config", config_file, "--variant", variant
        ]
    return commands


def environment_of(arguments: argparse.Namespace) -> dict[str, str]:
    environment = dict(os.environ, OMP_NUM_THREADS=str(arguments.threads))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PEER), environment.get("PYTHONPATH", "")]))
    return environment


def measure(arguments: argparse.Namespace) -> tuple[dict[str, list[float]], dict[str, dict], dict[str, str]]:
    """Samples/s of every round, the last events, and why a contender gave up; in turn, so that drift hits all alike."""
    with tempfile.TemporaryDirectory() as folder:
        config_file = os.path.join(folder, "config.json")
        Path(config_file).write_text(json.dumps(config_of(arguments)), encoding="utf-8")
        commands = commands_of(arguments, config_file)
        rates: dict[str, list[float]] = {name: [] for name in commands}
        events, failures = {}, {}
        for round_number in range(1, arguments.rounds + 1):
            for name, command in commands.items():
                if name in failures:
                    continue
                try:
                    events[name] = run_worker(command, environment_of(arguments))
                except (RunFailed, OSError) as failure:
                    failures[name] = str(failure)
                    print(f"  {name} failed: {failure}", file=sys.stderr)
                    continue
                rates[name].append(events[name]["result"]["samples_per_s"])
                print(f"  round {round_number} of {arguments.rounds}  {name:<28} {rates[name][-1]:10.3f} samples/s",
                      file=sys.stderr)
    return rates, events, failures


def summary_of(rates: dict[str, list[float]], events: dict, failures: dict, arguments: argparse.Namespace) -> dict:
    medians = {name: statistics.median(values) for name, values in rates.items() if values and name not in failures}
    peers = {name: rate for name, rate in medians.items() if name != OURS}
    best = max(peers, key=peers.get) if peers else None
    rows = [{"name": name, "samples_per_s": medians[name], "rounds": rates[name],
             "peak_host_memory_bytes": events[name]["result"].get("peak_host_memory_bytes", 0),
             "parts": events[name]["result"].get("parts", {})} for name in medians]
    environment = next(iter(events.values()), {}).get("environment", {})
    libraries = {name: found.get("environment", {}).get("libraries", {}) for name, found in events.items()}
    return {
        "config": config_of(arguments),
        "cpu": environment.get("cpu", ""),
        "libraries": libraries,
        "rows": rows,
        "failures": failures,
        "best_peer": best,
        "ratio": medians[OURS] / peers[best] if best and OURS in medians else None,
    }


def print_table(summary: dict) -> None:
    config = summary["config"]
    print(f"{config['model']}, batch {config['batch_size_per_device']}, {config['precision']}, {config['loss']}, "
          f"{config['parallelism']}, {config['device']}, {config['cpu_threads']} threads, {summary['cpu']}")
    print(f"{'':<30}{'samples/s':>12}{'min':>10}{'max':>10}{'memory':>12}")
    for row in summary["rows"]:
        memory = f"{row['peak_host_memory_bytes'] / 2**20:.0f} MiB"
        print(f"{row['name']:<30}{row['samples_per_s']:>12.3f}{min(row['rounds']):>10.3f}{max(row['rounds']):>10.3f}"
              f"{memory:>12}")
    for name, reason in summary["failures"].items():
        print(f"{name:<30}failed: {reason}")
    if summary["ratio"] is not None:
        print(f"ratio {summary['ratio']:.2f} (ours / {summary['best_peer']})")
    else:
        print("no ratio: ours or every PyTorch variant failed")


def main() -> int:
    arguments = arguments_of()
    rates, events, failures = measure(arguments)
    summary = summary_of(rates, events, failures, arguments)
    print_table(summary)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    return 0 if summary["ratio"] is not None else 1


if __name__ == "__main__":
    sys.exit(main())
