"""What is found on a console, at every read size; nothing that stood there may be run."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.errors import ConsoleSilent, StateUnreachable
from oob.profile.store import load
from tests.console.conftest import OpenConsole, Secrets
from tests.console.scripted import ScriptedDevice

LONG_NAME = b"customer-edge-rtr-00021"


def test_a_half_typed_line_is_cleared_and_never_run(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size, typed=b"reloa")

    console = open_console(device)

    assert device.executed == ["terminal length 0", "terminal width 0"]
    assert console.found is not None
    assert console.found.half_typed == "reloa"
    assert console.found.state.name == "enable"


def test_press_return_leads_through_the_login(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size, mode="press-return")

    console = open_console(device)

    assert console.state.name == "enable"
    assert device.keys == [b"s3cret-word"]


def test_a_login_prompt_is_named_as_found(size: int, open_console: OpenConsole) -> None:
    console = open_console(ScriptedDevice(chunk=size, mode="login", shown=b"\r\nUsername: "))

    assert console.found is not None
    assert console.found.state.name == "login"
    assert console.state.name == "enable"


def test_configuration_mode_is_named_and_left_without_applying_what_was_typed(
    size: int, open_console: OpenConsole
) -> None:
    def end(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = b"edge1#"
        return b""

    device = ScriptedDevice({"end": end}, chunk=size, prompt=b"edge1(config-if)#", typed=b"shutdown")

    console = open_console(device)

    assert console.found is not None
    assert (console.found.state.name, console.found.half_typed) == ("config", "shutdown")
    assert console.state.name == "enable"
    assert "shutdown" not in device.executed


def test_a_pager_left_open_is_left_and_named(size: int, open_console: OpenConsole) -> None:
    console = open_console(ScriptedDevice(chunk=size, mode="pager"))

    assert console.found is not None
    assert console.found.state.name == "pager"


def test_a_reload_waiting_for_confirmation_is_not_confirmed(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size, mode="confirm")

    open_console(device)

    assert "confirmed" not in device.executed
    assert "declined" in device.executed


def test_a_device_in_the_middle_of_its_words_is_let_finish(size: int, open_console: OpenConsole) -> None:
    talk = b"\r\n".join(b"route %d" % number for number in range(40)) + b"\r\nedge1#"

    console = open_console(ScriptedDevice(chunk=size, shown=talk))

    assert console.found is not None
    assert console.found.state.name == "enable"
    assert "route 39" in console.found.heard


def test_a_hostname_of_more_than_twenty_characters_is_known_again_in_configuration_mode(
    size: int, open_console: OpenConsole
) -> None:
    def configure(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = LONG_NAME[:20] + b"(config)#"
        return b"Enter configuration commands, one per line.  End with CNTL/Z.\r\n"

    def end(device: ScriptedDevice, command: str) -> bytes:
        device.prompt = LONG_NAME + b"#"
        return b""

    device = ScriptedDevice({"configure terminal": configure, "end": end}, chunk=size, prompt=LONG_NAME + b"#")
    console = open_console(device)

    console.go("config")
    assert console.state.name == "config"
    console.go("enable")

    assert console.host == LONG_NAME.decode()


def test_a_boot_loader_is_named_and_nothing_is_tried_on_it(size: int, open_console: OpenConsole) -> None:
    with pytest.raises(StateUnreachable) as caught:
        open_console(ScriptedDevice(chunk=size, prompt=b"rommon 1 > "))

    assert caught.value.state == "boot"


def test_a_device_that_says_nothing_is_called_silent() -> None:
    class Dead(ScriptedDevice):
        def write(self, data: bytes, timeout: float) -> None:
            self.written += data

    with pytest.raises(ConsoleSilent) as caught:
        Console(Dead(), load("cisco_ios"), Secrets()).open()

    assert caught.value.exit_code == 3
    assert caught.value.state == "silent"
