"""A Junos router on a desk: with a stepped clock and a console to type on, or live behind a telnet port."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from oob.lab.clock import SteppedClock
from oob.lab.console_server import ConsoleServerPort
from oob.lab.line import SerialLine
from oob.lab.network import Network
from oob.lab.nos.junos.device import JunosDevice
from oob.lab.nos.junos.passwords import hashed
from oob.lab.router import RouterIdentity

CONFIG = """
system {
    host-name core1;
    root-authentication { encrypted-password "@root123@"; }
    login { user lab { uid 2000; class super-user; authentication { encrypted-password "@lab123@"; } } }
    syslog { file messages { any notice; } }
}
interfaces {
    ge-0/0/0 { description "to edge1"; unit 0 { family inet { address 10.0.12.2/30; } } }
    ge-0/0/1 { unit 0 { family inet { address 192.0.2.1/24; } family inet6 { address 2001:db8:1::1/64; } } }
    lo0 { unit 0 { family inet { address 10.255.0.2/32; } } }
}
routing-options { router-id 10.255.0.2; static { route 198.51.100.0/24 discard; } }
protocols { ospf { area 0.0.0.0 {
    interface ge-0/0/0.0 { interface-type p2p; }
    interface ge-0/0/1.0 { passive; }
    interface lo0.0 { passive; }
} } }
"""
CONFIG = re.sub(r"@(\w+)@", lambda found: hashed(found[1], "oob"), CONFIG)


def identity(folder: Path, settings: Mapping[str, object]) -> RouterIdentity:
    """Describe the router of these tests."""
    return RouterIdentity(
        name="core1",
        platform="juniper_junos",
        username="lab",
        password="lab123",
        serial="JN123ABC",
        files=folder,
        cables={"ge-0/0/0": "core1-edge1", "ge-0/0/1": "lan"},
        settings=settings,
    )


class Desk:
    """One router, switched on; `type` types a line and returns everything printed until the device waits again."""

    def __init__(self, folder: Path, network: Network | None = None, **settings: object) -> None:
        self.clock = SteppedClock()
        self.network = network or Network()
        self.output = bytearray()
        values: Mapping[str, object] = {"config": CONFIG, "boot_seconds": 4, "late_seconds": 0, **settings}
        self.router = JunosDevice(identity(folder, values), self.clock, self._send, self.network)

    def _send(self, data: bytes) -> float:
        self.output += data
        return 0.0

    def on(self) -> str:
        """Switch on and wait for the login prompt."""
        self.router.power_on()
        return self.read(10)

    def log_in(self, user: str = "lab", password: str = "lab123") -> str:
        """Switch on if need be and log in."""
        if not self.router.is_on:
            self.on()
        self.type(user)
        return self.type(password)

    def type(self, line: str, seconds: float = 3) -> str:
        """Type a line and RETURN."""
        return self.press(line + "\r", seconds)

    def press(self, keys: str, seconds: float = 3) -> str:
        """Type *keys* as they are."""
        self.router.receive(keys.encode())
        return self.read(seconds)

    def read(self, seconds: float = 0) -> str:
        """Let time pass and return what was printed, CRs taken out."""
        self.clock.advance(seconds)
        text = self.output.decode("latin-1").replace("\r\n", "\n")
        self.output.clear()
        return text

    def run(self, *lines: str) -> str:
        """Type several lines and return what the last one printed."""
        text = ""
        for line in lines:
            text = self.type(line)
        return text


class _LoopClock:
    """The scheduler of a router that runs live: an asyncio loop's time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> float:
        return self._loop.time()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def call_later(self, seconds: float, fn: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_later(seconds, fn)


class Live:
    """A router that runs in a thread of its own, behind a telnet port on 127.0.0.1."""

    def __init__(self, router: JunosDevice, port: int, loop: asyncio.AbstractEventLoop) -> None:
        self.router = router
        self.port = port
        self._loop = loop

    def nudge(self) -> None:
        """Press RETURN shortly: programs that wait for a silent console to speak first are met at its prompt."""
        self._loop.call_soon_threadsafe(self._loop.call_later, 0.3, self.router.receive, b"\r")

    def wait_for_login(self) -> None:
        """Return when the router has booted."""
        asyncio.run_coroutine_threadsafe(self._booted(), self._loop).result(10)

    async def _booted(self) -> None:
        while not self.router.terminal.is_reading or not self.router.network.view.nodes:
            await asyncio.sleep(0.01)


@contextmanager
def live(folder: Path, **settings: object) -> Iterator[Live]:
    """Run a router for others to telnet to."""
    loop = asyncio.new_event_loop()
    clock = _LoopClock(loop)
    line: list[SerialLine] = []
    values = {"config": CONFIG, "boot_seconds": 0.04, "commit_seconds": 0.1, "late_seconds": 0, **settings}
    router = JunosDevice(identity(folder, values), clock, lambda data: line[0].send(data), Network())
    line.append(SerialLine(clock, 0, router.receive))
    port = ConsoleServerPort(clock, line[0], telnet=True, seconds=0, greeting=b"", on_break=router.receive_break)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(port.open(), loop).result(5)
    loop.call_soon_threadsafe(router.power_on)
    try:
        made = Live(router, port.number, loop)
        made.wait_for_login()
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(_stop(port, router), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _stop(port: ConsoleServerPort, router: JunosDevice) -> None:
    port.close()
    router.power_off()
    await asyncio.sleep(0)
