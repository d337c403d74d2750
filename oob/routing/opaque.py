"""Opaque lines: output that no rule recognises, kept as text and compared as text."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

# Volatile by shape: what changes between two readings of a table that has not changed.
_VOLATILE = re.compile(
    r"(?<![\w:.])(?:\d+[ywdhm] ?){0,3}\d{1,4}:\d\d:\d\d(?:[.:]\d+)?(?![\w:])"  # 00:12:33, 1w2d 03:04:05, 08:55:55.123
    r"|(?<![\w.:/-])(?:\d+(?:y|w|d|h|m|s|ms|sec|secs|min)){1,6}(?![\w.:/])"  # 1d02h, 28d14h34m, 86371sec
    r"|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b,?"
    r"|\b(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* +\d{1,4}\b(?: \d{4}\b)?"
    r"|(?<![\d-])\d{4}[-/]\d\d[-/]\d\d(?![\d-])"
    r"|\b0x[0-9a-fA-F]{5,}\b"
    r"|\d+(?= (?:packets?|pkts?|bytes?|octets?|hits?|uses?|users?|references?|refs?|seconds?|secs?|"
    r"minutes?|hours?|days?)\b)"
)
# Volatile by the word before it: counters and identifiers that a daemon allocates anew.
_COUNTED = re.compile(
    r"\b((?:age|uptime|expires|expiry|lifetime|use|used|uses|hits|refs?|refcnt|ref-?count|references|packets|bytes|pkts|"
    r"nhid|nexthop-?group-?id|nhg|tunnel index|tunnelid|handle|opaque_ptr|timestamp|version|last[- ]update[d]?)"
    r"[\"']?[ :=]+[\"']?)[\w.+:-]+",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]*[.:][0-9A-Fa-f:.]*/\d{1,3}(?![\w.:/])")


def shape(text: str) -> str:
    """Return *text* with ages, dates, counters and allocated identifiers replaced, and blanks made one."""
    lines = (" ".join(_VOLATILE.sub("~", _COUNTED.sub(r"\1~", line)).split()) for line in text.split("\n"))
    return "\n".join(lines)


class OpaqueLine(NamedTuple):
    """Lines that belong together and that no rule recognises: a route with all its next hops, or one other line.

    *vrf* and *section* are those of the table around it; *reason* names the unrecognised part of line *line*.
    """

    line: int
    text: str
    reason: str
    vrf: str = "default"
    section: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """The part that two readings of an unchanged table have in common."""
        return self.vrf, self.section, shape(self.text)

    @property
    def lines(self) -> int:
        """The number of lines."""
        return self.text.count("\n") + 1

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The prefixes that stand in the text."""
        return tuple(_PREFIX.findall(self.text))

    def as_json(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        return self._asdict()

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> OpaqueLine:
        """Return the line that `as_json` wrote."""
        line = cls(**document)
        if not all(isinstance(word, str) for word in (line.text, line.reason, line.vrf, line.section)):
            raise TypeError(f"{line.text!r} is not an opaque line")
        return line

    def __str__(self) -> str:
        first, *more = self.text.strip().split("\n")
        said = f"{' '.join(first.split())!r}" + (f" and {len(more)} more lines" if more else "")
        return f"vrf {self.vrf}: {said}" + (f" ({self.section})" if self.section else "")


def lines_in(opaque: tuple[OpaqueLine, ...]) -> int:
    """Return how many lines *opaque* holds."""
    return sum(each.lines for each in opaque)
