"""The lab of one router in a virtual machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oob.lab.real.router import PASSWORDS
from oob.lab.vm.image import DISK
from oob.lab.vm.machine import Machine

NAME = "q1"


class VmStage:
    """The machine that boots from what `build` has made in *folder*."""

    def __init__(self, folder: Path) -> None:
        self.machine = Machine(folder, folder / DISK)
        self.routers = {NAME: self.machine}

    def power_on(self) -> None:
        """Let it boot; returns while the boot loader counts down."""
        self.machine.power_on()

    def describe(self) -> list[dict[str, Any]]:
        """Return what `oob lab list` shows of it."""
        return [
            {
                "name": NAME,
                "platform": "frr",
                "consoles": [self.machine.url],
                "username": "root",
                "password": PASSWORDS["root"],
            }
        ]

    def close(self) -> None:
        """Take everything away."""
        self.machine.power_off()
