"""The NX-OS profile on a virtual switch: reading, pasting, rolling back, at three read sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.device import Device
from oob.device.values import Values, md5_on_device
from oob.errors import DeviceError
from oob.recovery.ladder.bring import loadable
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport, is_same, opened, roll_back, timer
from tests.lab.nos.family_desk import PASSWORD, Desk

LOGIN = Credentials(username="ops", password=PASSWORD)


@pytest.fixture(params=[1, 7, 65536], ids=lambda size: f"{size}-byte-reads")
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Desk, Device]:
    desk = Desk(tmp_path, "spine1")
    return desk, opened(DeskTransport(desk.router, desk.clock, desk.output, request.param), "cisco_nxos", LOGIN)


def values(checkpoint: str = "", **texts: tuple[str, ...]) -> Values:
    words = {
        "checkpoint": checkpoint,
        "minutes": "5",
        "seconds": "300",
        "run": "test",
        "file": "bootflash:oob-test.cfg",
    }
    if "config" in texts:
        words["md5"] = md5_on_device(texts["config"])
    return Values(words=words, texts=texts)


def break_it(device: Device) -> None:
    assert not device.paste(["interface Ethernet1/1", "  ip address 10.0.46.2/30", "  shutdown", "exit"]).errors


def test_facts_configuration_routes_and_neighbours_are_read(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    facts = device.facts()

    assert (facts.hostname, facts.serial, facts.version) == ("spine1", "FDO241512AB", "10.3(5)")
    assert facts.model == "Nexus9000 C93180YC-FX3"
    assert device.configuration().rstrip().endswith("logging server 10.20.0.54 5")
    routes = {(route.vrf, route.prefix, route.protocol) for route in device.routes().routes}
    assert ("default", "10.255.0.99/32", "ospf") in routes
    assert ("default", "2001:db8:34::/64", "connected") in routes
    assert "10.0.34.2" in device.neighbours()
    assert device.ping("10.255.0.99")
    assert not device.ping("203.0.113.77")


def test_a_refused_line_of_a_paste_is_named(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    pasted = device.paste(["interface Ethernet1/4", "  description hello", "  bogus line", "track 1 interface Eth1/1"])

    assert next((error.line, error.text.strip()) for error in pasted.errors) == (3, "bogus line")
    assert "Invalid command" in pasted.errors[0].answer


def test_a_checkpoint_is_rolled_back_to(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()
    device.run("checkpoint good")
    break_it(device)
    assert not is_same(device, before)

    roll_back(device, "checkpoint", values(device.checkpoints()[0].name))

    assert is_same(device, before)


def test_a_rollback_that_cannot_be_verified_leaves_everything_and_says_so(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    device.paste(["ip prefix-list NEW seq 10 permit 10.0.0.0/8"])
    device.run("checkpoint good")
    device.paste(["no ip prefix-list NEW seq 10 permit 10.0.0.0/8"])
    break_it(device)
    broken = device.configuration()
    board.router.upgrade("10.4(5)", ("prefix-list NEW",))

    with pytest.raises(DeviceError, match="Verification failed"):
        roll_back(device, "checkpoint", values("good"))

    assert is_same(device, broken)


def test_a_patch_that_cannot_be_worked_out_is_a_failure(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    device.run("checkpoint good")
    break_it(device)
    board.router.abort_replace(1)

    with pytest.raises(DeviceError, match="Rollback patch computation failed"):
        roll_back(device, "checkpoint", values("good"))


def test_a_backup_is_brought_replaced_and_confirmed(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()
    data = device.profile.configuration
    assert data is not None
    break_it(device)

    roll_back(device, "backup", values(config=loadable(before, data.volatile)))
    assert device.timer_owner() is not None
    for step in timer(device).confirm:
        device.perform(step, values())

    assert device.timer_owner() is None
    assert is_same(device, before)


def test_a_backup_that_nobody_confirms_is_taken_back_by_the_device(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    before = device.configuration()
    data = device.profile.configuration
    assert data is not None
    break_it(device)
    broken = device.configuration()

    roll_back(device, "backup", values(config=loadable(before, data.volatile)))
    board.clock.advance(400)

    assert is_same(device, broken)
    assert device.timer_owner() is None


def test_what_is_restored_is_saved(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    data = device.profile.configuration
    assert data is not None
    device.paste(["hostname other"])

    for step in data.save:
        device.perform(step, values())

    assert "hostname other" in board.router.startup_config()
    assert device.hostname == "other"
