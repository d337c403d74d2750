"""The list for afterwards, asked of the devices and written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Reading
from oob.errors import UsageError
from oob.inventory.device import ConsolePath
from oob.recovery.after.aftercare import go_through, saved, services
from oob.recovery.after.point import Point
from oob.recovery.api import recover
from oob.report.handoff import hand_off
from oob.report.story import tell
from tests.recovery.conftest import Site
from tests.recovery.papers import NOON, VERIFIED
from tests.recovery.proof.test_health_platforms import Bench, eos, ios, junos, nxos, xr
from tests.recovery.run.test_run import QUICK

NOT_THERE = (
    "No authoritative|Unrecognized host|no servers could be reached|Temporary failure in name resolution"
    "|error authenticating|Invalid host/interface|Bad hostname"
)


def standings(points: tuple[Point, ...]) -> dict[str, str]:
    return {point.text: point.standing for point in points}


@pytest.mark.parametrize("name", ["edge1", "core1"])
def test_a_device_that_is_back_is_asked_for_every_point(site: Site, name: str) -> None:
    site.broken(name)
    outcome = recover(site.entry(name), site.means(), QUICK)

    points = go_through(outcome.run, site.entry(name), site.means(), lambda: (True, "in-band: it answers"))

    found = standings(points)
    for text in (
        "the software is the baseline's",
        "no revert timer is armed",
        "the configuration is the target's",
        "the routing table is the baseline's",
        "neighbours and interfaces are up",
        "critical addresses answer",
        "the configuration is saved to the start-up configuration",
        "in-band management reaches the device",
    ):
        assert found[text] == "yes", points
    assert sum("to the console" in text for text, standing in found.items() if standing == "yes") == 2
    if name == "edge1":
        servers = {text.split()[2]: standing for text, standing in found.items() if "server 10.20" in text}
        assert servers == {"10.20.0.61": "yes", "10.20.0.62": "yes", "10.20.0.53": "yes"}
    written = [entry for entry in site.journal(outcome.run).entries if entry.event == "after.checked"]
    assert [entry.data["text"] for entry in written] == [point.text for point in points]
    assert tell(site.journal(outcome.run).entries).after[: len(points)] == points


@pytest.mark.parametrize(
    ("make", "lines", "server", "expected"),
    [
        (
            ios,
            "aaa group server radius ISE\nntp server time.example.net\nlogging host log.example.net vrf MGMT",
            ("ip name-server 10.20.0.53",),
            [
                "AAA group ISE decides about a login",
                "time.example.net is resolved",
                "log.example.net in MGMT is resolved",
            ],
        ),
        (
            junos,
            "set system ntp server time.example.net",
            ("set system name-server 10.20.0.53", "commit"),
            ["time.example.net is resolved"],
        ),
        (
            eos,
            "ntp server time.example.net\nlogging vrf MGMT host log.example.net",
            ("ip name-server vrf default 10.20.0.53",),
            ["time.example.net is resolved", "log.example.net in MGMT is resolved"],
        ),
        (
            nxos,
            "aaa group server radius ISE\naaa authentication login default group ISE\n"
            "aaa authentication login console group tacacs+ none\n"
            "ntp server time.example.net\nlogging server log.example.net 5 use-vrf MGMT",
            ("ip name-server 10.20.0.53",),
            [
                "AAA group ISE decides about a login",
                "AAA group tacacs+ decides about a login",
                "time.example.net is resolved",
                "log.example.net in MGMT is resolved",
            ],
        ),
        (
            xr,
            "ntp\n server time.example.net\n!\nlogging log.example.net vrf MGMT severity info",
            ("domain name-server 10.20.0.53", "commit"),
            ["log.example.net in MGMT is resolved", "time.example.net is resolved"],
        ),
    ],
    ids=["ios", "junos", "eos", "nxos", "xr"],
)
def test_the_device_itself_asks_for_a_login_and_a_name(
    tmp_path: Path, make: Callable[[Path], Bench], lines: str, server: tuple[str, ...], expected: list[str]
) -> None:
    bench = make(tmp_path)
    platform = bench.device.platform
    reading = Reading(
        device="r1", platform=platform, configuration=f"{lines}\n", verified=VERIFIED, started=NOON, finished=NOON
    )
    target = Catalogue(tmp_path / "backups").write(reading)
    assert not bench.device.paste(server).errors
    working = list(services(bench.device, target))
    bench.router.dns_dead = True
    bench.router.aaa("dead")
    broken = list(services(bench.device, target))

    assert [(point.text, point.standing) for point in working] == [(text, "yes") for text in expected]
    assert [(point.text, point.standing) for point in broken] == [(text, "no") for text in expected]
    assert all(re.search(NOT_THERE, one.why) for one in broken)


def test_what_is_not_as_it_should_be_is_found_hours_later_and_handed_over(own_site: Site) -> None:
    own_site.broken("core1")
    own_site.lab.fault("core1", "edit", line="set system domain-name eve.example")
    run = recover(own_site.entry("core1"), own_site.means(), QUICK).run
    own_site.type("core1", ["delete routing-options static route 10.98.0.0/16", "commit"])
    own_site.lab.fault("core1", "upgrade", version="99.1")
    gone = ConsolePath(url="tcp://127.0.0.1:1", name="lte")
    entry = replace(own_site.entry("core1"), paths=(*own_site.entry("core1").paths, gone))

    points = {point.text: point for point in go_through(run, entry, own_site.means())}

    assert points["in-band management reaches the device"].standing == "not looked at"
    for text, why in (
        ("the software is the baseline's", "99.1"),
        ("the configuration is the target's", "10.98.0.0/16"),
        ("path lte to the console opens", "127.0.0.1:1"),
        ("uncommitted changes of another operator are restored", "candidate.diff"),
    ):
        assert (points[text].standing, why in points[text].why) == ("no", True), points[text]
    note = hand_off(tell(own_site.journal(run).entries))
    assert "- the configuration is the target's: missing" in note
    assert f"`oob after {run}` goes through the list again" in note


def test_a_configuration_that_a_restart_would_lose_is_said_so(site: Site) -> None:
    text = "the configuration is saved to the start-up configuration"
    with site.open("edge1") as device:
        assert saved(device).standing == "yes"
        device.paste(["interface GigabitEthernet1", "description changed and not saved"])
        found = saved(device)
        assert (found.text, found.standing) == (text, "no")
        device.paste(["interface GigabitEthernet1", "description core1 ge-0/0/0"])
        device.run("write memory")
        assert saved(device).standing == "yes"


def test_a_run_that_has_not_ended_is_not_gone_through(site: Site) -> None:
    with pytest.raises(UsageError, match="no such run"):
        go_through("20260101-000000Z-0000", site.entry("edge1"), site.means())
