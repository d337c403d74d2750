"""Ten thousand routes of a real FRR router, compared with few bytes; its health, and its kernel's table by digest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oob.device.connect import connect
from oob.device.device import Device
from oob.device.table_check import levels as frugal
from oob.device.table_check.comparison import Comparison, KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.events import Events
from oob.inventory.device import Critical
from oob.lab.real.process import wait_until
from oob.lab.real.router import PASSWORDS
from oob.lab.real.site import Site
from oob.recovery.proof.health import CheckState, gateway_checks, gauge_checks, measure, neighbour_checks, path_checks
from oob.routing.parse import parse
from oob.secret.credentials import Credentials

PROGRAMS = ["ip", "vtysh", "agetty", "unshare"]
ROOT = Credentials(username="root", password=PASSWORDS["root"])
COUNT = 10_000
BAUD = 1_000_000  # as fast as it can be read: what a line without flow control brings faster is lost
LOAD = (
    f"seq 0 {COUNT - 1} | awk '{{printf \"ip route 172.%d.%d.0/24 10.0.23.2\\n\", 16 + $1 / 256, $1 % 256}}'"
    " >/tmp/routes && vtysh -f /tmp/routes"
)
MOVED = "172.30.77.0/24"
MUST_HAVE = (("default", "172.16.0.0/24"), ("default", "10.255.0.3/32"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("site"), has_servers=False, baud=BAUD) as site:
        site.power_on()
        site.wait_converged()
        yield site


def opened(site: Site, platform: str, name: str = "r2") -> Device:
    return connect(f"serial://{site.folder}/{name}.serial", platform=platform, secrets=ROOT)


def has(device: Device, prefix: str) -> bool:
    return any(route.prefix == prefix for route in device.routes().routes)


def configure(device: Device, *lines: str) -> None:
    device.run("vtysh -c 'configure terminal' " + " ".join(f"-c '{line}'" for line in lines))


def compare(device: Device, known: KnownTable, wanted: Confidence) -> Comparison:
    return frugal.compare(device, known, wanted, ByteLimit(baud=9600), Events().emit)


def test_a_digest_proves_the_table_of_its_kernel(site: Site) -> None:
    with opened(site, "linux") as device:
        known = KnownTable(routes=device.routes().routes, text=device.route_text())
        same = compare(device, known, Confidence.TABLE_EQUAL)
        device.run("ip route add 203.0.113.0/24 dev eth23")
        other = compare(device, known, Confidence.TABLE_EQUAL)
        device.run("ip route del 203.0.113.0/24 dev eth23")
    assert (same.confidence, same.is_met, same.spent < 500) == (Confidence.TABLE_EQUAL, True, True)
    assert (other.differs, other.is_met) == (True, False)
    assert any("203.0.113.0/24" in line for line in other.differences)


def test_health_of_a_real_router_is_well_until_a_neighbour_is_gone(site: Site) -> None:
    near = (Critical(target="10.255.0.3"),)
    with opened(site, "frr") as device:
        profile = device.profile
        configure(device, "ip route 0.0.0.0/0 10.0.23.2")
        was, told, routes = device.neighbours(), measure(device, near), device.routes().routes
        well = [
            *neighbour_checks(profile, was, device.neighbours()),
            *gauge_checks(profile, told, measure(device, near)),
            *path_checks(profile, near, told, measure(device, near)),
            *gateway_checks(device, routes),
        ]
        configure(device, "no ip route 0.0.0.0/0 10.0.23.2", "interface eth23", "shutdown")
        worse = [
            *neighbour_checks(profile, was, device.neighbours()),
            *path_checks(profile, near, told, measure(device, near)),
            *gateway_checks(device, routes),
        ]
        # Once both have noticed: external routes were once missing for 20 s after the link was back, nobody knows why.
        wait_until(lambda: not has(device, "192.0.2.3/32"))
        with opened(site, "frr", "r3") as far:
            wait_until(lambda: not has(far, "192.0.2.1/32"))
        configure(device, "interface eth23", "no shutdown")
    # Without traceroute the hops are unknown, and said so.
    assert all(check.state is not CheckState.WORSE for check in well), [str(check) for check in well]
    bad = {check.name for check in worse if check.state is CheckState.WORSE}
    assert {"ping 10.255.0.3", "default gateway 0.0.0.0/0 in vrf default"} <= bad
    assert any("eth23" in name for name in bad)
    site.wait_converged()


def test_ten_thousand_routes_of_a_real_router_are_compared_with_few_bytes(site: Site) -> None:
    with opened(site, "frr") as device:
        configure(device, "ip route 0.0.0.0/0 10.0.23.2")
        device.run(LOAD, silence=60)
        text = device.route_text()
        known = KnownTable(routes=parse("frr", text).routes, text=text, must_have=MUST_HAVE)
        assert sum(route.protocol == "static" for route in known.routes) >= COUNT
        critical = compare(device, known, Confidence.CRITICAL_EQUAL)
        table = compare(device, known, Confidence.TABLE_EQUAL)

        configure(device, f"no ip route {MOVED} 10.0.23.2", f"ip route {MOVED} 10.0.12.1")
        lower = compare(device, known, Confidence.CRITICAL_EQUAL)
        whole = compare(device, known, Confidence.TABLE_EQUAL)

        configure(device, f"no ip route {MOVED} 10.0.12.1")
        counted = compare(device, known, Confidence.SUMMARY_EQUAL)

    assert (critical.confidence, critical.is_met, critical.notes) == (Confidence.CRITICAL_EQUAL, True, ())
    assert critical.spent <= 0.05 * len(text)
    assert (table.confidence, table.is_met) == (Confidence.TABLE_EQUAL, True)
    assert table.spent < len(text) / 2, "it came packed"
    assert (lower.confidence, lower.differs) == (Confidence.CRITICAL_EQUAL, False)
    assert (whole.differs, len(whole.differences)) == (True, 1)
    assert MOVED in whole.differences[0]
    assert counted.differences[0].startswith("static (ipv4, vrf default): ")
