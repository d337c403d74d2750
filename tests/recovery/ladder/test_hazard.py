"""What a configuration holds that fails or acts at the worst moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup, Reading
from oob.errors import GuardStopped
from oob.profile.store import load
from oob.recovery.api import recover
from oob.recovery.ladder import hazard
from oob.recovery.ladder.hazard import NeededServer
from tests.recovery.conftest import Site
from tests.recovery.papers import CONFIGURATION, NOON, VERIFIED, backup
from tests.recovery.run.test_run import QUICK

IOS, JUNOS = load("cisco_ios"), load("juniper_junos")
NIGHTLY = """\
kron policy-list SAVE
 cli write memory
kron occurrence NIGHTLY at 3:00 recurring
 policy-list SAVE
event manager applet GUARD
 event timer watchdog time 300
 action 1.0 cli command "enable"
ntp server time.example.net
ntp server 192.0.2.123
logging host vrf MGMT log.example.net
snmp-server host trap.example.net version 2c s3cret
archive
 path scp://backup:s3cret@store.example.net/$h
ip name-server 192.0.2.53 192.0.2.54
ip name-server vrf MGMT 192.0.2.55
radius server ise
 address ipv4 192.0.2.61 auth-port 1812 acct-port 1813
crypto pki trustpoint CA
 enrollment url http://ca.example.net:80/certsrv
end
"""
CURLY = """\
version 21.4R3.15;
system {
    ntp {
        server time.example.net;
    }
    name-server {
        192.0.2.53;
    }
}
event-options {
    generate-event {
        hourly time-interval 3600;
    }
    policy SAVE {
        events hourly;
    }
}
"""


def ios(home: Path, more: str) -> Backup:
    return backup(home, configuration=CONFIGURATION.replace("end\n", more))


def test_names_are_found_where_an_address_could_stand(tmp_path: Path) -> None:
    found = hazard.find(IOS, ios(tmp_path, NIGHTLY)).cautions
    assert {sentence.split(" ")[0] for sentence in found} == {
        f"{name}.example.net" for name in ("log", "time", "ca", "trap", "store")
    }
    assert not any("s3cret" in sentence for sentence in found)
    assert "ntp server time.example.net" in next(sentence for sentence in found if sentence.startswith("time"))


def test_jobs_are_found_with_their_times_and_named_once(tmp_path: Path) -> None:
    nightly = ios(tmp_path, NIGHTLY)
    assert hazard.jobs(IOS, nightly, nightly) == ("NIGHTLY (at 3:00 recurring)", "GUARD (timer watchdog time 300)")


def test_servers_are_found_with_their_vrf(tmp_path: Path) -> None:
    found = hazard.servers(IOS, ios(tmp_path, NIGHTLY))
    assert NeededServer(kind="AAA server", address="192.0.2.61") in found
    assert NeededServer(kind="name server", address="192.0.2.55", vrf="MGMT") in found


def test_a_configuration_with_braces_is_read_without_its_set_form(tmp_path: Path) -> None:
    reading = Reading(
        device="core1", platform="juniper_junos", configuration=CURLY, verified=VERIFIED, started=NOON, finished=NOON
    )
    curly = Catalogue(tmp_path).write(reading)
    assert hazard.jobs(JUNOS, curly) == ("hourly (time-interval 3600)", "SAVE (hourly)")
    assert [str(server) for server in hazard.servers(JUNOS, curly)] == ["name server 192.0.2.53"]
    assert any("time.example.net is a name" in sentence for sentence in hazard.find(JUNOS, curly).cautions)


@pytest.mark.parametrize("platform", ["edge1", "core1"])
def test_a_configuration_that_locks_out_the_console_is_not_restored(site: Site, platform: str) -> None:
    good = site.baseline(platform)
    old, new = {
        "edge1": ("aaa authentication login default group ISE local", "aaa authentication login default group ISE"),
        "core1": ("system {\n", "system {\n    ports {\n        console disable;\n    }\n"),
    }[platform]
    assert old in good.configuration
    reading = Reading(
        device=platform,
        platform=good.manifest.platform,
        configuration=good.configuration.replace(old, new),
        configuration_set=f"{good.configuration_set}\nset system ports console disable" if platform == "core1" else "",
        facts=good.facts,
        verified=VERIFIED,
        started=NOON,
        finished=NOON + timedelta(minutes=1),
    )
    kept = Catalogue(site.home.backups).write(reading)

    with pytest.raises(GuardStopped, match="would lock you out of the console"):
        recover(site.entry(platform), site.means(), replace(QUICK, target=kept.manifest.id))

    (run,) = site.home.runs.iterdir()
    assert "reach.started" not in site.events(run.name)
    assert site.events(run.name)[-1] == "run.stopped"


def test_jobs_that_could_come_in_the_middle_are_said(site: Site) -> None:
    site.type("edge1", ["kron occurrence NIGHTLY at 3:00 recurring", "exit"])
    site.type("core1", ["set event-options generate-event hourly time-interval 3600", "commit"])
    for name, job in (("edge1", "NIGHTLY (at 3:00 recurring)"), ("core1", "hourly (time-interval 3600)")):
        outcome = recover(site.entry(name), site.means(), QUICK)
        assert outcome.exit_code == 0
        assert any(job in warning for warning in outcome.warnings)


@pytest.mark.parametrize(
    ("name", "command", "said", "undo"),
    [
        ("edge1", "reload in 30", r"edge1: Reload scheduled .* by ops on console", "reload cancel"),
        ("core1", "request system reboot in 30", r"core1: reboot requested by ops at ", "clear system reboot"),
    ],
)
def test_a_scheduled_reload_stops_the_run(site: Site, name: str, command: str, said: str, undo: str) -> None:
    site.broken(name)
    with site.open(name) as device:
        device.console.ask(command, {r"\[yes/no\]: ?$": "no\r", r"\[confirm\] ?$": "\r", r"\(no\) ?$": "yes\r"})

    with pytest.raises(GuardStopped, match=said):
        recover(site.entry(name), site.means(), QUICK)

    (run,) = site.home.runs.iterdir()
    assert "attempt.started" not in site.events(run.name)
    with site.open(name) as device:
        device.console.ask(undo, {})
    assert recover(site.entry(name), site.means(), QUICK).exit_code == 0
