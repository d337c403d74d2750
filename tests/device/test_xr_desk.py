"""The IOS-XR profile on a virtual router: reading, pasting, trials that only their session confirms."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.device import Device
from oob.device.values import Values
from oob.errors import DeviceError
from oob.recovery.ladder.bring import loadable, sectioned
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport, is_same, opened, roll_back, shown_on_arrival, timer
from tests.lab.nos.family_desk import PASSWORD, Desk

LOGIN = Credentials(username="ops", password=PASSWORD)


@pytest.fixture(params=[1, 7, 65536], ids=lambda size: f"{size}-byte-reads")
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Desk, Device]:
    desk = Desk(tmp_path, "pe1")
    return desk, opened(DeskTransport(desk.router, desk.clock, desk.output, request.param), "cisco_xr", LOGIN)


def values(checkpoint: str = "1", **texts: tuple[str, ...]) -> Values:
    return Values(words={"checkpoint": checkpoint, "minutes": "5", "run": "test"}, texts=texts)


def break_it(device: Device, *more: str) -> None:
    lines = ["interface GigabitEthernet0/0/0/0", " ipv4 address 10.0.25.2 255.255.255.252", " root", *more, "commit"]
    assert not device.paste(lines).errors


def test_facts_configuration_routes_and_neighbours_are_read(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    facts = device.facts()

    assert (facts.hostname, facts.serial, facts.version) == ("pe1", "FOX2514P0XR", "7.9.2")
    assert facts.model == "IOS-XRv 9000"
    assert device.configuration().rstrip().endswith("end")
    routes = {(route.vrf, route.prefix, route.protocol) for route in device.routes().routes}
    assert ("default", "10.255.0.99/32", "ospf") in routes
    assert ("default", "2001:db8:95::/48", "static") in routes
    assert "10.0.24.1" in device.neighbours()
    assert device.ping("10.255.0.99")
    assert not device.ping("203.0.113.77")


def test_a_refused_line_of_a_paste_is_named_and_nothing_is_committed(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()

    pasted = device.paste(["interface GigabitEthernet0/0/0/2", " description hello", " bogus line"])

    assert [(error.line, error.text.strip()) for error in pasted.errors] == [(3, "bogus line")]
    assert "Invalid input detected" in pasted.errors[0].answer
    assert is_same(device, before)


def test_a_commit_is_undone_in_a_trial_that_is_proven_inside_of_it_and_confirmed(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()
    break_it(device)

    roll_back(device, "last-commit", values(device.checkpoints()[0].name))
    assert device.timer_owner() is not None
    assert is_same(device, before)
    assert device.ping("10.255.0.99")
    assert device.routes().routes
    for step in timer(device).confirm:
        device.perform(step, values())

    assert device.timer_owner() is None
    assert device.console.state.name == "exec"
    assert is_same(device, before)


def test_a_trial_that_is_left_is_taken_back_at_once(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    break_it(device)
    broken = device.configuration()

    roll_back(device, "last-commit", values())
    assert not is_same(device, broken)
    for step in timer(device).revert:
        device.perform(step, values())

    assert device.timer_owner() is None
    assert is_same(device, broken)


def test_a_trial_that_nobody_confirms_is_taken_back_by_the_device(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    break_it(device)
    broken = device.configuration()

    roll_back(device, "last-commit", values())
    board.clock.advance(400)

    assert device.timer_owner() is None
    assert is_same(device, broken)


def test_a_backup_is_typed_into_an_empty_target_and_replaces_all(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()
    data = device.profile.configuration
    assert data is not None
    break_it(device, "interface Loopback9", " description extra", " root", "no route-policy PASS")

    roll_back(device, "backup", values(config=sectioned(loadable(before, data.volatile), data)))
    assert is_same(device, before)
    for step in timer(device).confirm:
        device.perform(step, values())

    assert is_same(device, before)


def test_a_commit_that_fails_is_an_error_and_leaves_nothing_behind(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    break_it(device)
    broken = device.configuration()
    board.router.abort_replace(1)

    with pytest.raises(DeviceError, match="Failed to commit"):
        roll_back(device, "last-commit", values())
    for step in device.profile.strategies["last-commit"].abandon:
        device.perform(step, values())

    assert device.timer_owner() is None
    assert is_same(device, broken)


def test_what_the_software_no_longer_takes_fails_at_the_commit(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    break_it(device, "no snmp-server location")
    board.router.upgrade("7.11.2", ("snmp-server location",))

    with pytest.raises(
        DeviceError, match=r"Failed to commit .* asked why, the device said .*snmp-server location"
    ) as failed:
        roll_back(device, "last-commit", values())
    assert "!!%" in failed.value.answer


def test_what_somebody_has_not_committed_is_read_before_it_is_dropped(
    desk: tuple[Desk, Device], tmp_path: Path
) -> None:
    _, device = desk
    device.console.go("config")
    device.console.paste(["hostname halfway"])

    shown = shown_on_arrival(device, tmp_path)

    assert "hostname halfway" in shown
