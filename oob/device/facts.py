"""Who a device is: read from what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from oob.errors import DataError
from oob.profile import model


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Hostname, serial number, software version and model; *uptime* in the device's own words.

    *fingerprint* is what else its software is told by, *clock* the time that it has, in its own *zone*.
    """

    hostname: str
    serial: str
    version: str
    model: str = ""
    uptime: str = ""
    fingerprint: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clock: str = ""
    zone: str = ""

    def as_json(self) -> dict[str, object]:
        """Return the facts as a plain mapping."""
        return asdict(self)


def find(data: model.FactsData, text: str) -> Facts:
    """Return the facts in *text*; raises DataError naming the missing fact."""
    clock = re.search(data.clock, text, re.M) if data.clock else None
    told = [part for name, part in _groups(clock) if name != "zone"] if clock else []
    return Facts(
        hostname=_needed("hostname", data.hostname, text),
        serial=_needed("serial", data.serial, text) if data.serial else "",
        version=_needed("version", data.version, text),
        model=value(data.model, text),
        uptime=value(data.uptime, text),
        fingerprint={name: found for name, pattern in data.fingerprint.items() if (found := _all(pattern, text))},
        clock=" ".join(told),
        zone=(clock["zone"] or "") if clock else "",
    )


def _groups(match: re.Match[str]) -> list[tuple[str, str]]:
    names = {number: name for name, number in match.re.groupindex.items()}
    return [(names.get(number, ""), value) for number, value in enumerate(match.groups(), 1)]


def _all(pattern: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[1].strip() for match in re.finditer(pattern, text, re.M)))


def value(pattern: str | None, text: str) -> str:
    """Return group 1 of *pattern* in *text*, "" where it does not match."""
    match = re.search(pattern, text, re.M) if pattern else None
    return match[1].strip() if match else ""


def _needed(name: str, pattern: str, text: str) -> str:
    if found := value(pattern, text):
        return found
    raise DataError(f"the device's {name} is not in what it says of itself")
