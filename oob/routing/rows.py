"""What platforms share that print one next hop a line, or one a record, below the number of them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from oob.routing.capture import Capture, guard_length
from oob.routing.found import Found
from oob.routing.normalise import hops
from oob.routing.route import NextHop, Route

# A route of RouterOS stands in one line with all its BGP attributes.
_LONGEST_LINE = 4096


class Row(NamedTuple):
    """One next hop of a route."""

    prefix: str
    protocol: str
    hop: NextHop
    preference: int | None
    metric: int | None
    active: bool = True


class RowReading:
    """Collects rows, joins those of one route, and compares their numbers with what the device announced.

    A platform's reader derives from it and gives `line`, which answers whether it understands a line.
    """

    def __init__(self, capture: Capture, found: Found) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        self.rows: list[Row] = []
        # Where a record of several lines begins.
        self.begun_at = 0
        # What the device announced, each with the line it stands in: rows, and different prefixes.
        self.routes_due: tuple[int, int] | None = None
        self.prefixes_due: tuple[int, int] | None = None

    def line(self, number: int, line: str) -> bool:
        """Read one line; `ValueError` or `KeyError` says why it is refused."""
        raise NotImplementedError

    def command(self, text: str) -> None:
        """Take note of a command that was echoed."""

    def forget(self) -> None:
        """Drop what a line to come might continue."""

    def end_record(self) -> None:
        """End a route that is spread over several lines; `ValueError` or `KeyError` says why it is none."""

    def close_record(self) -> None:
        """End a record, and refuse it at the line it began in if it is no route."""
        at, self.begun_at = self.begun_at, 0
        try:
            self.end_record()
        except (ValueError, LookupError) as error:
            self.forget()
            self.found.unknown(at, f"no route ({error})")

    def read(self) -> None:
        """Read every line."""
        number = 0
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            try:
                guard_length(line, _LONGEST_LINE)
                if self.line(number, line):
                    continue
                if not self.capture.is_noise(line):
                    raise ValueError("no rule understands this line")
                if text := self.capture.take_command():
                    self.end_table()
                    self.vrf = "default"
                    self.command(text)
            except (ValueError, LookupError) as error:
                self.forget()
                self.found.unknown(number, str(error))
        try:
            self.end_table()
        except (ValueError, LookupError) as error:
            self.found.unknown(number, str(error))

    def start_table(self, vrf: str) -> None:
        """End one table and begin that of *vrf*."""
        self.end_table()
        self.vrf = vrf

    def end_table(self) -> None:
        """Turn the rows read so far into routes."""
        self.close_record()
        rows, self.rows = self.rows, []
        routes_due, self.routes_due = self.routes_due, None
        prefixes_due, self.prefixes_due = self.prefixes_due, None
        if routes_due:
            self.found.total(routes_due[0], "routes", routes_due[1], len(rows))
        if prefixes_due:
            self.found.total(prefixes_due[0], "destinations", prefixes_due[1], len({row.prefix for row in rows}))
        self.found.routes.extend(self._joined(rows))

    def _joined(self, rows: Iterable[Row]) -> list[Route]:
        """Join the rows that differ in nothing but their next hop."""
        grouped: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            grouped.setdefault((row.prefix, *row[1:2], *row[3:]), []).append(row)
        return [
            Route(
                self.vrf,
                same[0].prefix,
                same[0].protocol,
                hops(row.hop for row in same if any(row.hop)),
                same[0].preference,
                same[0].metric,
                same[0].active,
            )
            for same in grouped.values()
        ]
