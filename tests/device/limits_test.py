# SPDX-License-Identifier: Apache-2.0
"""limits.py with an engine that only pretends to run."""

import contextlib
import io
import json
from pathlib import Path
import sys
import tempfile
import unittest

sys.path.insert(0, str(Path(__file__).parent))
import limits  # noqa: E402

ENGINE = """#!/usr/bin/env python3
import json, sys
config = json.loads(sys.stdin.readline())
value = config.get("num_classes") if "num-classes" in sys.argv or config.get("parallelism") == "partial_fc" else config.get("batch_size_per_device")
if sys.argv[1] == "plan":
    print(json.dumps({{"event": "plan", "found": {planned}}}))
elif config.get("momentum_precision") == "bf16":
    print(json.dumps({{"event": "error", "code": "worker_lost", "message": "It broke."}}))
elif value <= {limit}:
    print(json.dumps({{"event": "plan", "memory": {{"memory_total": 5}}, "recompute": "units"}}))
    print(json.dumps({{"event": "result", "samples_per_s": 7.0, "peak_device_memory_bytes": 6}}))
else:
    print(json.dumps({{"event": "error", "code": "out_of_memory", "message": "Too much."}}))
"""


class LimitsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.engine, self.output = Path(folder.name) / "engine", Path(folder.name) / "out"

    def search(self, name: str, planned: int, limit: int, budget: str = "inf"):
        self.engine.write_text(ENGINE.format(planned=planned, limit=limit), encoding="utf-8")
        self.engine.chmod(0o755)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as words:
            code = limits.main(["--engine", str(self.engine), "--output", str(self.output), "--only", name,
                                "--budget", budget])
        file = self.output / "limits.jsonl"
        rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return code, rows, out.getvalue() + words.getvalue()

    def test_the_plan_is_right(self):
        code, rows, _ = self.search("r100-fp32-units-batch-16GiB", 270, 270)
        self.assertEqual(code, 0)
        self.assertEqual([(row.get("value"), row.get("outcome")) for row in rows[:2]],
                         [(270, "works"), (271, "out_of_memory")])
        self.assertEqual((rows[0]["planned_bytes"], rows[0]["peak_device_memory_bytes"]), (5, 6))
        self.assertEqual(rows[2]["found"], 270)

    def test_the_plan_promised_too_much_or_too_little(self):
        _, rows, _ = self.search("r100-fp16-classes-16GiB", 1000, 985)
        self.assertEqual([row.get("value") for row in rows[:-1]], [1000, 990, 980, 989])
        self.assertEqual(rows[-1]["found"], 980)
        self.output.joinpath("limits.jsonl").unlink()
        _, rows, _ = self.search("y1-bf16-batch-16GiB", 50, 52)
        self.assertEqual([row.get("value") for row in rows[:-1]], [50, 51, 52, 53])
        self.assertEqual(rows[-1]["found"], 52)

    def test_what_is_known_is_not_searched_again(self):
        self.search("r100-bf16-batch", 9, 9)
        code, rows, _ = self.search("r100-bf16-batch", 9, 5)
        self.assertEqual((code, len(rows)), (0, 3))

    def test_other_failures_and_the_budget_are_said(self):
        code, rows, words = self.search("r100-fp16-bf16-momentum-classes-16GiB", 9, 9)
        self.assertEqual((code, rows), (1, []))
        self.assertIn("It broke.", words)
        code, _, words = self.search("r100-bf16-batch", 9, 9, budget="1")
        self.assertEqual(code, 3)
        self.assertIn("budget", words)


if __name__ == "__main__":
    unittest.main()
