"""Pastes over a far path into a small receive buffer: what the first one learns, the second one begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.virtual import VirtualConsole, stepped

LINES = [f"ip prefix-list FAR seq {5 * n} permit 10.{n // 250}.{n % 250}.0/24" for n in range(1, 201)]


@pytest.mark.parametrize(("baud", "round_trip"), [(115200, 0.6), (38400, 0.6), (115200, 1.2), (9600, 0.0)])
def test_the_second_paste_takes_little_more_than_the_line_itself(
    baud: int, round_trip: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, baud=baud, round_trip=round_trip, receive_buffer=128)
    with stepped(monkeypatch, device) as clock:
        console = device.console()
        console.open()
        console.go("config")
        console.paste(LINES)
        received, started = console.stream.bytes_in, clock.now()
        pasted = console.paste(LINES)
        limit = (console.stream.bytes_in - received) * 10 / baud + 3 * round_trip
        assert clock.now() - started <= 1.5 * limit
    assert not pasted.resent
    assert not device.router.terminal.overruns


@pytest.mark.parametrize("round_trip", [0.3, 0.6, 1.2])
@pytest.mark.parametrize("every", [0.0, 0.31])
def test_the_round_trip_is_that_of_an_echo_whatever_else_comes(
    round_trip: float, every: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = VirtualConsole(tmp_path, baud=115200, round_trip=round_trip)
    with stepped(monkeypatch, device):
        if every:
            device.storm(every)
        console = device.console()
        console.open()
        console.run("show clock")
        assert console.stream.round_trip == pytest.approx(round_trip, abs=0.1)
