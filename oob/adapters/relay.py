"""`python -m oob.adapters.relay URL [PLATFORM [SERIAL HOSTNAME [ALIAS...]]]`: a console as a program.

For libraries that can only start one: standard input and output are the line. With PLATFORM oob logs in first
(`OOB_USERNAME`, `OOB_PASSWORD`, `OOB_ENABLE`), identifies the device, and leaves the console as it was found when
its caller hangs up.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import tty
from collections.abc import Sequence
from types import FrameType

from oob.adapters.line import Line, reach
from oob.errors import OobError
from oob.inventory.device import Expect
from oob.secret.credentials import Credentials, resolve

CHUNK = 65536
LONGEST_WAIT = 86_400.0
RETURN = b"\n"  # as scrapli ends its lines: a device takes a line feed behind a carriage return for its other half
# A console says nothing before return is pressed, and libraries wait for the far end to begin. One that was just being
# logged out of takes a return for its last and wants another.
RETURNS = 4
PATIENCE = 2.0


class _HungUp(BaseException):
    """Whoever started us has gone."""


class _HangUp:
    """Takes the signals of a hang-up: the first one is raised where the program waits, the others change nothing.

    There are several as a rule: the terminal's, the one of who started us, and the one of our own thread.
    """

    def __init__(self) -> None:
        self.is_over = False
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if not self.is_over:
            self.is_over = True
            raise _HungUp


def relay(url: str, platform: str = "", serial: str = "", hostname: str = "", *aliases: str) -> None:
    """Be the console behind *url* on standard input and output until one of the two ends."""
    hang_up = _HangUp()
    if os.isatty(0):
        tty.setraw(0)
    expect = Expect(serial=serial, hostname=hostname, aliases=aliases)
    line = reach(url, platform=platform, login=resolve(Credentials(), environ=os.environ), expect=expect)
    try:
        typed = threading.Event()
        threading.Thread(target=_type, args=(line, typed, threading.get_ident()), daemon=True).start()
        _show(line, typed)
    except (_HungUp, OSError):
        pass
    finally:
        hang_up.is_over = True
        line.close()


def main(arguments: Sequence[str]) -> int:
    """Run the relay; return oob's exit code."""
    try:
        relay(*arguments)
    except OobError as error:
        print(f"oob: {error}", file=sys.stderr)
        return error.exit_code
    except _HungUp:
        pass  # before there was a line: the way out has closed the path
    return 0


def _show(line: Line, typed: threading.Event) -> None:
    """Pass the device's output to the caller; until the caller types, press return where the device is silent."""
    line.write(RETURN)
    returns = 1
    while True:
        is_waking = returns < RETURNS and not typed.is_set()
        data = line.transport.read(CHUNK, PATIENCE if is_waking else LONGEST_WAIT)
        if not data and is_waking and not typed.is_set():
            line.write(RETURN)
            returns += 1
        _write_all(data)


def _type(line: Line, typed: threading.Event, reader: int) -> None:
    """Bring the keys typed to the device; when they end, the thread that reads the line is told."""
    try:
        while keys := os.read(0, CHUNK):
            typed.set()
            line.write(keys)
    except (OobError, OSError):
        pass  # the reader hears of a path that died too
    signal.pthread_kill(reader, signal.SIGHUP)


def _write_all(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
