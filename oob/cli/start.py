"""The beginning of the program: it answers Ctrl-C from its first moment on, while the rest is still being loaded."""

from __future__ import annotations

import os
import signal
from types import FrameType


def main() -> None:
    """Load the program and run it; Ctrl-C meanwhile ends it with 130, in one line and without a traceback."""
    if is_answered := signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored, as by nohup
        signal.signal(signal.SIGINT, _leave)
    try:
        from oob.cli.main import main as run

        if is_answered:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:  # between the two lines above, and the first of `run`
        _leave(signal.SIGINT, None)


def _leave(number: int, frame: FrameType | None) -> None:
    os.write(2, b"\noob: interrupted\n")
    os._exit(130)
