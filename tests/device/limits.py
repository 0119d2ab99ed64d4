# SPDX-License-Identifier: Apache-2.0
"""What limits.sh runs: largest values that fit, by the plan and by runs."""

import argparse
from dataclasses import dataclass, field
import json
from pathlib import Path
import subprocess
import sys
import time

GIB = 1 << 30
FIELDS = {"batch-size": "batch_size_per_device", "num-classes": "num_classes"}
EXIT_DONE, EXIT_FAILED, EXIT_BUDGET, EXIT_NO_DEVICE = 0, 1, 3, 4
SHORTEST_RUN_S = 15  # no run is begun with less time than this left
MOST_RUNS = 8  # of one search


class BudgetEnded(Exception):
    pass


class EngineFailed(Exception):
    pass


@dataclass(frozen=True)
class Search:
    find: str
    config: dict

    def next_after(self, value: int) -> int:
        return value + 1 if self.find == "batch-size" else value + max(1, value // 100)

    def before(self, value: int) -> int:
        return max(1, min(value - 1, value * 99 // 100))


R100_BATCH = {"model": "r100", "parallelism": "data", "num_classes": 85742}
R100_CLASSES = {"model": "r100", "precision": "fp16", "parallelism": "partial_fc", "sample_ratio": 0.1,
                "batch_size_per_device": 64}
SEARCHES = {
    "r100-fp32-units-batch-16GiB": Search("batch-size", R100_BATCH | {"precision": "fp32", "recompute": "units",
                                                                     "memory_limit_bytes": 16 * GIB}),
    "r100-fp16-classes-16GiB": Search("num-classes", R100_CLASSES | {"memory_limit_bytes": 16 * GIB}),
    "r100-fp16-bf16-momentum-classes-16GiB": Search(
        "num-classes", R100_CLASSES | {"momentum_precision": "bf16", "memory_limit_bytes": 16 * GIB}),
    "y1-bf16-batch-16GiB": Search("batch-size", {"model": "y1", "precision": "bf16",
                                                 "memory_limit_bytes": 16 * GIB}),
    "r100-bf16-batch": Search("batch-size", R100_BATCH | {"precision": "bf16"}),
    "r100-fp16-classes": Search("num-classes", R100_CLASSES),
}


@dataclass
class Engine:
    path: Path
    budget_s: float
    start: float = field(default_factory=time.monotonic)

    def events(self, arguments: list[str], config: dict) -> dict[str, dict]:
        """The last event of each kind."""
        left = self.budget_s - (time.monotonic() - self.start)
        if left < SHORTEST_RUN_S:
            raise BudgetEnded
        try:
            done = subprocess.run([str(self.path), *arguments, "--config", "-"], input=json.dumps(config) + "\n",
                                  capture_output=True, text=True, errors="replace", check=False,
                                  timeout=None if left == float("inf") else left)
        except subprocess.TimeoutExpired as expired:
            raise BudgetEnded from expired
        events = {}
        for line in done.stdout.splitlines():
            try:
                event = json.loads(line)
                events[event["event"]] = event
            except (ValueError, KeyError, TypeError):
                continue
        if not events:
            raise EngineFailed(f"exit code {done.returncode}: {done.stderr.strip()[-300:]}")
        if events.get("error", {}).get("code") == "device_unavailable":
            print(f"limits.sh: {events['error']['message']}", file=sys.stderr)
            sys.exit(EXIT_NO_DEVICE)
        return events

    def largest_by_plan(self, search: Search) -> int:
        events = self.events(["plan", "--find", search.find], {"device": "cuda"} | search.config)
        found = events.get("plan", {}).get("found")
        if not isinstance(found, int) or found < 1:
            raise EngineFailed(events.get("error", {}).get("message", "the plan has found nothing"))
        return found

    def run(self, search: Search, value: int) -> dict:
        """One run as a row; out of memory is an outcome, anything else that ends it a failure."""
        config = {"device": "cuda", "method": "quick", "iterations": 20, "warmup": 5} | search.config
        events = self.events(["run"], config | {FIELDS[search.find]: value})
        row = {"value": value, "planned_bytes": events.get("plan", {}).get("memory", {}).get("memory_total")}
        result = events.get("result")
        if result and not result.get("partial"):
            return row | {"outcome": "works", "samples_per_s": result["samples_per_s"],
                          "peak_device_memory_bytes": result["peak_device_memory_bytes"],
                          "recompute": events.get("plan", {}).get("recompute")}
        error = events.get("error", {})
        if error.get("code") != "out_of_memory":
            raise EngineFailed(error.get("message", "the run has no result"))
        return row | {"outcome": "out_of_memory", "message": error.get("message")}


def find_limit(engine: Engine, search: Search, add) -> int:
    """The largest value that runs while the next does not. add(row) for each run."""
    value = engine.largest_by_plan(search)
    works = fails = None  # the largest that works, the least above it that does not
    for _ in range(MOST_RUNS):
        row = engine.run(search, value)
        add(row)
        if row["outcome"] == "works":
            works = value
            if fails is not None and fails <= search.next_after(value):
                return works
            value = search.next_after(value)
        else:
            fails = value
            if works is not None:
                return works
            if value == 1:
                raise EngineFailed("not even 1 fits")
            value = search.before(value)
    raise EngineFailed(f"no limit after {MOST_RUNS} runs")


def ended(file: Path) -> set[str]:
    if not file.exists():
        return set()
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return {row["search"] for row in rows if "found" in row}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="limits.sh")
    parser.add_argument("--engine", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--only", default=",".join(SEARCHES))
    parser.add_argument("--budget", type=float, default=float("inf"))
    parser.add_argument("--list", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.list:
        print("Searches: " + ", ".join(SEARCHES))
        return EXIT_DONE
    names = arguments.only.split(",")
    for name in names:
        if name not in SEARCHES:
            parser.error(f"--only has {name}; allowed: {', '.join(SEARCHES)}")
    if not arguments.engine or not arguments.output:
        parser.error("--output is missing")
    arguments.output.mkdir(parents=True, exist_ok=True)
    file = arguments.output / "limits.jsonl"
    engine, code, known = Engine(arguments.engine, arguments.budget), EXIT_DONE, ended(file)

    def write(row: dict) -> None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")

    for name in names:
        if name in known:
            continue
        search = SEARCHES[name]

        def add(row: dict) -> None:
            write({"search": name, "find": search.find} | row)
            print(f"  {name}: {row['value']} {row['outcome']}", file=sys.stderr)

        try:
            found = find_limit(engine, search, add)
        except BudgetEnded:
            print("limits.sh: the budget is used up; call again to go on.", file=sys.stderr)
            return EXIT_BUDGET
        except EngineFailed as failure:
            print(f"limits.sh: {name}: {failure}", file=sys.stderr)
            code = EXIT_FAILED
            continue
        write({"search": name, "find": search.find, "found": found})
        print(f"{name}: {found}")
    return code


if __name__ == "__main__":
    sys.exit(main())
