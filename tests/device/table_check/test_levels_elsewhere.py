"""Frugal comparison where a summary has all tables (Junos), and on a shell, which packs its table."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from oob.console.console import Console
from oob.device.connect import connect
from oob.device.device import Device
from oob.device.table_check import levels as frugal
from oob.device.table_check.comparison import Comparison, KnownTable
from oob.device.table_check.confidence import ByteLimit, Confidence
from oob.errors import UsageError
from oob.events import Events
from oob.profile.model import Glimpse
from oob.profile.store import load
from oob.routing.parse import parse
from oob.routing.route import NextHop
from oob.routing.rules import IgnoreRule, VrfPrefix
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport
from tests.lab.nos.family_desk import PASSWORD
from tests.lab.nos.family_desk import Desk as FamilyDesk
from tests.lab.nos.junos_desk import Desk


def compare(device: Device, known: KnownTable, wanted: Confidence) -> Comparison:
    return frugal.compare(device, known, wanted, ByteLimit(), Events().emit)


@pytest.fixture
def junos(tmp_path: Path) -> tuple[Device, KnownTable]:
    desk = Desk(tmp_path)
    desk.on()
    transport = DeskTransport(desk.router, desk.clock, desk.output)
    console = Console(transport, load("juniper_junos"), Credentials(username="lab", password="lab123"))
    console.open()
    device = Device(console)
    must_have = (VrfPrefix("default", "198.51.100.0/24"), VrfPrefix("default", "10.255.0.2/32"))
    return device, KnownTable(routes=device.routes().routes, text=device.route_text(), must_have=must_have)


def test_a_summary_of_all_tables_is_asked_for_once(junos: tuple[Device, KnownTable]) -> None:
    told = compare(*junos, Confidence.CRITICAL_EQUAL)
    assert (told.confidence, told.is_met, told.differences) == (Confidence.CRITICAL_EQUAL, True, ())
    assert [answer.question.asked.value for answer in told.answers] == ["summary", "prefix", "prefix"]
    assert not any("ipv6" in text for text in told.unseen)


def test_a_whole_table_of_junos_is_equal(junos: tuple[Device, KnownTable]) -> None:
    assert compare(*junos, Confidence.TABLE_EQUAL).confidence is Confidence.TABLE_EQUAL


def test_a_static_route_that_is_gone_is_found_in_its_part(junos: tuple[Device, KnownTable]) -> None:
    device, known = junos
    device.paste(["delete routing-options static route 198.51.100.0/24", "commit"])
    told = compare(device, replace(known, must_have=()), Confidence.TABLE_EQUAL)
    assert [answer.question.asked.value for answer in told.answers] == ["summary", "part"]
    assert told.differences[0] == "static (ipv4, vrf default): 1 routes became 0"
    assert any("198.51.100.0/24" in line for line in told.differences[1:])


def test_a_summary_that_only_counts_otherwise_is_overruled_by_the_routes(junos: tuple[Device, KnownTable]) -> None:
    device, known = junos
    route = known.routes[0]
    twice = (*known.routes, route._replace(active=True, prefix="203.0.113.0/24"))
    told = compare(
        device,
        replace(known, routes=twice, must_have=(), ignore=(IgnoreRule.parse("203.0.113.0/24"),)),
        Confidence.TABLE_EQUAL,
    )
    assert told.confidence is Confidence.TABLE_EQUAL
    assert told.is_met
    assert any("shorter answer" in note for note in told.notes)


def family(folder: Path, name: str, platform: str) -> tuple[Device, KnownTable]:
    desk = FamilyDesk(folder, name)
    transport = DeskTransport(desk.router, desk.clock, desk.output)
    console = Console(transport, load(platform), Credentials(username="ops", password=PASSWORD, enable=PASSWORD))
    console.open()
    device = Device(console)
    routes = device.routes().routes
    # One of each family, static where there is one.
    ranked = sorted((route for route in routes if route.active), key=lambda route: route.protocol != "static")
    first = {":" in route.prefix: VrfPrefix(route.vrf, route.prefix) for route in reversed(ranked)}
    return device, KnownTable(routes=routes, text=device.route_text(), must_have=tuple(first.values()))


PLATFORMS = {"arista_eos": "leaf1", "cisco_nxos": "spine1", "cisco_xr": "pe1"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_counts_prefixes_and_table_of_both_families_are_compared(tmp_path: Path, platform: str) -> None:
    device, known = family(tmp_path, PLATFORMS[platform], platform)
    assert {":" in prefix for _, prefix in known.must_have} == {False, True}
    for wanted in (Confidence.CRITICAL_EQUAL, Confidence.TABLE_EQUAL):
        told = compare(device, known, wanted)
        assert (told.confidence, told.is_met, told.notes) == (wanted, True, ()), list(told.lines())
        assert not any("ipv6" in text for text in told.unseen)


@pytest.mark.parametrize("platform", ["arista_eos", "cisco_xr"])
def test_only_the_part_that_differs_is_read(tmp_path: Path, platform: str) -> None:
    device, known = family(tmp_path, PLATFORMS[platform], platform)
    static = next(r for r in known.routes if r.protocol == "static" and r.vrf == "default" and "." in r.prefix)
    fewer = tuple(route for route in known.routes if route is not static)
    told = compare(device, replace(known, routes=fewer, must_have=()), Confidence.TABLE_EQUAL)
    assert [answer.question.asked.value for answer in told.answers] == ["summary", "part"], list(told.lines())
    assert any(static.prefix in line for line in told.differences)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_next_hop_of_ipv6_that_has_changed_is_found_without_the_table(tmp_path: Path, platform: str) -> None:
    device, known = family(tmp_path, PLATFORMS[platform], platform)
    place = next(place for place in known.must_have if ":" in place[1])
    moved = (NextHop("2001:db8::77", "Ethernet9"),)
    routes = tuple(
        route._replace(next_hops=moved) if (route.vrf, route.prefix) == place else route for route in known.routes
    )
    told = compare(device, replace(known, routes=routes, must_have=(place,)), Confidence.CRITICAL_EQUAL)
    assert (told.confidence, told.differs) == (Confidence.SUMMARY_EQUAL, True)
    assert f"critical prefix {place[1]}: was" in told.differences[0]


@pytest.mark.parametrize(("name", "platform"), [("spine1", "cisco_nxos"), ("pe1", "cisco_xr")])
def test_a_device_that_knows_no_short_question_is_asked_for_its_table(tmp_path: Path, name: str, platform: str) -> None:
    device, known = family(tmp_path, name, platform)
    profile = device.profile
    nonsense = Glimpse(summary="show nonsense", prefix="show nonsense")
    unknown = profile.frugal.model_copy(update={"ipv4": nonsense, "ipv6": nonsense})
    device.console.profile = profile.model_copy(update={"frugal": unknown})
    lower = compare(device, known, Confidence.CRITICAL_EQUAL)
    assert (lower.confidence, lower.is_met) == (Confidence.NOTHING, False)
    assert "the number of routes" in lower.unseen
    whole = compare(device, known, Confidence.TABLE_EQUAL)
    assert (whole.confidence, whole.is_met) == (Confidence.TABLE_EQUAL, True)
    assert "the device does not know 'show nonsense'" in whole.notes


def shell(packed: str, digest: str = "") -> Device:
    """Return a shell whose table is a file, printed as `ip route` would."""
    device = connect(f"exec://{shutil.which('sh')}?arg=-i", platform="linux", secrets=Credentials())
    profile = device.profile
    update = {"packed": (packed,), "digest": digest}
    changed = profile.model_copy(update={"frugal": profile.frugal.model_copy(update=update)})
    device.console.profile = changed
    return device


def some() -> KnownTable:
    """Return two thousand routes as a shell prints them."""
    text = "".join(
        f"10.{n >> 8}.{n & 255}.0/24 via 192.0.2.{n % 7 + 1} dev eth0 proto bird metric 32 \n" for n in range(2000)
    )
    return KnownTable(routes=parse("linux", text).routes, text=text)


def test_a_packed_table_costs_a_fraction_and_is_whole(tmp_path: Path) -> None:
    with shell(f"gzip -9 < {tmp_path}/table | base64") as device:
        known = some()
        (tmp_path / "table").write_text(known.text)
        told = compare(device, known, Confidence.TABLE_EQUAL)
    assert told.confidence is Confidence.TABLE_EQUAL
    assert told.spent < len(known.text) / 5
    assert told.spent == pytest.approx(told.table, rel=0.25)


def test_one_next_hop_is_found_in_a_packed_table(tmp_path: Path) -> None:
    with shell(f"gzip -9 < {tmp_path}/table | base64") as device:
        known = some()
        (tmp_path / "table").write_text(known.text.replace("10.3.7.0/24 via 192.0.2.", "10.3.7.0/24 via 192.0.20.", 1))
        told = compare(device, known, Confidence.TABLE_EQUAL)
    assert told.differs
    assert len(told.differences) == 1
    assert "10.3.7.0/24" in told.differences[0]


@pytest.mark.parametrize("damage", ["| head -c 2000", "| tr A B", "; nosuchprogram"])
def test_a_packed_table_that_is_not_whole_is_read_as_text(tmp_path: Path, damage: str) -> None:
    with shell(f"gzip -9 < {tmp_path}/table | base64 {damage}") as device:
        known = some()
        (tmp_path / "table").write_text(known.text)
        told = compare(device, replace(known, routes=device.routes().routes), Confidence.TABLE_EQUAL)
    assert told.confidence is Confidence.TABLE_EQUAL
    assert any("did not pack its table" in note for note in told.notes)


def digested(table: Path) -> Device:
    """Return a shell that digests the file *table* as its profile digests what `ip` prints."""
    pipe = load("linux").frugal.digest.partition(" | ")[2]
    return shell(f"gzip -9 < {table} | base64", f"cat {table} | {pipe}")


@pytest.mark.parametrize("wanted", list(Confidence)[1:])
def test_a_digest_of_the_table_as_printed_proves_all_of_it_with_a_hundred_bytes(
    tmp_path: Path, wanted: Confidence
) -> None:
    known = some()
    with digested(tmp_path / "table") as device:
        (tmp_path / "table").write_text(known.text)
        told = compare(device, known, wanted)
    assert (told.confidence, told.is_met, told.unseen, told.next) == (Confidence.TABLE_EQUAL, True, (), "")
    assert told.spent < 500


def test_another_digest_claims_nothing_and_the_table_tells_what_differs(tmp_path: Path) -> None:
    known = some()
    with digested(tmp_path / "table") as device:
        # The same routes in another order, then one that has gone elsewhere.
        lines = known.text.splitlines(keepends=True)
        (tmp_path / "table").write_text("".join(reversed(lines)))
        same = compare(device, known, Confidence.TABLE_EQUAL)
        (tmp_path / "table").write_text(known.text.replace("10.3.7.0/24 via 192.0.2.", "10.3.7.0/24 via 192.0.20.", 1))
        other = compare(device, known, Confidence.TABLE_EQUAL)
    assert (same.confidence, same.is_met, same.notes) == (Confidence.TABLE_EQUAL, True, ())
    assert (other.differs, len(other.differences)) == (True, 1)


def test_a_digest_does_not_prove_a_critical_prefix_that_the_baseline_lacks(tmp_path: Path) -> None:
    known = replace(some(), must_have=(VrfPrefix("default", "203.0.113.0/24"),))
    with digested(tmp_path / "table") as device:
        (tmp_path / "table").write_text(known.text)
        assert not compare(device, known, Confidence.TABLE_EQUAL).is_met


def test_a_shell_has_no_summary_and_says_so() -> None:
    with shell("true") as device, pytest.raises(UsageError, match="linux sums up no routing table"):
        compare(device, some(), Confidence.SUMMARY_EQUAL)


def test_the_next_hop_of_one_prefix_is_compared_on_a_shell_without_a_summary() -> None:
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed")
    with shell("true") as device:
        routes = [route for route in device.routes().routes if route.active and "." in route.prefix]
        if not routes:
            pytest.skip("this machine has no routes")
        wanted = (VrfPrefix("default", routes[0].prefix),)
        told = compare(device, KnownTable(routes=tuple(routes), must_have=wanted), Confidence.CRITICAL_EQUAL)
        moved = routes[0]._replace(next_hops=(NextHop(address="192.0.2.77"),))
        other = compare(device, KnownTable(routes=(moved, *routes[1:]), must_have=wanted), Confidence.CRITICAL_EQUAL)
    assert told.is_met
    assert other.differs
