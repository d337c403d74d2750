"""A console as a program: what it says when it cannot be one, and that it ends with whoever started it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from oob.adapters.scrapli import RELAY
from oob.errors import OobError, PathRefused, UsageError
from oob.lab.control import LabRouter


@pytest.mark.parametrize(
    ("url", "error"),
    [("tcp://127.0.0.1:1", PathRefused), ("nowhere://192.0.2.1", UsageError)],
    ids=["refused", "unknown-scheme"],
)
def test_what_keeps_it_from_the_console_is_said_with_its_exit_code(url: str, error: type[OobError]) -> None:
    command = [sys.executable, "-m", RELAY, url]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert ran.returncode == error.exit_code
    assert ran.stderr.startswith("oob: ")


@pytest.mark.parametrize("url", [0, 1], ids=["telnet", "serial"])
def test_it_presses_return_and_ends_when_its_input_does(edge: LabRouter, url: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", RELAY, edge.consoles[url]], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdin
        assert program.stdout
        said = b""
        while not said.endswith(b"Username: "):
            said += program.stdout.read(1)
        program.stdin.close()
        assert program.wait(20) == 0
