"""How a device is doing, held against what its baseline says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oob.console.console import Console
from oob.device.device import Device
from oob.device.table_check.confidence import Confidence
from oob.errors import UsageError
from oob.inventory.device import Critical
from oob.profile.store import load
from oob.recovery.api import collect
from oob.recovery.context import RunOptions
from oob.recovery.proof.collection import Extent
from oob.recovery.proof.health import (
    Check,
    CheckState,
    HealthReport,
    gauge_checks,
    log_checks,
    measure,
    neighbour_checks,
    path_checks,
)
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport
from tests.lab.nos.ios_desk import SECRET, Desk
from tests.recovery.conftest import Site

IOS = load("cisco_ios")
JUNOS = load("juniper_junos")
CPU, MEMORY = (gauge.name for gauge in IOS.health.gauges)
LOG = """\
*Mar  1 12:00:01.010: %LINK-3-UPDOWN: Interface GigabitEthernet1, changed state to up
*Mar  1 12:00:02.000: %SYS-2-MALLOCFAIL: Memory allocation of 65536 bytes failed
"""
BGP = "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd\n"
BGP_JUNOS = "10.0.0.2              65001      24017      24023       0       0     1w0d 3:16 {}\n"


def cpu(percent: int) -> dict[str, str]:
    return {CPU: f"CPU utilization for five seconds: 5%/0%; one minute: 6%; five minutes: {percent}%"}


def memory(used: int) -> dict[str, str]:
    return {
        MEMORY: "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n"
        f"Processor  7F0A5C7010   2044854120   {used}   1778766448   1778000000   1048575908\n"
    }


def states(checks: list[Check]) -> dict[str, CheckState]:
    return {check.name: check.state for check in checks}


@pytest.mark.parametrize(
    ("now", "state"), [(10, CheckState.WELL), (40, CheckState.WELL), (41, CheckState.WORSE), (2, CheckState.WELL)]
)
def test_more_cpu_than_the_baseline_and_its_tolerance_is_worse(now: int, state: CheckState) -> None:
    assert states(gauge_checks(IOS, cpu(10), cpu(now)))[CPU] is state


@pytest.mark.parametrize(("now", "state"), [(1249, CheckState.WELL), (1251, CheckState.WORSE)])
def test_memory_is_measured_in_per_cent_of_the_baseline(now: int, state: CheckState) -> None:
    assert states(gauge_checks(IOS, memory(1000), memory(now)))[MEMORY] is state


def test_what_either_side_does_not_tell_is_unknown_and_not_well() -> None:
    checks = [*gauge_checks(IOS, {}, cpu(3)), *log_checks(IOS, {}, {"log": LOG})]
    assert set(states(checks).values()) == {CheckState.UNKNOWN}
    health = HealthReport(checks=tuple(checks))
    assert health.is_well  # nothing is worse, as far as is known
    assert next(health.lines()) == f"health: 0 of {len(checks)} well"
    assert len(list(health.lines())) == 1 + len(checks)


def test_idle_time_on_junos_is_worse_where_there_is_less() -> None:
    was = {"CPU idle, per cent": "      Idle                       88 percent"}
    now = {"CPU idle, per cent": "      Idle                       20 percent"}
    assert states(gauge_checks(JUNOS, was, now))["CPU idle, per cent"] is CheckState.WORSE
    assert states(gauge_checks(JUNOS, now, was))["CPU idle, per cent"] is CheckState.WELL


def test_only_serious_lines_that_are_new_count() -> None:
    (same,) = log_checks(IOS, {"log": LOG}, {"log": LOG})
    assert same.state is CheckState.WELL
    new = "*Mar  1 13:00:00.000: %OSPF-3-NOBACKBONE: something\n"
    (check,) = log_checks(IOS, {"log": LOG}, {"log": LOG + new})
    assert check.state is CheckState.WORSE
    assert check.now.startswith("1, the last is '*Mar  1 13:00:00.000: %OSPF-3")
    (quiet,) = log_checks(IOS, {"log": LOG}, {"log": LOG + "*Mar  1 13:00:00.000: %SYS-5-CONFIG_I: Configured\n"})
    assert quiet.state is CheckState.WELL


def test_a_log_that_has_gone_round_counts_whole() -> None:
    (check,) = log_checks(IOS, {"log": "*Mar  1 11:00:00.000: %SYS-2-OLD: gone\n"}, {"log": LOG})
    assert check.now.startswith("2, ")


@pytest.mark.parametrize(("now", "state"), [(950, CheckState.WELL), (900, CheckState.WELL), (899, CheckState.WORSE)])
def test_a_bgp_peer_may_lose_a_tenth_of_its_prefixes(now: int, state: CheckState) -> None:
    row = "10.0.0.2        4        65001   24017   24023      100    0    0 1w0d           {}\n"
    found = states(neighbour_checks(IOS, BGP + row.format(1000), BGP + row.format(now)))
    assert found == {"10.0.0.2": CheckState.WELL, "prefixes from 10.0.0.2": state}


def test_a_bgp_peer_that_is_down_is_down_and_has_no_prefixes() -> None:
    was, now = BGP_JUNOS.format("900/1000/1000/0       0/0/0/0"), BGP_JUNOS.format("Active")
    found = states(neighbour_checks(JUNOS, was, now))
    assert found == {"10.0.0.2": CheckState.WORSE, "prefixes from 10.0.0.2": CheckState.WORSE}


def test_adjacencies_of_is_is_are_neighbours() -> None:
    was = "R2              L2   Gi0/0         10.0.0.2        UP    24       R2.01\n"
    assert states(neighbour_checks(IOS, was, was.replace("UP  ", "INIT"))) == {"R2 Gi0/0": CheckState.WORSE}
    was = "ge-0/0/0.0            core2          2  Up                   23\n"
    assert states(neighbour_checks(JUNOS, was, was.replace("Up  ", "Down"))) == {"ge-0/0/0.0 core2": CheckState.WORSE}


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_healthy_router_is_well_in_all_that_its_baseline_tells(site: Site, name: str) -> None:
    assert any(text.startswith("path to") for text in site.baseline(name).health)
    found = collect(site.entry(name), site.means(), RunOptions(), Extent(health=True))
    assert found.health is not None
    kinds = {check.name.split()[0] for check in found.health.checks if check.state is CheckState.WELL}
    assert {"ping", "path"} <= kinds
    assert found.is_well, list(found.health.lines())
    assert found.proof is None


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_counts_and_critical_prefixes_are_compared_over_a_console(site: Site, name: str) -> None:
    entry = site.entry(name)
    route = next(route for route in site.baseline(name).routes if route.protocol == "static" and "." in route.prefix)
    entry = replace(entry, critical_prefixes=(replace(entry.critical_addresses[0], target=route.prefix),))
    found = collect(entry, site.means(), RunOptions(), Extent(confidence=Confidence.CRITICAL_EQUAL))
    assert found.comparison is not None
    assert (found.comparison.confidence, found.is_well) == (Confidence.CRITICAL_EQUAL, True), list(found.lines())
    assert "not looked at: the configuration" in list(found.lines())
    limited = collect(entry, site.means(), RunOptions(), Extent(confidence=Confidence.TABLE_EQUAL, minutes=0.0001))
    assert limited.comparison is not None
    assert limited.comparison.spent == 0
    assert limited.as_json()["well"] is False


def test_what_a_broken_router_has_lost_is_named(own_site: Site) -> None:
    own_site.broken("edge1")
    entry = replace(own_site.entry("edge1"), critical_addresses=())
    found = collect(entry, own_site.means(), RunOptions(), Extent(health=True, confidence=Confidence.TABLE_EQUAL))
    assert found.health is not None
    assert found.comparison is not None
    worse = [check.name for check in found.health.checks if check.state is CheckState.WORSE]
    assert any("GigabitEthernet1" in name for name in worse)
    assert found.comparison.differs
    assert not found.is_well


def test_a_path_is_followed_only_where_its_end_answers(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.screen.clear()
    login = Credentials(username="ops", password=SECRET, enable=SECRET)
    console = Console(DeskTransport(desk.router, desk.clock, desk.screen), IOS, login)
    console.open()
    near, far = Critical(target="10.0.12.2"), Critical(target="203.0.113.9")
    was = measure(Device(console), (near, far))
    assert was["path to 203.0.113.9"] == "silent"
    assert "Tracing the route" in was["path to 10.0.12.2"]
    now = {**was, "path to 10.0.12.2": was["path to 10.0.12.2"].replace("1 10.0.12.2", "1 10.0.13.2\n  2 10.0.12.2")}
    assert states(path_checks(IOS, (near, far), was, was)) == {
        "ping 10.0.12.2": CheckState.WELL,
        "path to 10.0.12.2": CheckState.WELL,
        "ping 203.0.113.9": CheckState.WORSE,
    }
    (_, other) = path_checks(IOS, (near,), was, now)
    assert (other.state, other.was, other.now) == (CheckState.WORSE, "10.0.12.2", "10.0.13.2 10.0.12.2")


def test_an_unreachable_proof_level_is_refused(site: Site) -> None:
    with pytest.raises(UsageError, match="no critical prefixes"):
        collect(site.entry("edge1"), site.means(), RunOptions(), Extent(confidence=Confidence.CRITICAL_EQUAL))
