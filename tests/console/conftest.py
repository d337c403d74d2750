"""What the tests of the console share: three read sizes, credentials, and a console on a scripted device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from oob.console.console import Console
from oob.profile.store import load
from tests.console.scripted import ScriptedDevice

READ_SIZES = (1, 7, 65536)
SETUP = {"terminal length 0": b"", "terminal width 0": b""}


@dataclass(frozen=True)
class Secrets:
    username: str | None = "ops"
    password: str | None = "s3cret-word"
    enable: str | None = "en4ble-word"


@pytest.fixture(params=READ_SIZES, ids=lambda size: f"{size}-byte-reads")
def size(request: pytest.FixtureRequest) -> int:
    return int(request.param)


OpenConsole = Callable[..., Console]


@pytest.fixture
def open_console() -> OpenConsole:
    def opened(device: ScriptedDevice, secrets: Secrets | None = None, platform: str = "cisco_ios") -> Console:
        device.replies = SETUP | device.replies
        console = Console(device, load(platform), secrets or Secrets())
        console.open()
        return console

    return opened
