"""Wordings of strangers beside the samples: each is read as what it is, on a platform that does not know it."""

from __future__ import annotations

import pytest

from oob.console.attach import attach
from oob.console.grammar import Grammar
from oob.console.stream import Stream
from oob.deadline import Deadline
from oob.errors import PathBusy
from oob.profile.store import load
from tests.console.dialogue import At, Dialogue, Packets, Then, on_its_clock

UNDER_WAY = [
    "Press a key within 3 seconds\nto begin changing parameters:  3",
    "Boot Profiles:\n\n0. Service OS Console\n1. Primary Software Image\n\nSelect profile(primary): ",
    "Trying to mount root from ufs:/dev/da0s1a []...\n",
    "/dev/sda1: |=====                                        |  9.1%",
    "/dev/sda1 has been mounted 32 times without being checked, check forced.\n",
    "A start job is running for Wait for Network to be Configured (32s / no limit)",
    "Loading running-config from 10.0.0.1 (via GigabitEthernet0/0): !!!!",
    "Copy in progress...CCCCCCCCCCCCCCCCCC",
    "Erasing device... eeeeeeeeeeee",
    "--- Starting Activate ---\nPerforming Activate on all members\n",
    "Notifying services about system upgrade.\n[####################] 100% -- SUCCESS\n",
    "Copy progress 45% 33123KB",
    "image.bin             45%[=======>            ] 112.34M  11.2MB/s    eta 12s",
    "Validating config files...\nAdding junos-vmhost...\n",
    "Smart Init is enabled\nsmart init is sizing iomem\n",
    "Recover configuration...OK!\n",
    "Board initialization .......................\n",
    "Generating SSH RSA key...\n",
    "Install operation 12 is running\n",
]
NOT_UNDER_WAY = [
    "##############################\n#  Authorized access only    #\n##############################\nhost[a]~ $ ",
    "**********\nWelcome\n**********\n\nhost(abc-mode)^ ",
    "CPU utilization: 5%\nMemory 45% used\nweird^prompt> ",
    "Success rate is 100 percent (5/5)\nhost{abc}> ",
    "Last login: Mon Jan  5\n=============================\nhost.domain:/var/log$ ",
    "--More--(34%)",
    "core1% ",
]
SETS_ONE = [
    "The enable password is not set.  Please set it now.\nEnter  Password: ",
    "Enter enable password: ",
    "Enter virtual terminal password: ",
    "Enter Administrative Password (3 to 24 characters): ",
    "Enter Password for admin login (up to 32 chars): ",
    "Please configure the login password (8-16)\nEnter Password:",
    'Please enter a password for the default user "vyos": ',
    "Set root password: ",
    "Change your password\n\nnew password> ",
    "% Please define a strong password now.\nEnter the password for user admin: ",
    "Create an administrator account\nUsername: admin\nPassword: ",
]
ASKS_FOR_IT = [
    "Your new password takes effect.\nUsername:ops\nPassword:",
    "The password was changed on 3 Jan; ask the NOC for the new password\nUsername: ops\nPassword: ",
    "It is forbidden to change the password of other users.\n\nlogin: ops\nPassword: ",
    "Password for ops@EXAMPLE.COM: ",
    "LDAP Password: ",
]
CODES = [
    "Enter RSA SecurID PASSCODE: ",
    "YubiKey for `ops': ",
    "Zwei-Faktor-Code: ",
    "Einmalpasswort: ",
    "Passcode or option (1-2): ",
]


def kind(text: str, platform: str = "cisco_ios") -> str:
    return Grammar(load(platform)).classify(b"\r\n" + text.replace("\n", "\r\n").encode()).kind


@pytest.mark.parametrize("text", UNDER_WAY)
def test_a_boot_or_a_command_at_work_stops_every_key(text: str) -> None:
    assert kind(text) == "booting"


@pytest.mark.parametrize("text", NOT_UNDER_WAY)
def test_a_banner_or_an_output_above_a_prompt_is_not_a_boot(text: str) -> None:
    assert kind(text) != "booting"


@pytest.mark.parametrize("text", SETS_ONE)
def test_a_password_that_is_set_is_told_from_one_that_is_asked_for(text: str) -> None:
    assert kind(text) == "new-password"


@pytest.mark.parametrize("text", ASKS_FOR_IT)
def test_a_banner_above_the_user_does_not_make_the_password_a_new_one(text: str) -> None:
    assert kind(text) == "password"


@pytest.mark.parametrize("text", CODES)
def test_a_second_factor_is_told_from_a_password(text: str) -> None:
    assert kind(text, "linux") == "second-factor"


BUSY = [
    "The port is currently being used by user 'jdoe'.\n\nSelect: (s)niff session, (k)ill session, (q)uit: ",
    "This line is in use by admin@192.0.2.5. (V)iew mode, (T)ake over, (A)bort? ",
    "Serial port 3 busy. Connected user: ops\nDo you want to connect in read-only mode [y/n]? ",
    "There are 1 other users connected to this port.\n1) monitor the port\n2) cancel\n",
    "Another user is currently connected to port 5.\n1) Preempt\n2) Share\n3) Cancel\nChoice: ",
    "Port 3 is in use. Do you want to force the connection (y/n)? ",
]


@pytest.mark.parametrize("text", BUSY)
@pytest.mark.parametrize("only_when_asked", [False, True])
def test_a_server_that_offers_a_busy_port_is_busy_and_nothing_is_answered(
    text: str, only_when_asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = {
        "dark": At(takes_lines=False, keys={"\x12": Then(to="menu")}),
        "menu": At(prompt=text, takes_lines=False),
    }
    device = on_its_clock(monkeypatch, Dialogue(states, "dark" if only_when_asked else "menu", Packets(7)))

    with pytest.raises(PathBusy):
        attach(Stream(device), Grammar(load("cisco_ios")), Deadline(60))
    assert not device.lines("menu")


def test_words_of_a_busy_port_above_a_prompt_are_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "edge1#show line\nLine 1 is in use by ops, monitor session 1\nquit\nedge1#"
    device = on_its_clock(monkeypatch, Dialogue({"exec": At(prompt=text)}, "exec", Packets(7)))

    assert attach(Stream(device), Grammar(load("cisco_ios")), Deadline(60)).state.name == "enable"


def test_a_prompt_that_is_learnt_on_a_platform_of_shells_is_its_home() -> None:
    assert Grammar(load("linux")).learn(b"~ # \r\n~ # ").name == "shell"  # type: ignore[union-attr]
