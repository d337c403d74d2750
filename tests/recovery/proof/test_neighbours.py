"""A configuration that is proven while a neighbour is down: what that explains, and what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import cast

import pytest

from oob.backup.difference import LineDifference
from oob.clock import Clock
from oob.device.device import Device
from oob.errors import UsageError
from oob.inventory import device as inventory
from oob.inventory.device import Critical
from oob.recovery.api import recover, verify
from oob.recovery.context import Collaborators, RunOptions
from oob.recovery.proof.neighbours import Neighbours, Waiting
from oob.recovery.proof.prove import Proof, ProofTarget
from oob.recovery.record.ending import Ending
from oob.report.code import word
from oob.report.metrics import measure
from oob.report.story import tell
from oob.routing.diff import diff
from oob.routing.route import NextHop, Route
from oob.routing.rules import VrfPrefix
from oob.routing.table import RouteTable
from tests.recovery.conftest import Site
from tests.recovery.papers import backup


def route(prefix: str, *hops: str, protocol: str = "ospf") -> Route:
    """Return a route by hops like `10.0.12.2 Gi1`, or an interface alone."""
    split = [hop.rpartition(" ") for hop in hops]
    return Route(
        vrf="default",
        prefix=prefix,
        protocol=protocol,
        next_hops=tuple(NextHop(address=address, interface=interface) for address, _, interface in split),
    )


LINK = route("10.0.12.0/30", "Gi1", protocol="connected")
FAR = route("10.20.0.0/24", "10.0.12.2 Gi1")
BOTH = route("10.30.0.0/16", "10.0.12.2 Gi1", "10.0.13.2 Gi2")
OTHER = route("10.0.13.0/30", "Gi2", protocol="connected")
LAN = route("192.168.1.0/24", "Gi3", protocol="connected")
SIX = route("2001:db8:20::/64", "fe80::2 Gi1")
BEFORE = (LINK, FAR, BOTH, OTHER, LAN, SIX)


class Pinged:
    """A device that gets replies from some addresses."""

    def __init__(self, *alive: str, broken: bool = False) -> None:
        self.alive = alive
        self.broken = broken
        self.asked: list[str] = []

    def ping(self, address: str, vrf: str = "") -> bool:
        self.asked.append(address)
        if self.broken:
            raise UsageError("no ping on this platform")
        return address in self.alive


def waiting(
    home: Path,
    after: tuple[Route, ...],
    device: Pinged,
    *,
    must_have: tuple[str, ...] = (),
    time_left: Callable[[], float] = lambda: inf,
    **changes: object,
) -> Waiting | None:
    kept = backup(home, routes=BEFORE)
    before, now = (RouteTable(platform="cisco_ios", routes=routes) for routes in (BEFORE, after))
    proof = Proof(
        target="b1", baseline="b1", lines=(), routes=diff(before, now, must_have=map(VrfPrefix.parse, must_have))
    )
    aim = ProofTarget(target=kept, baseline=kept)
    names = {"10.0.12.2": "core1"}
    neighbours = Neighbours(cast("Device", device), aim, lambda address: names.get(address, address), time_left)
    return neighbours.waiting(replace(proof, **changes))  # type: ignore[arg-type]


DOWN = (route("10.30.0.0/16", "10.0.13.2 Gi2"), OTHER, LAN)


def test_routes_through_a_silent_neighbour_wait_for_it(tmp_path: Path) -> None:
    device = Pinged("10.0.13.2")
    found = waiting(
        tmp_path, DOWN, device, silent=("10.20.0.10",), lost=("10.255.0.2 Gi1", "Gi1 10.0.12.1", "10.0.12.2")
    )
    assert str(found) == "configuration proven; 4 routes wait for core1"
    assert device.asked == ["10.0.12.2"]  # and not a neighbour whose routes are there


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        ((*DOWN[:2],), {}),  # the LAN is gone, too, which no neighbour explains
        ((*DOWN, route("172.16.0.0/12", "10.0.13.2 Gi2")), {}),  # a route that was not there
        (DOWN, {"silent": ("192.168.1.10",)}),
        (DOWN, {"silent": ("203.0.113.1",)}),  # to which the baseline has no route
        (DOWN, {"lost": ("Gi3 192.168.1.1",)}),
        (DOWN, {"routes_problem": "the routing table could not be understood"}),
        (DOWN, {"timer": "a timer is armed"}),
        (DOWN, {"lines": (LineDifference(kind="missing", parents=(), line="router ospf 1"),)}),
        (BEFORE, {"lost": ("10.255.0.2 Gi1",)}),
    ],
)
def test_a_difference_with_another_reason_waits_for_no_neighbour(
    after: tuple[Route, ...], changes: dict[str, object], tmp_path: Path
) -> None:
    assert waiting(tmp_path, after, Pinged("10.0.13.2"), **changes) is None


def test_a_neighbour_that_replies_or_cannot_be_asked_explains_nothing(tmp_path: Path) -> None:
    assert waiting(tmp_path, DOWN, Pinged("10.0.12.2", "10.0.13.2")) is None
    assert waiting(tmp_path / "2", DOWN, Pinged(broken=True)) is None


def test_a_neighbour_that_was_down_and_replies_by_now_is_back(tmp_path: Path) -> None:
    kept = backup(tmp_path, routes=BEFORE)
    before, now = (RouteTable(platform="cisco_ios", routes=routes) for routes in (BEFORE, DOWN))
    proof = Proof(target="b1", baseline="b1", lines=(), routes=diff(before, now), lost=("10.255.0.2 Gi1",))
    aim = ProofTarget(target=kept, baseline=kept)
    for alive, is_back in (("10.0.12.2", True), ("10.0.13.2", False)):
        neighbours = Neighbours(cast("Device", Pinged(alive)), aim, str)
        neighbours.waiting(proof)
        assert neighbours.are_back(proof) is is_back
    assert not neighbours.are_back(replace(proof, lost=()))


def test_no_neighbour_is_asked_when_the_devices_timer_leaves_no_time_for_it(tmp_path: Path) -> None:
    device = Pinged("10.0.13.2")
    assert waiting(tmp_path, DOWN, device, time_left=lambda: 15.0) is None
    assert device.asked == []


def test_a_critical_prefix_that_is_attached_to_this_device_alone_is_told(tmp_path: Path) -> None:
    through = waiting(tmp_path, DOWN, Pinged("10.0.13.2"), must_have=("10.20.0.0/24",))
    attached = waiting(tmp_path / "2", DOWN, Pinged("10.0.13.2"), must_have=("10.0.12.0/30",))
    assert through is not None
    assert attached is not None
    assert (through.is_alone, attached.is_alone) == (False, True)
    assert waiting(tmp_path / "3", DOWN, Pinged("10.0.13.2"), must_have=("198.51.100.0/24",)) is None


# --- two routers that reach each other only through each other

LINKS = {
    "edge1": ("interface GigabitEthernet1", "shutdown", "interface GigabitEthernet2", "shutdown"),
    "core1": ("set interfaces ge-0/0/0 disable", "set interfaces ge-0/0/1 disable", "commit"),
}
QUICK = RunOptions(converge=2.0, reopen=30.0)


@pytest.fixture(autouse=True)
def _few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have few looks at the routes while a timer runs, on a clock that skips the time between them."""
    monkeypatch.setattr("oob.recovery.run.attempt.WAITING_PAUSE", 60.0)


class Skipping:
    """A clock on which waiting takes no time, so that waiting under a timer is not waited for."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def clock(self) -> Clock:
        def wait(seconds: float) -> None:
            if seconds >= 5:
                self.skipped += seconds
            else:
                Clock().wait(seconds)

        return Clock(monotonic=lambda: time.monotonic() + self.skipped, wait=wait)


def entry(site: Site, name: str) -> inventory.InventoryDevice:
    """Return the router without critical addresses: silent ones take their time on each look."""
    return replace(site.entry(name), critical_addresses=())


def means(site: Site) -> Collaborators:
    return replace(site.means(), clock=Skipping().clock())


@pytest.mark.parametrize("order", [("edge1", "core1"), ("core1", "edge1")])
def test_two_adjacent_routers_that_are_both_down_are_recovered_in_either_order(
    own_site: Site, order: tuple[str, str]
) -> None:
    for name in LINKS:
        own_site.entry(name)  # takes its baseline
    for name, lines in LINKS.items():
        own_site.type(name, lines)
    first, second = order

    waits = recover(entry(own_site, first), means(own_site), QUICK)

    assert (waits.exit_code, waits.ending) == (1, Ending.WAITING), waits
    assert waits.proof is not None
    assert waits.proof.is_configured
    assert waits.waiting is not None
    assert waits.waiting.neighbours == (second,)
    story = tell(own_site.journal(waits.run).entries)
    assert story.state == str(waits.waiting)
    assert word(own_site.journal(waits.run).entries) == "waiting"
    assert measure([story]).to_proof == ()
    assert "save.finished" in own_site.events(waits.run) or first == "core1"
    assert "putback.started" not in own_site.events(waits.run)
    with own_site.open(first) as device:
        assert device.timer_owner() is None

    again = recover(entry(own_site, first), means(own_site), QUICK)
    assert (again.exit_code, again.ending, again.is_unchanged) == (1, Ending.WAITING, True)
    assert "attempt.started" not in own_site.events(again.run)

    recovered = recover(own_site.entry(second), own_site.means(), replace(QUICK, converge=30.0))
    assert (recovered.exit_code, recovered.ending) == (0, Ending.RECOVERED)
    assert verify(own_site.entry(first), own_site.means(), replace(QUICK, converge=30.0)).is_proven


def test_a_policy_that_reverts_undoes_it(own_site: Site) -> None:
    for name in LINKS:
        own_site.entry(name)
    for name, lines in LINKS.items():
        own_site.type(name, lines)
    (own_site.home.path / "policy.yaml").write_text("neighbour_down: revert\n")

    outcome = recover(entry(own_site, "edge1"), means(own_site), QUICK)

    assert (outcome.exit_code, outcome.ending, outcome.waiting) == (1, Ending.PUT_BACK, None)
    assert any("and the policy reverts that" in attempt.failure for attempt in outcome.attempts)


def test_a_critical_address_on_a_link_that_is_down_is_explained(own_site: Site) -> None:
    for name in LINKS:
        own_site.entry(name)
    own_site.type("core1", LINKS["core1"])
    critical = replace(own_site.entry("edge1"), critical_addresses=(Critical(target="10.20.0.10"),))

    outcome = recover(critical, means(own_site), QUICK)

    assert outcome.ending is Ending.WAITING
    assert outcome.proof is not None
    assert outcome.proof.silent == ("10.20.0.10",)
