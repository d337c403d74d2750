"""`baud=auto` on a pseudo-terminal whose far end reads and sends bits, so that a wrong speed garbles as a UART does."""

from __future__ import annotations

import os
import pty
import select
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from oob.deadline import Deadline
from oob.device.probe import probe
from oob.events import CONSOLE_NOTE, Event, Events
from oob.profile.store import load
from oob.transport.access import Access
from oob.transport.autobaud import USUAL, is_readable
from oob.transport.opening import open_url

BAUDS = {getattr(termios, f"B{speed}"): speed for speed in USUAL}
Reply = Callable[[bytes], bytes]


def received(data: bytes, sent_at: int, read_at: int) -> bytes:
    """Return what a UART that reads at one speed makes of *data* sent at another, 8N1, back to back."""
    levels = [level for byte in data for level in (0, *((byte >> bit) & 1 for bit in range(8)), 1)]

    def level(time: float) -> int:
        place = int(time * sent_at)
        return levels[place] if place < len(levels) else 1

    found, now, end, step = bytearray(), 0.0, len(levels) / sent_at, 1 / (16 * read_at)
    while now < end:
        if level(now):
            now += step
            continue
        found.append(sum(level(now + (1.5 + bit) / read_at) << bit for bit in range(8)))
        now += 9.5 / read_at
        while now < end and not level(now):  # a framing error: the line must rise before the next start bit
            now += step
    return bytes(found)


class Uart:
    """A device at *speed* on the far end of a pty: *reply* answers what it reads, *says* is repeated by itself."""

    def __init__(self, speed: int, reply: Reply, says: bytes = b"") -> None:
        self.far, near = pty.openpty()
        tty.setraw(near)
        self.device = os.ttyname(near)
        self._near = near  # so that the far end does not hang up between two openings
        self.speed = speed
        self.read = bytearray()
        self._reply, self._says = reply, says
        self._end_read, self._end_write = os.pipe()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _host_speed(self) -> int:
        return BAUDS[termios.tcgetattr(self.far)[4]]

    def _run(self) -> None:
        while True:
            ready = select.select([self.far, self._end_read], [], [], 0.05 if self._says else None)[0]
            if self._end_read in ready:
                return
            if self.far in ready:
                for number in os.read(self.far, 4096):
                    got = received(bytes((number,)), self._host_speed(), self.speed)
                    self.read += got
                    self._send(self._reply(got))
            elif self._says:
                self._send(self._says)

    def _send(self, data: bytes) -> None:
        os.write(self.far, received(data, self.speed, self._host_speed()))

    def close(self) -> None:
        os.write(self._end_write, b"x")
        self._thread.join()
        for descriptor in (self.far, self._near, self._end_read, self._end_write):
            os.close(descriptor)


@contextmanager
def uart(speed: int, reply: Reply, says: bytes = b"") -> Iterator[Uart]:
    device = Uart(speed, reply, says)
    try:
        yield device
    finally:
        device.close()


def prompt(typed: bytes) -> bytes:
    """Answer as a router does: the prompt behind a return, an echo of what can be shown."""
    return b"\r\nedge1#" if b"\r" in typed else typed if typed >= b" " else b""


def login(typed: bytes) -> bytes:
    return b"\r\nUser Access Verification\r\n\r\nUsername: " if b"\r" in typed else b""


def silent(typed: bytes) -> bytes:
    return b""


def notes(found: list[Event]) -> list[str]:
    return [event.text for event in found if event.name == CONSOLE_NOTE]


@pytest.mark.parametrize(("speed", "reply"), [(115200, prompt), (38400, login), (9600, prompt)])
def test_the_speed_is_the_one_at_which_the_answer_is_readable(speed: int, reply: Reply) -> None:
    said: list[Event] = []
    with uart(speed, reply) as device:
        url = f"serial://{device.device}?baud=auto"
        with open_url(url, Deadline(30), Access(events=Events(said.append))) as transport:
            assert transport.line
            assert transport.line.baud == speed
            assert is_readable(transport.read(100, 5))
        before = bytes(device.read[: device.read.find(b"\x12") if b"\x12" in device.read else len(device.read)])

    assert notes(said) == [f"{url}: the line runs at {speed} bit/s"]
    assert all(number >= 0x40 for number in before)  # no control character and no BREAK at a wrong speed


def test_nothing_is_typed_while_the_line_talks() -> None:
    with uart(9600, prompt, b"Press any key to stop autoboot: 3\r\n") as device:
        with open_url(f"serial://{device.device}?baud=auto", Deadline(30)) as transport:
            assert transport.line
            assert transport.line.baud == 9600
            assert b"stop autoboot" in transport.read(4096, 5)
        assert not device.read


def test_a_line_that_says_nothing_is_left_at_the_usual_speed() -> None:
    said: list[Event] = []
    with uart(9600, silent) as device:
        url = f"serial://{device.device}?baud=auto"
        with open_url(url, Deadline(4), Access(events=Events(said.append))) as transport:
            assert transport.line
            assert transport.line.baud == 9600

    assert notes(said) == [f"{url}: nothing readable at 115200 to 1200 bit/s; 9600 bit/s are used"]


def test_a_second_opening_begins_with_the_speed_that_was_found() -> None:
    access = Access()
    with uart(38400, prompt) as device:
        url = f"serial://{device.device}?baud=auto"
        open_url(url, Deadline(30), access).close()
        assert access.speeds == {url: 38400}
        device.read.clear()
        open_url(url, Deadline(30), access).close()
        assert bytes(device.read) == b"\x12\x15\r"


def test_a_probe_says_at_which_speed_it_reached_the_console() -> None:
    with uart(19200, prompt) as device:
        finding = probe(f"serial://{device.device}?baud=auto", load("cisco_ios"))

    assert finding.verdict == "reached"
    assert finding.measure
    assert finding.measure.bytes_per_second == 1920


@pytest.mark.parametrize("speed", USUAL[1:])
def test_text_at_a_wrong_speed_is_not_readable(speed: int) -> None:
    text = b"\r\nUser Access Verification\r\n\r\nUsername: % Login invalid\r\n*Mar  1 00:00:12: %SYS-5-CONFIG_I:\r\n"

    assert is_readable(text)
    assert [wrong for wrong in USUAL if wrong > speed and is_readable(received(text, speed, wrong))] == []
