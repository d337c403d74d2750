"""The routes that a reader collects, and the one place that refuses a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from oob.errors import RouteError
from oob.routing.capture import Capture
from oob.routing.opaque import OpaqueLine
from oob.routing.route import Route
from oob.routing.table import Total

# Keys of structured output that change while the table does not.
_VOLATILE_KEYS = frozenset(
    (
        "uptime", "age", "expires", "nhid", "nexthopGroupId", "installedNexthopGroupId", "internalFlags",
        "receivedNexthopGroupId", "lastUpdated", "last-updated", "time",
    )
)  # fmt: skip


class Repeated(RouteError):
    """The capture holds two different tables of one VRF."""


class ParsedLines:
    """The routes of one capture.

    A strict reading raises at the first line that no rule recognises and at the first total that is not met; a lenient
    one lists both. A *partial* answer is part of a table, so announced totals of the whole are not compared.
    """

    def __init__(self, capture: Capture, *, lenient: bool = False, partial: bool = False) -> None:
        self.routes: list[Route] = []
        # Set by a reader at the device's own end of the table: a last line without a newline is harmless then.
        self.is_ended = False
        # The line that is being read, and the VRF and section that it stands in; readers keep both current.
        self.at = 0
        self.where: Callable[[], tuple[str, str]] = lambda: ("default", "")
        self.refused: list[OpaqueLine] = []
        self.nodes: list[OpaqueLine] = []
        self.totals_checked = 0
        self.totals_wrong: list[Total] = []
        self._capture = capture
        self._lenient = lenient
        self._partial = partial
        self._tables: list[tuple[int, int]] = []

    def unknown(self, number: int, reason: str = "no rule recognises this line") -> None:
        """Refuse line *number*."""
        text = self._capture.line(number)
        if not self._lenient:
            raise RouteError(reason, line=number, text=text)
        self.refused.append(OpaqueLine(number, text, reason, *self.where()))

    def unknown_node(self, error: RouteError, node: Any, vrf: str, key: str = "") -> None:
        """Refuse an entry of a document, which *error* explains: keep it without its volatile keys."""
        if not self._lenient:
            raise error
        text = f"{key} {json.dumps(_stable(node), sort_keys=True)}".strip()
        self.nodes.append(OpaqueLine(error.line, text, error.reason, vrf))

    def total(
        self, number: int, what: str, announced: int, counted: int, *, since: int | None = None, slack: int = 0
    ) -> None:
        """Compare the number that line *number* announced of *what* with the number printed.

        Lines kept as text count, where they stand between line *since* (else *number*) and the line being read.
        """
        if self._partial:
            return
        self.totals_checked += 1
        if announced == counted:
            return
        slack += self._capture.hidden_between(number if since is None else since, max(self.at, number))
        if 0 < announced - counted <= slack:
            return
        if not self._lenient:
            reason = f"{announced} {what} announced but {counted} printed"
            raise RouteError(reason, line=number, text=self._capture.line(number))
        self.totals_wrong.append(Total(number, what, announced, counted))

    def start_table(self, number: int) -> None:
        """Note that a command or a heading in line *number* begins another table."""
        self._tables.append((len(self.routes), number))

    def check_repeats(self) -> None:
        """Keep one of two equal tables of a VRF and family; raise `Repeated` where they differ."""
        if self._partial or not self._tables:
            return
        bounds = [(0, 1), *self._tables, (len(self.routes), 0)]
        if sum(first < end for (first, _), (end, _) in pairwise(bounds)) < 2:
            return
        seen: dict[tuple[str, bool, str], tuple[int, set[Route], int]] = {}
        drop: set[int] = set()
        for order, ((first, number), (end, _)) in enumerate(pairwise(bounds)):
            parts: dict[tuple[str, bool, str], set[Route]] = {}
            for route in self.routes[first:end]:
                parts.setdefault(route.table, set()).add(route)
            for key, routes in parts.items():
                earlier = seen.get(key)
                if earlier and earlier[2] != order:
                    if earlier[1] != routes:
                        reason = f"a second, different table of vrf {key[0]} (the first: line {earlier[0]}); keep one"
                        raise Repeated(reason, line=number, text=self._capture.line(number))
                    drop.update(at for at in range(first, end) if self.routes[at].table == key)
                seen[key] = (number, routes, order)
        if drop:
            self.routes = [route for at, route in enumerate(self.routes) if at not in drop]


def _stable(node: Any) -> Any:
    """Return *node* without keys that change while the table does not."""
    if isinstance(node, dict):
        return {key: _stable(value) for key, value in node.items() if key not in _VOLATILE_KEYS}
    return [_stable(item) for item in node] if isinstance(node, list) else node
