"""Frugal comparison of ten thousand routes of FRR on a shell, whose `vtysh` here answers from files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from oob.device.connect import connect
from oob.device.device import Device
from oob.device.table_check import levels as frugal
from oob.device.table_check.comparison import Comparison, KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.events import Events
from oob.routing.route import NextHop, Route
from oob.routing.rules import VrfPrefix
from oob.secret.credentials import Credentials
from tests.routing.printers import frr, frr_json

VTYSH = """\
#!/bin/sh
cat "$(dirname "$0")/$(printf %s "$2" | tr ' /' __)" 2>/dev/null || echo "% Unknown command: $2"
"""
COUNT = 10_000
HOPS = (NextHop("10.0.12.1", "eth12"), NextHop("10.0.13.1", "eth13"))
ROUTES = [Route("default", f"10.{n >> 8}.{n & 255}.0/24", "ospf", (HOPS[n % 2],), 110, 20) for n in range(COUNT)]
ROUTES6 = [Route("default", "2001:db8:a::/48", "static", (NextHop("2001:db8::1", "eth12"),), 1, 0)]
MUST_HAVE = (VrfPrefix("default", ROUTES[7].prefix), VrfPrefix("default", ROUTES6[0].prefix))


class Router:
    """The files that `vtysh` answers from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "vtysh").write_text(VTYSH)
        (folder / "vtysh").chmod(0o755)

    def has(self, routes: Sequence[Route], routes6: Sequence[Route] = ROUTES6) -> None:
        """Make these the routes that are printed, counted and shown one by one where they are critical."""
        for name, some in (("ip", routes), ("ipv6", routes6)):
            self._put(f"show {name} route vrf all", printed(some))
            self._put(f"show {name} route vrf default summary", summary(some))
            for route in some:
                if ("default", route.prefix) in MUST_HAVE:
                    document = frr_json([route]).partition("\n")[2].removesuffix("\nr1# ")
                    self._put(f"show {name} route vrf default {route.prefix} json", document + "\n")
        for protocol in ("ospf", "static"):
            part = [route for route in routes if route.protocol == protocol]
            self._put(f"show ip route vrf default {protocol}", printed(part))

    def _put(self, command: str, text: str) -> None:
        (self.folder / command.replace(" ", "_").replace("/", "_")).write_text(text)


def printed(routes: Sequence[Route]) -> str:
    """Give the table of one family without prompts and echo."""
    return "VRF default:\n" + frr(routes).partition("\nVRF default:\n")[2].partition("\nr1# ")[0] + "\n"


def summary(routes: Sequence[Route]) -> str:
    text = "Route Source         Routes               FIB  (vrf default)\n"
    for protocol in sorted({route.protocol for route in routes}):
        count = sum(route.protocol == protocol for route in routes)
        text += f"{protocol:<20} {count:<20} {count:<20} \n"
    return text + f"------\nTotals               {len(routes):<20} {len(routes):<20} \n\n"


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Router:
    return Router(tmp_path_factory.mktemp("frr"))


@pytest.fixture(scope="module")
def device(router: Router) -> Iterator[Device]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(router.folder), prepend=":")
        with connect(f"exec://{shutil.which('sh')}?arg=-i", platform="frr", secrets=Credentials()) as device:
            yield device


@pytest.fixture(scope="module")
def known(router: Router, device: Device) -> KnownTable:
    router.has(ROUTES)
    text = device.route_text()
    return KnownTable(routes=device.routes().routes, text=text, must_have=MUST_HAVE)


def compare(device: Device, known: KnownTable, wanted: Confidence) -> Comparison:
    return frugal.compare(device, known, wanted, ByteLimit(baud=9600), Events().emit)


def test_equal_tables_of_ten_thousand_routes_are_verified_with_a_twentieth_of_their_bytes(
    router: Router, device: Device, known: KnownTable
) -> None:
    router.has(ROUTES)
    told = compare(device, known, Confidence.CRITICAL_EQUAL)
    assert (told.confidence, told.is_met, told.notes) == (Confidence.CRITICAL_EQUAL, True, ()), list(told.lines())
    assert told.spent <= 0.05 * len(known.text)
    assert told.next == "the table"
    assert told.next_seconds > 30
    assert "next hops, except of prefixes asked for by name" in told.unseen


def test_one_next_hop_among_ten_thousand_is_found_in_the_table_and_claimed_equal_nowhere(
    router: Router, device: Device, known: KnownTable
) -> None:
    moved = ROUTES[4_321]._replace(next_hops=(NextHop("10.0.99.1", "eth13"),))
    router.has([*ROUTES[:4_321], moved, *ROUTES[4_322:]])
    lower = compare(device, known, Confidence.CRITICAL_EQUAL)
    whole = compare(device, known, Confidence.TABLE_EQUAL)
    assert (lower.confidence, lower.differs) == (Confidence.CRITICAL_EQUAL, False)
    assert "table equal" not in "\n".join(lower.lines())
    assert (whole.differs, whole.is_met, len(whole.differences)) == (True, False, 1)
    assert moved.prefix in whole.differences[0]
    assert whole.spent < 0.25 * len(known.text), "the table comes packed"


def test_a_critical_prefix_of_either_family_that_goes_elsewhere_is_named(
    router: Router, device: Device, known: KnownTable
) -> None:
    other = (NextHop("10.0.99.1", "eth13"),)
    router.has([*ROUTES[:7], ROUTES[7]._replace(next_hops=other), *ROUTES[8:]])
    told = compare(device, known, Confidence.CRITICAL_EQUAL)
    assert (told.confidence, told.differs) == (Confidence.SUMMARY_EQUAL, True)
    assert f"critical prefix {ROUTES[7].prefix}: was" in told.differences[0]
    router.has(ROUTES, [ROUTES6[0]._replace(next_hops=(NextHop("2001:db8::99", "eth13"),))])
    told = compare(device, known, Confidence.CRITICAL_EQUAL)
    assert f"critical prefix {ROUTES6[0].prefix}: was" in told.differences[0]


def test_only_the_part_that_differs_is_read(router: Router, device: Device, known: KnownTable) -> None:
    static = Route("default", "10.200.0.0/16", "static", (NextHop("10.0.12.1", "eth12"),), 1, 0)
    router.has([*ROUTES, static])
    told = compare(device, replace(known, must_have=()), Confidence.TABLE_EQUAL)
    assert [answer.question.asked.value for answer in told.answers] == ["summary", "part"]
    assert told.differences[0] == "static (ipv4, vrf default): 0 routes became 1"
    assert any("10.200.0.0/16" in line for line in told.differences[1:])
