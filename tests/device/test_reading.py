"""An answer that something else was printed into is asked for again, and is not kept with it."""

from __future__ import annotations

import pytest

from oob.console.console import Console
from oob.device.device import Device
from oob.errors import OutputUnverified
from oob.profile.store import load
from tests.console.conftest import Secrets
from tests.console.scripted import ScriptedDevice

READ = "show configuration commands | no-more"
FIRST, LAST = b"set system host-name 'r1'\r\n", b"set system time-zone 'UTC'\r\n"
QUOTED = b"set system login banner pre-login 'Keep\r\nout\r\n'\r\n"
WALL = (
    b"\r\n[commit-confirm] System will reload previous config in 1 minute\r\nto rollback the last commit.\r\n"
    b"Confirm your changes to cancel the reload.\r\n"
)
BROADCAST = b"\r\nBroadcast message from root@r1 (ttyS0) (Mon Mar  2 10:00:00 2026):\r\n\r\nLunch is ready.\r\n\r\n"


def device(*answers: bytes) -> Device:
    left = list(answers)

    def answer(script: ScriptedDevice, line: str) -> bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    console = Console(ScriptedDevice({READ: answer}, prompt=b"ops@r1:~$ "), load("vyos"), Secrets())
    console.open()
    return Device(console)


@pytest.mark.parametrize(
    "disturbed", [FIRST + WALL + LAST, FIRST + LAST + WALL, FIRST + BROADCAST + LAST, FIRST + LAST + BROADCAST]
)
def test_a_wall_text_is_no_configuration(disturbed: bytes) -> None:
    read = device(disturbed, FIRST + LAST).configuration()

    assert [line for line in read.splitlines() if line.strip()] == (FIRST + LAST).decode().splitlines()


def test_a_text_that_stays_is_named() -> None:
    with pytest.raises(OutputUnverified, match=r"a line that does not belong to it: 'Lunch is ready\.'"):
        device(FIRST + b"Lunch is ready.\r\n" + LAST).configuration()


def test_a_value_in_quotes_may_have_lines_of_its_own() -> None:
    assert "Keep\nout\n'" in device(FIRST + QUOTED + LAST).configuration()
