"""A router of the five-router lab on a desk: keys in, screen out, time that passes when told to."""

from __future__ import annotations

from ipaddress import ip_interface
from pathlib import Path

from oob.lab.clock import SteppedClock
from oob.lab.network import Interface, Network, Node, Ospf
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.router import RouterIdentity
from oob.lab.service import make_router
from oob.lab.topology import five_topology

PASSWORD = "oob-lab"
LINKS = {
    "leaf1": (("spine1-leaf1-a", "10.0.34.1/30"), ("spine1-leaf1-b", "10.0.35.1/30")),
    "spine1": (("pe1-spine1", "10.0.45.1/30"), ("spine1-leaf1-a", "10.0.34.2/30"), ("spine1-leaf1-b", "10.0.35.2/30")),
    "pe1": (("core1-pe1", "10.0.24.1/30"), ("pe1-spine1", "10.0.45.2/30")),
}


class Desk:
    """One router with a neighbour on its links, and the eyes and hands in front of it."""

    def __init__(self, folder: Path, name: str, *, boot_seconds: float = 0, **settings: object) -> None:
        spec = next(router for router in five_topology().routers if router.name == name)
        self.clock = SteppedClock()
        self.network = Network()
        self.network.put(neighbour(name))
        self.output = bytearray()
        identity = RouterIdentity(
            name=name,
            platform=spec.platform,
            username="ops",
            password=PASSWORD,
            secret=PASSWORD,
            serial=spec.serial,
            version=spec.version,
            files=folder / name,
            cables=spec.cables,
            settings={"config": spec.config, "boot_seconds": boot_seconds, **settings},
        )
        router = make_router(identity, self.clock, self._show, self.network)
        assert isinstance(router, FamilyRouter)
        self.router = router
        self.router.power_on()
        self.clock.advance(boot_seconds + 3)

    def _show(self, data: bytes) -> float:
        self.output += data
        return 0.0

    def press(self, keys: str, seconds: float = 5.0) -> str:
        """Type *keys* as they are; return what the screen shows for it in *seconds*."""
        before = len(self.output)
        self.router.receive(keys.encode("latin-1"))
        self.clock.advance(seconds)
        return self.output[before:].decode("latin-1").replace("\r\n", "\n")

    def type(self, line: str, seconds: float = 5.0) -> str:
        """Type a line and RETURN."""
        return self.press(line + "\r", seconds)

    def login(self, username: str = "ops", password: str = PASSWORD) -> str:
        """Log in and leave paging off."""
        shown = self.type("") + self.type(username) + self.type(password, 30)
        self.type("terminal length 0")
        return shown

    def configure(self, *lines: str) -> str:
        """Type *lines* in configuration mode and leave it."""
        shown = self.type("configure terminal")
        shown += "".join(self.type(line, 1.0) for line in lines)
        return shown + self.type("end")


def neighbour(name: str) -> Node:
    """Return one router at the other ends of all links, with a loopback behind it."""
    ospf = Ospf(cost=10, point_to_point=True)
    interfaces = [
        Interface(name=f"eth{number}", addresses=(ip_interface(address),), link=link, ospf=ospf)
        for number, (link, address) in enumerate(LINKS[name])
    ]
    loopback = Interface(
        name="lo0", addresses=(ip_interface("10.255.0.99/32"),), loopback=True, ospf=Ospf(passive=True, cost=0)
    )
    return Node(name="other", interfaces=(*interfaces, loopback))
