"""Whatever opens a session behaves the same on a full disk, a spent byte budget and a dead path."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from netmiko.exceptions import ReadException

import oob
from oob.adapters import netmiko
from oob.cli.main import oob_command
from oob.console import transcripts
from oob.device.session import DeviceSession
from oob.errors import BudgetSpent
from oob.events import Event, Events
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.recovery.after.aftercare import go_through
from oob.recovery.after.watch import watch
from oob.recovery.api import recover, take_backup, verify
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials
from oob.transport.access import ServerLogin
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=5.0, reopen=2.0)
DEAD = ConsolePath(url="tcp://127.0.0.1:1", name="dead")
# A path of each kind that cannot be opened, by its own fault: no user for its server, nothing there, not allowed.
UNUSABLE = (
    "ssh://127.0.0.1:1/port07",
    "ssh://ops@127.0.0.1:1/port07",
    "ssh://ops@127.0.0.1:1?jump=127.0.0.1:1",
    "console:///r1?server=127.0.0.1&port=1",
    "console://ops@/r1?server=127.0.0.1&port=1&plain=yes",
    "sol://bmc1.example",
    "telnet://127.0.0.1:1",
    "telnet://ops@127.0.0.1:1",
    "rfc2217://127.0.0.1:1?baud=auto",
    "tcp://127.0.0.1:1",
    "serial:///dev/ttyUSB77?baud=auto",
    "exec:///nowhere/virsh?arg=console",
    "replay:///nowhere/edge1.jsonl",
    "record+tcp://127.0.0.1:1?record.to=/nowhere/edge1.jsonl",
    "fault+tcp://127.0.0.1:1?fault.drop=1",
    "opengear://127.0.0.1/7",
    "digi_portserver://127.0.0.1/eleven",
    "telnet://cs1.example:2001",
    "pigeon://127.0.0.1",
)
LOGIN = Credentials(username="ops", password="oob-lab", enable="oob-lab")


def _api(entry: InventoryDevice, means: Collaborators) -> None:
    with oob.connect(
        [path.url for path in entry.paths],
        platform=entry.platform,
        username="ops",
        password="oob-lab",
        enable="oob-lab",
        home=means.home.path,
        access=means.access,
        events=means.events,
    ) as device:
        for _ in range(4):
            device.run("show running-config")


def _no_space(*given: object, **options: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


Act = Callable[[InventoryDevice, Collaborators], Any]


def _plainly(act: Act) -> Callable[[Site], Act]:
    return lambda site: act


def _later(act: Callable[[str, InventoryDevice, Collaborators], Any]) -> Callable[[Site], Act]:
    """Return what recovers the device first, and then does *act* with the run."""

    def prepare(site: Site) -> Act:
        run = recover(site.entry("edge1"), site.means(), QUICK).run
        site.said.clear()
        return lambda entry, means: act(run, entry, means)

    return prepare


ACTS: dict[str, Callable[[Site], Act]] = {
    "take_backup": _plainly(take_backup),
    "verify": _plainly(lambda entry, means: verify(entry, means, QUICK)),
    "recover": _plainly(lambda entry, means: recover(entry, means, QUICK)),
    "API": _plainly(_api),
    "watch": _later(lambda run, entry, means: watch(run, entry, means, minutes=0.0, every=1.0)),
    "after": _later(go_through),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_full_disk_does_not_block_access_to_the_device_and_is_said_once(
    site: Site, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ACTS[act](site)
    monkeypatch.setattr(transcripts, "Transcript", _no_space)
    entry = site.entry("edge1")
    run(replace(entry, paths=(DEAD, *entry.paths)), site.means())
    said = [event.text for event in site.said if "No space left" in event.text]
    assert said == ["no transcript is written: No space left on device"]


@pytest.mark.parametrize("act", ACTS)
def test_a_byte_budget_that_is_spent_in_the_middle_ends_with_its_own_exit_code(site: Site, act: str) -> None:
    entry, means, run = site.entry("edge1"), site.means(), ACTS[act](site)
    paths = tuple(replace(path, byte_budget=11_500) for path in entry.paths if path.url.startswith("telnet"))
    entry = replace(entry, paths=paths)
    budgets = DeviceSession(entry, LOGIN, budgets=site.home.budgets).access.budgets
    for budget in budgets.values():
        budget.expect = lambda size: None  # type: ignore[method-assign]  # what is expected is not known beforehand
        budget.want = lambda size, what: None  # type: ignore[method-assign]
    with pytest.raises(BudgetSpent) as stopped:
        run(entry, replace(means, access=replace(means.access, budgets=budgets)))
    assert stopped.value.exit_code == 10
    with site.open("edge1") as device:
        assert act == "recover" or device.state_found in ("login", "press-return")  # no session is left open
    site.log_out("edge1")


@pytest.mark.parametrize("act", ACTS)
def test_a_dead_path_fails_over(site: Site, act: str) -> None:
    run, entry = ACTS[act](site), site.entry("edge1")
    run(replace(entry, paths=(DEAD, *entry.paths)), site.means())
    assert any(event.name == "path.failed" and "127.0.0.1:1" in event.text for event in site.said)


@pytest.mark.parametrize("act", ACTS)
def test_no_kind_of_unusable_path_ends_the_fail_over(site: Site, act: str) -> None:
    run, entry = ACTS[act](site), site.entry("edge1")
    unusable = tuple(ConsolePath(url=url, name=f"unusable{number}") for number, url in enumerate(UNUSABLE))
    means = site.means()
    means = replace(means, access=replace(means.access, server_login=ServerLogin()))
    run(replace(entry, paths=(*unusable, *entry.paths)), means)
    failed = [event.text for event in site.said if event.name == "path.failed"]
    assert len(failed) >= len(UNUSABLE)
    assert "needs a user name" in failed[0]


def test_oob_run_behaves_the_same(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    telnet = next(path.url for path in site.entry("edge1").paths if path.url.startswith("telnet"))
    for name in ("USERNAME", "PASSWORD", "ENABLE"):
        monkeypatch.setenv(f"OOB_{name}", getattr(LOGIN, name.lower()))
    monkeypatch.setattr(transcripts, "Transcript", _no_space)
    hosts = site.home.create(site.home.inventory) / "hosts.yaml"
    paths = [{"url": DEAD.url}, {"url": telnet, "byte_budget": 11_500}]
    hosts.write_text(yaml.safe_dump({"edge1": {"platform": "cisco_ios", "data": {"oob": {"paths": paths}}}}))
    words = ("run", "edge1", *4 * ("show running-config",), "--plain", "--home", str(site.home.path))
    done = CliRunner().invoke(oob_command, words, standalone_mode=False)
    assert done.return_value == 10, done.stderr
    assert done.stderr.count("No space left on device") == 1
    assert "127.0.0.1:1" in done.stderr
    site.log_out("edge1")


def test_an_adapter_behaves_the_same(site: Site) -> None:
    urls = [DEAD.url, next(path.url for path in site.entry("edge1").paths if path.url.startswith("telnet"))]
    entry = replace(site.entry("edge1"), paths=tuple(ConsolePath(url=url, name=url, byte_budget=9_000) for url in urls))
    access = DeviceSession(entry, LOGIN, budgets=site.home.budgets).access
    login = {"username": "ops", "password": "oob-lab", "secret": "oob-lab"}
    connection = netmiko.connect(urls, device_type="cisco_ios", access=access, tape=_no_space, **login)
    with connection, pytest.raises(ReadException) as stopped:
        list(map(connection.send_command, 9 * ["show running-config"]))
    assert isinstance(stopped.value.__cause__, BudgetSpent)
    site.log_out("edge1")


def test_the_time_after_a_recovery_uses_the_same_opener(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    run = recover(site.entry("edge1"), site.means(), QUICK).run
    opened: list[str] = []
    first = DeviceSession.open

    def opening(self: DeviceSession, **options: Any) -> Any:
        opened.append(self.entry.name)
        return first(self, **options)

    monkeypatch.setattr(DeviceSession, "open", opening)
    entry = site.entry("edge1")
    entry = replace(entry, paths=(DEAD, *entry.paths))
    assert watch(run, entry, site.means(), minutes=0.0, every=1.0)
    go_through(run, entry, site.means())
    assert opened == ["edge1", "edge1"]


def test_what_dies_while_it_is_read_is_read_over_the_next_path(site: Site) -> None:
    said: list[Event] = []
    entry = site.entry("edge1")
    means = replace(site.means(), events=Events(said.append))

    def cut(event: Event) -> None:
        if event.name == "reading.routes" and not any(each.name == "part.interrupted" for each in said):
            site.lab.fault("edge1", "drop")

    means.events.subscribe(cut)
    assert take_backup(entry, means).manifest.device == "edge1"
