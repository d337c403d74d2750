"""Reads everything that matters of a device in one sitting, and keeps it as a backup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oob.backup.catalogue import Catalogue
from oob.backup.folder import CONFIGURATION, NEIGHBOURS_TEXT, ROUTES_TEXT, Backup, Reading
from oob.device.device import Device
from oob.device.facts import Facts
from oob.errors import RouteError
from oob.inventory.device import Critical
from oob.recovery.afford import afford
from oob.recovery.clock import Clock
from oob.recovery.health import measure
from oob.recovery.plan import reading_seconds
from oob.recovery.speed import Speed
from oob.routing import Route, parse

Say = Callable[..., object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a reading is for. *strict* refuses a routing table that cannot be understood; a broken state is kept
    without one. *addresses* are those whose paths are followed for the health that is kept; None keeps no health."""

    name: str
    change: str = ""
    reason: str = ""
    strict: bool = True
    addresses: tuple[Critical, ...] | None = None
    last: Backup | None = None
    facts: Facts | None = None
    clock: Clock = field(default_factory=Clock)


def take(device: Device, catalogue: Catalogue, sitting: Sitting, say: Say) -> Backup:
    """Read *device* whole and return the backup that was made of it."""
    return catalogue.write(observe(device, sitting, say))


def observe(device: Device, sitting: Sitting, say: Say) -> Reading:
    """Return facts, configuration, routes and neighbours as the device gives them now."""
    speed = Speed.of_device(device)
    if sitting.last:
        expected = reading_seconds(sitting.last, speed)
        say("reading.expected", f"about {expected:.0f} s at {speed}", seconds=expected)

    def announce(name: str, text: str, file: str) -> None:
        say(name, text, seconds=speed.to_read(sitting.last, file) if sitting.last else 0.0)
        afford(device, sitting.last, file)

    started = sitting.clock.utc()
    facts = sitting.facts or device.facts()
    announce("reading.configuration", "read the configuration", CONFIGURATION)
    configuration = device.configuration()
    set_form = device.configuration_set() or ""
    announce("reading.routes", "read the routing tables", ROUTES_TEXT)
    routes_text = device.route_text()
    routes = _routes(device, routes_text, sitting, say)
    announce("reading.neighbours", "read the neighbours", NEIGHBOURS_TEXT)
    neighbours_text = device.neighbours()
    if sitting.addresses is not None:
        say("reading.health", "read CPU, memory, log and critical paths")
    health = measure(device, sitting.addresses) if sitting.addresses is not None else {}
    read = device.profile.configuration.read if device.profile.configuration else None
    return Reading(
        device=sitting.name,
        platform=device.platform,
        configuration=configuration,
        configuration_set=set_form,
        routes=routes,
        routes_text=routes_text,
        facts=facts.as_json(),
        neighbours_text=neighbours_text,
        health=health,
        path=device.path,
        change=sitting.change,
        reason=sitting.reason,
        complete_start=(read.starts or "") if read else "",
        complete_end=(read.ends or "") if read else "",
        started=started,
        finished=sitting.clock.utc(),
    )


def _routes(device: Device, text: str, sitting: Sitting, say: Say) -> tuple[Route, ...] | None:
    try:
        return parse(device.platform, text).routes
    except RouteError as error:
        if sitting.strict:
            raise
        say("reading.doubt", f"the routing table is kept as text only: {error}")
        return None
