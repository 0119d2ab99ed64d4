# SPDX-License-Identifier: Apache-2.0
"""The one exception of the peer, with the worker protocol's codes."""

EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_STOPPED, EXIT_NO_DEVICE = 0, 1, 2, 3, 4


class PeerError(Exception):
    """`code` is one of the protocol's; the message is one sentence for a person."""

    def __init__(self, code: str, message: str, hint: str = ""):
        super().__init__(message)
        self.code = code
        self.hint = hint

    @property
    def exit_code(self) -> int:
        return {"invalid_config": EXIT_USAGE, "device_unavailable": EXIT_NO_DEVICE}.get(self.code, EXIT_FAILED)
