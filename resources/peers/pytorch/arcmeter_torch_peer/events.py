# SPDX-License-Identifier: Apache-2.0
"""The worker protocol's events: one JSON object a line on standard output."""

import json
import math
import os
import sys
import threading
import time

PROTOCOL_VERSION = 1


def _finite(value):
    """JSON has no NaN: it is written as null, in lists and objects too."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


class EventWriter:
    """Whole lines from any thread. After close() nothing more is written."""

    def __init__(self):
        self._start = time.monotonic()
        self._lock = threading.Lock()
        self._closed = False
        # Libraries print to standard output too: they get standard error, the events keep the real one.
        self._file = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def write(self, event: str, **values) -> None:
        line = {"event": event, "time_ms": int((time.monotonic() - self._start) * 1000), **_finite(values)}
        with self._lock:
            if not self._closed:
                self._file.write(json.dumps(line) + "\n")
                self._file.flush()

    def write_last(self, event: str, **values) -> None:
        self.write(event, **values)
        with self._lock:
            self._closed = True
