"""The state that a console is left in, told from the last thing that it showed."""

from __future__ import annotations

import pytest

from oob.console.left import left_at
from oob.profile.store import load

MESSAGE = b"\r\n*Mar  1 00:00:12.345: %LINK-3-UPDOWN: Interface GigabitEthernet1, changed state to up\r\n"
LEFT = {
    b"\r\nedge1#": True,
    b"\r\nedge1(config-if)# ": True,
    b"\r\nedge1#show running-con": True,
    b"\r\nedge1>" + MESSAGE: True,
    b"edge1#exit\r\n\r\nedge1 con0 is now available\r\n\r\nPress RETURN to get started.\r\n\r\n": False,
    b"edge1#\r\nUsername: ": False,
    b"Username: ops\r\nPassword: ": False,
    b"\r\nrommon 1 > ": None,
    b"Cisco IOS Software, Version 17.9.4\r\n": None,
    b"": None,
}


@pytest.mark.parametrize("shown", LEFT)
def test_the_last_prompt_or_login_tells_whether_the_device_is_logged_in(shown: bytes) -> None:
    assert left_at(shown, load("cisco_ios")).is_logged_in is LEFT[shown]


@pytest.mark.parametrize("shown", [b"\r\nedge1# ", b"\r\nadmin@edge1> ", b"\r\n<edge1>", b"\r\n[edge1]", b"\r\n$ "])
def test_without_a_platform_any_prompt_tells_it(shown: bytes) -> None:
    left = left_at(shown, None)

    assert left.is_logged_in
    assert "exit, quit or logout" in str(left)


@pytest.mark.parametrize(("platform", "prompt"), [("huawei_vrp", "<edge1>"), ("nokia_sros", "A:edge1# ")])
def test_the_words_say_how_to_log_out_on_the_platform(platform: str, prompt: str) -> None:
    profile = load(platform)

    assert f"type {profile.console.logout} until it asks for a login" in str(left_at(f"\r\n{prompt}".encode(), profile))
