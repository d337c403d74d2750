"""Measures oob and its peers on the same virtual router, as a ratio to what the line itself allows.

    python bench/console.py [--tools oob,netmiko,scrapli,pexpect] [--lines 9600:0,115200:0,9600:600,115200:600]

The limit of an act is `bytes x 10 / baud + round trips x RTT + device silence`: the bytes are the fewest that any tool
needed for it, the round trips those that no tool can do without, and the silence is what the device takes for it on a
line without speed or distance. Lower is better; 1.00 is the line itself.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from oob.console.console import Console
from oob.deadline import Deadline
from oob.lab.control import Lab, LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology
from oob.profile.store import load
from oob.secret.credentials import Credentials
from oob.transport.opening import open_url

COMMAND = "show ip route"
BIG_COMMAND = "show running-config"
LINES = [f"ip prefix-list BENCH seq {5 * n} permit 10.{n // 250}.{n % 250}.0/24" for n in range(1, 301)]
# Connecting: the prompt, the username, the password, paging and width; then each act.
ROUND_TRIPS = {"connect": 4, "command": 1, "12 KB": 1, "paste 300": 3}
ACTS = tuple(ROUND_TRIPS)
SHORTEST = {"command": 1200, "12 KB": 11_000}


class Tool(Protocol):
    """A way to drive the router; `connect` comes first, `leave` last, and each act returns what the device printed."""

    def connect(self, lab: Lab) -> None: ...
    def run(self, command: str) -> str: ...
    def paste(self, lines: list[str]) -> None: ...
    def leave(self) -> None: ...


class Oob:
    """This project."""

    def connect(self, lab: Lab) -> None:
        router = lab.router("edge1")
        secrets = Credentials(username=router.username, password=router.password, enable=router.secret)
        self.console = Console(open_url(router.console("telnet"), Deadline(30)), load("cisco_ios"), secrets)
        self.console.open()

    def run(self, command: str) -> str:
        return self.console.run(command).text

    def paste(self, lines: list[str]) -> None:
        self.console.go("config")
        pasted = self.console.paste(lines)
        self.console.go("enable")
        if pasted.errors or pasted.resent:
            raise RuntimeError(f"{len(pasted.errors)} refused, {pasted.resent} sent again")

    def leave(self) -> None:
        self.console.leave()

    @property
    def bytes_in(self) -> int:
        return self.console.stream.bytes_in if hasattr(self, "console") else 0


class Watched(Oob):
    """This project, with the time noted that it waits for the device: each interval that ends with bytes from it."""

    waited = 0.0

    def connect(self, lab: Lab) -> None:
        router = lab.router("edge1")
        secrets = Credentials(username=router.username, password=router.password, enable=router.secret)
        transport = open_url(router.console("telnet"), Deadline(30))
        read = transport.read

        def timed_read(max_bytes: int, timeout: float) -> bytes:
            started = time.monotonic()
            data = read(max_bytes, timeout)
            if data:
                self.waited += time.monotonic() - started
            return data

        transport.read = timed_read  # type: ignore[method-assign]  # an instrument, on this one object
        self.console = Console(transport, load("cisco_ios"), secrets)
        self.console.open()


class Netmiko:
    """netmiko as its documentation shows it, with time-outs long enough for the line."""

    def connect(self, lab: Lab) -> None:
        import netmiko

        router = lab.router("edge1")
        host, port = _address(router)
        self.session = netmiko.ConnectHandler(
            device_type="cisco_ios_telnet",
            host=host,
            port=port,
            username=router.username,
            password=router.password,
            secret=router.secret,
            read_timeout_override=120,
        )

    def run(self, command: str) -> str:
        return str(self.session.send_command(command))

    def paste(self, lines: list[str]) -> None:
        self.session.send_config_set(lines)

    def leave(self) -> None:
        self.session.disconnect()


class Scrapli:
    """scrapli's telnet driver, which says nothing until it has read something: the console server greets it, and
    somebody else presses RETURN for it."""

    def connect(self, lab: Lab) -> None:
        from scrapli import AuthOptions, Cli, SessionOptions, TransportTelnetOptions

        router = lab.router("edge1")
        host, port = _address(router)
        pressed: list[str] = []

        def heard(text: str) -> None:
            if "Connected" in text and not pressed:
                pressed.append(text)
                lab.fault("edge1", "type", text="\r")

        self.session = Cli(
            definition_file_or_name="cisco_iosxe",
            host=host,
            port=port,
            auth_options=AuthOptions(username=router.username, password=router.password),
            transport_options=TransportTelnetOptions(),
            session_options=SessionOptions(operation_timeout_s=600, recorder_callback=heard),
        )
        self.session.open()

    def run(self, command: str) -> str:
        return str(self.session.send_input(input_=command).result)

    def paste(self, lines: list[str]) -> None:
        self.session.send_inputs(inputs=lines, requested_mode="configuration")
        self.session.enter_mode(requested_mode="privileged_exec")

    def leave(self) -> None:
        self.session.close()


class Pexpect:
    """What an engineer writes by hand: expect a prompt, send a line, on a raw TCP port."""

    def connect(self, lab: Lab) -> None:
        import socket

        from pexpect import fdpexpect

        router = lab.router("edge1")
        host, _, port = router.console("tcp").removeprefix("tcp://").rpartition(":")
        self.socket = socket.create_connection((host, int(port)), 30)
        self.child = fdpexpect.fdspawn(self.socket, timeout=120)
        self.child.logfile_read = io.BytesIO()
        self.child.send(b"\r")
        self.child.expect(b"Username: ")
        self.child.send(router.username.encode() + b"\r")
        self.child.expect(b"Password: ")
        self.child.send(router.password.encode() + b"\r")
        self.child.expect(rb"edge1#")
        self.run("terminal length 0")
        self.run("terminal width 0")

    def run(self, command: str) -> str:
        self.child.send(command.encode() + b"\r")
        self.child.expect(rb"\r\nedge1(?:\([^)]*\))?#$")
        return bytes(self.child.before).decode()

    def paste(self, lines: list[str]) -> None:
        self.run("configure terminal")
        for line in lines:
            self.run(line)
        self.run("end")

    def leave(self) -> None:
        self.child.send(b"exit\r")
        with suppress(OSError):
            self.socket.close()

    @property
    def bytes_in(self) -> int:
        return self.child.logfile_read.tell() if hasattr(self, "child") else 0


TOOLS: dict[str, Callable[[], Tool]] = {"oob": Oob, "netmiko": Netmiko, "scrapli": Scrapli, "pexpect": Pexpect}


def _address(router: LabRouter) -> tuple[str, int]:
    host, _, port = router.console("telnet").removeprefix("telnet://").rpartition(":")
    return host, int(port)


@dataclass
class Measured:
    """Seconds of each act, what went wrong with it, and the bytes that it took where that is known."""

    seconds: dict[str, float] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    bytes_in: dict[str, int] = field(default_factory=dict)


def measure(tool: Tool, lab: Lab) -> Measured:
    """Let *tool* do every act once; an act that fails ends its turn."""
    measured = Measured()
    acts: list[tuple[str, Callable[[], Any]]] = [
        ("connect", lambda: tool.connect(lab)),
        ("command", lambda: tool.run(COMMAND)),
        ("12 KB", lambda: tool.run(BIG_COMMAND)),
        ("paste 300", lambda: tool.paste(LINES)),
    ]
    for name, act in acts:
        before = getattr(tool, "bytes_in", 0)
        started = time.monotonic()
        try:
            printed = act()
        except Exception as error:  # a peer may fail in any way, and that is a result
            measured.wrong[name] = f"{type(error).__name__}: {' '.join(str(error).split())[:60]}"
            break
        measured.seconds[name] = time.monotonic() - started
        if counted := getattr(tool, "bytes_in", 0):
            measured.bytes_in[name] = counted - before
        if name in SHORTEST and len(printed) < SHORTEST[name]:
            measured.wrong[name] = f"only {len(printed)} characters"
    with suppress(Exception):  # a session that is broken already cannot be left in order
        tool.leave()
    return measured


def start(folder: Path, baud: int, round_trip: int, greeting: str = "") -> Lab:
    """Start a lab whose edge1 is on a line of *baud*, *round_trip* milliseconds away."""
    ports = tuple(PortSpec(kind=kind, round_trip_ms=round_trip, greeting=greeting) for kind in ("pty", "telnet", "tcp"))
    topology = default_topology(big=True).with_router("edge1", baud=baud, ports=ports)
    return lab_up(folder, topology, owned=True)


def silence(folder: Path) -> dict[str, float]:
    """Return how long the device itself takes for each act, on a line without speed or distance."""
    tool = Watched()
    taken: dict[str, float] = {}
    with start(folder, 0, 0) as lab:
        acts: dict[str, Callable[[], Any]] = {
            "connect": lambda: tool.connect(lab),
            "command": lambda: tool.run(COMMAND),
            "12 KB": lambda: tool.run(BIG_COMMAND),
            "paste 300": lambda: tool.paste(LINES),
        }
        for name, act in acts.items():
            tool.waited = 0.0
            act()
            taken[name] = tool.waited
        tool.leave()
        lab.down()
    return taken


def limit(act: str, baud: int, round_trip: int, size: int, device: float) -> float:
    """Return the seconds that the line itself needs."""
    return size * 10 / baud + ROUND_TRIPS[act] * round_trip / 1000 + device


def show(baud: int, round_trip: int, tools: dict[str, Measured], device: dict[str, float]) -> None:
    """Print the table of one line."""
    print(f"\n{baud} bit/s, {round_trip} ms round trip")
    names = list(tools)
    print(f"{'':<12}{'limit s':>9}" + "".join(f"{name:>12}" for name in names))
    fewest = {act: min(one.bytes_in[act] for one in tools.values() if act in one.bytes_in) for act in ACTS}
    limits = {act: limit(act, baud, round_trip, fewest[act], device[act]) for act in ACTS}
    for act in ACTS:
        cells = [_cell(tools[name], act, limits[act]) for name in names]
        print(f"{act:<12}{limits[act]:>9.2f}" + "".join(f"{cell:>12}" for cell in cells))
    whole = sum(limits.values())
    cells = [
        f"{sum(tools[name].seconds.values()) / whole:.2f}" if len(tools[name].seconds) == len(ACTS) else "-"
        for name in names
    ]
    print(f"{'job':<12}{whole:>9.2f}" + "".join(f"{cell:>12}" for cell in cells))
    for name in names:
        for act, why in tools[name].wrong.items():
            print(f"  {name}, {act}: {why}")


def _cell(measured: Measured, act: str, physical: float) -> str:
    if act not in measured.seconds:
        return "failed"
    mark = "!" if act in measured.wrong else ""
    return f"{measured.seconds[act] / physical:.2f}{mark}"


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", default=",".join(TOOLS))
    parser.add_argument("--lines", default="9600:0,115200:0,9600:600,115200:600")
    arguments = parser.parse_args()
    names = ["oob", *(name for name in arguments.tools.split(",") if name != "oob")]
    with tempfile.TemporaryDirectory(prefix="oob-bench-") as folder:
        device = silence(Path(folder) / "silence")
        for number, line in enumerate(arguments.lines.split(",")):
            baud, round_trip = (int(part) for part in line.split(":"))
            results = {}
            for name in names:
                # Every tool finds the same router: freshly started, nobody logged in.
                greeting = "\r\nConnected to port 7\r\n" if name == "scrapli" else ""
                with start(Path(folder) / f"{number}-{name}", baud, round_trip, greeting) as lab:
                    results[name] = measure(TOOLS[name](), lab)
                    lab.down()
            show(baud, round_trip, results, device)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
