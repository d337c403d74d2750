"""scrapli scripts, unchanged but for their transport, on a virtual router."""

from __future__ import annotations

from typing import Any

import pytest
import scrapli
from scrapli.auth import LookupKeyValue

from oob.adapters.pexpect import spawn
from oob.adapters.scrapli import transport_options
from oob.lab.control import LabRouter


def cli(router: LabRouter, options: Any) -> scrapli.Cli:
    return scrapli.Cli(
        "console",
        definition_file_or_name="cisco_iosxe",
        auth_options=scrapli.AuthOptions(
            username=router.username,
            password=router.password,
            lookups=[LookupKeyValue(key="enable", value=router.secret)],
        ),
        transport_options=options,
        session_options=scrapli.SessionOptions(operation_timeout_s=30),
    )


def log_out(router: LabRouter) -> None:
    with spawn(router.consoles[0], timeout=20) as child:
        child.sendline()
        while seen := child.expect(["Username: ", r"edge1\(.*\)#", "edge1[>#]", "Press RETURN"]):
            child.sendline(("", "end", "exit", "")[seen])


def test_a_script_logs_in_and_shows(edge: LabRouter, path: int) -> None:
    with cli(edge, transport_options(edge.consoles[path])) as device:
        assert "FCZ2711R0AB" in device.send_input("show version").result


def test_a_script_configures(edge: LabRouter) -> None:
    with cli(edge, transport_options(edge.consoles[1])) as device:
        answers = device.send_inputs(["interface Loopback7", "description x"], requested_mode="configuration")
        assert not answers.failed
        device.send_input("no interface Loopback7", requested_mode="configuration")


def test_a_script_that_oob_logs_in_for_leaves_the_console_logged_out(
    edge: LabRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("USERNAME", edge.username), ("PASSWORD", edge.password), ("ENABLE", edge.secret)):
        monkeypatch.setenv(f"OOB_{name}", value)
    log_out(edge)  # scrapli itself leaves a console logged in when its own `exit` comes too late
    with cli(edge, transport_options(edge.consoles[1], platform=edge.platform)) as device:
        assert device.get_prompt().result == "edge1#"
    with spawn(edge.consoles[0], timeout=20) as child:
        child.sendline()  # scrapli does not wait for the program that it started: it may be at `exit` just now
        child.expect(["Username: ", "Press RETURN"])
