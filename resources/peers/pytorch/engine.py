# SPDX-License-Identifier: Apache-2.0
"""The peer as a program: python3 engine.py run --stop-on-close, from any folder."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from arcmeter_torch_peer.__main__ import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
