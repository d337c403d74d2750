"""A router or a host as the network sees it: the parts of its configuration that other nodes notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network, ip_network
from types import MappingProxyType

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network
InterfaceAddress = IPv4Interface | IPv6Interface

# IOS's distances; a platform with others gives its own.
DISTANCES: Mapping[str, int] = MappingProxyType(
    {"connected": 0, "local": 0, "static": 1, "ebgp": 20, "ospf": 110, "ospf_external": 110, "ibgp": 200}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ospf:
    """OSPF on one interface; two ends become neighbours only where area, timers, key and subnet agree."""

    area: str = "0.0.0.0"
    cost: int = 1
    passive: bool = False
    point_to_point: bool = False
    key: str = ""
    priority: int = 1
    hello: int = 10
    dead: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A logical interface. *up* is what the configuration says; whether the line is up follows from the *link*."""

    name: str
    addresses: tuple[InterfaceAddress, ...] = ()
    vrf: str = ""
    up: bool = True
    link: str = ""
    loopback: bool = False
    ospf: Ospf | None = None
    ospf3: Ospf | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """A next hop as it was configured: an address, an interface, or both."""

    address: Address | None = None
    interface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Static:
    """A static route; with *resolve* its next hop may lie behind another route, not only on a connected subnet."""

    prefix: Prefix
    vias: tuple[Via, ...] = ()
    vrf: str = ""
    discard: bool = False
    preference: int | None = None
    metric: int = 0
    resolve: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One end of a BGP session."""

    address: Address
    remote_as: int
    vrf: str = ""
    next_hop_self: bool = False
    multihop: bool = False
    up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """All that the network needs to know of one router. *external* names the protocols put into OSPF."""

    name: str
    interfaces: tuple[Interface, ...] = ()
    statics: tuple[Static, ...] = ()
    router_id: IPv4Address | None = None
    external: tuple[str, ...] = ()
    external_metric: int = 20
    local_as: int = 0
    peers: tuple[Peer, ...] = ()
    announced: tuple[tuple[str, Prefix], ...] = ()
    distances: Mapping[str, int] = field(default_factory=lambda: DISTANCES)

    @property
    def identifier(self) -> IPv4Address:
        """The router ID: the configured one, else the highest loopback address, else the highest address."""
        if self.router_id is not None:
            return self.router_id
        candidates = [
            (interface.loopback, address.ip)
            for interface in self.interfaces
            for address in interface.addresses
            if interface.up and isinstance(address, IPv4Interface)
        ]
        return max(candidates)[1] if candidates else IPv4Address(0)


def host(name: str, *, link: str, address: InterfaceAddress, gateway: Address | None = None) -> Node:
    """Make a stub host: one address on *link*, and everything else through *gateway*."""
    default = ip_network("0.0.0.0/0" if address.version == 4 else "::/0")
    statics = (Static(prefix=default, vias=(Via(address=gateway),)),) if gateway else ()
    return Node(name=name, interfaces=(Interface(name="eth0", addresses=(address,), link=link),), statics=statics)
