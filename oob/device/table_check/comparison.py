"""The inputs and the result of a comparison of a device's routes with its baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from oob.device.table_check.confidence import Confidence, ShortAnswer
from oob.routing.opaque import OpaqueLine
from oob.routing.route import Route
from oob.routing.rules import IgnoreRule, VrfPrefix


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTable:
    """The baseline: its routes, its opaque lines, its text, critical prefixes, and the changes to leave out."""

    routes: tuple[Route, ...]
    opaque: tuple[OpaqueLine, ...] = ()
    text: str = ""
    must_have: tuple[VrfPrefix, ...] = ()
    ignore: tuple[IgnoreRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Which confidence was reached and what it cost. *differences* says what differs, one sentence each.

    *unseen* is what the answers say nothing of. *next* is what more would tell, with its price in bytes and seconds.
    """

    wanted: Confidence
    confidence: Confidence
    differs: bool
    differences: tuple[str, ...]
    unseen: tuple[str, ...]
    notes: tuple[str, ...]
    answers: tuple[ShortAnswer, ...]
    spent: int
    table: int
    next: str
    next_size: int
    next_seconds: float
    lines_as_text: int = 0

    @property
    def is_met(self) -> bool:
        """Tell whether the confidence that was wanted has been reached, and nothing differs."""
        return not self.differs and self.confidence >= self.wanted

    def lines(self) -> Iterator[str]:
        """Give the comparison as lines to read, the verdict first."""
        as_text = self.lines_as_text if self.confidence is Confidence.TABLE_EQUAL else 0
        level = f"{self.confidence}; {as_text} lines compared as text" if as_text else str(self.confidence)
        verdict = "the routing tables differ" if self.differs else f"routing table: {level}"
        yield f"{verdict}; {self.spent} bytes spent, the whole table has about {self.table}"
        yield from self.differences
        yield from (f"not looked at: {text}" for text in self.unseen)
        yield from (f"note: {text}" for text in self.notes)
        if self.next:
            minutes = f"{self.next_seconds / 60:.1f}" if self.next_seconds >= 6 else "less than 0.1"
            yield f"next: {self.next} would take {self.next_size} bytes, {minutes} minutes at this speed"

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return {
            "wanted": str(self.wanted),
            "confidence": str(self.confidence),
            "met": self.is_met,
            "differs": self.differs,
            "differences": list(self.differences),
            "unseen": list(self.unseen),
            "notes": list(self.notes),
            "asked": [{"about": answer.question.asked, "bytes": answer.size} for answer in self.answers],
            "lines_as_text": self.lines_as_text,
            "bytes_spent": self.spent,
            "bytes_of_table": self.table,
            "next": {"about": self.next, "bytes": self.next_size, "seconds": self.next_seconds} if self.next else None,
        }
