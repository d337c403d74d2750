"""The breaking change for an unknown router, taken from its configuration alone."""

from __future__ import annotations

import pytest

from oob.drill import harm
from oob.errors import UsageError

EOS = """hostname leaf1
interface Ethernet1
   no switchport
   shutdown
   ip address 10.0.0.1/30
interface Ethernet2
   no switchport
   ip address 10.0.0.5/30
interface Loopback0
   ip address 10.255.0.1/32
interface Management1
   ip address 192.0.2.1/24
ip route 198.51.100.0/24 10.0.0.6
router ospf 1
   network 10.0.0.0/16 area 0
"""
XR = """interface MgmtEth0/RP0/CPU0/0
 ipv4 address 192.0.2.1 255.255.255.0
!
interface GigabitEthernet0/0/0/0
 ipv4 address 10.0.0.1 255.255.255.252
!
router static
 address-family ipv4 unicast
  198.51.100.0/24 10.0.0.2
!
router ospf 1
!
end
"""
JUNOS = """set interfaces fxp0 unit 0 family inet address 192.0.2.1/24
set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1/30
set interfaces lo0 unit 0 family inet address 10.255.0.1/32
set routing-options static route 198.51.100.0/24 next-hop 10.0.0.2
set protocols ospf area 0.0.0.0 interface ge-0/0/1.0
set protocols ospf3 area 0.0.0.0 interface ge-0/0/1.0
"""


@pytest.mark.parametrize(
    ("platform", "configuration", "first", "then"),
    [
        (
            "arista_eos",
            EOS,
            ("no ip route 198.51.100.0/24 10.0.0.6",),
            ("no router ospf 1", "interface Ethernet2", " shutdown"),
        ),
        (
            "cisco_xr",
            XR,
            ("no router static", "commit"),
            ("no router ospf 1", "interface GigabitEthernet0/0/0/0", " shutdown", "commit"),
        ),
        (
            "juniper_junos",
            JUNOS,
            ("delete routing-options static", "commit"),
            (
                "delete protocols ospf",
                "delete protocols ospf3",
                "delete interfaces ge-0/0/1 unit 0 family inet",
                "commit",
            ),
        ),
    ],
)
def test_static_routes_go_first_and_then_protocols_and_an_interface_that_is_not_management(
    platform: str, configuration: str, first: tuple[str, ...], then: tuple[str, ...]
) -> None:
    part = harm.part(platform, configuration, "r1")
    assert (part.feature, part.breaks) == (first, then)


def test_static_routes_alone_are_the_whole_change() -> None:
    part = harm.part("cisco_ios", "hostname r1\nip route 0.0.0.0 0.0.0.0 10.0.0.1\n", "r1")
    assert (part.feature, part.breaks) == ((), ("no ip route 0.0.0.0 0.0.0.0 10.0.0.1",))


@pytest.mark.parametrize("platform", harm.PLATFORMS)
def test_a_router_with_nothing_to_lose_is_said_so(platform: str) -> None:
    with pytest.raises(UsageError, match="r1: it has no route"):
        harm.part(platform, "hostname r1\n", "r1")
