"""An IOS router on a desk: keys in, screen out, time that passes when told to."""

from __future__ import annotations

from ipaddress import ip_interface
from pathlib import Path

from oob.lab.clock import SteppedClock
from oob.lab.network import Interface, Network, Node, Ospf
from oob.lab.nos.ios import IosDevice
from oob.lab.router import RouterIdentity
from oob.lab.topology import default_topology

SECRET = "oob-lab"


class Desk:
    """One `edge1` with a neighbour on its first link, and the eyes and hands in front of it."""

    def __init__(self, folder: Path, *, config: str = "", big: bool = False, boot_seconds: float = 0) -> None:
        spec = default_topology(big=big).routers[0]
        self.clock = SteppedClock()
        self.network = Network()
        self.network.put(neighbour())
        self.screen = bytearray()
        settings = {"config": config or spec.config, "boot_seconds": boot_seconds}
        identity = RouterIdentity(
            name="edge1",
            platform="cisco_ios",
            username="ops",
            password=SECRET,
            secret=SECRET,
            serial=spec.serial,
            version=spec.version,
            files=folder / "edge1",
            cables=spec.cables,
            settings=settings,
        )
        self.router = IosDevice(identity, self.clock, self._show, self.network)
        self.router.power_on()
        self.clock.advance(boot_seconds + 3)

    def _show(self, data: bytes) -> float:
        self.screen += data
        return 0.0

    def press(self, keys: str, seconds: float = 5.0) -> str:
        """Type *keys* as they are; return what the screen shows for it in *seconds*."""
        before = len(self.screen)
        self.router.receive(keys.encode("latin-1"))
        self.clock.advance(seconds)
        return self.screen[before:].decode("latin-1").replace("\r\n", "\n")

    def type(self, line: str, seconds: float = 5.0) -> str:
        """Type a line and RETURN."""
        return self.press(line + "\r", seconds)

    def login(self, username: str = "ops", password: str = SECRET) -> str:
        """Press RETURN and log in; leave paging off."""
        shown = self.type("") + self.type(username) + self.type(password)
        self.type("terminal length 0")
        return shown

    def configure(self, *lines: str) -> str:
        """Type *lines* in configuration mode."""
        shown = self.type("configure terminal")
        shown += "".join(self.type(line, 1.0) for line in lines)
        return shown + self.type("end")


def neighbour() -> Node:
    """Return the router at the other end of GigabitEthernet1, with a loopback behind it."""
    ospf = Ospf(cost=10, point_to_point=True)
    return Node(
        name="core1",
        interfaces=(
            Interface(name="ge-0/0/0", addresses=(ip_interface("10.0.12.2/30"),), link="edge1-core1-a", ospf=ospf),
            Interface(name="ge-0/0/1", addresses=(ip_interface("10.0.13.2/30"),), link="edge1-core1-b", ospf=ospf),
            Interface(
                name="lo0", addresses=(ip_interface("10.255.0.2/32"),), loopback=True, ospf=Ospf(passive=True, cost=0)
            ),
        ),
    )
