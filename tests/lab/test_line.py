from __future__ import annotations

from collections.abc import Callable

import pytest

from oob.lab.clock import ScheduledCall, SteppedClock
from oob.lab.line import Delay, LineNoise, SerialLine


class Ends:
    """A line with a recorder at either end."""

    def __init__(self, baud: int, clock: SteppedClock | None = None) -> None:
        self.clock = clock or SteppedClock()
        self.device = bytearray()
        self.host = bytearray()
        self.bursts: list[int] = []
        self.line = SerialLine(self.clock, baud, self.device.extend)
        self.line.plug(self.arrived)

    def arrived(self, data: bytes) -> None:
        self.host += data
        self.bursts.append(len(data))


@pytest.mark.parametrize("baud", [300, 9600, 115200])
def test_a_kilobyte_takes_ten_bits_a_byte_to_the_last_byte(baud: int) -> None:
    ends = Ends(baud)
    seconds = 1000 * 10 / baud
    assert ends.line.send(b"x" * 1000) == pytest.approx(seconds)
    ends.clock.advance(seconds - 10 / baud / 2)
    assert 0 < len(ends.host) < 1000
    ends.clock.advance(10 / baud)
    assert len(ends.host) == 1000


def test_bytes_come_in_bursts_as_out_of_a_uart() -> None:
    ends = Ends(9600)
    ends.line.send(b"x" * 960)
    ends.clock.advance(2)
    assert max(ends.bursts) <= 16
    assert len(ends.bursts) == 60


def test_a_single_key_arrives_after_its_own_time() -> None:
    ends = Ends(9600)
    ends.line.type(b"x")
    ends.clock.advance(10 / 9600 + 1e-9)
    assert ends.device == b"x"


def test_a_clock_that_is_late_makes_one_larger_burst_and_no_slower_line() -> None:
    class Late(SteppedClock):
        def call_later(self, seconds: float, fn: Callable[[], None]) -> ScheduledCall:
            return super().call_later(seconds + 0.1, fn)

    ends = Ends(9600, Late())
    ends.line.send(b"x" * 960)
    ends.clock.advance(1.11)
    assert len(ends.host) == 960
    assert max(ends.bursts) > 100


def test_an_unlimited_line_delivers_at_once() -> None:
    ends = Ends(0)
    assert ends.line.send(b"x" * 100_000) == 0.0
    assert len(ends.host) == 100_000


def test_a_cut_line_loses_bytes_in_both_directions_and_time_goes_on() -> None:
    ends = Ends(9600)
    ends.line.is_cut = True
    ends.line.send(b"lost")
    ends.line.type(b"lost")
    ends.clock.advance(1)
    ends.line.is_cut = False
    ends.line.send(b"kept")
    ends.clock.advance(1)
    assert (bytes(ends.host), bytes(ends.device)) == (b"kept", b"")


def test_noise_garbles_and_loses_about_its_share_and_the_same_each_time() -> None:
    runs = []
    for _ in range(2):
        ends = Ends(0)
        ends.line.noise = LineNoise(garble=0.1, loss=0.1)
        ends.line.send(b"x" * 10_000)
        runs.append(bytes(ends.host))
    assert runs[0] == runs[1]
    assert 8_800 < len(runs[0]) < 9_200
    assert 800 < sum(byte != ord("x") for byte in runs[0]) < 1_000


def test_a_port_learns_when_there_is_room_again() -> None:
    ends = Ends(9600)
    told = []
    ends.line.type(b"x" * 3000)
    ends.line.when_typed(lambda: told.append(ends.line.typed))
    ends.clock.advance(4)
    assert told
    assert told[0] < 2048


def test_distance_delays_everything_alike_and_keeps_order() -> None:
    clock, arrived = SteppedClock(), bytearray()
    delay = Delay(clock, 0.3, arrived.extend)
    delay.put(b"a")
    clock.advance(0.1)
    delay.put(b"b")
    clock.advance(0.21)
    assert arrived == b"a"
    clock.advance(0.1)
    assert arrived == b"ab"


def test_what_is_under_way_is_lost_when_the_connection_is() -> None:
    clock, arrived = SteppedClock(), bytearray()
    delay = Delay(clock, 0.3, arrived.extend)
    delay.put(b"old")
    delay.forget()
    delay.put(b"new")
    clock.advance(1)
    assert arrived == b"new"


def test_a_port_at_another_speed_exchanges_garbage_once_the_device_has_changed_its_own() -> None:
    ends = Ends(9600)
    assert ends.line.heard(b"Username: ", 115200) == b"Username: "  # a pty without a speed of its own is as good as any

    ends.line.set_baud(115200)

    assert len(ends.line.heard(b"Username: " * 12, 9600)) == 10
    assert len(ends.line.typed_at(b"\r", 9600)) == 12
    assert not ends.line.heard(b"Username: " * 12, 9600).isascii()
    assert ends.line.heard(b"Username: ", 115200) == b"Username: "


def test_a_hurried_line_carries_at_once_and_afterwards_at_its_speed_again() -> None:
    ends = Ends(9600)
    ends.line.send(b"x" * 960)
    ends.line.hurry(is_quick=True)
    ends.line.send(b"y" * 960)
    assert ends.host == b"x" * 960 + b"y" * 960
    ends.line.hurry(is_quick=False)
    assert ends.line.send(b"z" * 960) == pytest.approx(1.0)
    assert not ends.line.is_strict


def test_bytes_under_way_keep_their_order_when_the_distance_ends() -> None:
    clock, arrived = SteppedClock(), bytearray()
    delay = Delay(clock, 0.3, arrived.extend)
    delay.put(b"a")
    delay.seconds = 0.0
    delay.put(b"b")
    clock.advance(0.3)
    delay.put(b"c")
    assert arrived == b"abc"


def test_nothing_in_flight_is_lost_when_the_speed_changes() -> None:
    ends = Ends(300)
    ends.line.send(b"x" * 30)
    ends.line.set_baud(9600)
    ends.line.send(b"y" * 960)
    ends.clock.advance(1.1)
    assert bytes(ends.host) == b"x" * 30 + b"y" * 960
