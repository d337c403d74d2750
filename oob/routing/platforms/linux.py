"""Linux: `ip [-4|-6] route [show] [table all|N|vrf NAME]`, as text or `-j`."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from oob.routing.capture import Capture, guard_length
from oob.routing.document import documents
from oob.routing.found import Found
from oob.routing.normalise import address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = r"(?:sudo )?(?:/\S+/)?ip (?:-\S+ )*r(?:o(?:u(?:te?)?)?)?(?: .*)?"

_FATES = ("blackhole", "unreachable", "prohibit", "throw")
_TYPES = (*_FATES, "unicast", "local", "broadcast", "multicast", "anycast", "nat")
_FLAGS = {
    "onlink", "pervasive", "offload", "trap", "notify", "dead", "linkdown", "unresolved", "rt_offload", "rt_trap",
    "offload_failed", "cache",
}  # fmt: skip
_UNUSABLE = frozenset(("dead", "linkdown"))
# Words that stand before a value which is no part of a route.
_VALUES = {
    "src", "scope", "realm", "realms", "mtu", "advmss", "window", "rtt", "rttvar", "ssthresh", "cwnd", "initcwnd",
    "initrwnd", "reordering", "hoplimit", "features", "quickack", "rto_min", "congctl", "expires", "pref", "error",
    "nhid", "tos", "dsfield", "fastopen_no_cookie", "iif", "from", "weight", "ttl-propagate",
}  # fmt: skip
_ROUTE = re.compile(rf"(?:({'|'.join(_TYPES)}) )?(default|[0-9A-Fa-f.:]+)(?:/(\d+))?((?: .*)?)")


class _Tail(NamedTuple):
    """What stands behind a destination; the same for many routes."""

    table: str
    protocol: str
    metric: int | None
    hops: tuple[NextHop, ...]
    is_usable: bool
    is_6: bool


def read(capture: Capture, found: Found) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening in ("[", "{"):
        _read_json(capture, found)
    else:
        _Text(capture, found).read()


def _vrf(table: str) -> str:
    return "default" if table in ("", "main", "254", "all") else table


def _asked_vrf(command: str) -> str:
    match = re.search(r" (?:vrf|table|tab) +(\S+)", command)
    return _vrf(match[1]) if match else "default"


def _protocol(kind: str, name: str, tail: _Tail) -> str:
    """Name the protocol; the kernel's own routes are what other platforms call connected or local."""
    if kind in ("local", "broadcast", "multicast", "anycast"):
        return kind
    if name == "kernel" and kind not in _FATES and not any(hop.address for hop in tail.hops):
        return "connected"
    return {"": "boot"}.get(name, name)


def _route(vrf: str, kind: str, network: str, length: str, tail: _Tail) -> Route:
    if network == "default":
        network, length = ("::", "0") if tail.is_6 else ("0.0.0.0", "0")
    elif not length:
        length = "128" if ":" in network else "32"
    next_hops = (NextHop("", kind),) if kind in _FATES else tail.hops
    if not next_hops:
        raise ValueError("a route without a next hop")
    return Route(
        _vrf(tail.table) if tail.table else vrf,
        prefix(network, length),
        _protocol(kind, tail.protocol, tail),
        next_hops,
        None,
        tail.metric,
        tail.is_usable,
    )


# --- text


class _Text:
    """Where in the text the reader is."""

    def __init__(self, capture: Capture, found: Found) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        self.tails: dict[str, _Tail] = {}
        # A route whose next hops stand on lines of their own: its number, parts, and the next hops so far.
        self.head: tuple[int, str, str, str, _Tail] | None = None
        self.usable: list[NextHop] = []
        self.unusable: list[NextHop] = []

    def read(self) -> None:
        """Read every line."""
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            try:
                guard_length(line)
                self.line(number, line)
            except (LookupError, ValueError) as error:
                self.head = None
                self.found.unknown(number, f"no route of Linux ({error})")
        self.end_route()

    def line(self, number: int, line: str) -> None:
        if line.startswith(("\tnexthop ", "    nexthop ", "  nexthop ")):
            if self.head is None:
                raise ValueError("a next hop of no route")
            tail = self.tail(line.strip().removeprefix("nexthop"))
            (self.usable if tail.is_usable else self.unusable).extend(tail.hops)
        elif line.lstrip().startswith("nh_info "):
            return
        elif match := _ROUTE.fullmatch(line):
            self.end_route()
            kind, network, length, rest = match.groups()
            tail = self.tail(rest)
            if tail.hops or kind in _FATES:
                self.found.routes.append(_route(self.vrf, kind or "unicast", network, length or "", tail))
            else:
                self.head = (number, kind or "unicast", network, length or "", tail)
        elif self.capture.is_noise(line):
            if line.strip():
                self.end_route()
            if command := self.capture.take_command():
                self.vrf = _asked_vrf(command)
                if " -j" in command:
                    raise ValueError("the command asks for JSON, and none follows")
        else:
            raise ValueError("no rule understands this line")

    def tail(self, text: str) -> _Tail:
        if text not in self.tails:
            self.tails[text] = _read_tail(text.split())
        return self.tails[text]

    def end_route(self) -> None:
        """End the route whose next hops stand on lines of their own."""
        head, self.head = self.head, None
        usable, unusable, self.usable, self.unusable = self.usable, self.unusable, [], []
        if head is None:
            return
        number, kind, network, length, tail = head
        if len(usable) + len(unusable) < 2:
            self.found.unknown(number, "a route of several next hops has fewer than two")
            return
        tail = tail._replace(hops=hops(usable or unusable), is_usable=bool(usable))
        try:
            self.found.routes.append(_route(self.vrf, kind, network, length, tail))
        except (LookupError, ValueError) as error:
            self.found.unknown(number, f"no route of Linux ({error})")


def _read_tail(words: list[str]) -> _Tail:
    """Read the words behind a destination or behind `nexthop`."""
    values = {"table": "", "proto": "", "metric": "", "dev": "", "via": "", "scope": "", "pref": "", "error": ""}
    flags = set()
    rest = iter(words)
    for word in rest:
        if word in _FLAGS:
            flags.add(word)
            continue
        if word == "encap":
            # Labels, segments and outer addresses are no part of a route; its way follows them.
            word = next((later for later in rest if later in ("via", "dev")), "")
        if word not in values and word not in _VALUES:
            raise ValueError(f"{word!r} is unknown")
        value = next(rest, "")
        if value in ("inet", "inet6", "lock") and word in ("via", "mtu", "advmss", "hoplimit"):
            value = next(rest, "")
        if not value:
            raise ValueError(f"{word!r} is followed by nothing")
        if values.get(word):
            raise ValueError(f"{word!r} stands there twice")
        values[word] = value
    hop = NextHop(address(values["via"]) if values["via"] else "", values["dev"])
    return _Tail(
        table=values["table"],
        protocol=values["proto"],
        metric=int(values["metric"]) if values["metric"] else None,
        hops=(hop,) if any(hop) else (),
        is_usable=not flags & _UNUSABLE,
        # IPv6 routes have a preference and no scope, and what they throw away goes by way of an error.
        is_6=":" in values["via"] or bool(values["pref"] or values["error"]),
    )


# --- JSON


def _read_json(capture: Capture, found: Found) -> None:
    found.is_ended = True
    asked = capture.take_command()
    for document in documents(capture):
        vrf = _asked_vrf(capture.take_command() or asked)
        while not document.is_spent:
            for _ in document.items():
                node = document.value()
                try:
                    found.routes.append(_json_route(vrf, node))
                except (LookupError, ValueError, TypeError, AttributeError) as error:
                    raise document.broken(f"no route of Linux ({error!r})") from error


def _json_route(vrf: str, node: dict[str, Any]) -> Route:
    if "flags" not in node:
        raise ValueError("an object without flags")
    network, _, length = node["dst"].partition("/")
    nodes = node.get("nexthops") or [node]
    usable = [each for each in nodes if not _UNUSABLE.intersection(each.get("flags", ()))]
    found = [hop for hop in map(_json_hop, usable or nodes) if any(hop)]
    tail = _Tail(
        table=str(node.get("table", "")),
        protocol=node.get("protocol", ""),
        metric=node.get("metric"),
        hops=hops(found),
        is_usable=bool(usable),
        is_6=any(":" in hop.address for hop in found) or "pref" in node or "error" in node,
    )
    return _route(vrf, node.get("type", "unicast"), network, length, tail)


def _json_hop(node: dict[str, Any]) -> NextHop:
    gateway = node.get("gateway") or node.get("via", {}).get("host", "")
    return NextHop(address(gateway) if gateway else "", node.get("dev", ""))
