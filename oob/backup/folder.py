"""A backup as a folder: written whole or not at all, by one rename at the end."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from oob import durable
from oob.backup import manifest as manifests
from oob.backup.form import JSON, XML, form_of, is_kept_in
from oob.backup.manifest import Manifest
from oob.errors import BackupError, DataError, UsageError
from oob.naming import folder_name
from oob.routing.opaque import OpaqueLine
from oob.routing.route import Route
from oob.routing.table import RouteTable
from oob.version import VERSION

CONFIGURATION = "config.txt"
CONFIGURATION_SET = "config.set"
ROUTES = "routes.json"
ROUTES_OPAQUE = "routes.opaque.json"
ROUTES_TEXT = "routes.txt"
FACTS = "facts.json"
NEIGHBOURS = "neighbours.json"
NEIGHBOURS_TEXT = "neighbours.txt"
HEALTH = "health.json"
PARTIAL = ".partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The result of one collection from a device. *routes* is None where the routing table was not read.

    *facts* holds at least `hostname`, `serial` and `version` where they are known. *complete_start* and
    *complete_end* are the patterns that a whole configuration has: a line somewhere, and its last line. *verified* says
    of facts, configuration, routes and neighbours how each was verified; what it leaves out was not. *found_by* is the
    run that found this state broken.
    """

    device: str
    platform: str
    configuration: str
    configuration_set: str = ""
    routes: tuple[Route, ...] | None = None
    opaque: tuple[OpaqueLine, ...] = ()
    routes_text: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    neighbours: Sequence[Mapping[str, object]] = ()
    neighbours_text: str = ""
    health: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    change: str = ""
    reason: str = ""
    complete_start: str = ""
    complete_end: str = ""
    verified: Mapping[str, str] = field(default_factory=dict)
    found_by: str = ""
    started: datetime
    finished: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup whose every byte has been checked: *files* are the very bytes that matched the manifest."""

    folder: Path
    manifest: Manifest
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def configuration(self) -> str:
        """The configuration as the device printed it."""
        return self._text(CONFIGURATION)

    @property
    def configuration_set(self) -> str:
        """The same as set commands, empty where the platform has no such form."""
        return self._text(CONFIGURATION_SET)

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routing table; raises BackupError where it was not read."""
        if self.manifest.routes is None:
            raise BackupError(f"{self.folder.name}: the routing table was not read into this backup")
        return parse_routes(self.files[ROUTES])

    @property
    def opaque(self) -> tuple[OpaqueLine, ...]:
        """The lines of the routing table that no rule recognised; they are compared as text."""
        return parse_opaque(self.files.get(ROUTES_OPAQUE, b"[]"))

    @property
    def table(self) -> RouteTable:
        """The routing table with its opaque lines; raises BackupError where it was not read."""
        routes = self.routes
        if ROUTES_OPAQUE not in self.files:
            return _reread(self.manifest.platform, routes, self.routes_text)
        return RouteTable(platform=self.manifest.platform, routes=routes, opaque=self.opaque)

    @property
    def routes_text(self) -> str:
        """The routing table as the device printed it."""
        return self._text(ROUTES_TEXT)

    @property
    def facts(self) -> dict[str, object]:
        """Hostname, serial number, software version and whatever else was asked."""
        facts: dict[str, object] = json.loads(self.files.get(FACTS, b"{}"))
        return facts

    @property
    def neighbours(self) -> list[dict[str, object]]:
        """The neighbours, as they were parsed."""
        neighbours: list[dict[str, object]] = json.loads(self.files.get(NEIGHBOURS, b"[]"))
        return neighbours

    @property
    def neighbours_text(self) -> str:
        """The neighbours as the device printed them."""
        return self._text(NEIGHBOURS_TEXT)

    @property
    def health(self) -> dict[str, str]:
        """The output about the health of the device, by question; empty where it was not asked."""
        health: dict[str, str] = json.loads(self.files.get(HEALTH, b"{}"))
        return health

    def _text(self, name: str) -> str:
        return self.files.get(name, b"").decode("utf-8", "surrogateescape")


def write(root: Path, reading: Reading) -> Path:
    """Write a backup below *root* and return its folder; nothing is there until all of it is on the disk.

    Raises BackupError where the configuration is truncated, or the disk says no.
    """
    problem = incompleteness(reading.configuration, reading.complete_start, reading.complete_end)
    if problem:
        raise BackupError(f"{reading.device}: not kept as a backup: the configuration {problem}")
    files = _files(reading)
    home = root / folder_name(reading.device)
    try:
        durable.create_folder(home)
        return _write(home, reading, files)
    except OSError as error:
        raise BackupError(f"{home}: the backup could not be written: {error.strerror}") from error


def incompleteness(configuration: str, start: str, end: str) -> str:
    """Say what shows that *configuration* is not whole, empty where nothing does."""
    lines = [line for line in configuration.splitlines() if line.strip()]
    if not lines:
        return "is empty"
    if start and not any(re.search(start, line) for line in lines):
        return f"has lost its beginning: no line matches {start!r}"
    form = form_of(configuration)
    is_over = not end or re.search(end, lines[-1].rstrip())
    # The first line of a document tells it; a line that ends in a brace may stand in a configuration of any form.
    if end and not is_kept_in(form, end) and (not is_over or form in (JSON, XML)):
        return f"is written as {form}, which backups of this platform are not kept as"
    if end and lines[-1].rstrip().endswith("\\"):
        return f"is truncated in the middle of a statement: {lines[-1].strip()[:60]!r}"
    if not is_over:
        return f"is truncated: its last line {lines[-1].strip()[:60]!r} does not match {end!r}"
    return ""


def parse_routes(data: bytes) -> tuple[Route, ...]:
    """Return the routes in a `routes.json`; raises BackupError where it is not one."""
    try:
        rows = json.loads(data)
        if not isinstance(rows, list):
            raise TypeError("it is not a list")
        return tuple(Route.from_json(row) for row in rows)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{ROUTES} cannot be understood: {error}") from error


def parse_opaque(data: bytes) -> tuple[OpaqueLine, ...]:
    """Return the lines in a `routes.opaque.json`; raises BackupError where it holds anything else."""
    try:
        rows = json.loads(data)
        if not isinstance(rows, list):
            raise TypeError("it is not a list")
        return tuple(map(OpaqueLine.from_json, rows))
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{ROUTES_OPAQUE} cannot be read: {error}") from error


def _reread(platform: str, routes: tuple[Route, ...], text: str) -> RouteTable:
    """Return the table of an older backup, whose routes lack labels and shares: they stand in its text."""
    from oob.routing.parse import read_table  # only for a backup of oob 0.1

    table = RouteTable(platform=platform, routes=routes)
    try:
        again = read_table(platform, text)
    except (DataError, UsageError):
        return table
    plain = tuple(
        route._replace(next_hops=tuple(sorted({hop._replace(label="", share="") for hop in route.next_hops})))
        for route in again.routes
    )
    return again if plain == routes else table


def _files(reading: Reading) -> dict[str, bytes]:
    texts = {
        CONFIGURATION: reading.configuration,
        CONFIGURATION_SET: reading.configuration_set,
        ROUTES_TEXT: reading.routes_text,
        NEIGHBOURS_TEXT: reading.neighbours_text,
    }
    files = {name: text.encode("utf-8", "surrogateescape") for name, text in texts.items() if text}
    files[FACTS] = (json.dumps(dict(reading.facts), indent=2) + "\n").encode()
    if reading.health:
        files[HEALTH] = (json.dumps(dict(reading.health), indent=2) + "\n").encode()
    if reading.routes is not None:
        files[ROUTES] = _rows(route.as_json() for route in reading.routes)
        files[ROUTES_OPAQUE] = _rows(line.as_json() for line in reading.opaque)
    if reading.neighbours:
        files[NEIGHBOURS] = _rows(reading.neighbours)
    return files


def _rows(rows: Iterable[Mapping[str, object]]) -> bytes:
    """One row a line, so that two tables can be compared with diff."""
    lines = ",\n".join(json.dumps(dict(row)) for row in rows)
    return (f"[\n{lines}\n]\n" if lines else "[]\n").encode()


def _manifest(backup_id: str, reading: Reading, files: Mapping[str, bytes]) -> Manifest:
    return Manifest(
        id=backup_id,
        device=reading.device,
        platform=reading.platform,
        # The next device on this console is told from this one by these two: a misread one would be worse than none.
        hostname=str(reading.facts.get("hostname", "")) if "facts" in reading.verified else "",
        serial=str(reading.facts.get("serial", "")) if "facts" in reading.verified else "",
        version=str(reading.facts.get("version", "")),
        path=reading.path,
        change=reading.change,
        reason=reading.reason,
        routes=None if reading.routes is None else len(reading.routes),
        complete_start=reading.complete_start,
        complete_end=reading.complete_end,
        started=manifests.utc(reading.started),
        finished=manifests.utc(reading.finished),
        tool=f"oob {VERSION}",
        found_by=reading.found_by,
        verified=dict(reading.verified),
        files={name: manifests.mark(data) for name, data in sorted(files.items())},
    )


def _write(home: Path, reading: Reading, files: Mapping[str, bytes]) -> Path:
    partial = home / f".{secrets.token_hex(6)}{PARTIAL}"
    partial.mkdir(mode=0o700)
    try:
        for name, data in files.items():
            durable.create_file(partial / name, data)
        return _publish(partial, home, reading, files)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _publish(partial: Path, home: Path, reading: Reading, files: Mapping[str, bytes]) -> Path:
    moment = manifests.utc(reading.started).replace("-", "").replace(":", "").replace("T", "-")
    for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
        folder = home / f"{moment}{suffix}"
        if folder.exists():
            continue
        durable.replace_file(partial / manifests.NAME, _manifest(folder.name, reading, files).render())
        durable.sync_folder(partial)
        try:
            os.rename(partial, folder)
        except OSError:
            if folder.exists():  # another process took the same second
                continue
            raise
        durable.sync_folder(home)
        return folder
    raise BackupError(f"{home}: there are too many backups of {moment}")
