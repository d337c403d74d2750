"""Serial over LAN and power, by ipmitool against OpenIPMI's ipmi_sim."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from oob.deadline import Deadline
from oob.errors import PathBusy, PathLost, PathRefused, PathUnreachable, ServerLoginRefused
from oob.transport.access import Access, ServerLogin
from oob.transport.base import Transport
from oob.transport.ipmi import Bmc
from oob.transport.opening import open_url
from oob.transport.sol import Sol
from oob.transport.url import parse
from tests.real.process import TEMPLATES, Line, ServerProcess, expect, fill, free_port, has_udp, wait_until

PROGRAMS = ["ipmi_sim", "ipmitool"]

PASSWORD = "canary-bmc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A BMC on UDP *port*."""

    server: ServerProcess
    port: int
    login: ServerLogin = field(default_factory=lambda: ServerLogin(password=PASSWORD))

    @property
    def url(self) -> str:
        return f"sol://admin@127.0.0.1:{self.port}"

    def open(self, *, evict: bool = False, options: str = "?cipher=3") -> Transport:
        return open_url(self.url + options, Deadline(20), Access(server_login=self.login, evict=evict))

    def bmc(self) -> Bmc:
        return Bmc(parse(self.url + "?cipher=3"), Access(server_login=self.login))


@pytest.fixture
def simulator(line: Line, tmp_path: Path) -> Iterator[Simulator]:
    port = free_port(socket.SOCK_DGRAM)
    (tmp_path / "power").write_text("1\n")
    fill("chassis.in", tmp_path / "chassis", FOLDER=tmp_path).chmod(0o755)
    config = fill(
        "ipmi.conf.in",
        tmp_path / "ipmi.conf",
        HOST="127.0.0.1",
        PORT=port,
        LINE=line.device,
        FOLDER=tmp_path,
        PASSWORD=PASSWORD,
    )
    command: list[str | Path] = ["ipmi_sim", "-n", "-c", config, "-f", TEMPLATES / "ipmi.emu", "-s", tmp_path]
    server = ServerProcess(command, tmp_path, has_udp(port))
    yield Simulator(server=server, port=port)
    server.close()


def processes_with(text: str) -> list[str]:
    """Return the command lines of this machine's processes that hold *text*."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if text in command:
                found.append(command)
    return found


def test_bytes_pass_both_ways_and_the_session_is_given_back(simulator: Simulator, line: Line) -> None:
    with simulator.open() as transport:
        transport.write(b"show ver~.\r~.\x1b[A", 5)
        assert line.hear(16) == b"show ver~.\r~.\x1b[A"
        line.say(b"\r\nCisco IOS\r\n")
        expect(transport, b"\r\nCisco IOS\r\n")
        assert transport.path == simulator.url + "?cipher=3"
        assert simulator.bmc().sol_owner(5)
    assert simulator.bmc().sol_owner(5) == 0
    assert not processes_with(str(simulator.port) + " -U")


@pytest.mark.parametrize("typed", [b"", b"exit\r", b"half a li"])
def test_the_session_is_given_back_whatever_was_typed_last(simulator: Simulator, line: Line, typed: bytes) -> None:
    with simulator.open() as transport:
        if typed:
            transport.write(typed, 5)
            assert line.hear(len(typed)) == typed
    assert simulator.bmc().sol_owner(5) == 0
    assert line.is_quiet()


def test_a_cipher_suite_that_is_refused_is_followed_by_the_next(simulator: Simulator) -> None:
    begin = Deadline(8)
    simulator.open(options="").close()
    assert not begin.is_over
    with pytest.raises(PathRefused, match="takes none of the cipher suites 17"):
        simulator.open(options="?cipher=17")


def test_the_password_is_in_no_process_list(simulator: Simulator) -> None:
    with simulator.open():
        assert processes_with("sol activate")
        assert not processes_with(PASSWORD)


def test_a_break_is_sent_and_nothing_of_ipmitools_own_is_read(simulator: Simulator, line: Line) -> None:
    with simulator.open() as transport:
        transport.send_break()
        line.say(b"rommon 1 >")
        expect(transport, b"rommon 1 >")
        transport.write(b"x", 5)
        transport.send_break()
        line.say(b"rommon 2 >")
        seen = b""
        while len(seen) < 10:
            seen += transport.read(1, 5)
        assert seen == b"rommon 2 >"
        assert line.hear(2) == b"x\r"


def test_a_console_that_somebody_has_is_busy_and_is_not_taken(simulator: Simulator, line: Line) -> None:
    with simulator.open() as first:
        with pytest.raises(PathBusy, match="console in use by another SOL session") as caught:
            simulator.open()
        assert caught.value.exit_code == 4
        line.say(b"still here")
        expect(first, b"still here")


def test_a_console_is_taken_over_on_request_and_the_loser_notices(simulator: Simulator, line: Line) -> None:
    with simulator.open() as first:
        line.say(b"mine")
        expect(first, b"mine")
        wait_until(lambda: isinstance(first, Sol) and first.owner != 0)
        with simulator.open(evict=True) as second:
            line.say(b"yours")
            expect(second, b"yours")
            with pytest.raises(PathLost, match="another user took the console"):
                first.read(100, 20)
            first.close()
            line.say(b"still yours")
            expect(second, b"still yours")


def test_a_session_that_somebody_deactivates_is_noticed(simulator: Simulator) -> None:
    with simulator.open() as transport:
        simulator.bmc().run("sol", "deactivate", timeout=5)
        with pytest.raises(PathLost, match="another user deactivated our SOL session"):
            transport.read(100, 20)


def test_a_session_that_stays_silent_is_made_anew_once(simulator: Simulator, line: Line) -> None:
    with simulator.open() as transport:
        owner = simulator.bmc().sol_owner(5)
        transport.write(b"\r", 5)
        assert transport.read(100, 8) == b""
        assert simulator.bmc().sol_owner(5) not in (0, owner)
        line.say(b"login: ")
        expect(transport, b"login: ")
    assert simulator.bmc().sol_owner(5) == 0


def test_a_wrong_password_is_told_apart(simulator: Simulator) -> None:
    access = Access(server_login=ServerLogin(password="wrong-canary"))
    with pytest.raises(ServerLoginRefused, match="the BMC refused the password") as caught:
        open_url(simulator.url, Deadline(20), access)
    assert caught.value.exit_code == 5
    assert "canary" not in str(caught.value)


def test_a_user_that_is_not_there_is_told_apart(simulator: Simulator) -> None:
    with pytest.raises(ServerLoginRefused, match="the BMC has no user 'ops'"):
        open_url(simulator.url.replace("admin", "ops"), Deadline(20), Access(server_login=simulator.login))


def test_a_bmc_that_is_not_there_is_unreachable_in_time(simulator: Simulator) -> None:
    simulator.server.close()
    begin = Deadline(20)
    with pytest.raises(PathUnreachable, match=r"no BMC answers|the BMC does not answer"):
        simulator.open()
    assert not begin.is_over


def test_a_bmc_that_goes_without_a_word_is_noticed_in_time(simulator: Simulator, line: Line) -> None:
    with simulator.open() as transport:
        line.say(b"hello")
        expect(transport, b"hello")
        simulator.server.signal(signal.SIGSTOP)
        begin = Deadline(20)
        with pytest.raises(PathLost, match="the BMC has stopped answering"):
            transport.read(100, 30)
        assert not begin.is_over


def test_power_is_read_and_cycled_once(simulator: Simulator, tmp_path: Path) -> None:
    bmc = simulator.bmc()
    assert bmc.power("status", 10) == "on"
    bmc.power("off", 20)
    wait_until(lambda: (tmp_path / "power").read_text() == "0\n")
    assert bmc.power("status", 10) == "off"
    bmc.power("on", 20)
    wait_until(lambda: (tmp_path / "power").read_text() == "1\n")
    assert (tmp_path / "power.log").read_text() == "power=0\npower=1\n"
