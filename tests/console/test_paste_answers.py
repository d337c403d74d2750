"""What a device says to the lines of a paste: refusals, remarks, and questions that the next line would answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.console.grammar import Grammar
from oob.device.device import Device
from oob.errors import QuestionAsked
from oob.profile.store import load
from oob.secret.credentials import Credentials
from tests.console.conftest import OpenConsole
from tests.console.scripted import ScriptedDevice
from tests.device.desk import DeskTransport, opened
from tests.lab.nos.ios_desk import SECRET, Desk

INTRUDER = ("username intruder privilege 15 secret 5 $1$abcd$abcdefghijklmnopqrstuv",)
LINES = ("no username intruder", "interface GigabitEthernet3", " description behind it")


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Desk, Device]:
    desk = Desk(tmp_path)
    login = Credentials(username="ops", password=SECRET, enable=SECRET)
    device = opened(DeskTransport(desk.router, desk.clock, desk.screen), "cisco_ios", login)
    assert not device.paste(INTRUDER).errors
    return desk, device


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("no switchport mode trunk", "Command rejected: An interface must be in Access or Trunk mode."),
        ("router bgp 65001", "BGP is already running; AS is 65000"),
        ("ip address 192.0.2.1 255.255.255.0", "% 192.0.2.0 overlaps with GigabitEthernet0/1"),
        ("vlan 5000", "% Bad VLAN list"),
    ],
)
def test_what_ios_does_not_take_is_refused(open_console: OpenConsole, line: str, answer: str) -> None:
    console = open_console(ScriptedDevice({line: f"{answer}\r\n".encode(), "end": b""}))

    pasted = console.paste([line, "end"])

    assert [(error.line, error.text, error.answer) for error in pasted.errors] == [(1, line, answer)]


@pytest.mark.parametrize(
    "answer",
    [
        "%Warning: portfast should only be enabled on ports connected to a single host",
        "% Generating 2048 bit RSA keys, keys will be non-exportable...",
        "% Interface GigabitEthernet1 IPv4 disabled and address(es) removed due to enabling VRF MGMT",
        "Enter TEXT message",
    ],
)
def test_what_ios_remarks_is_told_and_is_no_refusal(open_console: OpenConsole, answer: str) -> None:
    console = open_console(ScriptedDevice({"line": f"{answer}\r\n".encode(), "end": b""}))

    pasted = console.paste(["end", "line", "end"])

    assert pasted.errors == ()
    assert [(one.line, one.answer) for one in pasted.answers] == [(2, answer)]


def test_a_line_that_is_known_to_ask_is_sent_alone_and_answered(desk: tuple[Desk, Device]) -> None:
    _, device = desk

    pasted = device.paste(("interface Loopback0", " description before it", *LINES))

    assert (pasted.lines, pasted.resent, pasted.errors, pasted.garbled) == (5, 0, (), ())
    assert [one.line for one in pasted.answers] == [3]
    configuration = device.configuration()
    assert "intruder" not in configuration
    assert "interface GigabitEthernet3\n description behind it" in configuration
    assert " description before it" in configuration


@pytest.mark.parametrize("lines", [LINES, LINES[:1], (*LINES[:1], "exit")], ids=["more lines", "the last", "an exit"])
def test_an_unknown_question_stops_the_paste_and_names_the_line(
    desk: tuple[Desk, Device], lines: tuple[str, ...]
) -> None:
    _, device = desk
    _forget(device)

    if len(lines) == 1:
        asked = device.paste(("hostname edge1", *lines)).errors[0]
        assert (asked.line, "[confirm]" in asked.answer) == (2, True)
    else:
        with pytest.raises(
            QuestionAsked, match=r"line 2 \('no username intruder'\) asked 'This operation will .*paste st"
        ):
            device.paste(("hostname edge1", *lines))

    assert device.console.state.name == "enable"
    assert "intruder" in device.configuration()
    assert "behind it" not in device.configuration()


def _forget(device: Device) -> None:
    """Have the profile of *device* not know which lines ask."""
    known = device.console.grammar.data
    device.console.grammar.data = known.model_copy(update={"asking_lines": ()})


class Asking(ScriptedDevice):
    """Asks a question with an answer of a whole line behind `no crypto pki trustpoint`, until it is given one."""

    is_asking = False

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[str] = []
        self.taken: list[str] = []

    def _key(self, key: bytes) -> None:
        if self.is_asking and key == b"\x03":
            self.is_asking = False
        super()._key(key)

    def _execute(self, line: str) -> None:
        command = line.strip()
        if self.is_asking and command not in ("yes", "no"):
            self.answered.append(command)
            self.say(b"% Please answer 'yes' or 'no'.\r\nAre you sure you want to do this? [yes/no]: ")
            return
        if not self.is_asking and command.startswith("no crypto pki trustpoint"):
            self.is_asking = True
            self.say(b"% Removing an enrolled trustpoint will destroy all certificates\r\n")
            self.say(b"Are you sure you want to do this? [yes/no]: ")
            return
        self.taken += [command] if command and "terminal" not in command else []
        self.is_asking = False
        self.say(self.prompt)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_question_with_an_answer_of_a_line(open_console: OpenConsole, is_known: bool) -> None:
    device = Asking()
    console = open_console(device)
    lines = ["hostname edge1", "no crypto pki trustpoint CA", *(f"ip host h{number} 192.0.2.1" for number in range(40))]
    if is_known:
        pasted = console.paste(lines)

        assert pasted.errors == ()
        assert device.taken == [lines[0], "yes", *lines[2:]]
        return
    _forget(Device(console))
    with pytest.raises(QuestionAsked, match=r"line 2 \('no crypto pki trustpoint CA'\) asked"):
        console.paste(lines)

    assert console.state.name == "enable"
    assert "yes" not in device.taken
    assert lines[-1] not in device.taken


@pytest.mark.parametrize(
    ("platform", "answer", "is_refused"),
    [
        ("juniper_junos", "invalid value 'x'", True),
        ("juniper_junos", "number is out of range", True),
        ("juniper_junos", "warning: statement not found", False),
        ("fortinet", "object set operator error, -56 discard the setting", True),
        ("fortinet", "Attribute 'interface' MUST be set.", True),
        ("paloalto_panos", "profile -> tag constraints failed", True),
        ("hp_comware", "The VLAN does not exist.", True),
        ("huawei_vrp", "Info: The configuration takes effect after the restart.", False),
        ("aruba_aoscx", "Operation not allowed on a member of a LAG", True),
        ("vyos", "Value validation failed", True),
        ("mikrotik_routeros", "value of distance out of range", True),
        ("cisco_nxos", "Unable to perform the action due to incompatibility", True),
        ("cisco_asa", "WARNING: This command will not take effect until interface is up", False),
        ("cisco_ios", "Bad mask /24 for address 10.0.0.0", True),
        (
            "cisco_ios",
            "%Default route without gateway, if not a point-to-point interface, may impact performance",
            False,
        ),
        ("cisco_ios", "%Portfast has been configured on Gi1 but will only have effect in access mode.", False),
        ("frr", "There is already a neighbor of this address", True),
        ("frr", "File permissions and ownership may be incorrect, or write may fail.", False),
    ],
)
def test_words_of_refusal_are_known_on_any_platform(platform: str, answer: str, is_refused: bool) -> None:
    assert bool(Grammar(load(platform)).line_refusal.search(answer)) is is_refused
