"""Who a device is: read from what it says of itself."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from oob.errors import DataError
from oob.profile import model


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hostname, serial number, software version and model; *uptime* in the device's own words."""

    hostname: str
    serial: str
    version: str
    model: str = ""
    uptime: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the facts as a plain mapping."""
        return asdict(self)


def find(data: model.Facts, text: str) -> Facts:
    """Return the facts in *text*; raises DataError naming the one that is missing."""
    return Facts(
        hostname=_value("hostname", data.hostname, text),
        serial=_value("serial", data.serial, text),
        version=_value("version", data.version, text),
        model=_value("model", data.model, text, required=False),
        uptime=_value("uptime", data.uptime, text, required=False),
    )


def _value(name: str, pattern: str | None, text: str, *, required: bool = True) -> str:
    match = re.search(pattern, text, re.M) if pattern else None
    if match:
        return match[1].strip()
    if required:
        raise DataError(f"the device's {name} is not in what it says of itself")
    return ""
