"""Linux: `ip [-4|-6] route [show] [table all|N|vrf NAME]`, as text or `-j`; `route -n` and `netstat -rn`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from oob.routing.capture import Capture, guard_length
from oob.routing.document import documents
from oob.routing.found import ParsedLines
from oob.routing.normalise import MASKS, address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = r"(?:sudo )?(?:/\S+/)?(?:ip (?:-\S+ )*r(?:o(?:u(?:te?)?)?)?(?: .*)?|route(?: -\S+)*|netstat(?: -\S+)+)"

_FATES = ("blackhole", "unreachable", "prohibit", "throw")
_TYPES = (*_FATES, "unicast", "local", "broadcast", "multicast", "anycast", "nat")
_FLAGS = {
    "onlink", "pervasive", "offload", "trap", "notify", "dead", "linkdown", "unresolved", "rt_offload", "rt_trap",
    "offload_failed", "rt_offload_failed", "cache",
}  # fmt: skip
_UNUSABLE = frozenset(("dead", "linkdown"))
# What a packet must have besides the destination for the route to match.
_SELECTORS = ("from", "tos", "iif")
# Words with a value that does not belong to a route.
_VALUES = {
    "src", "scope", "realm", "realms", "mtu", "advmss", "window", "rtt", "rttvar", "ssthresh", "cwnd", "initcwnd",
    "initrwnd", "reordering", "hoplimit", "features", "quickack", "rto_min", "congctl", "expires", "pref", "error",
    "nhid", "fastopen_no_cookie", "ttl-propagate", "uid", "cc",
}  # fmt: skip
_ROUTE = re.compile(rf"(?:({'|'.join(_TYPES)}) )?(default|[0-9A-Fa-f.:]+)(?:/(\d+))?((?: .*)?)")


class _Tail(NamedTuple):
    """The words after a destination; many routes share them."""

    table: str
    protocol: str
    metric: int | None
    hops: tuple[NextHop, ...]
    is_usable: bool
    is_6: bool
    selector: str = ""


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening in ("[", "{"):
        _read_json(capture, found)
    else:
        _LinuxText(capture, found).read()


def _vrf(table: str) -> str:
    return "default" if table in ("", "main", "254", "all") else table


def _asked_vrf(command: str) -> str:
    match = re.search(r" (?:vrf|table|tab) +(\S+)", command)
    return _vrf(match[1]) if match else "default"


def _protocol(kind: str, name: str, tail: _Tail) -> str:
    """Return the protocol; other platforms call the kernel's own routes connected or local."""
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
        tail.selector,
    )


def _selector(values: Mapping[str, Any]) -> str:
    """Return what must hold besides the destination, in one spelling and order."""
    said = []
    for name in _SELECTORS:
        value = str(values.get(name) or "")
        if not value:
            continue
        if name == "from":
            network, slash, length = value.partition("/")
            value = prefix(network, length) if slash else address(network)
        said.append(f"{name} {value}")
    return " ".join(said)


# --- text


class _LinuxText:
    """The reading of one text."""

    def __init__(self, capture: Capture, found: ParsedLines) -> None:
        self.capture = capture
        self.found = found
        self.vrf = "default"
        self.tails: dict[str, _Tail] = {}
        # A route with next hops on lines of their own: its number, parts, and the next hops so far.
        self.head: tuple[int, str, str, str, _Tail] | None = None
        self.usable: list[NextHop] = []
        self.unusable: list[NextHop] = []
        # The columns of `route -n` or `netstat -rn`, by their titles.
        self.columns: tuple[str, ...] = ()
        found.where = lambda: (self.vrf, "")

    def read(self) -> None:
        """Read every line."""
        for number, line in enumerate(self.capture.text.split("\n"), 1):
            self.found.at = number
            try:
                guard_length(line)
                self.line(number, line.lstrip(" ") if self.capture.is_pasted else line)
            except (LookupError, ValueError) as error:
                self.head = None
                self.found.unknown(number, f"not a route of Linux ({error})")
        self.end_route()

    def line(self, number: int, line: str) -> None:
        if line.lstrip().startswith("nexthop "):
            if self.head is None:
                raise ValueError("a next hop without a route")
            tail = self.tail(line.strip().removeprefix("nexthop"))
            (self.usable if tail.is_usable else self.unusable).extend(tail.hops)
        elif line.lstrip().startswith("nh_info ") or _TITLE.fullmatch(line):
            return
        elif self.columns and (match := _TABLE_ROW.fullmatch(line)):
            self.found.routes.append(_table_route(dict(zip(self.columns, match[0].split(), strict=False))))
        elif match := _COLUMNS.fullmatch(line):
            self.end_route()
            self.columns = tuple(match[0].replace("Next Hop", "Gateway").split())
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
                self.columns = ()
                self.found.start_table(number)
                if " -j" in command:
                    raise ValueError("the command asks for JSON, and none follows")
        else:
            raise ValueError("no rule recognises this line")

    def tail(self, text: str) -> _Tail:
        if text not in self.tails:
            self.tails[text] = _read_tail(text.split())
        return self.tails[text]

    def end_route(self) -> None:
        """End a route with next hops on lines of its own."""
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
            self.found.unknown(number, f"not a route of Linux ({error})")


# `route -n` and `netstat -rn`: the titles, and rows below them.
_TITLE = re.compile(r"Kernel IP(?:v6)? routing table *")
_COLUMNS = re.compile(
    r"Destination +(?:Gateway +Genmask +Flags +(?:Metric +Ref +Use|MSS +Window +irtt) +Iface"
    r"|Next Hop +Flags? +Met +Ref +Use +If) *"
)
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_TABLE_ROW = re.compile(r"(?:default|[0-9A-Fa-f.:]+|\[::\])(?:/\d+)? +\S+(?: +\S+){4,6} *")


def _table_route(row: dict[str, str]) -> Route:
    """Return the route of a row; the table does not name protocols."""
    network, _, length = row["Destination"].replace("[::]", "::").partition("/")
    flags = row.get("Flags") or row.get("Flag") or ""
    interface, gateway = row.get("Iface") or row.get("If") or "", row["Gateway"].replace("[::]", "::")
    if not set(flags) <= set("UGHRDMACacnpefl!") or not flags:
        raise ValueError(f"flags {flags!r}")
    if network == "default":
        network, length = ("::", "0") if "If" in row else ("0.0.0.0", "0")
    metric = row.get("Metric") or row.get("Met") or "-"
    length = length or (MASKS[row["Genmask"]] if "Genmask" in row else "128")
    is_direct = gateway in ("0.0.0.0", "::", "*", "-")
    # Without `-n`, a gateway may be a name; nothing is looked up.
    if not is_direct and not _NAME.fullmatch(gateway):
        gateway = address(gateway)
    hop = NextHop("" if is_direct else gateway, "" if interface == "-" else interface)
    if "!" in flags:
        hop = NextHop("", "unreachable")
    protocol = "local" if "n" in flags else "connected" if is_direct and "!" not in flags else "unknown"
    rank = int(metric) if metric.isdecimal() else None
    return Route("default", prefix(network, length), protocol, (hop,), None, rank, "U" in flags or "!" in flags)


def _read_tail(words: list[str]) -> _Tail:
    """Read the words after a destination or after `nexthop`."""
    values = dict.fromkeys(("table", "proto", "metric", "dev", "via", "scope", "pref", "error", "weight"), "")
    values.update(dict.fromkeys(_SELECTORS, ""))
    flags = set()
    label: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in _FLAGS:
            flags.add(word)
            continue
        if word == "encap":
            # Labels, segments and outer addresses; the next hop follows them.
            for word in rest:
                if word in ("via", "dev"):
                    break
                label.append(word)
        word = {"dsfield": "tos"}.get(word, word)
        if word not in values and word not in _VALUES:
            raise ValueError(f"{word!r} is unknown")
        value = next(rest, "")
        if value == "lock" or (value in ("inet", "inet6") and word == "via"):
            value = next(rest, "")
        if not value:
            raise ValueError(f"{word!r} is followed by nothing")
        if values.get(word):
            raise ValueError(f"{word!r} stands there twice")
        values[word] = value
    share = f"weight {values['weight']}" if values["weight"] not in ("", "1") else ""
    said = " ".join(label[1:] if label[:1] == ["mpls"] else label)
    hop = NextHop(address(values["via"]) if values["via"] else "", values["dev"], "", said, share)
    return _Tail(
        table=values["table"],
        protocol=values["proto"],
        metric=int(values["metric"]) if values["metric"] else None,
        hops=(hop,) if any(hop) else (),
        is_usable=not flags & _UNUSABLE,
        # IPv6 routes have a preference and no scope, and discarding ones an error.
        is_6=":" in values["via"] or ":" in values["from"] or bool(values["pref"] or values["error"]),
        selector=_selector(values),
    )


# --- JSON


def _read_json(capture: Capture, found: ParsedLines) -> None:
    found.is_ended = True
    asked = capture.take_command()
    for document in documents(capture):
        vrf = _asked_vrf(capture.take_command() or asked)
        found.start_table(1)
        while not document.is_spent:
            for _ in document.items():
                node = document.value()
                try:
                    found.routes.append(_json_route(vrf, node))
                except (LookupError, ValueError, TypeError, AttributeError) as error:
                    found.unknown_node(document.broken(f"not a route of Linux ({error!r})"), node, vrf)


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
        is_6=any(":" in hop.address for hop in found)
        or ":" in node.get("from", "")
        or "pref" in node
        or "error" in node,
        selector=_selector(node),
    )
    return _route(vrf, node.get("type", "unicast"), network, length, tail)


def _json_hop(node: dict[str, Any]) -> NextHop:
    gateway = node.get("gateway") or node.get("via", {}).get("host", "")
    label = str(node.get("segs") or "")
    share = f"weight {node['weight']}" if node.get("weight", 1) != 1 else ""
    return NextHop(address(gateway) if gateway else "", node.get("dev", ""), "", label, share)
