"""Looking at a console stops no boot, ends nothing that runs and answers no question."""

from __future__ import annotations

import pytest

from oob.console import attach as attaching
from oob.console.attach import attach
from oob.console.grammar import Grammar
from oob.console.progress import quiet
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import ConsoleError, ConsoleSilent, PathBusy, StateUnreachable
from oob.profile.model import ConsoleData
from oob.profile.store import load, platforms
from oob.transport.base import LineSettings
from tests.conftest import LISTENS
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock
from tests.console.dialogue import packets as packets

WHOLE = Packets(65536)


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listen as long as the product does."""
    monkeypatch.setattr(attaching, "UNKNOWN", LISTENS)


def test_a_console_is_listened_to_for_longer_than_a_second() -> None:
    assert LISTENS >= 1.5


# What devices print while a key would stop them, each with where it is published.
BOOTS = {
    # unicon.plugins, iosxe/cat9k boot_interrupt_prompt
    "Catalyst 9000": "System Bootstrap, Version 17.11.1\n\nPreparing to autoboot. [Press Ctrl-C to interrupt]  5 ",
    # Fortinet Technical Tip: How to enable Restricted mode on FortiGate BIOS
    "FortiGate": "Initializing MAC...\nPlease wait for OS to boot, or press any key to display configuration menu",
    # U-Boot, common/autoboot.c
    "U-Boot": "Net:   eth0\nHit any key to stop autoboot:  3 ",
    "U-Boot with a key of its own": "Hit key to stop autoboot('CTRL+C'):  2 ",
    # GRUB, normal/menu_text.c
    "GRUB": "Use the ^ and v keys to select.\nThe highlighted entry will be executed automatically in 5s.",
    # Arista EOS manual, Aboot shell
    "Aboot": "Aboot 8.0.0-3255441\n\nPress Control-C now to enter Aboot shell\n",
    # H3C, automatic configuration
    "Comware": "Automatic configuration is running, press CTRL_C or CTRL_D to break.\n",
    # Huawei, BootROM menu of S switches
    "Huawei": "Press CTRL+B to enter BIOS menu: 2",
    # Juniper, booting from the loader prompt
    "Junos": "Hit [Enter] to boot immediately, or space bar for command prompt.\nBooting in 3 seconds... ",
    # Palo Alto, login while it starts
    "PAN-OS": "System initializing; please wait... (CTRL-C to bypass)\n",
    # Cisco, ROMMON of ASA
    "ASA": "Use BREAK or ESC to interrupt boot.\nUse SPACE to begin boot immediately.\nBoot in 10 seconds.",
    "Linux": "[    2.113245] usb 1-1: new high-speed USB device number 2 using xhci_hcd\n",
    "systemd": "[  OK  ] Started Network Time Synchronization.\n         Starting Permit User Sessions...\n",
    # Copies and upgrades that an operator left running
    "copy": "Loading flash:packages.conf from 192.0.2.1 (via GigabitEthernet0): !!!!!!!!!!!!!!",
    "IOS copy": "Writing edge1.cfg !!!!!!!\n!!!!!!!",
    "upgrade": "Verifying image... 45%",
    "INIT": "INIT: Entering runlevel: 3\n",
    "ONIE": "ONIE: Starting ONIE Service Discovery\n",
}


@pytest.mark.parametrize("platform", platforms())
def test_nothing_is_typed_into_a_boot(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    grammar = Grammar(load(platform))
    for name, text in BOOTS.items():
        device = on_its_clock(monkeypatch, Dialogue({"boot": At(text, takes_lines=False)}, "boot", WHOLE))
        said: list[str] = []

        with pytest.raises(StateUnreachable, match="nothing was typed") as caught:
            attach(Stream(device), grammar, Deadline(120), say=said.append)

        assert device.typed == [], name
        assert caught.value.state == "booting"
        assert len(said) == 1


def test_a_boot_is_waited_for_until_it_asks(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    countdown = [(1.0 * second, Then(f"\b\b{5 - second} ")) for second in range(1, 6)]
    states = {
        "countdown": At(BOOTS["Catalyst 9000"], takes_lines=False, by_itself=[*countdown, (5.5, Then("\n", "kernel"))]),
        "kernel": At(
            "boot: reading file packages.conf\n##########",
            takes_lines=False,
            by_itself=[(40.0, Then("\n\n   Restricted Rights Legend\n\n")), (70.0, Then(to="ready"))],
        ),
        "ready": At("\n\nPress RETURN to get started!\n\n"),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "countdown", packets))

    found = attach(Stream(device), Grammar(load("cisco_ios")), Deadline(180))

    assert found.now.name == "press-return"
    assert device.typed == []


def first_key(monkeypatch: pytest.MonkeyPatch, grammar: Grammar, *, is_known: bool) -> float:
    """Return the seconds before the first key at a console that says nothing."""
    device = on_its_clock(monkeypatch, Dialogue({"silent": At(takes_lines=False)}, "silent", WHOLE))
    with pytest.raises(ConsoleError):
        attach(Stream(device, tape := Typed(device)), grammar, Deadline(60), is_known=is_known)
    return tape.times[0]


class Typed:
    """Notes when each key was typed."""

    def __init__(self, device: Dialogue) -> None:
        self.times: list[float] = []
        self._device = device

    def received(self, data: bytes) -> None: ...

    def sent(self, data: bytes) -> None:
        self.times.append(self._device.now)

    def mark(self, text: str) -> None: ...

    def close(self) -> None: ...


@pytest.mark.parametrize("platform", platforms())
def test_a_silent_console_is_listened_to_briefly_only_where_no_key_of_ours_stops_a_boot(
    monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    grammar = Grammar(load(platform))

    assert first_key(monkeypatch, grammar, is_known=False) >= LISTENS
    known = first_key(monkeypatch, grammar, is_known=True)

    assert known < 0.1 if grammar.data.loaders else known >= LISTENS


def test_the_keys_that_stop_a_boot_loader_are_none_that_an_attach_types() -> None:
    data = load("cisco_ios").console.model_dump()
    data["loaders"] = [{"name": "U-Boot", "stopped_by": ["\r", " "], "source": "common/autoboot.c"}]

    with pytest.raises(ValueError, match="U-Boot is stopped by a key of look, wake or nudge"):
        ConsoleData.model_validate(data)


def test_a_countdown_that_stops_at_any_key_and_boots_at_a_return_is_not_left_standing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # GRUB, normal/menu.c: any key ends the countdown, and a return boots the highlighted entry
    states = {
        "countdown": At(takes_lines=False, keys={"*": Then(to="menu"), "\r": Then(to="kernel")}),
        "menu": At(takes_lines=False, keys={"\r": Then(to="kernel")}),
        "kernel": At("\nLinux version 5.15.1\n", takes_lines=False, by_itself=[(30.0, Then(to="ready"))]),
        "ready": At("\n\nPress RETURN to get started!\n\n"),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "countdown", WHOLE))

    found = attach(Stream(device), Grammar(load("cisco_ios")), Deadline(180), is_known=True)

    assert found.now.name == "press-return"
    assert device.lines("kernel") == []


# Questions with their answers or a default, none of which is in the profiles of other platforms.
CHOICES = {
    "Junos": "Exit with uncommitted changes? [yes,no] (yes) ",
    "IOS XR": "Uncommitted changes found, commit them before exiting(yes/no/cancel)? [cancel]: ",
    "IOS copy": "Destination filename [startup-config]? ",
    "NX-OS": "This command will reboot the system. (y/n)?  [n] ",
    "EOS": "Save? [yes/no/cancel/diff]: ",
    "ASA": "Would you like to save them now? [Y]es/[N]o/[A]sk later: ",
    "setup": "Enter host name [Switch]: ",
    "VTP": "Hit <cr> for default [vlan1] : ",
    "default in parentheses": "Do you want to keep it (default yes) ",
    "RouterOS": "Keep the old configuration? [y/N]: ",
    "default at the end": "Continue with reboot [y] ",
}


@pytest.mark.parametrize("platform", platforms())
@pytest.mark.parametrize("name", CHOICES)
def test_a_question_with_a_default_gets_no_return(monkeypatch: pytest.MonkeyPatch, platform: str, name: str) -> None:
    states = {
        "asks": At(CHOICES[name], keys={"\x03": Then("\n", to="prompt")}, lines={"*": Then("\ndone\n", to="prompt")}),
        "prompt": At("end> "),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "asks", WHOLE))

    found = attach(Stream(device), Grammar(load(platform)), Deadline(60), is_known=True)

    assert found.now.kind == "question"
    assert device.typed == []


def test_a_far_question_is_seen_before_a_return_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    asks = At("Destination filename [startup-config]? ", shows_again=True)
    device = on_its_clock(monkeypatch, Dialogue({"asks": asks}, "asks", Packets(65536, 0.6)))
    device.read(100, 1)

    found = attach(Stream(device), Grammar(load("cisco_ios")), Deadline(60), is_known=True, trip=0.6)

    assert found.now.kind == "question"
    assert "" not in device.lines("asks")


@pytest.mark.parametrize("platform", platforms())
def test_what_runs_is_not_cancelled(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    device = on_its_clock(monkeypatch, Dialogue({"running": At(takes_lines=False)}, "running", WHOLE))

    with pytest.raises(ConsoleError):
        attach(Stream(device), Grammar(load(platform)), Deadline(60))

    assert "\x03" not in device.lines("running")
    assert "\x1a" not in device.lines("running")


def test_a_line_that_was_left_is_seen_without_a_return(monkeypatch: pytest.MonkeyPatch, packets: Packets) -> None:
    device = on_its_clock(monkeypatch, Dialogue({"priv": At("edge1#", shows_again=True)}, "priv", packets))
    stream, grammar = Stream(device), Grammar(load("cisco_ios"))
    quiet(stream, grammar, 1.0)
    device.write(b"reload", 1)
    quiet(stream, grammar, 1.0)

    found = attach(stream, Grammar(load("cisco_ios")), Deadline(60))

    assert found.half_typed == "reload"
    assert found.now.text == "edge1#"
    assert device.lines("priv") == [""]


def test_a_menu_of_a_console_server_says_that_the_port_is_in_use(
    monkeypatch: pytest.MonkeyPatch, packets: Packets
) -> None:
    # Cyclades ACS, portslave
    menu = (
        "\n*\n* * * ttyS7 is being used by (admin) !!!\n*\n\n1 - Initiate a regular session\n"
        "2 - Initiate a sniff session\n4 - Kill session(s)\n5 - Quit\n\nEnter your option : "
    )
    device = on_its_clock(monkeypatch, Dialogue({"menu": At(menu, takes_lines=False)}, "menu", packets))

    with pytest.raises(PathBusy, match=r"ttyS7 is being used by \(admin\)"):
        attach(Stream(device), Grammar(load("cisco_ios")), Deadline(60))

    assert device.typed == []


@pytest.mark.parametrize("reads", ["", "\xff\xfe\x80\xc0\xf8\xe0\xff\xfe"])
def test_a_serial_line_that_says_nothing_readable_is_told_with_its_speed(
    monkeypatch: pytest.MonkeyPatch, reads: str
) -> None:
    device = on_its_clock(
        monkeypatch, Dialogue({"dark": At(keys={"*": Then(reads)}, takes_lines=False)}, "dark", WHOLE)
    )
    device.line = LineSettings(baud=9600)

    with pytest.raises(ConsoleSilent, match=r"at 9600 bit/s \(another speed: \?baud=auto\)"):
        attach(Stream(device), Grammar(load("cisco_ios")), Deadline(60))
