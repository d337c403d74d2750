"""A region to drill on: sites with gates, and behind each gate a pod of routers whose consoles run through it.

A gate stands alone behind its carrier. A pod is the lab of five platforms, or its first two, whose routers need each
other for their routes. Each site has console servers of its own, on addresses of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from oob.drill.own import OwnLab
from oob.drill.part import PARTS, RouterPart
from oob.events import Event, Events
from oob.inventory.device import ConsolePath, Critical, Expect, InventoryDevice
from oob.lab.topology import HostSpec, PortSpec, RouterSpec, Topology, default_topology, five_topology
from oob.recovery.record import events
from oob.recovery.record.ending import Ending

CARRIERS = ("lte-a", "lte-b")
_GATE = """version 17.9
hostname @NAME@
enable secret 0 @PASSWORD@
aaa new-model
aaa group server radius ISE
 server name ise1
aaa authentication login default group ISE local
aaa authentication enable default enable
aaa authorization exec default group ISE local
aaa session-id common
ip name-server 10.20.0.53
archive
 path flash:archive-gate
 maximum 10
 write-memory
username ops privilege 15 secret 0 @PASSWORD@
interface Loopback0
 ip address 10.255.@SITE@.@NUMBER@ 255.255.255.255
interface GigabitEthernet1
 description site LAN
 ip address 192.168.@NUMBER@.1 255.255.255.0
 negotiation auto
ip route 198.51.100.0 255.255.255.0 192.168.@NUMBER@.10
ip route 203.0.113.0 255.255.255.0 192.168.@NUMBER@.10
radius server ise1
 address ipv4 10.20.0.61 auth-port 1812 acct-port 1813
 timeout 2
 retransmit 1
 key 7 0822455D0A16
line con 0
 exec-timeout 30 0
 stopbits 1
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSite:
    """One site: the names of its *gates*, and for each of its *pods* the gate that the consoles of it run through."""

    name: str
    number: int
    gates: tuple[str, ...]
    pods: tuple[tuple[str, str], ...] = ()

    @property
    def server(self) -> str:
        """The address of its console server."""
        return f"127.0.{self.number}.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabRegion:
    """Sites, with pods of so many platforms as *is_whole* says, on serial lines of *baud* bit/s, 0 for any speed."""

    sites: tuple[RegionSite, ...]
    is_whole: bool = True
    baud: int = 9600
    round_trip_ms: float = 40.0

    @property
    def pod_names(self) -> tuple[str, ...]:
        """The routers of a pod, by their names in the lab of the pod."""
        return tuple(router.name for router in self._pod.routers)

    @property
    def _pod(self) -> Topology:
        return five_topology() if self.is_whole else default_topology()

    def topology(self) -> Topology:
        """Return the lab of the region."""
        routers: list[RouterSpec] = []
        hosts: list[HostSpec] = []
        for site in self.sites:
            for gate in site.gates:
                routers.append(self._gate(site, gate))
                hosts.append(_gate_host(gate))
            for pod, _ in site.pods:
                routers += [self._renamed(router, pod, site) for router in self._pod.routers]
                hosts += [
                    replace(host, name=f"{host.name}-{pod}", link=f"{pod}-{host.link}") for host in self._pod.hosts
                ]
        return Topology(routers=tuple(routers), hosts=tuple(hosts))

    def site(self, router: str) -> RegionSite:
        """Return the site of a router."""
        pod = router.partition("-")[2]
        return next(site for site in self.sites if router in site.gates or pod in [name for name, _ in site.pods])

    def gate(self, router: str) -> str:
        """Return the gate that the console of a router runs through, "" for a gate."""
        pod = router.partition("-")[2]
        return next((gate for site in self.sites for name, gate in site.pods if name == pod), "")

    def behind(self, gate: str) -> list[str]:
        """Return the routers whose consoles run through *gate*."""
        pods = [pod for site in self.sites for pod, via in site.pods if via == gate]
        return [f"{name}-{pod}" for pod in pods for name in self.pod_names]

    def _gate(self, site: RegionSite, name: str) -> RouterSpec:
        number = _number(name)
        config = _GATE.replace("@NAME@", name).replace("@SITE@", str(site.number)).replace("@NUMBER@", str(number))
        return RouterSpec(
            name=name,
            platform="cisco_ios",
            serial=f"FGL{number:03}A1B2",
            version="17.9.4a",
            config=config,
            cables={"GigabitEthernet1": f"{name}-lan"},
            baud=self.baud,
            ports=(self._port(site),),
            receive_buffer=4096 if self.baud else 65536,
        )

    def _renamed(self, router: RouterSpec, pod: str, site: RegionSite) -> RouterSpec:
        name = f"{router.name}-{pod}"
        config = re.sub(rf"(?m)^(\s*host-?name) {router.name}\b", rf"\1 {name}", router.config)
        return replace(
            router,
            name=name,
            serial=f"{router.serial}{pod.upper()}",
            config=config,
            cables={interface: f"{pod}-{link}" for interface, link in router.cables.items()},
            baud=self.baud,
            ports=(self._port(site),),
            receive_buffer=4096 if self.baud else 65536,
        )

    def _port(self, site: RegionSite) -> PortSpec:
        return PortSpec(kind="telnet", round_trip_ms=self.round_trip_ms, address=site.server)


def region(*, is_whole: bool = True, baud: int = 9600) -> LabRegion:
    """Return a region of 40 routers at three sites; with *is_whole* false, of 3 routers at one."""
    if not is_whole:
        one = RegionSite(name="north", number=1, gates=("gate1",), pods=(("p1", "gate1"),))
        return LabRegion(sites=(one,), is_whole=False, baud=baud, round_trip_ms=5.0)
    three = (
        RegionSite(
            name="north", number=1, gates=("gate1", "gate2"), pods=(("p1", "gate1"), ("p2", "gate2"), ("p3", "gate2"))
        ),
        RegionSite(name="south", number=2, gates=("gate3", "gate4"), pods=(("p4", "gate3"), ("p5", "gate4"))),
        RegionSite(name="west", number=3, gates=("gate5",), pods=(("p6", "gate5"), ("p7", "gate5"))),
    )
    return LabRegion(sites=three, baud=baud)


class RegionLab(OwnLab):
    """The lab of a region; the console servers behind a gate answer only while the gate itself is recovered."""

    def __init__(self, folder: Path, region: LabRegion, emitter: Events) -> None:
        super().__init__(folder, region.topology(), emitter)
        self.region = region
        self._open: set[str] = set()
        emitter.subscribe(self._hear)

    @property
    def players(self) -> tuple[str, ...]:
        """All routers."""
        return tuple(router.name for router in self.lab.routers)

    @property
    def gates(self) -> tuple[str, ...]:
        """The routers that others' consoles run through."""
        return tuple(gate for site in self.region.sites for gate in site.gates)

    def part(self, name: str) -> RouterPart:
        """Return the commands for a router."""
        return _gate_part(name) if name in self.gates else PARTS[name.partition("-")[0]]

    def cut_off(self) -> None:
        """Take the way to every console behind a gate away, as the change did that broke the gate."""
        for gate in self.gates:
            for name in self.region.behind(gate):
                self.fault(name, "reach")

    def _hear(self, event: Event) -> None:
        kept = (Ending.RECOVERED, Ending.UNCHANGED)
        # Over jump hosts the run is in another process, and its end alone is told here.
        gate = event.device or str(event.data.get("member", ""))
        is_end = event.name in (events.RUN_FINISHED, events.MEMBER_ENDED)
        if is_end and event.data.get("ending") in kept and gate in self.gates and gate not in self._open:
            self._open.add(gate)
            for name in self.region.behind(gate):
                self.fault(name, "reach", up=True)

    def _entry(self, device: InventoryDevice) -> InventoryDevice:
        part, site, gate = self.part(device.name), self.region.site(device.name), self.region.gate(device.name)
        number = site.gates.index(gate or device.name) + site.number
        return replace(
            device,
            site=site.name,
            tier="gate" if not gate else "access",
            paths=tuple(_through(path, gate, CARRIERS[number % 2]) for path in device.paths),
            expect=Expect(hostname=device.name, serial=self.lab.router(device.name).serial),
            critical_prefixes=tuple(Critical(target=prefix) for prefix in part.prefixes),
            critical_addresses=tuple(Critical(target=address) for address in part.addresses),
        )


def _of_pod(host: HostSpec, pod: str) -> HostSpec:
    return replace(host, name=f"{host.name}-{pod}", link=f"{pod}-{host.link}")


def _through(path: ConsolePath, gate: str, carrier: str) -> ConsolePath:
    return replace(path, name="console", via=gate, carrier=carrier)


def _gate_part(name: str) -> RouterPart:
    number = _number(name)
    return RouterPart(
        prefixes=("198.51.100.0/24", "203.0.113.0/24"),
        addresses=(f"192.168.{number}.10",),
        keep=("write memory",),
        breaks=(
            "interface GigabitEthernet1",
            f" ip address 10.0.{number}.1 255.255.255.252",
            f"no ip route 198.51.100.0 255.255.255.0 192.168.{number}.10",
        ),
    )


def _gate_host(gate: str) -> HostSpec:
    number = _number(gate)
    return HostSpec(
        name=f"{gate}-host", link=f"{gate}-lan", address=f"192.168.{number}.10/24", gateway=f"192.168.{number}.1"
    )


def _number(name: str) -> int:
    return int(re.sub(r"\D", "", name))
