"""A Junos router on a desk: a stepped clock, a console to type on, and what it printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from oob.lab.clock import SteppedClock
from oob.lab.junos.login import hashed
from oob.lab.junos.router import JunosRouter
from oob.lab.network import Network
from oob.lab.router import Identity

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


class Desk:
    """One router, switched on; `type` types a line and returns everything printed until the device waits again."""

    def __init__(self, folder: Path, network: Network | None = None, **settings: object) -> None:
        self.clock = SteppedClock()
        self.network = network or Network()
        self.output = bytearray()
        values: Mapping[str, object] = {"config": CONFIG, "boot_seconds": 4, "late_seconds": 0, **settings}
        identity = Identity(
            name="core1",
            platform="juniper_junos",
            username="lab",
            password="lab123",
            serial="JN123ABC",
            files=folder,
            cables={"ge-0/0/0": "core1-edge1", "ge-0/0/1": "lan"},
            settings=values,
        )
        self.router = JunosRouter(identity, self.clock, self._send, self.network)

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
