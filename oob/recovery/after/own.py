"""The post-recovery checks of a home: commands on the device, URLs, TCP ports and Prometheus queries."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.error import HTTPError
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from oob.clock import Clock
from oob.device.device import Device
from oob.errors import OobError
from oob.fault import unreadable
from oob.inventory.device import InventoryDevice
from oob.profile.model import Pattern
from oob.recovery.after.point import Point
from oob.recovery.authority.given import fetched
from oob.recovery.authority.prometheus import NAME as FIGURES
from oob.recovery.authority.prometheus import Prometheus
from oob.yaml_file import load

NAME = "checks.yaml"
TIMEOUT = 10.0
LARGEST = 1_000_000
WRITING = re.compile(r">|\|\s*(?:redirect|append|tee|save)\b|[\r\n;]")
READING = re.compile(r"^(?:show|display|ping|traceroute|get|info)\b")


def _reads(command: str) -> str:
    if command and (not READING.match(command) or WRITING.search(command)):
        raise ValueError(f"{command!r} may change the device: a check only reads (show, display, ping, ...)")
    return command


class OwnCheck(BaseModel):
    """One check: a command to *run*, a *url*, a *port* (ADDRESS:PORT) or a *query*.

    The answer of a command or URL matches *expect*; the value of a query lies from *least* to *most*.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    run: Annotated[str, AfterValidator(_reads)] = ""
    url: str = ""
    port: str = ""
    query: str = ""
    expect: Pattern = ""
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _check_kind(self) -> OwnCheck:
        if sum(map(bool, (self.run, self.url, self.port, self.query))) != 1:
            raise ValueError("a check has one of run, url, port, query")
        if self.run and not self.expect:
            raise ValueError("a command needs what to expect")
        return self


def own_checks(home: Path, entry: InventoryDevice) -> tuple[OwnCheck, ...]:
    """Return the checks that `checks.yaml` holds for `all`, the groups of the device, and the device itself."""
    found = checks(home)
    return tuple(check for name in ("all", *entry.groups, entry.name) for check in found.get(name, ()))


def checks(home: Path) -> Mapping[str, Sequence[OwnCheck]]:
    """Return all checks of the `checks.yaml` of *home* by `all`, group or device; raises UsageError, naming the key."""
    return load(home / NAME, dict[str, list[OwnCheck]], {})


def on_device(device: Device, checks: tuple[OwnCheck, ...]) -> Iterator[Point]:
    """Yield the points of the checks that are commands."""
    for check in checks:
        if check.run:
            said = device.run(check.run).text
            why = "" if re.search(check.expect, said, re.MULTILINE) else " ".join(said.split())[-200:] or "no output"
            yield _point(f"own check: {check.run!r} prints {check.expect!r}", why)


def from_here(home: Path, checks: tuple[OwnCheck, ...], clock: Clock) -> Iterator[Point]:
    """Yield the points of the other checks, made from this machine."""
    for check in checks:
        if check.url:
            parts = urlsplit(check.url)
            yield _point(f"own check: {parts.scheme}://{parts.hostname}{parts.path} answers", _url(check))
        if check.port:
            yield _point(f"own check: TCP port {check.port} is open", _port(check.port))
        if check.query:
            yield _point(f"own check: {check.query!r}", _query(home, check, clock))


def _url(check: OwnCheck) -> str:
    try:
        said = fetched(check.url, TIMEOUT, LARGEST).decode(errors="replace")
    except HTTPError as error:
        error.close()
        return f"status {error.code}"
    except (OSError, ValueError) as error:
        return unreadable(error)
    return "" if re.search(check.expect, said, re.MULTILINE) else f"the answer does not match {check.expect!r}"


def _port(text: str) -> str:
    address, _, port = text.rpartition(":")
    try:
        socket.create_connection((address.strip("[]"), int(port)), TIMEOUT).close()
    except (OSError, ValueError) as error:
        return unreadable(error)
    return ""


def _query(home: Path, check: OwnCheck, clock: Clock) -> str:
    try:
        _, value = Prometheus.load(home / FIGURES).samples(check.query, clock.utc().timestamp())[-1]
    except OobError as error:
        return str(error)
    is_well = (check.least is None or value >= check.least) and (check.most is None or value <= check.most)
    return "" if is_well else f"it is {value:g}"


def _point(text: str, why: str) -> Point:
    return Point(text=text, standing="no" if why else "yes", why=why)
