"""Collect everything that a backup holds from a device, in one session."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self, TypeVar

import oob.recovery.record.events as events
from oob.backup.catalogue import FOUND, LATEST, Catalogue
from oob.backup.folder import CONFIGURATION, NEIGHBOURS_TEXT, ROUTES_TEXT, Backup, Reading
from oob.clock import Clock
from oob.device.agreement import EarlierReading, Witness, agree
from oob.device.device import Device
from oob.device.dialogue import kept
from oob.device.facts import Facts
from oob.errors import BackupError, RouteError
from oob.inventory.device import Critical
from oob.profile.model import Query
from oob.recovery.ladder.difference import comparable
from oob.recovery.ladder.plan import reading_seconds
from oob.recovery.ladder.speed import Speed
from oob.recovery.proof.afford import afford
from oob.recovery.proof.health import measure
from oob.recovery.proof.prove import neighbours_up
from oob.routing.parse import read_table
from oob.routing.table import RouteTable
from oob.transport.budget import budget_of

T = TypeVar("T")
Emit = Callable[..., object]

ALL = ("facts", "configuration", "routes", "neighbours")
LASTING = (
    "hostname",
    "serial",
    "version",
    "model",
    "fingerprint",
)  # the facts that stay the same; clock and uptime change


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """The request for a collection. *strict* refuses an unreadable routing table; a broken state is kept
    without one. the paths to *addresses* are traced for the health; None collects no health. The parts in
    *agreed* are read until readings agree, the others once. *found_by* is the run that found it broken."""

    name: str
    change: str = ""
    reason: str = ""
    strict: bool = True
    addresses: tuple[Critical, ...] | None = None
    last: Backup | None = None
    facts: Facts | None = None
    agreed: tuple[str, ...] = ALL
    found_by: str = ""
    clock: Clock = field(default_factory=Clock)


def take(device: Device, catalogue: Catalogue, collection: Collection, emit: Emit) -> Backup:
    """Collect from *device* and return the backup that was made."""
    earlier = [collection.last] if collection.last else []
    for which in (LATEST, FOUND):
        with suppress(BackupError):
            earlier.append(catalogue.find(collection.name, which))
    return catalogue.write(observe(device, collection, emit, earlier))


def observe(device: Device, collection: Collection, emit: Emit, earlier: Sequence[Backup] = ()) -> Reading:
    """Return the present facts, configuration, routes and neighbours; *earlier* backups may verify them."""
    return _Collector(device, collection, emit, earlier).observe()


class _Collector:
    """Reads the parts one after the other, and records how each was verified."""

    def __init__(self, device: Device, collection: Collection, emit: Emit, earlier: Sequence[Backup]) -> None:
        self._device = device
        self._profile = device.profile
        self._collection = collection
        self._emit = emit
        self._earlier = [one for one in earlier if one.manifest.platform == device.platform]
        self._speed = Speed.of_device(device)
        self._verified: dict[str, str] = {}

    def observe(self) -> Reading:
        collection, device = self._collection, self._device
        if collection.last:
            expected = reading_seconds(collection.last, self._speed)
            self._emit(events.READING_EXPECTED, f"about {expected:.0f} s at {self._speed}", seconds=expected)
        started = collection.clock.utc()
        facts = self._facts()
        self._announce(events.READING_CONFIGURATION, "read the configuration", CONFIGURATION)
        configuration, set_form = self._configuration()
        self._announce(events.READING_ROUTES, "read the routing tables", ROUTES_TEXT)
        routes_text, table = self._routes()
        self._announce(events.READING_NEIGHBOURS, "read the neighbours", NEIGHBOURS_TEXT)
        neighbours_text = self._neighbours()
        if collection.addresses is not None:
            self._emit(events.READING_HEALTH, "read CPU, memory, log and critical paths")
        health = measure(device, collection.addresses) if collection.addresses is not None else {}
        read = self._profile.configuration.read if self._profile.configuration else None
        return Reading(
            device=collection.name,
            platform=device.platform,
            configuration=configuration,
            configuration_set=set_form,
            routes=table.routes if table else None,
            opaque=table.opaque if table else (),
            routes_text=routes_text,
            facts={**facts.as_json(), **self._login()},
            neighbours_text=neighbours_text,
            health=health,
            path=device.path,
            change=collection.change,
            reason=collection.reason,
            complete_start=(read.starts or "") if read else "",
            complete_end=(read.ends or "") if read else "",
            verified=self._verified,
            found_by=collection.found_by,
            started=started,
            finished=collection.clock.utc(),
        )

    def _announce(self, name: str, text: str, file: str) -> None:
        last = self._collection.last
        self._emit(name, text, seconds=self._speed.to_read(last, file) if last else 0.0)
        afford(self._device, last, file)

    # --- the parts

    def _login(self) -> dict[str, object]:
        """Return the login text of the device, or that of the last backup where no login was needed."""
        last = self._collection.last
        lines = self._device.console.login_text or (kept(last.facts) if last else ())
        return {"login": list(lines)} if lines else {}

    def _facts(self) -> Facts:
        known = [
            EarlierReading(content=_lasting(backup.facts), name=backup.manifest.id)
            for backup in self._verified_earlier("facts")
        ]
        first = self._collection.facts
        if first:
            name = next((one.name for one in known if one.content == _lasting(first.as_json())), "")
            if name:
                self._verified["facts"] = f"1 reading and backup {name}"
            if name or "facts" not in self._collection.agreed:
                return first
        text = self._agree(
            "facts",
            self._device.facts_text,
            lambda text: _lasting(self._device.facts_in(text).as_json()),
            known=known,
        )
        return self._device.facts_in(text)

    def _configuration(self) -> tuple[str, str]:
        """Return the configuration and its set form; both have to be verified, since either may be typed back."""
        data = self._profile.configuration
        text = self._text("configuration", self._device.configuration, data.read if data else None, "configuration")
        if data is None or data.set_form is None:
            return text, ""
        how = self._verified.pop("configuration", "")
        set_form = self._text(
            "configuration", lambda: self._device.configuration_set() or "", data.set_form, "configuration_set"
        )
        if how and "configuration" in self._verified:
            self._verified["configuration"] = how
        else:
            self._verified.pop("configuration", None)
        return text, set_form

    def _text(self, part: str, read: Callable[[], str], query: Query | None, of_backup: str) -> str:
        known = [
            EarlierReading(content=comparable(self._profile, getattr(backup, of_backup)), name=backup.manifest.id)
            for backup in self._verified_earlier("configuration")
        ]
        head = self._profile.configuration.volatile if self._profile.configuration else ()
        witness = Witness(self._device, query, head) if query else None
        return self._agree(part, read, lambda text: comparable(self._profile, text), known=known, witness=witness)

    def _routes(self) -> tuple[str, RouteTable | None]:
        known = [
            EarlierReading(content=_content(backup.table), name=backup.manifest.id)
            for backup in self._verified_earlier("routes")
            if backup.manifest.routes is not None
        ]
        queries = self._profile.routes
        read = self._agree(
            "routes",
            lambda: _Table.of(self._device),
            self._table_content,
            known=known,
            witness=Witness(self._device, queries[0]) if len(queries) == 1 else None,
            text=lambda read: read.text,
        )
        table = read.table
        if table and table.opaque:
            lines, first = table.lines_as_text, table.opaque[0]
            self._emit(
                events.READING_OPAQUE, f"{lines} lines of the routing table are kept as text, the first: {first}"
            )
        if table is None:
            self._emit(events.READING_DOUBT, f"the routing table is kept as text only: {read.problem}")
        return read.text, table

    def _table_content(self, read: _Table) -> object:
        if read.problem and self._collection.strict:
            raise read.problem
        return _content(read.table) if read.table else str(read.problem)

    def _neighbours(self) -> str:
        known = [
            EarlierReading(
                content=frozenset(neighbours_up(self._profile, backup.neighbours_text)), name=backup.manifest.id
            )
            for backup in self._verified_earlier("neighbours")
        ]
        return self._agree(
            "neighbours",
            self._device.neighbours,
            lambda text: frozenset(neighbours_up(self._profile, text)),
            known=known,
        )

    def _verified_earlier(self, part: str) -> list[Backup]:
        return [backup for backup in self._earlier if part not in backup.manifest.unverified]

    def _agree(
        self,
        part: str,
        read: Callable[[], T],
        content: Callable[[T], object],
        *,
        known: Sequence[EarlierReading] = (),
        witness: Witness | None = None,
        text: Callable[[T], str] = str,
    ) -> T:
        """Return what readings of *part* agree on and record how; emit a warning where none agree."""
        budget = budget_of(self._device.console.stream.transport)
        start = self._device.console.stream.bytes_in

        def may_repeat() -> bool:
            if part not in self._collection.agreed:
                return False
            size = self._device.console.stream.bytes_in - start
            if budget is None or budget.can_carry(size):
                return True
            self._emit(events.READING_DOUBT, f"{part}: no second reading: {budget}")
            return False

        agreed = agree(self._device, read, content, text=text, known=known, witness=witness, may_repeat=may_repeat)
        if agreed.how:
            self._verified[part] = agreed.how
        elif part in self._collection.agreed:
            self._emit(events.READING_UNVERIFIED, f"{part}: no two readings agree")
        return agreed.value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A routing table as printed and as parsed; *problem* says why it could not be parsed."""

    text: str
    table: RouteTable | None = None
    problem: RouteError | None = None

    @classmethod
    def of(cls, device: Device) -> Self:
        text = device.route_text()
        try:
            return cls(text=text, table=read_table(device.platform, text))
        except RouteError as error:
            return cls(text=text, problem=error)


def _content(table: RouteTable) -> object:
    """Return the part of *table* that two readings have in common: routes, and opaque lines without their ages."""
    return frozenset(table.routes), tuple(sorted(line.key for line in table.opaque))


def _lasting(facts: Mapping[str, object]) -> dict[str, object]:
    """Return the lasting part of *facts*, as JSON keeps it."""
    found: dict[str, object] = json.loads(json.dumps({name: facts.get(name) or "" for name in LASTING}))
    return found
