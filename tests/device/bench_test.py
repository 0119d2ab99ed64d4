# SPDX-License-Identifier: Apache-2.0
"""bench.py with programs that only pretend to measure."""

import contextlib
import io
import json
from pathlib import Path
import sys
import tempfile
import unittest

sys.path.insert(0, str(Path(__file__).parent))
import bench  # noqa: E402

RATES = '{"gemm_tflops": {"bf16": 800.0}, "copy_gb_per_s": 4300.0}'
ENGINE = """#!/usr/bin/env python3
import json, sys, time
config = json.load(open(sys.argv[sys.argv.index("--config") + 1]))
if sys.argv[1] == "profile":
    print("mean of 10 steps\\toperation\\tname\\talgorithm")
    print("1.5 ms\\tConvolution\\ta\\tx"); print("0.5 ms\\tConvolution\\tb\\tx"); print("0.25 ms\\tAdd\\tc\\t")
    sys.exit(0)
with open({log!r}, "a") as log:
    log.write(f"{{config['model']}} {{config['precision']}} {{config['batch_size_per_device']}}\\n")
if config["precision"] == "fp16":
    print(json.dumps({{"event": "error", "message": "It does not fit."}})); sys.exit(1)
if config["precision"] == "tf32":
    time.sleep(60)
print("no JSON")
print(json.dumps({{"event": "environment", "devices": [{{"kind": "cpu"}}, {{"kind": "cuda", "name": "GPU"}}]}}))
print(json.dumps({{"event": "result", "samples_per_s": 5000.0, "flops_per_s": 4e14}}))
"""


class BenchTest(unittest.TestCase):
    def setUp(self):
        bench.SHORTEST_RUN_S = 1
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.build, self.output = Path(self._folder.name) / "build", Path(self._folder.name) / "out"
        self.log = Path(self._folder.name) / "log"
        self.program("tests/device/device_rates", f"#!/bin/sh\necho '{RATES}'\n")
        self.program("engine/arcmeter-engine", ENGINE.format(log=str(self.log)))

    def program(self, name: str, text: str) -> None:
        file = self.build / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o755)

    def bench(self, *arguments: str) -> tuple[int, str]:
        """The exit code and what was printed."""
        printed = io.StringIO()
        sys.argv = ["bench.sh", "--build", str(self.build), "--output", str(self.output), "--no-peer", *arguments]
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                code = bench.main()
            except SystemExit as left:
                code = left.code
        return code, printed.getvalue()

    def rows(self) -> list[dict]:
        return [json.loads(line) for line in (self.output / "rows.jsonl").read_text().splitlines()]

    def test_a_cell_is_measured_once_and_compared_with_the_best_peer(self):
        code, printed = self.bench("--cells", "r100:bf16:64,r100:bf16:128")
        self.assertEqual(code, bench.EXIT_DONE, printed)
        self.assertEqual(self.log.read_text(), "r100 bf16 64\nr100 bf16 128\n")
        rows = bench.Rows(self.output)
        for variant, rate in (("compile", 4000.0), ("eager-contiguous", 2500.0)):
            rows.add({"kind": "training", "engine": f"pytorch {variant}", "model": "r100", "precision": "bf16",
                      "batch_size_per_device": 64, "samples_per_s": rate})
        code, printed = self.bench("--cells", "r100:bf16:*")
        self.assertEqual(code, bench.EXIT_DONE)
        self.assertEqual(len(self.log.read_text().splitlines()), 3, "only batch 256 was still to do")
        summary = json.loads((self.output / "summary.json").read_text())
        self.assertEqual([row["batch_size_per_device"] for row in summary], [64, 128, 256])
        self.assertEqual(summary[0]["best_peer"], "compile")
        self.assertAlmostEqual(summary[0]["ratio"], 1.25)
        self.assertAlmostEqual(summary[0]["gemm_share"], 0.5)
        self.assertIsNone(summary[1]["ratio"])
        self.assertIn("1.25", printed.splitlines()[-3])
        self.assertIn("Convolution 2.00 ms, Add 0.25 ms", printed)

    def test_a_failure_is_a_row_and_the_exit_code(self):
        code, printed = self.bench("--cells", "y1:fp16:256")
        self.assertEqual(code, bench.EXIT_FAILED)
        self.assertIn("It does not fit.", printed)
        self.assertEqual([row["failure"] for row in self.rows() if row["kind"] == "training"], ["It does not fit."])

    def test_the_budget_ends_a_run_and_leaves_it_to_the_next_call(self):
        code, printed = self.bench("--cells", "y1:*:256", "--budget", "8")
        self.assertEqual(code, bench.EXIT_BUDGET, printed)
        self.assertEqual([row["precision"] for row in self.rows() if row["kind"] == "training"], ["fp32"])
        code, _ = self.bench("--cells", "y1:fp32:256", "--budget", "1")
        self.assertEqual(code, bench.EXIT_DONE, "what is measured needs no time")

    def test_wrong_cells_and_damaged_rows_are_refused(self):
        for cells in ("r100:bf16", "r18:bf16:64", "r100:bf16:65", ""):
            code, printed = self.bench("--cells", cells)
            self.assertEqual(code, 2, cells)
            self.assertIn("allowed", printed)
        self.output.mkdir()
        (self.output / "rows.jsonl").write_text("{}\nnonsense\n")
        self.assertIn("line 2", self.bench()[0])

    def test_without_a_device(self):
        self.program("tests/device/device_rates", "#!/bin/sh\necho 'There is no GPU.' >&2\nexit 4\n")
        code, printed = self.bench()
        self.assertEqual(code, bench.EXIT_NO_DEVICE)
        self.assertIn("There is no GPU.", printed)


if __name__ == "__main__":
    unittest.main()
