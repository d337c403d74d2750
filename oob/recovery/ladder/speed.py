"""The speed of a path, from which every expected time is computed in advance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oob.backup.folder import Backup
from oob.device.device import Device
from oob.errors import UsageError
from oob.transport.url import parse

CONSOLE_BAUD = 9600
BITS_A_BYTE = 10  # 8N1: a start bit and a stop bit around eight


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Bytes a second, the round trip and the device's own time for a command in seconds (*pace*, where it is long);
    *source* tells whether the line states it, or it was measured or assumed."""

    bytes_per_second: float
    round_trip: float = 0.0
    pace: float = 0.0
    source: Literal["line", "measured", "assumed"] = "assumed"

    @classmethod
    def of_baud(cls, baud: int, *, round_trip: float = 0.0, pace: float = 0.0) -> Speed:
        """Return the speed of a serial line."""
        return cls(bytes_per_second=baud / BITS_A_BYTE, round_trip=round_trip, pace=pace, source="line")

    @classmethod
    def of_path(cls, url: str) -> Speed:
        """Return the speed in the URL of a path; behind a console server 9600 bit/s are assumed."""
        assumed = cls(bytes_per_second=CONSOLE_BAUD / BITS_A_BYTE)
        try:
            parts = parse(url)
            baud = parts.integer("baud", 0)
        except UsageError:  # the error appears when the path is opened
            return assumed
        return cls.of_baud(baud or CONSOLE_BAUD) if baud or parts.scheme == "serial" else assumed

    @classmethod
    def of_device(cls, device: Device) -> Speed:
        """Return the speed of the path in use, as far as its line or URL states it."""
        if device.line is not None:
            return cls.of_baud(device.line.baud, round_trip=device.round_trip, pace=device.pace)
        per_second = cls.of_path(device.path).bytes_per_second
        return cls(bytes_per_second=per_second, round_trip=device.round_trip, pace=device.pace)

    def seconds(self, count: int, exchanges: int = 1) -> float:
        """Return how long *count* bytes in *exchanges* questions and answers take."""
        return count / self.bytes_per_second + exchanges * (self.round_trip + self.pace)

    def to_read(self, backup: Backup, *names: str) -> float:
        """Return how long reading the files *names* of *backup* again takes."""
        sizes = [backup.manifest.files[name].size for name in names if name in backup.manifest.files]
        return round(self.seconds(sum(sizes), exchanges=len(sizes)), 1)

    def __str__(self) -> str:
        baud = f"{self.bytes_per_second * BITS_A_BYTE:.0f} bit/s"
        trip = f", {1000 * self.round_trip:.0f} ms round trip" if self.round_trip else ""
        slow = f", {self.pace:.0f} s a command (AAA?)" if self.pace else ""
        return f"{baud}{'' if self.source == 'line' else f' ({self.source})'}{trip}{slow}"
