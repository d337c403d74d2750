"""Errors that say which command helps."""

from __future__ import annotations

import re
import sys

import click
import pytest

from oob.cli.hints import _HINTS, hint
from oob.cli.main import COMMANDS, oob_command
from oob.errors import (
    ConsoleSilent,
    HostKeyRefused,
    HostKeyUnknown,
    InventoryError,
    LoginRefused,
    PathBusy,
    PathHeld,
    PathLost,
    RouteError,
    UsageError,
)
from tests.cli.conftest import Oob


def test_an_error_is_helped_by_the_command_for_its_kind() -> None:
    assert hint(PathLost("gone")).startswith("oob probe")
    assert hint(ConsoleSilent("nothing")).startswith("oob probe")
    assert hint(LoginRefused("no")).startswith("oob secrets check")
    assert hint(RouteError("odd", line=3)) == ""
    assert hint(PathHeld("the console is in use by ada")).startswith("--evict")
    assert hint(PathBusy("Port already in use")).startswith("oob probe")


def test_accepting_a_new_key_is_suggested_for_unknown_servers_only() -> None:
    assert "--accept-new-key" in hint(HostKeyUnknown("192.0.2.10 is not in known_hosts"))
    for text in ("192.0.2.10 is not the server it was", "192.0.2.10 shows a key that is revoked"):
        assert "--accept-new-key" not in hint(HostKeyRefused(text))
        assert "fingerprint" in hint(HostKeyRefused(text))


def test_an_error_that_names_a_command_itself_is_left_alone() -> None:
    assert hint(InventoryError("x: unknown device; oob inventory import makes one")) == ""
    assert hint(PathLost("the last byte was --more--")) != ""
    assert hint(UsageError("a console URL needs --platform")) == ""


def test_an_error_and_its_hint_are_one_line(oob: Oob) -> None:
    said = oob("run", "--platform", "cisco_ios", "tcp://127.0.0.1:1", "show version")
    assert said.code == 3
    assert said.err.count("\n") == 1
    assert said.err.startswith("oob: tcp://127.0.0.1:1: ")
    assert said.err.endswith("(try: oob probe tries every path to a device and says how far each gets)\n")


def test_every_hint_names_commands_and_options_that_there_are() -> None:
    """A hint that names a command which is not there sends a person the wrong way."""
    commands: dict[str, click.Command] = {}
    with oob_command.make_context("oob", ["ports"]) as context:
        for name in COMMANDS:
            found = oob_command.get_command(context, name)
            assert found is not None
            commands |= {
                name: found,
                **{f"{name} {child}": each for child, each in getattr(found, "commands", {}).items()},
            }
    options = {option for each in commands.values() for parameter in each.params for option in parameter.opts}
    for _, text in _HINTS:
        for first, second in re.findall(r"oob ([a-z]+)(?: ([a-z-]+))?", text):
            group = commands[first]
            assert not isinstance(group, click.Group) or second in group.commands, text
        assert set(re.findall(r"--[a-z-]+", text)) <= options, text


@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("serial://dev/ttyUSB0", "serial:///dev/ttyUSB0"),
        ("serial:/dev/ttyUSB0", "serial:///dev/ttyUSB0"),
        ("/dev/ttyUSB0", "serial:///dev/ttyUSB0"),
        ("ttyUSB0", "serial:///dev/ttyUSB0"),
        ("serail:///dev/ttyUSB0", "serial"),
        ("serial:///dev/ttyUSB0?buad=9600", "baud"),
        ("tcp//127.0.0.1:9", "tcp://127.0.0.1:9"),
        ("127.0.0.1:9", "telnet://127.0.0.1:9"),
        ("exec://usr/bin/true", "exec:///usr/bin/true"),
        ("opengaer://ops@127.0.0.1/7", "opengear"),
        ("fualt+tcp://127.0.0.1:9", "fault"),
    ],
)
def test_a_url_that_is_nearly_right_is_answered_with_the_right_one(oob: Oob, target: str, right: str) -> None:
    said = oob("run", target, "show version", "--platform", "cisco_ios")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert right in said.err.removeprefix(f"oob: {target}: ")


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("ios", "cisco_ios?"),
        ("junos", "juniper_junos?"),
        ("cisco", "cisco_asa or cisco_ios or"),
        ("cisco_oss", "cisco_ios"),
    ],
)
def test_an_unknown_platform_is_answered_with_the_nearest(oob: Oob, given: str, right: str) -> None:
    said = oob("run", "tcp://127.0.0.1:9", "show version", "--platform", given)
    assert (said.code, said.err.count("\n"), right in said.err) == (2, 1, True)


@pytest.mark.parametrize(
    ("library", "words"),
    [
        ("netmiko", ["run", "tcp://127.0.0.1:9", "show clock", "--platform", "netmiko:zte_zxros"]),
        ("ntc_templates", ["run", "tcp://127.0.0.1:9", "show clock", "--platform", "cisco_ios", "--parse"]),
    ],
)
def test_a_missing_library_is_one_sentence_with_the_command_that_installs_it(
    oob: Oob, monkeypatch: pytest.MonkeyPatch, library: str, words: list[str]
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    said = oob(*words)
    assert (said.code, said.err.count("\n"), "pip install 'oob[" in said.err) == (2, 1, True)
