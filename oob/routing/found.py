"""What a reader has found so far, and the one place where a line is refused."""

from __future__ import annotations

from oob.errors import RouteError
from oob.routing.capture import Capture
from oob.routing.route import Route
from oob.routing.table import RouteTable, Total, Unparsed


class Found:
    """Collects the routes of one capture.

    A strict reading raises at the first line that no rule understands and at the first total that is not met;
    a lenient one lists both. *partial* says that the command asked for a part of a table, so that totals, which
    are of the whole, are not held against it.
    """

    def __init__(self, capture: Capture, *, lenient: bool, partial: bool) -> None:
        self.routes: list[Route] = []
        # Set by a reader that has seen the device's own end of the table: a last line without end is harmless then.
        self.is_ended = False
        self._capture = capture
        self._lenient = lenient
        self._partial = partial
        self._unparsed: list[Unparsed] = []
        self._totals_checked = 0
        self._totals_wrong: list[Total] = []

    def unknown(self, number: int, reason: str = "no rule understands this line") -> None:
        """Refuse line *number*."""
        text = self._capture.line(number)
        if not self._lenient:
            raise RouteError(reason, line=number, text=text)
        self._unparsed.append(Unparsed(number, text, reason))

    def total(self, number: int, what: str, announced: int, counted: int) -> None:
        """Compare the number that line *number* announced of *what* with the number printed."""
        if self._partial:
            return
        self._totals_checked += 1
        if announced == counted:
            return
        if not self._lenient:
            reason = f"{announced} {what} announced but {counted} printed"
            raise RouteError(reason, line=number, text=self._capture.line(number))
        self._totals_wrong.append(Total(number, what, announced, counted))

    def table(self, platform: str) -> RouteTable:
        """Give everything found as a table."""
        return RouteTable(
            platform=platform,
            routes=tuple(self.routes),
            unparsed=tuple(self._unparsed),
            totals_checked=self._totals_checked,
            totals_wrong=tuple(self._totals_wrong),
        )
