"""Numbers of routes per VRF and protocol, in a device's own summary and in a table that was read.

A few lines tell whether a table of thousands can be equal. Digests tell the same of two tables at hand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from oob.errors import RouteError, UsageError
from oob.routing.capture import LONGEST_LINE, Capture
from oob.routing.normalise import normalise, protocol
from oob.routing.parse import ALIASES
from oob.routing.route import Route

# IOS, FRR and NX-OS count the addresses of a router's own interfaces in different places.
_OWN = frozenset(("connected", "local"))
# NX-OS counts the broadcast addresses of its links, which its table may lack, and each of several next hops.
_UNCOUNTED = frozenset(("broadcast",))
_COUNTING_PATHS = frozenset(("cisco_nxos",))
# Of several equal routes FRR may install a route that is not selected, so its table does not tell which are in use.
_COUNTING_ALL = frozenset(("frr", "vyos"))


class SummaryPlace(NamedTuple):
    """A VRF, a family and a protocol: they are counted apart."""

    vrf: str
    family: str
    protocol: str

    def __str__(self) -> str:
        return f"{self.protocol} ({self.family}, vrf {self.vrf})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Numbers of routes by place; connected and local ones are one place, `connected`."""

    counts: dict[SummaryPlace, int]

    def as_json(self) -> list[dict[str, Any]]:
        """Return the numbers as JSON objects."""
        return [{**place._asdict(), "routes": count} for place, count in sorted(self.counts.items())]

    @classmethod
    def from_json(cls, document: list[dict[str, Any]]) -> Summary:
        """Return the summary that `as_json` wrote."""
        return cls(
            counts={SummaryPlace(item["vrf"], item["family"], item["protocol"]): item["routes"] for item in document}
        )

    def differences(self, other: Summary) -> dict[SummaryPlace, tuple[int, int]]:
        """Return the places that *other* counts differently, with both numbers."""
        places = self.counts.keys() | other.counts.keys()
        both = {place: (self.counts.get(place, 0), other.counts.get(place, 0)) for place in places}
        return {place: numbers for place, numbers in sorted(both.items()) if numbers[0] != numbers[1]}


def summarise(routes: Iterable[Route], platform: str = "") -> Summary:
    """Count *routes* as *platform* counts them: active ones of IP, unless the platform counts all."""
    places: Counter[SummaryPlace] = Counter()
    for route in routes:
        if (route.active or platform in _COUNTING_ALL) and route.protocol not in _UNCOUNTED:
            places[_place(route)] += len(route.next_hops) if platform in _COUNTING_PATHS else 1
    return Summary(counts={place: count for place, count in places.items() if place.family})


def digests(routes: Iterable[Route]) -> dict[SummaryPlace, str]:
    """Return a SHA-256 of the routes of each place, the same for the same routes in any order."""
    by_place: dict[SummaryPlace, Any] = {}
    for route in normalise(routes):
        place = _place(route)
        if place not in by_place:
            by_place[place] = sha256()
        by_place[place].update(json.dumps(route.as_json(), sort_keys=True).encode())
    return {place: digest.hexdigest() for place, digest in by_place.items()}


def _place(route: Route) -> SummaryPlace:
    network = route.prefix.partition("/")[0]
    family = "ipv6" if ":" in network else "ipv4" if "." in network else ""
    return SummaryPlace(route.vrf, family, "connected" if route.protocol in _OWN else route.protocol)


def parse_summary(platform: str, text: str, command: str = "") -> Summary:
    """Read the answer to `show ip route summary`, `show route summary` and the like.

    *text* is a console's capture, or with *command* its answer alone, whole: only the command says which VRF and family
    were asked for.
    `RouteError` names an unrecognised line, and a sum that differs from that of its parts; `UsageError` a platform
    without the command.
    """
    reader = _READERS.get(ALIASES.get(platform, platform))
    if reader is None:
        raise UsageError(
            f"platform {platform!r} sums up no routing table; those that do: {', '.join(sorted(_READERS))}"
        )
    capture = Capture(text, _COMMAND)
    lines = _Lines(capture)
    if command:
        lines.asked(command)
    counts: Counter[SummaryPlace] = Counter()
    for place, count in reader(lines):
        if place.protocol not in _UNCOUNTED:
            counts[place._replace(protocol="connected") if place.protocol in _OWN else place] += count
    if capture.is_open_ended and not command:
        raise RouteError("the last line is unfinished, the summary may be truncated")
    return Summary(counts={place: count for place, count in counts.items() if count})


def can_sum_up(platform: str) -> bool:
    """Tell whether `parse_summary` reads this platform's summaries."""
    return ALIASES.get(platform, platform) in _READERS


_COMMAND = r"(?:do |vtysh -c ')?sh(?:ow?)? +(?:ip(?:v[46])? +)?ro[\w-]*(?: .*)?summ?[a-z]*(?: .*)?"
_Counted = Iterator[tuple[SummaryPlace, int]]


class _Lines:
    """The lines of a capture, with the VRF and family that the last command or heading named."""

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self.vrf = "default"
        self.family = "ipv4"
        # True where a command or a heading names the VRF of this table.
        self.is_named = True

    def __iter__(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self._capture.text.split("\n"), 1):
            if len(line) > LONGEST_LINE:
                raise self.unknown(number, line[:80])
            if not self._capture.is_noise(line):
                yield number, line
            elif command := self._capture.take_command():
                self.asked(command)

    def asked(self, command: str) -> None:
        """Take note of the command that the lines below answer."""
        vrf = re.search(r" vrf +(\S+)", command)
        self.name(
            vrf[1] if vrf and vrf[1] not in ("all", "*", "summary") else "default",
            "ipv6" if "ipv6" in command else "ipv4",
        )

    def name(self, vrf: str, family: str = "") -> None:
        """Take note of a heading."""
        self.vrf, self.family, self.is_named = vrf, family or self.family, True

    def unknown(self, number: int, line: str) -> RouteError:
        return RouteError("no rule recognises this line", line=number, text=line)


class _Sum:
    """The sum of the lines of one table, compared with the device's own."""

    def __init__(self) -> None:
        self._counted = 0
        self._open_at = 0

    def add(self, number: int, count: int) -> None:
        self._counted += count
        self._open_at = number

    def check(self, number: int, line: str, announced: int) -> None:
        if announced != self._counted:
            raise RouteError(f"the sum is {announced}, that of the lines above {self._counted}", line=number, text=line)
        self._counted = self._open_at = 0

    def end(self) -> None:
        if self._open_at:
            raise RouteError(f"line {self._open_at}: no sum follows, the summary is truncated", line=self._open_at)


def _ios(lines: _Lines) -> _Counted:
    row = re.compile(r"([A-Za-z][\w-]*)(?: \S+)?(?: +\(\S+\))? +(\d+)(?: +(\d+))?(?: +\d+){1,3} *")
    known = re.compile(
        r"IP(?:v6)? routing table (?:\S+ )?(?:name|maximum-paths) is .*|  Number of prefixes: *"
        r"|  +(?:[\w-]+(?: [\w-]+)?: \d+ *)+|  +/\d+: \d+(?:, /\d+: \d+)*,? *"
    )
    has_subnets: bool | None = None
    total = _Sum()
    rows = iter(lines)
    for number, line in rows:
        if name := re.match(r"IP(?:v6)? routing table name is ([^\s(]+)", line):
            lines.name("default" if name[1] in ("default", "Default-IP-Routing-Table") else name[1])
        elif line.startswith("Route Source "):
            has_subnets = " Subnets " in line
        elif line.startswith("Total ") and has_subnets is not None:
            total.check(number, line, sum(map(int, line.split()[1 : 2 + has_subnets])))
            has_subnets = None
        elif has_subnets is not None and (match := row.fullmatch(line)):
            count = int(match[2]) + (int(match[3] or 0) if has_subnets else 0)
            total.add(number, count)
            # The headings above subnets, counted as networks, are not routes.
            if match[1] != "internal":
                yield SummaryPlace(lines.vrf, lines.family, protocol(match[1])), count
        elif head := re.fullmatch(r"IPv6 Routing Table Summary - (?:(\S+) - )?(\d+) entries *", line):
            lines.name(head[1] or lines.vrf, "ipv6")
            yield from _ios_old_6(lines, rows, (number, line, int(head[2])))
        elif not known.fullmatch(line):
            raise lines.unknown(number, line)
    total.end()


def _ios_old_6(lines: _Lines, rows: Iterator[tuple[int, str]], head: tuple[int, str, int]) -> _Counted:
    """Read the sentence with which older IOS sums up IPv6: `6 local, 3 connected, 1 static, 0 RIP, 4 BGP 14 IS-IS`."""
    total = _Sum()
    for number, line in rows:
        if re.fullmatch(r"  Number of prefixes: *", line):
            total.check(*head)
            return
        if not re.fullmatch(r"  (?:\d+ [A-Za-z][\w-]*(?:, ?| |$))+", line):
            raise lines.unknown(number, line)
        for count, name in re.findall(r"(\d+) ([A-Za-z][\w-]*)", line):
            total.add(number, int(count))
            yield SummaryPlace(lines.vrf, lines.family, protocol(name)), int(count)
    total.end()


def _xr(lines: _Lines) -> _Counted:
    row = re.compile(r"([a-z][\w-]*)(?: \S+)? +(\d+) +(\d+) +(\d+) +(\d+) *")
    total = _Sum()
    for number, line in lines:
        if vrf := re.fullmatch(r"VRF: (\S+) *", line):
            lines.name(vrf[1])
        elif line.startswith("Total "):
            total.check(number, line, int(line.split()[1]))
            lines.is_named = False
        elif lines.is_named and (match := row.fullmatch(line)):
            total.add(number, int(match[2]))
            yield SummaryPlace(lines.vrf, lines.family, protocol(match[1])), int(match[2])
        elif not line.startswith("Route Source "):
            raise lines.unknown(number, line)
    total.end()


def _junos(lines: _Lines) -> _Counted:
    table = re.compile(r"(\S+): \d+ destinations?, (\d+) routes? \((\d+) active, \d+ holddown, \d+ hidden\) *")
    row = re.compile(r" +([\w-]+): +(\d+) routes?, +(\d+) active *")
    known = re.compile(r"(?:Autonomous system number|Router ID|Highwater Mark.*|Limit/Threshold): ?.*|Restart .*")
    vrf, family, due = "", "", (0, "", 0)
    total = _Sum()
    for number, line in lines:
        if match := table.fullmatch(line):
            total.check(*due)
            due = (number, line, int(match[3]))
            ip = re.fullmatch(r"(?:(.+)\.)?inet(6?)\.([03])", match[1])
            # A table that is not a unicast one is a VRF of its own name, as in the routes.
            vrf = "" if not ip else match[1] if ip[3] == "3" else ip[1] or "default"
            family = "ipv6" if ip and ip[2] else "ipv4"
        elif match := row.fullmatch(line):
            total.add(number, int(match[3]))
            if vrf:
                yield SummaryPlace(vrf, family, protocol(match[1])), int(match[3])
        elif not known.fullmatch(line):
            raise lines.unknown(number, line)
    total.check(*due)


def _frr(lines: _Lines) -> _Counted:
    row = re.compile(r"([a-z][\w-]*) +(\d+) +(\d+) *")
    total = _Sum()
    for number, line in lines:
        if head := re.fullmatch(r"Route Source +Routes +FIB +\(vrf (\S+)\) *", line):
            lines.name(head[1])
        elif line.startswith("Totals "):
            total.check(number, line, int(line.split()[1]))
            lines.is_named = False
        elif lines.is_named and (match := row.fullmatch(line)):
            total.add(number, int(match[2]))
            yield SummaryPlace(lines.vrf, lines.family, protocol(match[1])), int(match[2])
        elif not re.fullmatch(r"-+ *", line):
            raise lines.unknown(number, line)
    total.end()


def _nxos(lines: _Lines) -> _Counted:
    row = re.compile(r" +(?:([a-z][\w-]*) +: (\d+))?(?: +(?:None|[a-z][\w-]* +: (\d+)))? *")
    paths = re.compile(r"Total number of paths: +(\d+) *")
    known = re.compile(r"Total number of routes: +\d+ *|Best paths .*| +/\d+ *: \d+.*")
    announced = (0, "", 0)
    total = _Sum()
    for number, line in lines:
        if head := re.fullmatch(r'IP(v6)? Rout(?:e|ing) Table for VRF "([^"]+)" *', line):
            total.end()
            lines.name(head[2], "ipv6" if head[1] else "ipv4")
        elif match := paths.fullmatch(line):
            announced = (number, line, int(match[1]))
        elif line.startswith("Number of routes per "):
            total.check(*announced)
            lines.is_named = False
        elif lines.is_named and (match := row.fullmatch(line)):
            total.add(number, int(match[2] or 0) + int(match[3] or 0))
            if match[1]:
                yield SummaryPlace(lines.vrf, lines.family, protocol(match[1].partition("-")[0])), int(match[2])
        elif not known.fullmatch(line):
            raise lines.unknown(number, line)
    total.end()


def _eos(lines: _Lines) -> _Counted:
    row = re.compile(r" +([A-Za-z][\w -]*?)(?: \([\w -]+\))? {2,}(\d+) *")
    known = re.compile(
        r" +Route Source +Number Of Routes *|[- ]+| +(?:[\w-]+(?: [\w-]+)?: \d+ *)+|Number of routes per.*| +/\d+ *: .*"
        r"|(?:Operating|Configured) routing protocol model: .*"
    )
    total = _Sum()
    for number, line in lines:
        if vrf := re.fullmatch(r"VRF(?: name)?: (\S+) *", line):
            total.end()
            lines.name(vrf[1])
        elif re.match(r" +Total Routes ", line):
            total.check(number, line, int(line.split()[-1]))
            lines.is_named = False
        elif lines.is_named and (match := row.fullmatch(line)):
            total.add(number, int(match[2]))
            # Headings and the addresses of hosts on a link are not routes of the table.
            if match[1] not in ("internal", "attached"):
                yield SummaryPlace(lines.vrf, lines.family, protocol(match[1].split(" ")[0])), int(match[2])
        elif not known.fullmatch(line):
            raise lines.unknown(number, line)
    total.end()


_READERS: dict[str, Callable[[_Lines], _Counted]] = {
    "cisco_ios": _ios,
    "cisco_xr": _xr,
    "juniper_junos": _junos,
    "frr": _frr,
    "vyos": _frr,
    "cisco_nxos": _nxos,
    "arista_eos": _eos,
}
