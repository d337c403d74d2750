"""Tables with one next hop a line or a record, below or above the number of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from oob.routing.capture import BARRIER, Capture, guard_length
from oob.routing.found import ParsedLines
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
    """Collects rows, joins those of one route, and compares their numbers with those that the device announced.

    A platform's reader derives from it and gives `line`, which tells whether it recognises a line.
    """

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        self.rows: list[Row] = []
        # The first line of a record of several lines.
        self.begun_at = 0
        # The first line of the table: lines kept as text count from there.
        self.table_at = 0
        # The numbers that the device announced, each with its line: rows, and different prefixes.
        self.routes_due: tuple[int, int] | None = None
        self.prefixes_due: tuple[int, int] | None = None
        found.where = lambda: (self.vrf, "")

    def line(self, number: int, line: str) -> bool:
        """Read one line; `ValueError` or `KeyError` says why it is refused."""
        raise NotImplementedError

    def command(self, text: str) -> None:
        """Take note of a command that was echoed."""

    def forget(self) -> None:
        """Drop the state that a line to come might continue."""

    def end_record(self) -> None:
        """End a route of several lines; `ValueError` or `KeyError` says why it is refused."""

    def close_record(self) -> None:
        """End a record, and refuse it at its first line if it is not a route."""
        at, self.begun_at = self.begun_at, 0
        try:
            self.end_record()
        except (ValueError, LookupError) as error:
            self.forget()
            self.found.unknown(at, f"not a route ({error})")

    def read(self) -> None:
        """Read every line."""
        number = 0
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            self.found.at = number
            try:
                self.one(number, line)
            except (ValueError, LookupError) as error:
                self.forget()
                self.found.unknown(number, str(error))
        try:
            self.end_table()
        except (ValueError, LookupError) as error:
            self.found.unknown(self.table_at or 1, str(error))

    def one(self, number: int, line: str) -> None:
        """Read one line or what stands around the table; `ValueError` or `LookupError` refuses it."""
        if line == BARRIER:
            self.close_record()
            self.forget()
            return
        guard_length(line, _LONGEST_LINE)
        if self.line(number, line):
            return
        if not self.capture.is_noise(line):
            raise ValueError("no rule recognises this line")
        if text := self.capture.take_command():
            self.end_table()
            self.vrf = "default"
            self.begin(number)
            self.command(text)

    def start_table(self, vrf: str) -> None:
        """End one table and begin that of *vrf*."""
        self.end_table()
        self.vrf = vrf
        self.begin(self.found.at)

    def begin(self, number: int) -> None:
        """Take note of the first line of a table."""
        self.table_at = number
        self.found.start_table(number)

    def end_table(self) -> None:
        """Turn the rows read so far into routes."""
        self.close_record()
        rows, self.rows = self.rows, []
        routes_due, self.routes_due = self.routes_due, None
        prefixes_due, self.prefixes_due = self.prefixes_due, None
        since = self.table_at
        if routes_due:
            self.found.total(routes_due[0], "routes", routes_due[1], len(rows), since=since)
        if prefixes_due:
            prefixes = len({row.prefix for row in rows})
            self.found.total(prefixes_due[0], "destinations", prefixes_due[1], prefixes, since=since)
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
