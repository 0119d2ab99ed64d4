# SPDX-License-Identifier: Apache-2.0
"""Stopping at once: SIGTERM or SIGINT, or standard input closing, ends the process with what was measured."""

import os
import signal
import threading

from .errors import EXIT_STOPPED


def stop_when_asked(write_partial_result, watch_stdin: bool) -> None:
    """`write_partial_result` is called from a watcher thread, then the process exits.

    Python runs signal handlers only between operations, and one backward pass can take many seconds; the wakeup
    descriptor is written by the signal itself.
    """

    def stop():
        write_partial_result()
        os._exit(EXIT_STOPPED)

    read_end, write_end = os.pipe()
    os.set_blocking(write_end, False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)

    def watch_signals():
        while True:
            number = os.read(read_end, 1)
            if number and number[0] in (signal.SIGTERM, signal.SIGINT):
                stop()

    def watch_input():
        # Not through sys.stdin: a thread that holds its lock makes the interpreter abort when it ends.
        while os.read(0, 4096):
            pass
        stop()

    threading.Thread(target=watch_signals, daemon=True).start()
    if watch_stdin:
        threading.Thread(target=watch_input, daemon=True).start()
