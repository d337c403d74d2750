"""A telnet peer that negotiates without an end keeps no reader beyond its time."""

from __future__ import annotations

import time

import pytest

from oob.transport.telnet import Telnet
from oob.wire.telnet import DO, IAC, WILL, TelnetCodec
from tests.stand_in import StandIn

NOP = 241


class Endless(StandIn):
    """A transport that has the same bytes at each read."""

    path = "endless://"

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, max_bytes: int, timeout: float) -> bytes:
        return self._data

    def write(self, data: bytes, timeout: float) -> None:
        pass


@pytest.mark.parametrize("sequence", [bytes([IAC, NOP]), bytes([IAC, DO, 77]), bytes([IAC, WILL, 3, IAC, WILL, 44])])
def test_a_read_ends_in_its_time(sequence: bytes) -> None:
    telnet = Telnet(Endless(sequence * 50), TelnetCodec())
    started = time.monotonic()
    assert telnet.read(4096, 0.1) == b""
    assert time.monotonic() - started < 5
