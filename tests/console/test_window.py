"""The window of a paste on lines of every kind, in virtual time."""

from __future__ import annotations

import heapq
import random
from math import inf

import pytest

from oob.console.window import Window

PROMPT = 16
HELD = 128


def lines(count: int = 300) -> list[int]:
    chance = random.Random(5)
    return [chance.randint(15, 55) for _ in range(count)]


class Path:
    """A device that prints a prompt and an echo for each line it takes, at *baud*, and needs *think* seconds for it."""

    def __init__(self, *, baud: int, round_trip: float, think: float) -> None:
        self.byte = 10 / baud if baud else 0.0
        self.round_trip = round_trip
        self.think = think
        self.most_held = 0
        self._events: list[tuple[float, int, str, int]] = []
        self._order = 0

    def paste(self, sizes: list[int], window: Window) -> float:
        """Bring all lines through and return how long it took, as a multiple of what the line needs for it."""
        now, next_line, echoed, held, wire_free, device_free = 0.0, 0, 0, 0, 0.0, 0.0
        self._at(0.0, "look", 0)
        while echoed < len(sizes):
            now, _, what, size = heapq.heappop(self._events)
            if what == "arrives":
                held += size
                self.most_held = max(self.most_held, held)
                begins = max(now, device_free)
                device_free = begins + self.think + (size + PROMPT) * self.byte
                self._at(begins + size * self.byte / 2, "is read", size)
                self._at(device_free + self.round_trip / 2, "echo", size)
            elif what == "is read":
                held -= size
            elif what == "echo":
                window.echoed(now)
                echoed += 1
            while what in {"look", "echo"} and next_line < len(sizes):
                if pause := window.wait(sizes[next_line], now):
                    if pause < inf:
                        self._at(now + pause + 1e-6, "look", 0)
                    break
                window.sent(sizes[next_line], now)
                wire_free = max(now + self.round_trip / 2, wire_free) + sizes[next_line] * self.byte
                self._at(wire_free, "arrives", sizes[next_line])
                next_line += 1
        printed = sum(sizes) + PROMPT * len(sizes)
        return now / (printed * self.byte + self.think * len(sizes) + self.round_trip)

    def _at(self, when: float, what: str, size: int) -> None:
        self._order += 1
        heapq.heappush(self._events, (when, self._order, what, size))


@pytest.mark.parametrize("think", [0.001, 0.003, 0.03])
@pytest.mark.parametrize("round_trip", [0.001, 0.05, 0.2, 0.6, 1.5])
@pytest.mark.parametrize("baud", [1200, 9600, 38400, 115200, 0])
def test_a_device_that_holds_128_bytes_is_not_overrun_over_any_path(baud: int, round_trip: float, think: float) -> None:
    path = Path(baud=baud, round_trip=round_trip, think=think)

    path.paste(lines(), Window(120, PROMPT))

    assert path.most_held <= HELD


@pytest.mark.parametrize(("baud", "round_trip", "worst"), [(9600, 0.0, 1.02), (9600, 0.6, 1.1), (115200, 0.6, 1.9)])
def test_the_path_is_kept_full(baud: int, round_trip: float, worst: float) -> None:
    assert Path(baud=baud, round_trip=round_trip, think=0.003).paste(lines(), Window(120, PROMPT)) <= worst


def test_a_line_alone_may_leave_however_long_it_is() -> None:
    assert Window(120, PROMPT).wait(4000, 0.0) == 0.0


def test_what_the_device_can_hold_may_leave_at_once_and_no_more() -> None:
    window = Window(120, PROMPT)
    for _ in range(3):
        assert window.wait(40, 0.0) == 0.0
        window.sent(40, 0.0)

    assert window.wait(40, 0.0) == inf


def test_after_a_loss_half_as_much_is_on_its_way_and_it_hardly_opens_again() -> None:
    window = Window(120, PROMPT)
    window.lost()

    assert [flight(window, float(second)) for second in range(5)] == [60, 60, 60, 60, 60]


def flight(window: Window, now: float) -> int:
    """Send what may leave at *now*, let it come back after half a second, and return how many bytes it was."""
    count = 0
    while window.wait(20, now) == 0.0:
        window.sent(20, now)
        count += 1
    for _ in range(count):
        window.echoed(now + 0.5)
    return count * 20
