"""Errors that say which command helps."""

from __future__ import annotations

from oob.cli.hints import hint
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
