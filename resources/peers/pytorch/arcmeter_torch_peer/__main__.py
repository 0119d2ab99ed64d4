# SPDX-License-Identifier: Apache-2.0
"""python3 -m arcmeter_torch_peer run | check"""

import argparse
import json
import sys

from .errors import EXIT_DONE, EXIT_FAILED, PeerError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="arcmeter_torch_peer", description="Arcmeter's benchmarks in PyTorch")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure one repeat, writing events as JSON lines")
    run.add_argument("--config", metavar="FILE", help="RunConfig as JSON; without it one line of standard input")
    run.add_argument(
        "--variant",
        default="best",
        choices=("eager-contiguous", "eager-channels_last", "compile", "best"),
        help="how PyTorch runs the step; best tries all and takes the fastest (default)",
    )
    run.add_argument("--stop-on-close", action="store_true", help="stop when standard input is closed")
    commands.add_parser("check", help="test this peer against the published counts and formulas")
    return parser.parse_args()


def _read_config(path: str | None):
    from .config import config_from_json

    try:
        if path is None:
            text = sys.stdin.readline()
        else:
            with open(path, encoding="utf-8") as file:
                text = file.read()
        return config_from_json(json.loads(text))
    except OSError as error:
        raise PeerError("invalid_config", f"The configuration {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise PeerError("invalid_config", f"The configuration is not JSON: {error}.") from error


def _run(arguments: argparse.Namespace) -> int:
    from .events import EventWriter

    writer = EventWriter()
    try:
        import torch

        from . import measure
        from .stopping import stop_when_asked

        measure.hello(writer)
        config = _read_config(arguments.config)
        recorder = measure.Recorder(config)
        stop_when_asked(
            lambda: writer.write_last("result", **recorder.result(partial=True)), arguments.stop_on_close
        )
        measure.run(config, arguments.variant, writer, recorder)
        return EXIT_DONE
    except PeerError as error:
        writer.write_last("error", code=error.code, rank=0, message=str(error), hint=error.hint, can_go_on=False)
        return error.exit_code
    except ImportError as error:
        message = f"This Python cannot import what the PyTorch peer needs: {error}."
        writer.write_last("error", code="device_unavailable", rank=0, message=message, hint="", can_go_on=False)
        return EXIT_FAILED
    except (MemoryError, torch.OutOfMemoryError) as error:
        writer.write_last(
            "error", code="out_of_memory", rank=0, message=str(error).splitlines()[0], hint="", can_go_on=False
        )
        return EXIT_FAILED
    except Exception as error:  # the protocol's last word; the trace is for people
        import traceback

        traceback.print_exc()
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        writer.write_last("error", code="internal", rank=0, message=message, hint="", can_go_on=False)
        return EXIT_FAILED


def main() -> int:
    arguments = _arguments()
    if arguments.command == "run":
        return _run(arguments)
    from .check import check

    return check()


if __name__ == "__main__":
    sys.exit(main())
