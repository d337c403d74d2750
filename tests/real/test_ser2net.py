"""ser2net: raw TCP, telnet and RFC 2217, with everything that can go wrong between us and it."""

from __future__ import annotations

import signal
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost, PathRefused
from oob.transport.base import LineSettings, Transport
from oob.transport.opening import open_url
from tests.real.process import Line, ServerProcess, answers, fill, free_port

PROGRAMS = ["ser2net"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ser2net:
    """The server, and its ports by scheme."""

    server: ServerProcess
    ports: dict[str, int]

    def open(self, scheme: str, options: str = "") -> Transport:
        return open_url(f"{scheme}://127.0.0.1:{self.ports[scheme]}{options}", Deadline(10))


@pytest.fixture
def ser2net(line: Line, tmp_path: Path) -> Iterator[Ser2net]:
    ports = {scheme: free_port() for scheme in ("tcp", "telnet", "rfc2217")}
    config = fill(
        "ser2net.yaml.in",
        tmp_path / "ser2net.yaml",
        HOST="127.0.0.1",
        RAW=ports["tcp"],
        TELNET=ports["telnet"],
        RFC2217=ports["rfc2217"],
        LINE=line.device,
    )
    server = ServerProcess(["ser2net", "-n", "-c", config, "-P", tmp_path / "pid"], tmp_path, answers(ports["rfc2217"]))
    yield Ser2net(server=server, ports=ports)
    server.close()


schemes = pytest.mark.parametrize("scheme", ["tcp", "telnet", "rfc2217"])


def settle(transport: Transport) -> None:
    """Let a telnet server begin to negotiate, as an attach that listens first does."""
    while transport.read(100, 0.2):
        pass


@schemes
def test_every_byte_passes_both_ways(ser2net: Ser2net, line: Line, scheme: str) -> None:
    everything = bytes(range(256)) + b"\r\r\n\r\0\xff\xff"
    with ser2net.open(scheme) as transport:
        settle(transport)
        transport.write(everything, 5)
        assert line.hear(len(everything)) == everything
        line.say(everything)
        got = b""
        while data := transport.read(4096, 1):
            got += data
        assert got == everything


@schemes
def test_a_second_client_is_told_that_the_port_is_in_use(ser2net: Ser2net, scheme: str) -> None:
    def use_again() -> None:
        with ser2net.open(scheme) as second:
            while True:
                second.read(100, 5)

    with ser2net.open(scheme) as first:
        settle(first)
        with pytest.raises(PathBusy, match="Port already in use") as caught:
            use_again()
        assert caught.value.exit_code == 4
    ser2net.open(scheme).close()  # and free again afterwards


@schemes
def test_a_silent_line_is_an_open_path_that_says_nothing(ser2net: Ser2net, scheme: str) -> None:
    with ser2net.open(scheme) as transport:
        settle(transport)
        assert transport.read(100, 0.3) == b""


@schemes
def test_a_server_that_is_killed_in_the_middle_is_a_lost_path(ser2net: Ser2net, line: Line, scheme: str) -> None:
    with ser2net.open(scheme) as transport:
        settle(transport)
        line.say(b"Building configu")
        assert transport.read(100, 5)
        ser2net.server.signal(signal.SIGKILL)
        with pytest.raises(PathLost, match="the far end has c") as caught:
            transport.read(100, 20)
        assert caught.value.received >= 16


@schemes
def test_a_server_that_is_not_there_is_refused(ser2net: Ser2net, scheme: str) -> None:
    ser2net.server.close()
    with pytest.raises(PathRefused, match="the port is shut"):
        ser2net.open(scheme)


@pytest.mark.parametrize("scheme", ["telnet", "rfc2217"])
def test_a_break_leaves_the_path_usable(ser2net: Ser2net, line: Line, scheme: str) -> None:
    with ser2net.open(scheme) as transport:
        settle(transport)
        transport.send_break(0.1)
        transport.write(b"\r", 5)
        assert line.hear(1) == b"\r"


def test_the_line_is_set_on_the_server_and_read_back(ser2net: Ser2net, line: Line) -> None:
    with ser2net.open("rfc2217") as transport:
        assert transport.line == LineSettings(baud=9600)
    with ser2net.open("rfc2217", "?baud=115200&stop=2&parity=even") as transport:
        assert transport.line == LineSettings(baud=115200, parity="even", stop=2)
        assert termios.tcgetattr(line.fd)[4] == termios.B115200
        assert termios.tcgetattr(line.fd)[2] & termios.CSTOPB
        transport.set_line(LineSettings(baud=19200))
        assert transport.line == LineSettings(baud=19200)
        assert termios.tcgetattr(line.fd)[4] == termios.B19200


def test_a_telnet_port_without_rfc2217_says_so(ser2net: Ser2net) -> None:
    with pytest.raises(PathRefused, match="does not speak RFC 2217 here: use telnet://"):
        open_url(f"rfc2217://127.0.0.1:{ser2net.ports['telnet']}", Deadline(10))


def test_a_raw_port_asked_for_rfc2217_says_so(ser2net: Ser2net) -> None:
    with pytest.raises(PathRefused, match="does not speak RFC 2217 here"):
        open_url(f"rfc2217://127.0.0.1:{ser2net.ports['tcp']}", Deadline(1))
