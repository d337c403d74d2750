"""Accounts whose login shell is not the platform's home: FRR routers whose users log in to vtysh."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.device.device import Device
from oob.profile.store import load, platforms
from tests.console.conftest import Secrets
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

SHOWN = {"show version": "FRRouting 8.4.4 (r1) on Linux(6.1.0).\n", "terminal length 0": ""}
ROUTES = "Codes: K - kernel route\n\nVRF default:\nC>* 10.9.9.1/32 is directly connected, lo, 00:00:02\n"
LINES = {line: Then(text) for line, text in SHOWN.items()} | {
    "show ip route vrf all": Then(ROUTES),
    "show ipv6 route vrf all": Then(),
    "exit": Then(to="user"),
    "*": Then("% Unknown command\n"),
}
STATES = {
    "user": At("\nr1 login: ", {"ops": Then(to="pass")}),
    "pass": At(
        "Password: ", {"s3cret-word": Then("\nHello, this is FRRouting (version 8.4.4).\n\n", "vtysh")}, is_secret=True
    ),
    "vtysh": At("r1# ", LINES),
}


@pytest.mark.parametrize("start", ["user", "vtysh"])
def test_the_command_line_that_a_login_leads_to_is_home(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, start: str
) -> None:
    device = on_its_clock(monkeypatch, Dialogue(STATES, start, packets))
    said: list[str] = []
    console = Console(device, load("frr"), Secrets(), say=said.append)

    console.open()
    output = console.run("show version")
    routes = Device(console).routes()
    console.leave()

    assert console.state.name == "enable"
    assert output.text == SHOWN["show version"].strip()
    assert [str(route.prefix) for route in routes.routes] == ["10.9.9.1/32"]
    assert console.profile.strategies == {}
    assert any("vtysh is not a shell" in text for text in said)
    assert device.state == "user"
    assert not [line for line in device.lines("vtysh") if "OOB_PS1" in line]


def test_the_profile_of_a_login_shell_is_one_that_can_be_loaded() -> None:
    found = {name: load(name).in_login_shell() for name in platforms() if load(name).login_shell}

    assert {name: profile.home_state for name, profile in found.items()} == {"frr": "enable"}
    assert all(profile.lacks and not profile.strategies for profile in found.values())
