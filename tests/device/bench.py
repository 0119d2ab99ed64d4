# SPDX-License-Identifier: Apache-2.0
"""What bench.sh runs: measures what a folder of results still lacks, within a time budget, and prints the table."""

import argparse
from dataclasses import dataclass, field
import fnmatch
import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

PEER = Path(__file__).resolve().parents[2] / "resources/peers/pytorch"
OURS = "arcmeter"
VARIANTS = ("eager-contiguous", "eager-channels_last", "compile")
PRECISIONS = ("fp32", "tf32", "fp16", "bf16")
BATCHES = {"r100": (64, 128, 256), "y1": (256, 512)}
EXIT_DONE, EXIT_FAILED, EXIT_BUDGET, EXIT_NO_DEVICE = 0, 1, 3, 4
SHORTEST_RUN_S = 20  # no measurement is begun with less time than this left


class BudgetEnded(Exception):
    pass


class NoDevice(Exception):
    pass


@dataclass(frozen=True)
class Cell:
    model: str
    precision: str
    batch: int

    def matches(self, pattern: str) -> bool:
        parts = pattern.split(":")
        return len(parts) == 3 and all(map(fnmatch.fnmatchcase, (self.model, self.precision, str(self.batch)), parts))


ALL_CELLS = [Cell(model, precision, batch) for model, batches in BATCHES.items() for batch in batches
             for precision in PRECISIONS]


@dataclass
class Budget:
    seconds: float
    start: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        return self.seconds - (time.monotonic() - self.start)

    def for_one_run(self) -> float:
        if self.left() < SHORTEST_RUN_S:
            raise BudgetEnded
        return self.left()


class Rows:
    """FOLDER/rows.jsonl: one JSON object a line, written as each is measured."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "rows.jsonl"
        self.all: list[dict] = []
        if self._file.exists():
            for number, line in enumerate(self._file.read_text(encoding="utf-8").splitlines(), 1):
                try:
                    self.all.append(json.loads(line))
                except ValueError:
                    sys.exit(f"bench.sh: line {number} of {self._file} is not JSON; remove it and call again.")

    def add(self, row: dict) -> None:
        self.all.append(row)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def has(self, cell: Cell, engine: str) -> bool:
        return self.find(cell, engine) is not None

    def find(self, cell: Cell, engine: str) -> dict | None:
        return next((row for row in self.all if row.get("engine") == engine and cell_of(row) == cell), None)

    def of_kind(self, kind: str) -> list[dict]:
        return [row for row in self.all if row.get("kind") == kind]


def cell_of(row: dict) -> Cell | None:
    if row.get("kind") != "training":
        return None
    return Cell(row["model"], row["precision"], row["batch_size_per_device"])


def arguments_of(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.sh")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--cells", default="*:*:*")
    parser.add_argument("--budget", type=float, default=float("inf"))
    parser.add_argument("--iterations", type=int, default=60)
    parser.add_argument("--warmup", type=int, default=20)
    parser.add_argument("--no-peer", action="store_true")
    arguments = parser.parse_args(argv)
    patterns = arguments.cells.split(",")
    for pattern in patterns:
        if not any(cell.matches(pattern) for cell in ALL_CELLS):
            parser.error(f"--cells has {pattern}; allowed: MODEL:PRECISION:BATCH of {', '.join(BATCHES)}, "
                         f"{', '.join(PRECISIONS)} and {BATCHES}, any part may be *")
    arguments.cells = [cell for cell in ALL_CELLS if any(map(cell.matches, patterns))]
    if not 0 <= arguments.warmup < arguments.iterations:
        parser.error("allowed: --warmup from 0 to less than --iterations")
    return arguments


def run(command: list[str], budget: Budget, stdin: str = "") -> tuple[str, str, int]:
    """Standard output and the last of standard error, and the exit code. BudgetEnded if it had to be ended."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PEER), environment.get("PYTHONPATH", "")]))
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, errors="replace", env=environment,
                              timeout=None if budget.seconds == float("inf") else budget.for_one_run(), check=False)
    except subprocess.TimeoutExpired as expired:
        raise BudgetEnded from expired
    return done.stdout, done.stderr.strip()[-400:], done.returncode


def json_lines(text: str) -> list[dict]:
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def measure_device(arguments: argparse.Namespace, rows: Rows, budget: Budget) -> None:
    if not rows.of_kind("device"):
        output, words, code = run([str(arguments.build / "tests/device/device_rates")], budget)
        if code == EXIT_NO_DEVICE:
            raise NoDevice(words)
        for rates in json_lines(output):
            rows.add({"kind": "device", **rates})
    benchmark = arguments.build / "tests/kernels/cuda/kernels_cuda_benchmark"
    if not rows.of_kind("kernel") and benchmark.exists():
        for kernel in json_lines(run([str(benchmark)], budget)[0]):
            rows.add({"kind": "kernel", **kernel})


def commands_of(arguments: argparse.Namespace, config: str) -> dict[str, list[str]]:
    commands = {OURS: [str(arguments.build / "engine/arcmeter-engine"), "run", "--config", config]}
    if not arguments.no_peer:
        for variant in VARIANTS:
            commands[f"pytorch {variant}"] = [sys.executable, "-m", "arcmeter_torch_peer", "run", "--config", config,
                                              "--variant", variant]
    return commands


def row_of(cell: Cell, engine: str, output: str, words: str, code: int) -> dict:
    """One measurement; a run that failed is a row too, so that it is not tried again."""
    events = {event.get("event"): event for event in json_lines(output)}
    row = {"kind": "training", "engine": engine, "model": cell.model, "precision": cell.precision,
           "batch_size_per_device": cell.batch}
    result = events.get("result")
    if result is None or result.get("partial"):
        message = events.get("error", {}).get("message") or f"no result, exit code {code}: {words}"
        return row | {"samples_per_s": None, "failure": message}
    environment = events.get("environment", {})
    keep = ("parts", "peak_device_memory_bytes", "final_loss", "flops_per_s", "model_flops_utilization",
            "measured_iterations")
    devices = [device for device in environment.get("devices", []) if device.get("kind") == "cuda"]
    return row | {"samples_per_s": result["samples_per_s"], **{name: result.get(name) for name in keep},
                  "device": devices[0] if devices else {}, "libraries": environment.get("libraries", {}),
                  "commit": environment.get("commit", "")}


def measure_cell(arguments: argparse.Namespace, cell: Cell, rows: Rows, budget: Budget) -> None:
    config = {"model": cell.model, "device": "cuda", "precision": cell.precision,
              "batch_size_per_device": cell.batch, "method": "quick", "iterations": arguments.iterations,
              "warmup": arguments.warmup}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config.json"
        file.write_text(json.dumps(config), encoding="utf-8")
        for engine, command in commands_of(arguments, str(file)).items():
            if rows.has(cell, engine):
                continue
            budget.for_one_run()
            row = row_of(cell, engine, *run(command, budget))
            rows.add(row)
            shown = row.get("failure") or f"{row['samples_per_s']:.1f} samples/s"
            print(f"  {cell.model} {cell.precision} batch {cell.batch}: {engine:<28} {shown}", file=sys.stderr)
        if not any(row["kind"] == "launches" and row["cell"] == list(vars(cell).values()) for row in rows.all):
            measure_launches(arguments, cell, str(file), rows, budget)


def measure_launches(arguments: argparse.Namespace, cell: Cell, config: str, rows: Rows, budget: Budget) -> None:
    """Milliseconds of a step by kind of operation, launched one by one."""
    engine = str(arguments.build / "engine/arcmeter-engine")
    output, _, code = run([engine, "profile", "--config", config, "--iterations", "10"], budget)
    milliseconds: dict[str, float] = {}
    for line in output.splitlines():
        fields = line.split("\t")
        if len(fields) == 4 and fields[0].endswith(" ms"):
            milliseconds[fields[1]] = milliseconds.get(fields[1], 0.0) + float(fields[0].removesuffix(" ms"))
    if code == 0 and milliseconds:
        rows.add({"kind": "launches", "cell": list(vars(cell).values()), "ms_by_operation": milliseconds})


def summary_of(rows: Rows) -> list[dict]:
    """One entry a cell with our rate, the best peer's, the ratio and our share of the measured GEMM rate."""
    gemm = (rows.of_kind("device") or [{}])[0].get("gemm_tflops", {})
    table = []
    for cell in ALL_CELLS:
        ours = rows.find(cell, OURS)
        peers = {variant: found["samples_per_s"] for variant in VARIANTS
                 if (found := rows.find(cell, f"pytorch {variant}")) and found["samples_per_s"]}
        if ours is None and not peers:
            continue
        best = max(peers, key=peers.get) if peers else None
        rate = ours["samples_per_s"] if ours else None
        share = None
        if rate and ours.get("flops_per_s") and gemm.get(cell.precision):
            share = ours["flops_per_s"] / (gemm[cell.precision] * 1e12)
        table.append({"model": cell.model, "precision": cell.precision, "batch_size_per_device": cell.batch,
                      "arcmeter": rate, "best_peer": best, "peer": peers.get(best),
                      "ratio": rate / peers[best] if rate and best else None, "gemm_share": share})
    return table


def text(value, form: str) -> str:
    return "-" if value is None else format(value, form)


def print_summary(rows: Rows, table: list[dict]) -> None:
    for device in rows.of_kind("device"):
        rates = ", ".join(f"{name} {value:.0f}" for name, value in device.get("gemm_tflops", {}).items())
        print(f"matrix product, TFLOP/s: {rates}; copy {device.get('copy_gb_per_s', 0):.0f} GB/s")
    copy = (rows.of_kind("device") or [{}])[0].get("copy_gb_per_s")
    for kernel in rows.of_kind("kernel"):
        rate = kernel.get("gb_per_s")
        if rate is not None:
            share = kernel.get("of_copy", rate / copy if copy else None)
            print(f"kernel {kernel.get('kernel', '?'):<34} {kernel.get('shape', ''):<16} {kernel.get('type', ''):<5}"
                  f"{rate:>8.0f} GB/s {text(share, '.0%')} of copy")
    for launches in rows.of_kind("launches"):
        times = sorted(launches["ms_by_operation"].items(), key=lambda item: -item[1])
        print(f"{' '.join(map(str, launches['cell']))}: " + ", ".join(f"{name} {ms:.2f} ms" for name, ms in times))
    print(f"{'model':<7}{'precision':<11}{'batch':>6}{'arcmeter':>11}{'PyTorch':>11}  {'as':<21}{'ratio':>7}"
          f"{'of GEMM':>9}")
    for row in table:
        print(f"{row['model']:<7}{row['precision']:<11}{row['batch_size_per_device']:>6}"
              f"{text(row['arcmeter'], '.1f'):>11}{text(row['peer'], '.1f'):>11}  {row['best_peer'] or '-':<21}"
              f"{text(row['ratio'], '.2f'):>7}{text(row['gemm_share'], '.0%'):>9}")
    for row in rows.of_kind("training"):
        if row.get("failure"):
            print(f"failed: {row['engine']}, {row['model']} {row['precision']} {row['batch_size_per_device']}: "
                  f"{row['failure']}")


def main() -> int:
    arguments = arguments_of()
    rows, budget = Rows(arguments.output), Budget(arguments.budget)
    code = EXIT_DONE
    try:
        measure_device(arguments, rows, budget)
        for cell in arguments.cells:
            measure_cell(arguments, cell, rows, budget)
    except BudgetEnded:
        print("bench.sh: the budget is used up; call again to go on.", file=sys.stderr)
        code = EXIT_BUDGET
    except NoDevice as problem:
        print(f"bench.sh: {problem}", file=sys.stderr)
        return EXIT_NO_DEVICE
    table = summary_of(rows)
    (arguments.output / "summary.json").write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    print_summary(rows, table)
    if code == EXIT_DONE and any(row.get("failure") and row["engine"] == OURS for row in rows.of_kind("training")):
        return EXIT_FAILED
    return code


if __name__ == "__main__":
    sys.exit(main())
