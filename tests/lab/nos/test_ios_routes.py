from __future__ import annotations

import re
from pathlib import Path

import pytest

from oob.lab.network import host
from tests.lab.nos.ios_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    from ipaddress import ip_interface

    desk = Desk(tmp_path)
    desk.network.put(host("pc", link="branch", address=ip_interface("192.168.10.10/24")))
    desk.network.put(host("gateway", link="management", address=ip_interface("172.16.99.1/24")))
    desk.login()
    return desk


def table(text: str) -> list[str]:
    """Return the lines of a table behind its legend, ages made equal."""
    body = text.partition("Gateway of last resort")[2].splitlines()[1:-1]
    return [re.sub(r"\d\d:\d\d:\d\d", "AGE", line) for line in body if line.strip()]


def test_the_table_is_laid_out_as_ios_does(desk: Desk) -> None:
    assert table(desk.type("show ip route")) == [
        "      10.0.0.0/8 is variably subnetted, 7 subnets, 3 masks",
        "C        10.0.12.0/30 is directly connected, GigabitEthernet1",
        "L        10.0.12.1/32 is directly connected, GigabitEthernet1",
        "C        10.0.13.0/30 is directly connected, GigabitEthernet2",
        "L        10.0.13.1/32 is directly connected, GigabitEthernet2",
        "S        10.99.0.0/16 is directly connected, Null0",
        "C        10.255.0.1/32 is directly connected, Loopback0",
        "O        10.255.0.2/32 [110/10] via 10.0.13.2, AGE, GigabitEthernet2",
        "                       [110/10] via 10.0.12.2, AGE, GigabitEthernet1",
        "      192.168.10.0/24 is variably subnetted, 2 subnets, 2 masks",
        "C        192.168.10.0/24 is directly connected, GigabitEthernet3",
        "L        192.168.10.1/32 is directly connected, GigabitEthernet3",
        "S     198.51.100.0/24 [1/0] via 192.168.10.10",
    ] or table(desk.type("show ip route"))[7:9] == [
        "O        10.255.0.2/32 [110/10] via 10.0.12.2, AGE, GigabitEthernet1",
        "                       [110/10] via 10.0.13.2, AGE, GigabitEthernet2",
    ]


def test_every_vrf_is_shown_for_a_star(desk: Desk) -> None:
    shown = desk.type("show ip route vrf *")
    assert "\nRouting Table: MGMT\n" in shown
    assert "Gateway of last resort is 172.16.99.1 to network 0.0.0.0" in shown
    assert "S*    0.0.0.0/0 [1/0] via 172.16.99.1\n" in shown
    assert "does not exist" in desk.type("show ip route vrf NONE")


def test_ages_grow_and_start_again_with_the_route(desk: Desk) -> None:
    desk.clock.advance(3700)
    desk.login()
    assert ", 01:0" in desk.type("show ip route")
    desk.network.cut("edge1-core1-a")
    desk.network.cut("edge1-core1-b")
    desk.clock.advance(5)
    desk.network.mend("edge1-core1-a")
    desk.clock.advance(5)
    assert re.search(r"via 10.0.12.2, 00:00:\d\d,", desk.type("show ip route"))


def test_a_broken_link_is_logged_and_takes_its_routes_along(desk: Desk) -> None:
    desk.network.cut("edge1-core1-a")
    logged = desk.press("", 3)
    assert "%LINK-3-UPDOWN: Interface GigabitEthernet1, changed state to down" in logged
    assert "Nbr 10.255.0.2 on GigabitEthernet1 from FULL to DOWN" in logged
    desk.type("")
    assert "GigabitEthernet1" not in desk.type("show ip route")
    assert "down                  down" in desk.type("show ip interface brief")
    assert "10.0.12.2" not in desk.type("show ip ospf neighbor")


def test_breaking_ospf_in_the_configuration_breaks_it_in_the_table(desk: Desk) -> None:
    desk.configure("router ospf 1", "passive-interface GigabitEthernet1", "passive-interface GigabitEthernet2")
    assert "10.255.0.2" not in desk.type("show ip route")
    desk.configure("router ospf 1", "no passive-interface GigabitEthernet1")
    assert "10.255.0.2/32 [110/10] via 10.0.12.2" in desk.type("show ip route")


def test_ipv6_routes_are_shown(desk: Desk) -> None:
    shown = desk.type("show ipv6 route")
    assert "C   2001:DB8:12::/64 [0/0]\n     via GigabitEthernet1, directly connected\n" in shown
    assert shown.endswith("L   FF00::/8 [0/0]\n     via Null0, receive\nedge1#")


def test_one_protocol_can_be_asked_for(desk: Desk) -> None:
    shown = table(desk.type("show ip route static"))
    assert [line.split()[0] for line in shown] == ["10.0.0.0/16", "S", "S"]


def test_one_address_is_looked_up(desk: Desk) -> None:
    shown = desk.type("show ip route 10.255.0.2")
    assert 'Known via "ospf 1", distance 110, metric 10' in shown
    assert "% Network not in table" in desk.type("show ip route 203.0.113.9")


def test_the_summary_counts_what_the_table_holds(desk: Desk) -> None:
    shown = desk.type("show ip route summary")
    assert re.search(r"^ospf 1 +0 +1 ", shown, re.MULTILINE)
    assert re.search(r"^Total +0 +10 ", shown, re.MULTILINE)
