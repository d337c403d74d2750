"""Ptys and console-server ports of a running lab, met as a client meets them."""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from oob.lab.control import Lab, lab_up
from oob.lab.topology import PortSpec, Topology, default_topology

ROUND_TRIP = 0.3


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """edge1 alone: a pty, a telnet port next door, one far away, and a raw one."""
    ports = (
        PortSpec(kind="pty"),
        PortSpec(kind="telnet"),
        PortSpec(kind="tcp", round_trip_ms=ROUND_TRIP * 1000),
    )
    edge = default_topology().with_router("edge1", baud=19200, ports=ports, settings={"boot_seconds": 2}).routers[0]
    with lab_up(tmp_path_factory.mktemp("lab"), Topology(routers=(edge,)), owned=True) as lab:
        yield lab


class Client:
    """Somebody on a file descriptor."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.seen = b""

    def type(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def until(self, end: bytes, seconds: float = 5.0) -> bytes:
        """Read until *end* has come; return all that has."""
        limit = time.monotonic() + seconds
        while end not in self.seen:
            assert select.select([self.fd], [], [], max(0.0, limit - time.monotonic()))[0], self.seen
            data = os.read(self.fd, 4096)
            assert data, self.seen
            self.seen += data
        seen, self.seen = self.seen, b""
        return seen

    def until_quiet(self) -> None:
        """Discard output that was meant for an earlier client."""
        while select.select([self.fd], [], [], 0.2)[0]:
            os.read(self.fd, 4096)

    def is_cut_off(self) -> bool:
        """Read on until the end of the stream, or an error, comes."""
        while select.select([self.fd], [], [], 5)[0]:
            try:
                if not os.read(self.fd, 4096):
                    return True
            except OSError:
                return True
        return False


def pty(lab: Lab) -> str:
    return lab.router("edge1").console("serial").removeprefix("serial://").partition("?")[0]


def number(lab: Lab, scheme: str) -> int:
    return int(lab.router("edge1").console(scheme).rpartition(":")[2])


@pytest.fixture
def serial_line(lab: Lab) -> Iterator[Client]:
    """The pty, opened as pyserial does."""
    with serial.Serial(pty(lab), 19200, exclusive=True) as port:
        yield Client(port.fileno())


@pytest.fixture
def telnet(lab: Lab) -> Iterator[Client]:
    with socket.create_connection(("127.0.0.1", number(lab, "telnet"))) as connection:
        client = Client(connection.fileno())
        client.until(b"\xff\xfb\x01\xff\xfb\x03")
        client.until_quiet()
        yield client


def test_the_pty_is_a_serial_line_of_its_speed(lab: Lab, serial_line: Client) -> None:
    start = time.monotonic()
    lab.fault("edge1", "syslog", text="%TEST-6-X: " + "x" * 1900)
    took = time.monotonic()
    serial_line.until(b"x" * 1900)
    assert 0.9 < time.monotonic() - start < 0.98 + (took - start) + 0.5


def test_everybody_who_is_connected_sees_the_same_console(lab: Lab, serial_line: Client, telnet: Client) -> None:
    lab.fault("edge1", "syslog", text="%TEST-6-SEEN: by both")
    telnet.until(b"by both")
    serial_line.until(b"by both")


def test_old_output_does_not_wait_for_the_next_client(lab: Lab, telnet: Client) -> None:
    lab.fault("edge1", "syslog", text="%TEST-6-OLD: without a client")
    telnet.until(b"without a client\r\n")
    with serial.Serial(pty(lab), 19200) as port:
        client = Client(port.fileno())
        lab.fault("edge1", "syslog", text="%TEST-6-NEW: with a client")
        assert b"OLD" not in client.until(b"with a client")


def test_the_second_client_of_a_port_is_told_and_turned_away(lab: Lab, telnet: Client) -> None:
    with socket.create_connection(("127.0.0.1", number(lab, "telnet"))) as second:
        client = Client(second.fileno())
        client.until(b"Port already in use")
        while second.recv(100):
            pass
    lab.fault("edge1", "syslog", text="%TEST-6-X: still there")
    telnet.until(b"still there")


def test_distance_is_there_in_both_directions(lab: Lab) -> None:
    with socket.create_connection(("127.0.0.1", number(lab, "tcp"))) as connection:
        client = Client(connection.fileno())
        start = time.monotonic()
        client.type(b"\r")
        client.until(b"\r\n")
        assert ROUND_TRIP < time.monotonic() - start < ROUND_TRIP + 0.5


def test_the_console_is_left_as_it_is_when_a_client_goes(lab: Lab) -> None:
    with socket.create_connection(("127.0.0.1", number(lab, "telnet"))) as first:
        client = Client(first.fileno())
        client.type(b"\r\n")
        client.until(b"Username: ")
        client.type(b"op")
        client.until(b"op")
    with serial.Serial(pty(lab), 19200) as port:
        second = Client(port.fileno())
        second.type(b"s\r")
        second.until(b"Password: ")
        second.type(b"oob-lab\r")
        second.until(b"edge1#")
        second.type(b"exit\r")
        second.until(b"Press RETURN")


def test_a_dropped_line_ends_every_connection_and_comes_back(lab: Lab, telnet: Client, serial_line: Client) -> None:
    lab.fault("edge1", "drop", seconds=0.3)
    assert telnet.is_cut_off()
    assert serial_line.is_cut_off()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number(lab, "telnet")))
    assert not os.path.lexists(pty(lab))
    limit = time.monotonic() + 5
    while not os.path.lexists(pty(lab)):
        assert time.monotonic() < limit
        select.select([], [], [], 0.02)
    with serial.Serial(pty(lab), 19200) as port:
        client = Client(port.fileno())
        client.type(b"\r")
        client.until(b"Username: ")
        client.type(b"\x03")
        client.until(b"Press RETURN")


def test_a_fault_waits_for_the_line_that_it_was_told_to_wait_for(lab: Lab, telnet: Client) -> None:
    telnet.type(b"\r\n")
    telnet.until(b"Username: ")
    lab.fault("edge1", "type", text="ops\r")
    telnet.until(b"Password: ")
    lab.fault("edge1", "type", text="oob-lab\r")
    telnet.until(b"edge1#")
    lab.fault("edge1", "syslog", text="%TEST-6-X: now", when={"line": "^show clock"})
    telnet.type(b"show users\r\nshow clock\r\n")
    seen = telnet.until(b"%TEST-6-X: now")
    assert b"con 0" in seen
    assert b"UTC" not in seen
    lab.fault("edge1", "syslog", text="%TEST-6-Y: in the middle", when={"output": 900})
    telnet.type(b"terminal length 0\r\nshow running-config\r\n")
    assert b"version 17.9" in telnet.until(b"in the middle")
    assert telnet.until(b"\nend\r\n\r\nedge1#")
    telnet.type(b"exit\r\n")
    telnet.until(b"Press RETURN")


def test_a_muted_line_looks_alive_and_is_silent(lab: Lab, telnet: Client) -> None:
    lab.fault("edge1", "mute", seconds=0.3)
    telnet.type(b"\r\n")
    assert not select.select([telnet.fd], [], [], 0.2)[0]
    limit = time.monotonic() + 5
    while time.monotonic() < limit and not select.select([telnet.fd], [], [], 0.1)[0]:
        telnet.type(b"\r\n")
    telnet.until(b"Username: ")
    telnet.type(b"\x03")
    telnet.until(b"Press RETURN")


def test_break_reaches_the_router(lab: Lab, telnet: Client) -> None:
    lab.fault("edge1", "reboot")
    telnet.type(b"\xff\xf3")
    telnet.until(b"rommon 1 > ", seconds=20)
    telnet.type(b"boot\r\n")
    telnet.until(b"Press RETURN to get started!", seconds=20)


def test_files_named_in_urls_exist(lab: Lab) -> None:
    assert Path(pty(lab)).is_char_device()


def test_a_line_can_be_made_noisy_and_quiet_again(lab: Lab, telnet: Client) -> None:
    lab.fault("edge1", "noise", loss=0.5)
    lab.fault("edge1", "syslog", text="%TEST-6-X: " + "x" * 400)
    seen = telnet.until(b"x" * 100)
    lab.fault("edge1", "noise")
    lab.fault("edge1", "syslog", text="%TEST-6-Y: clean again")
    seen += telnet.until(b"%TEST-6-Y: clean again")
    assert 100 <= seen.count(b"x") < 350


def test_a_client_at_the_stated_speed_of_a_mislabelled_line_reads_garbage(lab: Lab, serial_line: Client) -> None:
    url = lab.router("edge1").console("serial")
    lab.fault("edge1", "speed", baud=38400)
    try:
        lab.fault("edge1", "syslog", text="%TEST-6-X: unreadable")
        seen = os.read(serial_line.fd, 4096) if select.select([serial_line.fd], [], [], 5)[0] else b""
        assert seen
        assert b"TEST" not in seen
        with serial.Serial(pty(lab), 38400) as port:
            client = Client(port.fileno())
            lab.fault("edge1", "syslog", text="%TEST-6-X: readable")
            client.until(b"%TEST-6-X: readable")
    finally:
        lab.fault("edge1", "speed", baud=19200, servers=True)
    assert url.endswith("baud=19200")
