"""Reads everything that matters of a device in one sitting, and keeps it as a backup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup, Reading
from oob.device.device import Device
from oob.device.facts import Facts
from oob.errors import RouteError
from oob.recovery.clock import Clock
from oob.recovery.plan import reading_seconds
from oob.recovery.speed import Speed
from oob.routing import Route, parse

Say = Callable[..., object]
ENOUGH = 1000  # bytes of an answer from which a speed may be worked out


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What a reading is for. *strict* refuses a routing table that cannot be understood; a broken state is kept
    without one."""

    name: str
    change: str = ""
    reason: str = ""
    strict: bool = True
    last: Backup | None = None
    facts: Facts | None = None
    clock: Clock = field(default_factory=Clock)


def take(device: Device, catalogue: Catalogue, sitting: Sitting, say: Say) -> Backup:
    """Read *device* whole and return the backup that was made of it."""
    return catalogue.write(observe(device, sitting, say))


def observe(device: Device, sitting: Sitting, say: Say) -> Reading:
    """Return facts, configuration, routes and neighbours as the device gives them now."""
    if sitting.last:
        expected = reading_seconds(sitting.last, speed_of(device))
        say("reading.expected", f"about {expected:.0f} s at {speed_of(device)}", seconds=expected)
    started = sitting.clock.utc()
    facts = sitting.facts or device.facts()
    say("reading.configuration", "reading the configuration")
    configuration = device.configuration()
    set_form = device.configuration_set() or ""
    say("reading.routes", "reading the routing tables", read=len(configuration))
    routes_text = device.route_text()
    routes = _routes(device, routes_text, sitting, say)
    say("reading.neighbours", "reading the neighbours", read=len(routes_text))
    neighbours_text = device.neighbours()
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
        path=device.path,
        change=sitting.change,
        reason=sitting.reason,
        complete_start=(read.starts or "") if read else "",
        complete_end=(read.ends or "") if read else "",
        started=started,
        finished=sitting.clock.utc(),
    )


def speed_of(device: Device) -> Speed:
    """Return how fast the path in use is, as far as its line or URL says."""
    stream = device.console.stream
    round_trip = stream.round_trip or 0.0
    line = stream.transport.line
    if line is not None:
        return Speed.of_baud(line.baud, round_trip=round_trip)
    return Speed(bytes_per_second=Speed.of_path(device.path).bytes_per_second, round_trip=round_trip)


def _routes(device: Device, text: str, sitting: Sitting, say: Say) -> tuple[Route, ...] | None:
    try:
        return parse(device.platform, text).routes
    except RouteError as error:
        if sitting.strict:
            raise
        say("reading.doubt", f"the routing table is kept as text only: {error}")
        return None
