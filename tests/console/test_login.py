"""The way from a login prompt: a wrong password is sent once, waiting for AAA is said."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.errors import LoginRefused
from oob.profile.store import load
from tests.console.conftest import SETUP, OpenConsole, Secrets
from tests.console.scripted import ScriptedDevice


def test_a_refused_password_is_not_tried_again(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size, mode="login", shown=b"\r\nUsername: ")

    with pytest.raises(LoginRefused) as caught:
        open_console(device, Secrets(password="wrong-word"))

    assert device.keys == [b"wrong-word"]
    assert caught.value.exit_code == 5
    assert "wrong-word" not in str(caught.value)


def test_a_login_without_a_username_says_what_is_missing(size: int, open_console: OpenConsole) -> None:
    device = ScriptedDevice(chunk=size, mode="login", shown=b"\r\nUsername: ")

    with pytest.raises(LoginRefused, match="asks for a username and none was given"):
        open_console(device, Secrets(username=None))

    assert device.keys == []


def test_a_username_that_got_lost_on_its_way_is_typed_again(size: int) -> None:
    class Forgetful(ScriptedDevice):
        is_listening = False

        def write(self, data: bytes, timeout: float) -> None:
            if self.is_listening:
                super().write(data, timeout)
            self.is_listening = True

    device = Forgetful(SETUP, chunk=size, mode="login", shown=b"\r\nUsername: ")

    Console(device, load("cisco_ios"), Secrets()).open()

    assert device.keys == [b"s3cret-word"]


def test_enable_gives_the_secret_once_and_refusal_names_it(size: int) -> None:
    asked: list[str] = []

    def enable(device: ScriptedDevice, command: str) -> bytes:
        device.mode = "enable-password"
        return b"Password: "

    class Strict(ScriptedDevice):
        def _key(self, key: bytes) -> None:
            if self.mode != "enable-password":
                super()._key(key)
            elif key == b"\x03":
                self.mode = "exec"
                self.say(b"\r\n" + self.prompt)
            elif key == b"\r":
                asked.append(self.typed.decode())
                self.typed.clear()
                self.say(b"\r\nPassword: ")
            else:
                self.typed += key

    device = Strict(SETUP | {"enable": enable}, chunk=size, prompt=b"edge1>")

    with pytest.raises(LoginRefused, match="enable"):
        Console(device, load("cisco_ios"), Secrets(enable="not-this")).open()

    assert asked == ["not-this"]


def test_a_slow_answer_to_the_password_is_called_aaa_down() -> None:
    class Slow(ScriptedDevice):
        """Keeps its answer to the password back for two reads, as a device does that waits for a dead server."""

        held = 2

        def read(self, max_bytes: int, timeout: float) -> bytes:
            if self.keys and self.held:
                self.held -= 1
                return b""
            return super().read(max_bytes, timeout)

    said: list[str] = []
    device = Slow(dict(SETUP), mode="login", shown=b"\r\nUsername: ")

    Console(device, load("cisco_ios"), Secrets(), say=said.append).open()

    assert any("AAA seems down" in text for text in said)
