"""The Junos profile on a virtual router: reading, pasting, rolling back under the timer, at three read sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.device import Device
from oob.device.values import Values
from oob.errors import DeviceError
from oob.secret.credentials import Credentials
from tests.device.desk import DeskTransport, opened, roll_back, shown_on_arrival, timer
from tests.lab.nos.junos_desk import Desk

LOGIN = Credentials(username="lab", password="lab123")


@pytest.fixture(params=[1, 7, 65536], ids=lambda size: f"{size}-byte-reads")
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Desk, Device]:
    desk = Desk(tmp_path)
    desk.on()
    return desk, opened(DeskTransport(desk.router, desk.clock, desk.output, request.param), "juniper_junos", LOGIN)


def values(device: Device, **texts: tuple[str, ...]) -> Values:
    return Values(words={"checkpoint": "1", "minutes": "5", "run": "test"}, texts=texts)


def test_facts_configuration_and_routes_are_read(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    facts = device.facts()

    assert (facts.hostname, facts.serial) == ("core1", "JN123ABC")
    assert device.configuration().endswith("}")
    assert {route.prefix for route in device.routes().routes} >= {"10.255.0.2/32", "198.51.100.0/24"}


def test_a_refused_line_of_a_paste_is_named(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    pasted = device.paste(["set interfaces lo0 unit 0 description hello", "set bogus xyz", "commit"])

    assert [(error.line, error.text) for error in pasted.errors] == [(2, "set bogus xyz")]
    assert "syntax error" in pasted.errors[0].answer
    assert [one.name for one in device.checkpoints()] == ["1"]


def test_a_rollback_is_armed_seen_and_confirmed(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    before = device.configuration_set()
    device.paste(["set interfaces lo0 unit 0 description broken", "commit"])

    roll_back(device, "rollback-1", values(device))
    assert device.timer_owner() == "lab"
    for step in timer(device).confirm:
        device.perform(step, values(device))

    assert device.timer_owner() is None
    assert device.configuration_set() == before


def test_a_rollback_that_nobody_confirms_is_taken_back_by_the_device(desk: tuple[Desk, Device]) -> None:
    board, device = desk
    device.paste(["set interfaces lo0 unit 0 description broken", "commit"])
    broken = device.configuration_set()

    roll_back(device, "rollback-1", values(device))
    board.clock.advance(400)

    assert device.configuration_set() == broken
    assert device.timer_owner() is None


def test_a_backup_is_loaded_over_the_console_and_reverted_at_once(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    backup = tuple(device.configuration().split("\n"))
    device.paste(["set interfaces lo0 unit 0 description broken", "commit"])
    broken = device.configuration_set()

    roll_back(device, "backup", values(device, config=backup))
    assert device.configuration_set() != broken
    for step in timer(device).revert:
        device.perform(step, values(device))

    assert device.configuration_set() == broken


def test_a_configuration_that_the_device_does_not_take_is_an_error_with_its_words(desk: tuple[Desk, Device]) -> None:
    _, device = desk
    backup = ("system {", "    host-name core1;", "    nonsense here;", "}")

    with pytest.raises(DeviceError) as caught:
        roll_back(device, "backup", values(device, config=backup))
    for step in device.profile.strategies["backup"].abandon:
        device.perform(step, values(device))

    assert "load complete" in caught.value.answer or "syntax error" in caught.value.answer
    assert device.timer_owner() is None


def test_what_somebody_has_not_committed_is_read_before_it_is_dropped(
    desk: tuple[Desk, Device], tmp_path: Path
) -> None:
    _, device = desk
    device.console.go("config")
    device.console.paste(["edit system", "set host-name halfway"])

    shown = shown_on_arrival(device, tmp_path)

    assert "+  host-name halfway;" in shown
