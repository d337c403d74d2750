"""The EOS profile on a virtual router: reading, pasting, rolling back under the timer, at three read sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.device import Device
from oob.device.values import Values
from oob.errors import DeviceError
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport, opened, roll_back, timer
from tests.lab.nos.family_desk import PASSWORD, Desk

LOGIN = Credentials(username="ops", password=PASSWORD, enable=PASSWORD)


@pytest.fixture(params=[1, 7, 65536], ids=lambda size: f"{size}-byte-reads")
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Desk, Device]:
    desk = Desk(tmp_path, "leaf1")
    return desk, opened(DeskTransport(desk.router, desk.clock, desk.output, request.param), "arista_eos", LOGIN)


def values(checkpoint: str = "", **texts: tuple[str, ...]) -> Values:
    return Values(words={"checkpoint": checkpoint, "minutes": "5", "time": "00:05:00", "run": "test"}, texts=texts)


def break_it(device: Device) -> None:
    assert not device.paste(["interface Ethernet1", "   ip address 10.0.43.2/30", "no ip routing"]).errors


def test_facts_configuration_routes_and_neighbours_are_read(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    facts = device.facts()

    assert (facts.hostname, facts.serial, facts.version) == ("leaf1", "SSJ17371234", "4.31.2F")
    assert facts.model == "DCS-7050SX3-48YC8"
    assert device.configuration().endswith("end")
    routes = {(route.vrf, route.prefix, route.protocol) for route in device.routes().routes}
    assert ("default", "10.255.0.99/32", "ospf") in routes
    assert ("default", "2001:db8:99::/48", "static") in routes
    assert "10.0.34.1" in device.neighbours()
    assert device.ping("10.255.0.99")
    assert not device.ping("203.0.113.77")


def test_a_refused_line_of_a_paste_is_named(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    pasted = device.paste(["interface Ethernet3", "   description hello", "   bogus line", "exit"])

    assert [(error.line, error.text.strip()) for error in pasted.errors] == [(3, "bogus line")]
    assert "Invalid input" in pasted.errors[0].answer


def test_a_checkpoint_is_loaded_armed_seen_and_confirmed(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration()
    device.run("configure checkpoint save good")
    break_it(device)

    roll_back(device, "checkpoint", values(device.checkpoints()[0].name))
    assert device.timer_owner() is not None
    for step in timer(device).confirm:
        device.perform(step, values())

    assert device.timer_owner() is None
    assert device.configuration() == before


def test_a_rollback_that_nobody_confirms_is_taken_back_by_the_device(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    device.run("configure checkpoint save good")
    break_it(device)
    broken = device.configuration()

    roll_back(device, "checkpoint", values("good"))
    assert device.configuration() != broken
    board.clock.advance(400)

    assert device.configuration() == broken
    assert device.timer_owner() is None


def test_a_backup_is_loaded_over_the_console_and_reverted_at_once(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    backup = tuple(device.configuration().split("\n"))
    break_it(device)
    broken = device.configuration()

    roll_back(device, "backup", values(config=backup))
    assert device.configuration().split("\n") == list(backup)
    for step in timer(device).revert:
        device.perform(step, values())

    assert device.configuration() == broken


def test_a_checkpoint_that_the_software_does_not_take_is_an_error_with_its_words(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    device.paste(["ip prefix-list NEW seq 10 permit 10.0.0.0/8"])
    device.run("configure checkpoint save good")
    device.paste(["no ip prefix-list NEW seq 10 permit 10.0.0.0/8"])
    board.router.upgrade("4.32.0F", ("prefix-list NEW",))

    with pytest.raises(DeviceError, match="Invalid input at line") as caught:
        roll_back(device, "checkpoint", values("good"))
    for step in device.profile.strategies["checkpoint"].abandon:
        device.perform(step, values())

    assert "Copy completed successfully" in caught.value.answer
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
