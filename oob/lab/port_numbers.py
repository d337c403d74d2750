"""The TCP ports of a lab's consoles, kept by router: an inventory made from a lab stays true for the next lab."""

from __future__ import annotations

import errno
import json
from pathlib import Path

from oob.lab.console_server import ConsoleServerPort

FILE = "ports.json"


class PortNumbers:
    """The numbers that the lab in *folder* had before; a port that its topology numbers is not kept."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._kept: dict[str, int] = _read(self._file)
        self.moved: dict[str, int] = {}  # router → the number that was in use by another program

    async def open(self, port: ConsoleServerPort, router: str, index: int) -> None:
        """Open the console server port *index* of *router* under its old number, under another if that is in use."""
        if port.number:
            await port.open()
            return
        name = f"{router}/{index}"
        port.number = self._kept.get(name, 0)
        try:
            await port.open()
        except OSError as error:
            if not port.number or error.errno != errno.EADDRINUSE:
                raise
            self.moved[router], port.number = port.number, 0
            await port.open()
        self._kept[name] = port.number

    def save(self) -> None:
        """Keep the numbers for the next lab here."""
        self._file.write_text(json.dumps(self._kept, indent=2) + "\n")


def _read(file: Path) -> dict[str, int]:
    """Return the numbers in *file*; a damaged or missing one only means that free ports are taken."""
    try:
        data = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    found = data.items() if isinstance(data, dict) else ()
    return {name: number for name, number in found if isinstance(number, int) and 0 < number < 65536}
