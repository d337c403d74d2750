"""Text of a device to a routing table: find the platform's reader by name and guard its input."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from oob.errors import RouteError, UsageError
from oob.fault import nearest
from oob.routing import platforms as _platforms
from oob.routing.capture import Capture, Truncated, without_pager
from oob.routing.found import ParsedLines, Repeated
from oob.routing.opaque import OpaqueLine
from oob.routing.table import RouteTable

# Platforms that print another one's tables.
ALIASES = {
    "cisco_xe": "cisco_ios",
    "cisco_viptela": "cisco_sdwan",
    "brocade_fastiron": "ruckus_icx",
    "ruckus_fastiron": "ruckus_icx",
    "cumulus_linux": "frr",
}
# Rounds of hiding unrecognised lines; the second usually finds none.
_ROUNDS = 8
# The answer of a device that refuses a command is not a line of a table.
_REFUSAL = re.compile(
    r"\s*(?:% ?[A-Z]|\^\s*$|error\b|.*\b(?:invalid (?:input|command)|unknown (?:command|action)|syntax error|"
    r"unrecogni[sz]ed command|incomplete command|ambiguous command|command (?:fail|not found)|permission denied|"
    r"authorization failed))",
    re.IGNORECASE,
)

_PREFIX = re.compile(r"(?<![\w.])\d+\.\d+\.\d+\.\d+(?:/\d| +\d+\.\d+\.\d)|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*/\d")


class Reader(Protocol):
    """The interface of a module in `oob/routing/platforms`; adding one adds the platform of its name.

    A module may also have `FURTHER`, a pattern of lines that continue the route above, and `INDENT`, beginnings of
    lines that pasted text shows at the left.
    """

    COMMAND: str

    def read(self, capture: Capture, found: ParsedLines) -> None:
        """Put the routes of *capture* into *found*, and every line that no rule recognises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadingOptions:
    """The options of one reading."""

    lenient: bool
    partial: bool
    pasted: bool

    @property
    def limits(self) -> tuple[str, ...]:
        said = []
        if self.pasted:
            said.append("pasted text: completeness was not proven")
        if self.partial:
            said.append("partial answer: announced totals were not compared")
        return tuple(said)


def platforms() -> tuple[str, ...]:
    """Return the names of the platforms whose tables can be read."""
    return tuple(sorted({module.name for module in iter_modules(_platforms.__path__)} | set(ALIASES)))


def parse(
    platform: str, text: str, *, lenient: bool = False, partial: bool = False, pasted: bool = False
) -> RouteTable:
    """Read the routing table that *platform* printed, all VRFs and families in the text.

    The text is a console's: with or without echo, prompts, `\\r\\n`, pager remains and log messages. `RouteError` names
    the first line that no rule recognises, and truncated tables: no prompt after an echoed command, a pager at the end,
    an unfinished last line, announced totals that are not met. *lenient* keeps unrecognised lines as opaque lines
    and lists totals. *partial* is the answer to a command for part of a table: totals do not count. *pasted* is text
    from a ticket: dedented, without prompt; its completeness is not proven.
    """
    way = _ReadingOptions(lenient=lenient, partial=partial, pasted=pasted)
    reader = _reader(platform)
    try:
        table = _read(platform, reader, text, way)
        if not table.opaque:
            return table
    except (Truncated, Repeated):
        raise
    except RouteError:
        # Looking for remains of a pager first would cost every reading what only a failed one needs.
        cleaned = without_pager(text)
        if cleaned == text:
            raise
        return _read(platform, reader, cleaned, way)
    cleaned = without_pager(text)
    return table if cleaned == text else _read(platform, reader, cleaned, way)


def read_table(platform: str, text: str) -> RouteTable:
    """Read a table for a baseline or a proof: unrecognised lines are kept as opaque lines.

    Raises `RouteError` where the table is incomplete, no line of it is recognised, or the device refused the command.
    """
    table = parse(platform, text, lenient=True)
    for total in table.totals_wrong:
        raise RouteError(f"line {total.line}: {total.announced} {total.what} announced but {total.counted} printed")
    for line in table.opaque:
        if not table.routes or _REFUSAL.match(line.text):
            raise RouteError(line.reason, line=line.line, text=line.text)
    return table


def _reader(platform: str) -> Reader:
    if platform not in platforms():
        raise UsageError(f"no routing tables of platform {platform!r} can be read{nearest(platform, platforms())}")
    return cast(Reader, import_module(f"{_platforms.__name__}.{ALIASES.get(platform, platform)}"))


def _read(platform: str, reader: Reader, text: str, way: _ReadingOptions) -> RouteTable:
    opaque: list[OpaqueLine] = []
    hidden: set[int] = set()
    for _ in range(_ROUNDS):
        capture = _capture(text, reader, way)
        if hidden:
            capture.hide(hidden)
        found = ParsedLines(capture, lenient=way.lenient, partial=way.partial)
        reader.read(capture, found)
        if not found.refused:
            break
        fresh = _blocks(_capture(text, reader, way), found.refused, reader, hidden)
        opaque += fresh
        hidden.update(number for line in fresh for number in range(line.line, line.line + line.lines))
    else:
        first = found.refused[0]
        raise RouteError(first.reason, line=first.line, text=first.text)
    if capture.is_open_ended and not found.is_ended:
        last = text[text.rfind("\n") + 1 :]
        number = text.count("\n") + 1
        raise Truncated("the last line is unfinished, the table may be truncated", line=number, text=last)
    # A document that answers for one prefix names it, also where it has no route: `{"0.0.0.0/0":[]}` of FRR.
    is_absent = way.partial and capture.opening in ("{", "[", "<")
    if not (found.routes or opaque or found.nodes or is_absent) and (number := _destination(capture)):
        reason = "no route was read, and there is a destination: another form of the table"
        raise RouteError(reason, line=number, text=capture.line(number))
    found.check_repeats()
    return RouteTable(
        platform=platform,
        routes=tuple(found.routes),
        opaque=tuple(sorted((*opaque, *found.nodes))),
        totals_checked=found.totals_checked,
        totals_wrong=tuple(found.totals_wrong),
        limits=way.limits,
    )


def _destination(capture: Capture) -> int:
    """Return the number of the first line around which a table without routes has a destination, 0 without one."""
    lines = enumerate(capture.text.split("\n"), 1)
    return next((number for number, line in lines if _PREFIX.search(line) and not capture.is_noise(line)), 0)


def _capture(text: str, reader: Reader, way: _ReadingOptions) -> Capture:
    return Capture(text, reader.COMMAND, pasted=way.pasted, indent=getattr(reader, "INDENT", ()))


def _blocks(capture: Capture, refused: list[OpaqueLine], reader: Reader, hidden: set[int]) -> list[OpaqueLine]:
    """Return each refused line with the whole route that it belongs to; none of it is read as a route then."""
    taken = set(hidden)
    blocks = []
    for line in sorted(refused):
        if line.line in taken:
            continue
        numbers = [number for number in capture.block(line.line, getattr(reader, "FURTHER", None))]
        fresh = [number for number in numbers if number not in taken]
        taken.update(numbers)
        # Hidden lines may lie in the middle: then there are two runs of lines.
        while fresh:
            run = [number for at, number in enumerate(fresh) if number == fresh[0] + at]
            fresh = fresh[len(run) :]
            text = "\n".join(capture.line(number) for number in run)
            blocks.append(line._replace(line=run[0], text=text))
    return blocks
