"""Prompts in the forms that real devices give them; an unknown prompt is learnt in seconds."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.console.grammar import Grammar
from oob.errors import ConsoleError, StateUnreachable
from oob.profile.store import load
from tests.console.conftest import SETUP, Secrets
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

# A prompt, its platform and what it is read as, each with where it is published.
PROMPTS = [
    ("cisco_ios", "Switch(recovery-mode)>", "user"),  # unicon.plugins, iosxe_mock_data_ewlc.yaml
    ("cisco_ios", "Switch(maint-mode)#", "enable"),  # unicon.plugins, iosxe/patterns.py
    ("cisco_ios", "Switch(maint-mode)(config)#", "config"),
    ("cisco_ios", "Switch-stby#", "standby"),
    ("cisco_nxos", "switch(standby)# ", "standby"),  # unicon.plugins, nxos_mock_data_standby.yaml
    ("cisco_nxos", "switch(maint-mode)#", "enable"),
    ("cisco_nxos", "switch(maint-mode)(config)#", "config"),
    ("arista_eos", "cmp474(s1)(vrf:MGMT)#", "enable"),
    ("arista_eos", "leaf1(s1)>", "user"),
    ("arista_eos", "leaf1(vrf:MGMT)(config-if-Et1)#", "config"),
    ("juniper_junos", "[vrf:none] root@re0:~# ", "shell"),  # Junos OS Evolved
    ("juniper_junos", "root@acx7100:pfe> ", "pfe"),
    ("juniper_junos", "{master:0}[edit]\r\nroot@EX1# ", "config"),
    ("juniper_junos", "{primary:node0}\r\nadmin@srx1> ", "operational"),
    ("fortinet", "FW02-BRANCH-A~XYZ # ", "exec"),  # ytti/oxidized pull 490
    ("hp_comware", "\0<dist1>\a", "exec"),  # ytti/oxidized model comware.rb
    ("huawei_vrp", "[*core1-GE1/0/0]", "config"),
]


@pytest.mark.parametrize(("platform", "prompt", "name"), PROMPTS)
def test_a_prompt_is_read_as_its_state(platform: str, prompt: str, name: str) -> None:
    assert Grammar(load(platform)).classify(b"last line of an output\r\n" + prompt.encode()).name == name


def console_at(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str, above: str = ""
) -> tuple[Dialogue, Console]:
    """Return a console that asks for a login, which leads to *prompt* below the lines *above*."""
    lines = {line: Then() for line in SETUP} | {"show clock": Then("12:00\n"), "exit": Then(to="user")}
    states = {
        "user": At("\nUsername: ", {"ops": Then(to="pass")}),
        "pass": At("Password: ", {"s3cret-word": Then("\n" + above, "priv")}, is_secret=True),
        "priv": At(prompt, lines | {"*": Then("% Invalid input\n")}),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "user", packets))
    return device, Console(device, load("cisco_ios"), Secrets())


@pytest.mark.parametrize("prompt", ["R1:prod/1#", "<<R1>>#", "R1 [prod]#", "rt-\u0440\u0443\u0442#"])
def test_a_prompt_of_unknown_form_is_learnt_from_a_return(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str
) -> None:
    device, console = console_at(monkeypatch, packets, prompt)

    console.open()
    output = console.run("show clock")

    assert output.text == "12:00"
    assert console.state.name == "enable"
    assert device.now < 15


def test_a_banner_without_a_line_end_does_not_hide_the_prompt(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    # ytti/oxidized issue 269
    device, console = console_at(monkeypatch, packets, "R1#", above="** Users: authorised access only, please **")

    console.open()

    assert console.state.name == "enable"
    assert device.now < 15


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        ("R1-standby#", "standby"),
        ("Choose an option [1-4] : ", "Choose an option"),
        ("Enter selection> ", "Enter selection>"),
    ],
)
def test_a_console_that_is_no_use_is_named_in_seconds_and_not_left_logged_in(
    monkeypatch: pytest.MonkeyPatch, packets: Packets, prompt: str, says: str
) -> None:
    device, console = console_at(monkeypatch, packets, prompt)

    with pytest.raises(ConsoleError, match=says):
        console.open()

    assert device.now < 40
    assert [line for line in device.lines("priv") if line not in {"", "exit", "\x03"}] == []


def test_a_standby_is_logged_out_of(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    device, console = console_at(monkeypatch, packets, "R1-standby#")

    with pytest.raises(StateUnreachable):
        console.open()

    assert device.state == "user"


def test_press_return_is_seen_above_the_log_lines_of_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    # netmiko issue 995, boot logs of IOS
    shown = (
        b"\r\nPress RETURN to get started!\r\n\r\n\r\n*Mar  1 00:00:28.099: %SYS-5-RESTART: System restarted --\r\n"
        b"Cisco IOS Software, Version 15.2(4)M7, RELEASE SOFTWARE (fc2)\r\n"
        b"*Mar  1 00:00:28.115: %SNMP-5-COLDSTART: SNMP agent on host Router is undergoing a cold start\r\n*Ma"
    )
    grammar = Grammar(load("cisco_ios"))

    for end in range(shown.index(b"started!") + 8, len(shown)):
        assert grammar.classify(shown[:end]).kind == "press-return"


def test_a_prompt_that_only_the_privileged_mode_has_is_learnt_too(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    lines = {line: Then() for line in SETUP} | {"show clock": Then("12:00\n"), "*": Then("% Invalid input\n")}
    states = {
        "exec": At("Switch>", {"enable": Then(to="secret"), "*": Then()}),
        "secret": At("Password: ", {"en4ble-word": Then("\n", "priv")}, is_secret=True),
        "priv": At("{lab} Switch-1.prod|#", lines),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "exec", packets))
    console = Console(device, load("cisco_ios"), Secrets())

    console.open()

    assert console.run("show clock").text == "12:00"
    assert device.lines("secret") == ["en4ble-word"]
    assert device.now < 20
