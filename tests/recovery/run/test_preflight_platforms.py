"""What is looked at before anything is changed, on the platforms of the five-router lab."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup, Reading
from oob.clock import ahead
from oob.console.console import Console
from oob.device import facts
from oob.device.device import Device
from oob.errors import GuardStopped
from oob.lab.nos.xr.router import XrRouter
from oob.profile.store import load
from oob.recovery.ladder import hazard, trial
from oob.recovery.ladder.difference import differences
from oob.recovery.ladder.hazard import Named, NeededServer
from oob.recovery.ladder.lockout import users
from oob.recovery.run import preflight
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport
from tests.lab.nos.family_desk import PASSWORD, Desk
from tests.recovery.papers import NOON, VERIFIED

NAMES = {"arista_eos": "leaf1", "cisco_nxos": "spine1", "cisco_xr": "pe1"}
platforms = pytest.mark.parametrize("platform", NAMES)


@dataclass
class Bench:
    """A router of a platform on a desk, and the device that it is to oob."""

    desk: Desk
    device: Device
    catalogue: Catalogue

    def backup(self, configuration: str = "") -> Backup:
        """Return a backup of the router as it is now, or with another *configuration*."""
        reading = Reading(
            device=self.desk.router.name,
            platform=self.device.platform,
            configuration=configuration or self.device.configuration(),
            facts=self.device.facts().as_json(),
            verified=VERIFIED,
            started=NOON,
            finished=NOON,
        )
        return self.catalogue.write(reading)

    def look(self, baseline: Backup) -> preflight.Preflight:
        return preflight.look(self.device, self.device.facts(), baseline, baseline)


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Bench]:
    def make(platform: str) -> Bench:
        desk = Desk(tmp_path, NAMES[platform])
        desk.output.clear()
        transport = DeskTransport(desk.router, desk.clock, desk.output)
        console = Console(transport, load(platform), Credentials(username="ops", password=PASSWORD, enable=PASSWORD))
        console.open()
        return Bench(desk, Device(console), Catalogue(tmp_path / "backups"))

    return make


@platforms
def test_the_clock_and_what_tells_the_software_are_among_the_facts(
    bench: Callable[[str], Bench], platform: str
) -> None:
    here = bench(platform)
    facts = here.device.facts()
    data = here.device.profile.facts
    assert data is not None
    assert abs(ahead(facts.clock, data.clock_layout, facts.zone, here.desk.clock.utc())) < 5
    expected = {
        "arista_eos": {"boot image": ("flash:/EOS-4.31.2F.swi",)},
        "cisco_nxos": {
            "image": ("bootflash:///nxos64-cs.10.3.5.M.bin",),
            "boot variable": ("bootflash:/nxos64-cs.10.3.5.M.bin",),
            "features": ("bgp", "lldp", "ospf"),
        },
        "cisco_xr": {"packages": ("xrv9k-xr-7.9.2",)},
    }
    assert facts.fingerprint == expected[platform]


@platforms
def test_nothing_is_said_of_a_router_that_is_as_it_was(bench: Callable[[str], Bench], platform: str) -> None:
    here = bench(platform)
    found = here.look(here.backup())
    assert (found.warnings, found.unmet) == ((), {})


TIMERS = {
    "4.35.0F": "Session with pending commit timer: s1\nTime left until commit timer expiry: in 0:01:59\n",
    "an older one": """\
  Name                     State                    User       Terminal       PID       Commit Time Left
  --------------------- ------------------------ ---------- -------------- --------- ----------------------
  acl-change               pendingCommitTimer                                                      4m56s
""",
}
NO_TIMER = "* s1               pending   eve   vty8\n  s2               committed             2026-03-04 12:00:00 eve\n"


@pytest.mark.parametrize("release", TIMERS)
def test_a_commit_timer_is_seen_as_each_release_of_eos_lists_it(release: str) -> None:
    timer = load("arista_eos").timer
    assert timer is not None
    assert re.search(timer.armed, NO_TIMER + TIMERS[release], re.M)
    assert not re.search(timer.armed, NO_TIMER, re.M)


INSTALLED = {
    "    Active Packages: 1\n        xrv9k-xr-7.9.2 version=7.9.2 [Boot image]\n": {"packages": ("xrv9k-xr-7.9.2",)},
    "      disk0:asr9k-mini-px-6.1.21\n      disk0:asr9k-mpls-px-6.1.21\n": {
        "packages": ("disk0:asr9k-mini-px-6.1.21", "disk0:asr9k-mpls-px-6.1.21")
    },
    "Active Packages: XR: 201    All: 1532\nSoftware Hash:      454175af\nxr-bgp     7.10.2v1.0.0-1\n": {
        "packages of XR 7": ("xr-bgp     7.10.2v1.0.0-1",),
        "software": ("454175af",),
    },
}


@pytest.mark.parametrize("installed", INSTALLED)
def test_each_generation_of_xr_lists_its_packages_in_another_form(installed: str) -> None:
    data = load("cisco_xr").facts
    assert data is not None
    text = 'hostname pe1\nNAME: "Rack 0", DESCR: "x"\nPID: y, VID: V01, SN: z\nCisco IOS XR Software, Version 7.9.2\n'
    assert facts.find(data, text + installed).fingerprint == INSTALLED[installed]


LINE = "snmp-server location row 9"


@platforms
def test_a_silent_upgrade_is_named_with_the_lines_that_it_does_not_take(
    bench: Callable[[str], Bench], platform: str
) -> None:
    here = bench(platform)
    before = here.backup()
    target = here.backup(re.sub("snmp-server location .*", f"{LINE}\nsnmp-server contact noc", before.configuration))
    here.desk.router.upgrade("99.1", ("^snmp-server location",))
    now = here.backup()

    assert any("runs 99.1" in warning for warning in here.look(before).warnings)
    assert trial.refused(here.device, target, now) == (LINE,)
    assert not differences(here.device.profile, here.backup().configuration, now.configuration)


@platforms
def test_little_room_is_said_or_leaves_out_what_needs_it(bench: Callable[[str], Bench], platform: str) -> None:
    here = bench(platform)
    before = here.backup()
    with (here.desk.router.flash._flash / "big").open("wb") as big:
        big.truncate(6_442_450_944 - 1000)  # a hole: it takes no room on our own disk
    found = here.look(before)
    assert any("bytes of free space" in warning for warning in found.warnings)
    assert list(found.unmet) == (["backup"] if platform == "cisco_nxos" else [])


@platforms
def test_an_open_session_of_another_operator_is_a_warning(bench: Callable[[str], Bench], platform: str) -> None:
    here = bench(platform)
    before = here.backup()
    here.desk.router.foreign_edit("snmp-server contact eve", "eve")
    (warning,) = here.look(before).warnings
    assert re.match(rf"{NAMES[platform]}: .*\beve\b.* (?:- a configuration session|is in configuration mode)", warning)


def test_a_locked_configuration_of_xr_stops_the_run(bench: Callable[[str], Bench]) -> None:
    here = bench("cisco_xr")
    before = here.backup()
    here.desk.router.hold_lock("eve")
    with pytest.raises(GuardStopped, match="pe1: vty2 eve holds the configuration exclusively"):
        here.look(before)
    here.desk.router.hold_lock("")
    assert here.look(before).warnings == ()


def test_another_operators_trial_on_xr_stops_the_run_and_names_them(bench: Callable[[str], Bench]) -> None:
    here = bench("cisco_xr")
    before = here.backup()
    router = here.desk.router
    assert isinstance(router, XrRouter)
    router.commits.arm(object(), "eve", 300, router.config)
    with pytest.raises(GuardStopped, match="pe1: a revert timer of eve is armed"):
        here.look(before)
    router.commits.confirm()
    assert here.look(before).warnings == ()


DANGEROUS = {
    "arista_eos": """\
schedule nightly interval 1440 timeout 30 max-log-files 10 command bash /mnt/flash/job.sh
schedule once at 03:00:00 max-log-files 1 command show tech-support
schedule config max concurrent jobs 2
event-handler KEEP
   trigger on-startup-config
   action bash /mnt/flash/keep.sh https://store.example.net/x
username ops privilege 15 secret sha512 $6$x
radius-server host 192.0.2.61 vrf MGMT timeout 2 key 7 0822455D0A16
ip name-server vrf MGMT 192.0.2.53
logging host 192.0.2.54
logging vrf MGMT host log.example.net
ntp server vrf MGMT time.example.net prefer
end
""",
    "cisco_nxos": """\
feature scheduler
scheduler job name keep
copy running-config startup-config

end-job

scheduler schedule name nightly
  job name keep
  time daily 03:00
scheduler job name again
terminal dont-ask ; reload

end-job

scheduler schedule name once
job name again
time start 2026:03:04:12:30
event manager applet guard
  event timer watchdog time 300
  action 1 cli copy running-config scp://store.example.net/x
username ops password 5 $5$x role network-admin
radius-server host 192.0.2.61 key 7 "fewhg123" authentication accounting
logging server log.example.net 5 use-vrf management
ntp server time.example.net use-vrf management
vrf context MGMT
  ip name-server 192.0.2.53
""",
    "cisco_xr": """\
logging 192.0.2.54 vrf default
logging log.example.net vrf MGMT severity info
logging console informational
domain vrf MGMT name-server 192.0.2.53
username ops
 group root-lr
 secret 10 $6$x
!
radius-server host 192.0.2.61 auth-port 1812 acct-port 1813
 key 7 0822455D0A16
!
event manager policy cron.tcl username ops persist-time infinite type user
event manager event-trigger nightly
 type timer cron cron-entry "0 3 * * *"
!
ntp
 server vrf MGMT time.example.net
!
router static
 address-family ipv4 unicast
  198.18.0.0/24 10.40.0.10 description http://store.example.net/x
 !
!
end
""",
}
JOBS = {
    "arista_eos": ("nightly (interval 1440)", "once (at 03:00:00)", "KEEP (on-startup-config)"),
    "cisco_nxos": ("nightly (daily 03:00)", "start 2026:03:04:12:30", "reload", "guard (timer watchdog time 300)"),
    "cisco_xr": ("cron.tcl", 'nightly (timer cron cron-entry "0 3 * * *")'),
}


@platforms
def test_jobs_names_servers_and_users_are_found_in_a_configuration(tmp_path: Path, platform: str) -> None:
    profile = load(platform)
    reading = Reading(
        device="r1",
        platform=platform,
        configuration=DANGEROUS[platform],
        verified=VERIFIED,
        started=NOON,
        finished=NOON,
    )
    backup = Catalogue(tmp_path).write(reading)
    assert hazard.jobs(profile, backup) == JOBS[platform]
    found = hazard.find(profile, backup)
    assert found.lockouts == ()
    assert {caution.split(" ")[0] for caution in found.cautions} == {
        f"{name}.example.net" for name in ("log", "time", "store")
    }
    aaa = {
        "arista_eos": (NeededServer(kind="AAA server", address="192.0.2.61", vrf="MGMT"),),
        "cisco_nxos": (),  # they are asked through their groups
        "cisco_xr": (NeededServer(kind="AAA server", address="192.0.2.61"),),
    }
    named = NeededServer(kind="name server", address="192.0.2.53", vrf="MGMT")
    assert hazard.servers(profile, backup) == (*aaa[platform], named)
    resolved = next(service for service in profile.services if not service.named)
    vrf = "management" if platform == "cisco_nxos" else "MGMT"
    assert Named(name="time.example.net", vrf=vrf) in hazard.names_of(profile, resolved, backup)
    born = ("admin",) if platform == "arista_eos" else ()
    assert users(profile.hazards.console, hazard.statements(profile, backup)) == ("ops", *born)
