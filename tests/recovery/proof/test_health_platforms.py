"""Health of virtual routers of every platform: all of it well at first, and each part worse once it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, ip_address, ip_interface
from pathlib import Path

import pytest

from oob.console.console import Console
from oob.device.device import Device
from oob.inventory.device import Critical
from oob.lab.network import Interface, Network, Node, Ospf, Peer, Static
from oob.lab.router import Router
from oob.profile.store import load
from oob.recovery.proof.health import (
    Check,
    CheckState,
    gateway_checks,
    gauge_checks,
    log_checks,
    measure,
    neighbour_checks,
    path_checks,
)
from oob.routing.route import Route
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport
from tests.lab.nos.family_desk import PASSWORD
from tests.lab.nos.family_desk import Desk as FamilyDesk
from tests.lab.nos.family_desk import neighbour as family_neighbour
from tests.lab.nos.ios_desk import SECRET
from tests.lab.nos.ios_desk import Desk as IosDesk
from tests.lab.nos.junos_desk import Desk as JunosDesk

PREFIXES = [IPv4Network((0x64400000 + (n << 8), 24)) for n in range(10)]


@dataclass
class Reading:
    neighbours: str
    told: dict[str, str]
    routes: tuple[Route, ...]


@dataclass
class Bench:
    """A device on a desk; *near* is the router at the other end of its links, *far* an address behind it."""

    device: Device
    router: Router
    network: Network
    pass_time: Callable[[float], None]
    near: Node
    far: str
    default: tuple[str, ...]
    no_default: tuple[str, ...]
    serious: str = "%OSPF-3-SOMETHING: broken"

    def read(self) -> Reading:
        """Read everything that health looks at."""
        critical = (Critical(target=self.far),)
        return Reading(self.device.neighbours(), measure(self.device, critical), self.device.routes().routes)

    def checks(self, was: Reading) -> dict[str, Check]:
        """Hold what the device says now against *was*."""
        profile, now = self.device.profile, self.read()
        checks = [
            *neighbour_checks(profile, was.neighbours, now.neighbours),
            *path_checks(profile, (Critical(target=self.far),), was.told, now.told),
            *gauge_checks(profile, was.told, now.told),
            *log_checks(profile, was.told, now.told),
            *gateway_checks(self.device, was.routes),
        ]
        return {check.name: check for check in checks}

    def announce(self, count: int) -> None:
        """Let the neighbour announce so many prefixes by BGP."""
        announced = tuple(("", prefix) for prefix in PREFIXES[:count])
        statics = tuple(Static(prefix=prefix, discard=True) for prefix in PREFIXES[:count])
        self.near = replace(self.near, announced=announced, statics=statics)
        self.network.put(self.near)
        self.pass_time(5)


def family(folder: Path, name: str, platform: str, default: tuple[str, ...], no_default: tuple[str, ...]) -> Bench:
    desk = FamilyDesk(folder, name)
    own, other = {"leaf1": ("3", "4"), "spine1": ("4", "3"), "pe1": ("5", "3")}[name]
    near = family_neighbour(name)
    *links, loopback = near.interfaces
    peers = (Peer(address=ip_address(f"10.255.0.{own}"), remote_as=65001),)
    loopback = replace(loopback, addresses=(ip_interface(f"10.255.0.{other}/32"),))
    near = replace(near, interfaces=(*links, loopback), local_as=65001, peers=peers)
    device = opened(DeskTransport(desk.router, desk.clock, desk.output), platform, "ops", PASSWORD)
    far = f"10.255.0.{other}"
    return Bench(device, desk.router, desk.network, desk.clock.advance, near, far, default, no_default)


def opened(transport: DeskTransport, platform: str, username: str, password: str) -> Device:
    console = Console(transport, load(platform), Credentials(username=username, password=password, enable=password))
    console.open()
    return Device(console)


def ios(folder: Path) -> Bench:
    desk = IosDesk(folder)
    desk.screen.clear()
    device = opened(DeskTransport(desk.router, desk.clock, desk.screen), "cisco_ios", "ops", SECRET)
    near = desk.network.view.nodes["core1"]
    return Bench(
        device,
        desk.router,
        desk.network,
        desk.clock.advance,
        replace(near, local_as=65002, peers=(Peer(address=ip_address("10.0.12.1"), remote_as=65001),)),
        "10.0.12.2",
        ("router bgp 65001", "neighbor 10.0.12.2 remote-as 65002", "exit", "ip route 0.0.0.0 0.0.0.0 10.0.12.2"),
        ("no ip route 0.0.0.0 0.0.0.0 10.0.12.2", "ip route 0.0.0.0 0.0.0.0 Null0"),
    )


def junos(folder: Path) -> Bench:
    desk = JunosDesk(folder)
    desk.on()
    device = opened(DeskTransport(desk.router, desk.clock, desk.output), "juniper_junos", "lab", "lab123")
    ospf = Ospf(cost=10, point_to_point=True)
    near = Node(
        name="edge1",
        interfaces=(Interface(name="e0", addresses=(ip_interface("10.0.12.1/30"),), link="core1-edge1", ospf=ospf),),
        local_as=65001,
        peers=(Peer(address=ip_address("10.0.12.2"), remote_as=65002),),
    )
    peer = "set protocols bgp group edge type external neighbor 10.0.12.1 peer-as 65001"
    default = "set routing-options static route 0.0.0.0/0 next-hop 10.0.12.1"
    return Bench(
        device,
        desk.router,
        desk.network,
        desk.clock.advance,
        near,
        "10.0.12.1",
        ("set routing-options autonomous-system 65002", peer, default, "commit"),
        ("delete routing-options static route 0.0.0.0/0", "commit"),
        serious="rpd[4711]: %DAEMON-3-RPD_SOMETHING: broken",
    )


def eos(folder: Path) -> Bench:
    lines = ("ip route 0.0.0.0/0 10.0.34.1",)
    return family(folder, "leaf1", "arista_eos", lines, (f"no {lines[0]}",))


def nxos(folder: Path) -> Bench:
    lines = ("ip route 0.0.0.0/0 10.0.34.2",)
    return family(folder, "spine1", "cisco_nxos", lines, (f"no {lines[0]}",))


def xr(folder: Path) -> Bench:
    where = ("router static", "address-family ipv4 unicast")
    line = "0.0.0.0/0 10.0.24.1"
    bench = family(folder, "pe1", "cisco_xr", (*where, line, "commit"), (*where, f"no {line}", "commit"))
    bench.serious = "ospf[1014]: %ROUTING-OSPF-3-SOMETHING : broken"
    return bench


@pytest.mark.parametrize("make", [ios, junos, eos, nxos, xr], ids=lambda make: make.__name__)
def test_what_is_well_is_said_to_be_and_what_gets_worse_is_named(tmp_path: Path, make: Callable[[Path], Bench]) -> None:
    bench = make(tmp_path)
    bench.announce(10)
    assert not bench.device.paste(bench.default).errors
    bench.pass_time(60)
    was = bench.read()

    well = bench.checks(was)
    assert {check.state for check in well.values()} == {CheckState.WELL}, [str(check) for check in well.values()]
    for kind in ("prefixes from ", "ping ", "path to ", "CPU", "memory", "serious lines", "default gateway 0.0.0.0/0"):
        assert any(name.startswith(kind) for name in well), kind

    bench.announce(9)
    bench.router.cpu, bench.router.memory = 30, 45
    assert {check.state for check in bench.checks(was).values()} == {CheckState.WELL}, (
        "all that is within the tolerance"
    )

    bench.announce(5)
    bench.router.cpu, bench.router.memory = 90, 95
    bench.router.say(bench.serious)
    assert not bench.device.paste(bench.no_default).errors
    bench.pass_time(5)
    worse = bench.checks(was)
    for kind in ("prefixes from ", "CPU", "memory", "serious lines", "default gateway 0.0.0.0/0"):
        assert {check.state for name, check in worse.items() if name.startswith(kind)} == {CheckState.WORSE}, kind
    assert worse[f"ping {bench.far}"].state is CheckState.WELL

    bench.network.remove(bench.near.name)
    bench.pass_time(200)
    gone = bench.checks(was)
    assert gone[f"ping {bench.far}"].state is CheckState.WORSE
    lost = [name for name, check in gone.items() if (check.was, check.now) == ("up", "down")]
    assert len(lost) >= 2, "its neighbours of OSPF and BGP, and where the link goes down with them, interfaces"
