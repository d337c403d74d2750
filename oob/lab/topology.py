"""The topology of a lab: routers with consoles, cables between them, hosts at the ends. YAML or dataclasses."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from importlib.resources import files
from ipaddress import ip_address, ip_interface
from types import MappingProxyType
from typing import Any

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from oob.errors import UsageError
from oob.fault import nearest, reason, unreadable

PLATFORMS = ("arista_eos", "cisco_ios", "cisco_nxos", "cisco_xr", "juniper_junos")
CONSOLE_BAUD, FAST_BAUD = 9600, 115200  # bit/s: of most consoles, and of those that it surprises
SERVICES = ("", "aaa", "dns")
VERSIONS: Mapping[str, str] = MappingProxyType(
    {
        "arista_eos": "4.30.4M",
        "cisco_ios": "17.9.4a",
        "cisco_nxos": "10.2(6)",
        "cisco_xr": "7.9.2",
        "juniper_junos": "21.4R3.15",
    }
)  # of routers whose software the topology does not name
PORTS = ("pty", "telnet", "tcp")
_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class PortSpec:
    """One path to a console: *kind* is pty, telnet or tcp.

    *round_trip_ms* is the delay to the console server, *greeting* its text for a new client, *address* and *number*
    the socket that it listens on; 0 takes any free port.
    """

    kind: str
    round_trip_ms: float = 0.0
    greeting: str = ""
    address: str = "127.0.0.1"
    number: int = 0


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class RouterSpec:
    """One router. *baud* 0 means no limit; *receive_buffer* is the size of the type-ahead buffer.

    *stated_baud* is what its console URLs and console servers say where the label is wrong; 0 is the real speed.
    *loss* is the share of bytes that the line loses, from 0 to 1.
    """

    name: str
    platform: str
    username: str = "ops"
    password: str = "oob-lab"
    secret: str = "oob-lab"
    serial: str = ""
    version: str = ""
    config: str = ""  # its first configuration; `@PASSWORD@` in it becomes the password as the platform stores it
    cables: Mapping[str, str] = field(default_factory=dict)
    baud: int = 9600
    stated_baud: int = 0
    loss: float = 0.0
    receive_buffer: int = 4096
    ports: tuple[PortSpec, ...] = (PortSpec(kind="pty"), PortSpec(kind="telnet"))
    settings: Mapping[str, Any] = field(default_factory=dict)


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """A host with an address at the end of a cable, which answers pings; a *service* (aaa, dns) can die."""

    name: str
    link: str
    address: str
    gateway: str = ""
    service: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A whole lab."""

    routers: tuple[RouterSpec, ...]
    hosts: tuple[HostSpec, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the lab as plain data, which `from_dict` reads."""
        return asdict(self)

    def with_lines(self, *, baud: int | None = None, round_trip_ms: float | None = None, loss: float = 0.0) -> Topology:
        """Return the same lab on other lines: their speed in bit/s, and the round trip to the console servers."""
        return replace(self, routers=tuple(_on_line(one, baud, round_trip_ms, loss) for one in self.routers))

    def with_wrong_speed(self, name: str) -> Topology:
        """Return the same lab with one console at another speed than its URLs and console servers say."""
        stated = next((one.baud for one in self.routers if one.name == name), 0) or CONSOLE_BAUD
        return self.with_router(name, stated_baud=stated, baud=FAST_BAUD if stated != FAST_BAUD else CONSOLE_BAUD)

    def with_router(self, name: str, **changes: Any) -> Topology:
        """Return the same lab with one router changed: `with_router("edge1", baud=115200)`."""
        if name not in [router.name for router in self.routers]:
            raise UsageError(f"the lab has no router {name}")
        routers = tuple(replace(one, **changes) if one.name == name else one for one in self.routers)
        return replace(self, routers=routers)


def _on_line(router: RouterSpec, baud: int | None, round_trip_ms: float | None, loss: float) -> RouterSpec:
    ports = router.ports
    if round_trip_ms is not None:
        ports = tuple(one if one.kind == "pty" else replace(one, round_trip_ms=round_trip_ms) for one in ports)
    return replace(router, baud=router.baud if baud is None else baud, loss=loss or router.loss, ports=ports)


def default_topology(*, big: bool = False) -> Topology:
    """Return the lab of `oob lab up`: `edge1` (IOS) and `core1` (Junos); *big* gives edge1 about 12 KB to configure."""
    lab = files("oob.lab") / "labs"
    topology = from_yaml((lab / "default.yaml").read_text(), "default.yaml")
    edge = (lab / "edge1.cfg").read_text()
    edge = edge.replace("!@BIG@\n", (lab / "edge1-more.cfg").read_text() if big else "")
    core = (lab / "core1.conf").read_text()
    return topology.with_router("edge1", config=edge).with_router("core1", config=core)


def five_topology() -> Topology:
    """Return the lab with a router of each platform that can be drilled: edge1, core1, leaf1, spine1 and pe1."""
    lab = files("oob.lab") / "labs"
    topology = from_yaml((lab / "five.yaml").read_text(), "five.yaml")
    edge = (lab / "edge1.cfg").read_text().replace("!@BIG@\n", "")
    topology = topology.with_router("edge1", config=edge)
    for name, file in (("core1", "core1.conf"), ("leaf1", "leaf1.cfg"), ("spine1", "spine1.cfg"), ("pe1", "pe1.cfg")):
        topology = topology.with_router(name, config=(lab / "five" / file).read_text())
    return topology


def from_yaml(text: str, name: str) -> Topology:
    """Read a lab from YAML; raises UsageError that begins with *name*."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{name}: not readable as YAML: {unreadable(error)}") from None
    return from_dict(data, name)


def from_dict(data: Any, name: str) -> Topology:
    """Read a lab from plain data; raises UsageError that begins with *name*."""
    try:
        topology: Topology = TypeAdapter(Topology).validate_python(data)
        _check(topology)
    except ValidationError as error:
        raise UsageError(f"{name}: {_fault(data, error)}") from None
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None
    return replace(topology, routers=tuple(map(_named, topology.routers)))


def _fault(data: Any, error: ValidationError) -> str:
    """Return the first fault, with the routers by their names: `routers.edge1.baud: should be a whole number`."""
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    known = _keys_at(place)
    with suppress(LookupError, TypeError):
        place[1] = str(data[place[0]][place[1]]["name"])
    return f"{'.'.join(map(str, place)) or '(whole file)'}: {reason(first, known)}"


def _keys_at(place: list[int | str]) -> list[str]:
    """Return the keys of what the key at *place* stands in."""
    inside: dict[int | str, Any] = {"routers": RouterSpec, "hosts": HostSpec}
    kind = PortSpec if "ports" in place[2:-1] else inside.get(place[0], Topology) if len(place) > 1 else Topology
    return [field.name for field in fields(kind)]


def _named(router: RouterSpec) -> RouterSpec:
    """Return *router* with a serial number and software where the topology gives none."""
    serial = router.serial or f"LAB{zlib.crc32(router.name.encode()):08X}"
    return replace(router, serial=serial, version=router.version or VERSIONS.get(router.platform, ""))


def _check(topology: Topology) -> None:
    names = [router.name for router in topology.routers]
    if len(set(names)) != len(names):
        raise ValueError("two routers have the same name")
    for router in topology.routers:
        if router.platform not in PLATFORMS:
            raise ValueError(
                f"routers.{router.name}.platform: no router of {router.platform}{nearest(router.platform, PLATFORMS)}"
            )
        if router.baud < 0:
            raise ValueError(f"routers.{router.name}.baud: {router.baud} is not a speed")
        if router.stated_baud < 0:
            raise ValueError(f"routers.{router.name}.stated_baud: {router.stated_baud} is not a speed")
        if not 0 <= router.loss < 1:
            raise ValueError(f"routers.{router.name}.loss: {router.loss} is not a share from 0 to 1")
        for port in router.ports:
            if port.kind not in PORTS:
                raise ValueError(f"routers.{router.name}.ports: {port.kind} is unknown{nearest(port.kind, PORTS)}")
            ip_address(port.address)
    for host in topology.hosts:
        ip_interface(host.address)
        if host.service not in SERVICES:
            raise ValueError(f"hosts.{host.name}.service: {host.service} is unknown; use aaa or dns")
        if host.gateway:
            ip_address(host.gateway)
