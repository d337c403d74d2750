"""A virtual router on a line of real speed, in time that passes only while it is waited for: hours of storm in seconds.

Nothing here is a mock but the clock: the bytes are those of the lab's routers, lines and delays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from oob.console.console import Console
from oob.lab.clock import SteppedClock
from oob.lab.fault import Faults
from oob.lab.line import Delay, SerialLine
from oob.lab.network import Network
from oob.lab.router import RouterIdentity
from oob.lab.service import make_router
from oob.lab.topology import five_topology
from oob.profile.store import load
from tests.console.conftest import Secrets
from tests.stand_in import StandIn

PLATFORMS = {
    "cisco_ios": "edge1",
    "juniper_junos": "core1",
    "arista_eos": "leaf1",
    "cisco_nxos": "spine1",
    "cisco_xr": "pe1",
}
TICK = 1e-6  # the least time that a wait takes, as it does on any clock
# A message of each platform, severe enough to be printed on the console.
STORM = {
    "cisco_ios": "%LINEPROTO-5-UPDOWN: Line protocol on Interface GigabitEthernet2, changed state to down",
    "juniper_junos": "rpd[9021]: RPD_OSPF_NBRDOWN: OSPF neighbor 10.0.12.1 state changed from Full to Down",
    "arista_eos": "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet2, changed state to down",
    "cisco_nxos": "%ETHPORT-2-IF_DOWN: Interface Ethernet1/2 is down (Link failure)",
    "cisco_xr": "ifmgr[212]: %PKT_INFRA-LINEPROTO-2-UPDOWN : Line protocol on Interface Gi0/0/0/1, changed to Down",
}


class VirtualConsole(StandIn):
    """The transport to one router of the lab; *packet* seconds of bytes come together, *chunk* of them in a read."""

    path = "virtual://"

    def __init__(
        self,
        folder: Path,
        platform: str = "cisco_ios",
        *,
        baud: int = 9600,
        round_trip: float = 0.0,
        packet: float = 0.0,
        chunk: int = 65536,
        receive_buffer: int = 4096,
        settings: dict[str, object] | None = None,
    ) -> None:
        name = PLATFORMS[platform]
        spec = next(one for one in five_topology().routers if one.name == name)
        self.clock = SteppedClock()
        self.platform = platform
        self.chunk = chunk
        self.out = bytearray()
        self.received = 0
        self.written = bytearray()
        self._packet = packet
        self._to_us = Delay(self.clock, round_trip / 2, self.out.extend)
        identity = RouterIdentity(
            name=name,
            platform=platform,
            username=spec.username,
            password=spec.password,
            secret=spec.secret,
            serial=spec.serial,
            version=spec.version,
            files=folder / name,
            cables=spec.cables,
            settings={"config": spec.config, "boot_seconds": 0, **spec.settings, **(settings or {})},
        )
        self.line_to = SerialLine(self.clock, baud, lambda data: self.router.receive(data))
        self._is_warm = False
        self.router = make_router(identity, self.clock, self._send, Network())
        self.router.terminal.receive_buffer = receive_buffer
        self._to_device = Delay(self.clock, round_trip / 2, self.line_to.type)
        self.line_to.plug(self._to_us.put)
        self.faults = Faults(self.clock, self.router, self.line_to, [], self.router.network, {})
        self.router.boot_seconds = 0.0
        self.router.power_on()
        self.clock.advance(5.0)
        self._is_warm = True

    def _send(self, data: bytes) -> float:
        return self.line_to.send(data) if self._is_warm else 0.0

    def storm(self, every: float) -> None:
        """Have the router log a message *every* so many seconds from now on."""
        self.faults.ask("syslog", {"text": STORM[self.platform], "every": every})

    # --- the transport

    def read(self, max_bytes: int, timeout: float) -> bytes:
        end = self.clock.now() + (max(timeout, TICK) if timeout > 0 else 0.0)
        while not self.out and self.clock.now() < end:
            self.clock.step(end)
        if self.out and self._packet and timeout:
            self.clock.advance(self._packet)
        data = bytes(self.out[: min(self.chunk, max_bytes)])
        del self.out[: len(data)]
        self.received += len(data)
        return data

    def write(self, data: bytes, timeout: float) -> None:
        self.written += data
        self._to_device.put(data)

    # --- what tests do with it

    def console(self, said: Callable[[str], None] = lambda text: None) -> Console:
        """Return a console on this line, not yet open."""
        spec = self.router.identity
        secrets = Secrets(username=spec.username, password=spec.password, enable=spec.secret)
        return Console(self, load(self.platform), secrets, say=said)


@contextmanager
def stepped(monkeypatch: pytest.MonkeyPatch, device: VirtualConsole) -> Iterator[SteppedClock]:
    """Have the program see the device's clock."""
    with monkeypatch.context() as patch:
        patch.setattr(time, "monotonic", device.clock.now)
        yield device.clock
