"""A virtual router on a desk as a transport: its time passes while it is read, so that waiting costs nothing."""

from __future__ import annotations

from pathlib import Path

from oob.console.console import Console
from oob.console.transcript import Transcript
from oob.device.device import Device
from oob.device.values import Values
from oob.lab.clock import SteppedClock
from oob.lab.router import Router
from oob.profile.model import Timer
from oob.profile.store import load
from oob.recovery.ladder.difference import differences
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker
from tests.stand_in import StandIn

STEP = 0.02


class DeskTransport(StandIn):
    """The console of *router*; a read lets the router's time pass until it says something or *timeout* is over."""

    path = "desk://"

    def __init__(self, router: Router, clock: SteppedClock, output: bytearray, chunk: int = 65536) -> None:
        self.router = router
        self.clock = clock
        self.output = output
        self.chunk = chunk

    def read(self, max_bytes: int, timeout: float) -> bytes:
        end = self.clock.now() + timeout
        self.clock.advance(0)
        while not self.output and self.clock.now() < end:
            self.clock.advance(min(STEP, end - self.clock.now()) or STEP)
        data = bytes(self.output[: min(max_bytes, self.chunk)])
        del self.output[: len(data)]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        self.router.receive(data)


def opened(transport: DeskTransport, platform: str, login: Credentials) -> Device:
    """Log in to the router on a desk."""
    console = Console(transport, load(platform), login)
    console.open()
    return Device(console)


def timer(device: Device) -> Timer:
    assert device.profile.timer is not None
    return device.profile.timer


def roll_back(device: Device, strategy: str, values: Values) -> None:
    for step in device.profile.strategies[strategy].steps:
        device.perform(step, values)


def is_same(device: Device, before: str) -> bool:
    return not differences(device.profile, before, device.configuration())


def shown_on_arrival(device: Device, folder: Path) -> str:
    """Open the console of *device* once more, as somebody who comes after; return what the transcript then holds."""
    here, said = device.console, list[str]()
    with Transcript(folder, "after", Masker()) as tape:
        Console(here.stream.transport, here.profile, here.secrets, tape=tape, say=said.append).open()
    assert "uncommitted edits" in said[0]
    return tape.log_path.read_text()
