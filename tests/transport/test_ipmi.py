"""What ipmitool's words mean; ipmitool itself is met in `tests/real`, here a script stands in for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oob.errors import OobError, PathBusy, PathRefused, PathUnreachable, ServerLoginRefused, UsageError
from oob.transport.access import Access, ServerLogin
from oob.transport.ipmi import Bmc
from oob.transport.url import parse

SUITES = 'case "$*" in *"-C 17"*) echo "invalid authentication algorithm" >&2; exit 1;; esac\n'


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file of a script that is found as ipmitool."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path / "ipmitool"


def bmc(tool: Path, script: str, options: str = "") -> Bmc:
    tool.write_text("#!/bin/sh\n" + script)
    tool.chmod(0o755)
    login = ServerLogin(user="admin", password="canary-bmc")
    return Bmc(parse(f"sol://192.0.2.20{options}"), Access(server_login=login))


@pytest.mark.parametrize(
    ("said", "error", "reason"),
    [
        ("> RAKP 2 HMAC is invalid", ServerLoginRefused, "the BMC refused the password"),
        ("RAKP 2 message indicates an error : unauthorized name", ServerLoginRefused, "the BMC has no user 'admin'"),
        ("Set Session Privilege Level to ADMINISTRATOR failed", ServerLoginRefused, "level=operator asks for less"),
        ("Get Auth Capabilities error", PathUnreachable, "no BMC answers"),
        ("insufficient resources for session", PathBusy, "the BMC has no session left"),
        ("Loading IANA PEN Registry...\nInvalid command", PathRefused, "ipmitool failed: Invalid command"),
    ],
)
def test_each_refusal_is_told_apart(tool: Path, said: str, error: type[OobError], reason: str) -> None:
    with pytest.raises(error) as caught:
        bmc(tool, f"echo '{said}' >&2; exit 1").run("raw", timeout=5)
    assert reason in str(caught.value)


def test_the_cipher_suite_that_was_taken_is_tried_first_from_then_on(tool: Path) -> None:
    one = bmc(tool, SUITES + "echo Chassis Power is on")
    assert one.power("status", 5) == "on"
    assert one.ciphers == ["3", "17"]
    with pytest.raises(PathRefused, match="takes none of the cipher suites 17"):
        bmc(tool, SUITES, "?cipher=17").power("status", 5)


def test_the_password_goes_by_the_environment_and_not_by_the_arguments(tool: Path) -> None:
    one = bmc(tool, 'echo "$IPMI_PASSWORD: $*"')
    environment, _, arguments = one.run("mc", "info", timeout=5).partition(": ")
    assert environment == "canary-bmc"
    assert "canary" not in arguments
    assert "-C 17" in arguments


def test_a_bmc_that_does_not_answer_in_time_is_unreachable(tool: Path) -> None:
    with pytest.raises(PathUnreachable, match="the BMC does not answer"):
        bmc(tool, "exec sleep 60").run("raw", timeout=0.2)


def test_the_owner_of_the_console_is_read_from_the_payloads_instance(tool: Path) -> None:
    assert bmc(tool, "echo ' 84 04 00 00 01 00 00 00 00 00 00 00'").sol_owner(5) == 0x484
    assert bmc(tool, "echo ' 00 00 00 00 01 00 00 00 00 00 00 00'").sol_owner(5) == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("?cipher=best", "takes numbers of cipher suites"),
        ("?level=king", "is not one of administrator, operator, user"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(tool: Path, options: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        bmc(tool, "", options)


def test_an_unknown_power_action_is_refused(tool: Path) -> None:
    with pytest.raises(UsageError, match="unknown power action 'explode'; known: status, on, off, cycle, reset"):
        bmc(tool, "").power("explode", 5)
