"""The commands that a drill types on each router, and the checks that must pass on it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterPart:
    """The commands of one router in the drills.

    *keep* stores its configuration in its own archive. *breaks* is the known-bad change, which removes the routing.
    *feature* is an earlier change, after which the router stores a copy; *without* removes it together with the bad
    change. *upgrade* is the software (version, pattern) that refuses *feature*. *first* is the console to recover over.
    """

    first: str = ""
    prefixes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    breaks: tuple[str, ...]
    feature: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    upgrade: tuple[str, str] = ("", "")


EDGE1 = RouterPart(
    first="serial",
    prefixes=("10.20.0.0/24", "203.0.113.0/24"),
    addresses=("10.20.0.10",),
    keep=("write memory",),
    breaks=(
        "interface GigabitEthernet2",
        " ip address 10.0.31.1 255.255.255.252",
        "router ospf 1",
        " no network 10.0.12.0 0.0.0.3 area 0",
        " passive-interface GigabitEthernet1",
        "no ip route 198.51.100.0 255.255.255.0 192.168.10.10 name partner",
    ),
    feature=("track 1 ip route 203.0.113.0 255.255.255.0 reachability",),
    without=("no track 1",),
    upgrade=("17.12.4", r"^track \d+ ip route"),
)
CORE1 = RouterPart(
    first="telnet",
    prefixes=("192.168.10.0/24", "198.51.100.0/24"),
    addresses=("192.168.10.10",),
    breaks=(
        "delete protocols ospf area 0.0.0.0 interface ge-0/0/0.0",
        "set interfaces ge-0/0/1 unit 0 family inet address 10.0.31.2/30",
        "delete interfaces ge-0/0/1 unit 0 family inet address 10.0.13.2/30",
        "delete routing-options static route 203.0.113.0/24",
        "commit",
    ),
    feature=("set system services telnet", "commit"),
    without=("delete system services telnet",),
    upgrade=("23.4R2.13", r"system services telnet"),
)
LEAF1 = RouterPart(
    first="serial",
    prefixes=("10.20.0.0/24", "10.50.0.0/24"),
    addresses=("10.50.0.10",),
    keep=("configure checkpoint save",),
    breaks=(
        "interface Ethernet1",
        "   ip address 10.0.43.2/30",
        "router ospf 1",
        "   passive-interface Ethernet2",
        "no ip route 198.18.30.0/24 10.30.0.10",
    ),
    feature=("queue-monitor length global-buffer",),
    without=("no queue-monitor length global-buffer",),
    upgrade=("4.32.1F", r"^queue-monitor "),
)
SPINE1 = RouterPart(
    first="serial",
    prefixes=("10.20.0.0/24", "10.30.0.0/24"),
    addresses=("10.30.0.10",),
    keep=("checkpoint",),
    breaks=(
        "interface Ethernet1/1",
        "  ip address 10.0.46.2/30",
        "router ospf UNDERLAY",
        "  passive-interface default",
        "no ip route 198.18.50.0/24 10.50.0.10 name partner",
    ),
    feature=("feature telemetry",),
    without=("no feature telemetry",),
    upgrade=("10.4(5)", r"^feature telemetry"),
)
PE1 = RouterPart(
    first="telnet",
    prefixes=("10.30.0.0/24", "192.168.10.0/24"),
    addresses=("10.20.0.10",),
    breaks=(
        "interface GigabitEthernet0/0/0/0",
        " ipv4 address 10.0.25.2 255.255.255.252",
        " root",
        "router static",
        " address-family ipv4 unicast",
        "  no 198.18.40.0/24 10.40.0.10",
        "  root",
        "router ospf 1",
        " area 0",
        "  interface GigabitEthernet0/0/0/1",
        "   passive enable",
        "   root",
        "commit",
    ),
    feature=("performance-mgmt resources tftp-server 10.20.0.54", "commit"),
    without=("no performance-mgmt resources tftp-server 10.20.0.54",),
    upgrade=("7.11.2", r"^performance-mgmt "),
)

PARTS: Mapping[str, RouterPart] = MappingProxyType(
    {"edge1": EDGE1, "core1": CORE1, "leaf1": LEAF1, "spine1": SPINE1, "pe1": PE1}
)
