"""`show ip route` and `show ipv6 route`, as NX-OS lays them out."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv6Network
from typing import Any

from oob.lab.network import RibRoute, Via
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.nxos.language import NAMES
from oob.lab.nos.nxos.session import TABLE, NxosSession
from oob.lab.nos.nxos.show_network import vrfs

_HEAD = """IP{six} {word} Table for VRF "{vrf}"
'*' denotes best ucast next-hop
'**' denotes best mcast next-hop
'[x/y]' denotes [preference/metric]
'%<string>' in via output denotes VRF <string>

"""
_TYPES = {"intra": "intra", "inter": "inter", "external": "type-2"}


def _routes(session: NxosSession, vrf: str, version: int) -> list[RibRoute]:
    name = "" if vrf == "default" else vrf
    routes = [
        route
        for route in session.router.network.rib(session.router.name)
        if route.active and route.vrf == name and route.prefix.version == version
    ]
    return sorted(routes, key=lambda route: (route.prefix.network_address.packed, route.prefix.prefixlen))


def _source(session: NxosSession, route: RibRoute) -> str:
    """Return the protocol as it stands behind the age."""
    root = session.router.config.root
    if route.protocol == "ospf":
        process = next((line.text.split()[2] for line in root.under("router ospf")), "1")
        version = "ospf" if route.prefix.version == 4 else "ospfv3"
        return f"{version}-{process}, {_TYPES.get(route.kind, 'intra')}"
    if route.protocol == "bgp":
        local = next((line.text.split()[2] for line in root.under("router bgp")), "0")
        return f"bgp-{local}, {'internal' if route.kind == 'ibgp' else 'external'}, tag {local}"
    return {"connected": "direct"}.get(route.protocol, route.protocol)


def _hops(session: NxosSession, route: RibRoute) -> list[str]:
    """Return each next hop from the address to the bracket."""
    rank = f"[{route.preference}/{route.metric}]"
    if route.discard:
        return [f"Null0, {rank}"]
    if route.protocol in ("connected", "local"):
        node = session.router.network.view.nodes[session.router.name]
        own = [
            (address.ip, interface.name)
            for interface in node.interfaces
            for address in interface.addresses
            if _matches(route, interface.name) and route.prefix.network_address in address.network
        ]
        return [f"{address}, {NAMES.abbreviated(name)}, {rank}" for address, name in own[:1]]
    vias = route.configured if route.protocol in ("static", "bgp") and route.configured else route.vias
    return [f"{_target(route, via)}, {rank}" for via in vias]


def _matches(route: RibRoute, interface: str) -> bool:
    return any(via.interface == interface for via in route.vias)


def _target(route: RibRoute, via: Via) -> str:
    named = NAMES.abbreviated(via.interface) if via.interface else ""
    if via.address is None:
        return named
    return f"{via.address}, {named}" if named and route.protocol == "ospf" else str(via.address)


def _entry(session: NxosSession, route: RibRoute) -> str:
    hops, source = _hops(session, route), _source(session, route)
    ages = age(session.router.ages.of((route.vrf, route.prefix, route.protocol, route.vias)))
    lines = [f"    *via {hop}, {ages}, {source}\n" for hop in hops]
    is_own = route.protocol == "connected" and route.prefix.prefixlen == route.prefix.max_prefixlen
    if is_own:  # a host address of our own stands twice: as local and as direct
        lines = [line.replace(", direct", ", local") for line in lines] + lines
    attached = ", attached" if route.protocol in ("connected", "local") else ""
    return f"{route.prefix}, ubest/mbest: {len(lines)}/0{attached}\n{''.join(lines)}"


def _path(session: NxosSession, route: RibRoute, hop: str) -> dict[str, str]:
    target, _, rank = hop.rpartition(", [")
    preference, _, metric = rank.rstrip("]").partition("/")
    words = target.split(", ")
    source = _source(session, route).split(", ")
    path = {"ipnexthop": words[0]} if words[0][0].isdigit() else {"ifname": words[0]}
    if len(words) > 1:
        path["ifname"] = words[1]
    path |= {"uptime": "PT1H", "pref": preference, "metric": metric, "clientname": source[0], "ubest": "true"}
    return path | ({"type": source[1]} if len(source) > 1 else {})


def _one_or_many(rows: list[Any]) -> Any:
    return rows[0] if len(rows) == 1 else rows


def _document(session: NxosSession, params: Params) -> Any:
    tables = []
    for vrf in vrfs(session, params):
        prefixes = []
        for route in _routes(session, vrf, 4):
            paths = [_path(session, route, hop) for hop in _hops(session, route)]
            if route.protocol == "connected" and route.prefix.prefixlen == 32:
                paths = [{**path, "clientname": "local"} for path in paths] + paths
            attached = "true" if route.protocol in ("connected", "local") else "false"
            prefixes.append(
                {
                    "ipprefix": str(route.prefix),
                    "ucast-nhops": str(len(paths)),
                    "mcast-nhops": "0",
                    "attached": attached,
                    "TABLE_path": {"ROW_path": _one_or_many(paths)},
                }
            )
        family: dict[str, Any] = {"addrf": "ipv4"}
        if prefixes:
            family["TABLE_prefix"] = {"ROW_prefix": _one_or_many(prefixes)}
        tables.append({"vrf-name-out": vrf, "TABLE_addrf": {"ROW_addrf": family}})
    return {"TABLE_vrf": {"ROW_vrf": _one_or_many(tables)}}


@TABLE.show("show ip route [vrf VRF]", text="IP routing table", document=_document)
def show_route(session: NxosSession, params: Params) -> str:
    """Print the tables of one VRF or of all."""
    return "\n".join(
        _HEAD.format(six="", word="Route", vrf=vrf)
        + "".join(_entry(session, route) for route in _routes(session, vrf, 4))
        for vrf in vrfs(session, params)
    )


@TABLE.show(
    "show ip route <ADDRESS:ip> [vrf VRF]",
    "show ip route <PREFIX:prefix> [vrf VRF]",
    "show ip route vrf VRF <ADDRESS:ip>",
    "show ip route vrf VRF <PREFIX:prefix>",
    text="Route to an address",
)
def show_one(session: NxosSession, params: Params) -> str:
    """Print the route to one address, or to the first of a network."""
    address = IPv4Address(params.get("ADDRESS") or params["PREFIX"].partition("/")[0])
    return "\n".join(_best(session, vrf, address) for vrf in vrfs(session, params))


def _best(session: NxosSession, vrf: str, address: IPv4Address) -> str:
    found = [route for route in _routes(session, vrf, 4) if address in route.prefix]
    best = max(found, key=lambda route: route.prefix.prefixlen, default=None)
    head = _HEAD.format(six="", word="Route", vrf=vrf)
    return head + (_entry(session, best) if best else "Route not found\n")


@TABLE.show("show ip route summary [vrf VRF]", text="Numbers of routes")
def show_summary(session: NxosSession, params: Params) -> str:
    """Count paths by protocol."""
    return "\n".join(_summary(session, vrf, 4) for vrf in vrfs(session, params))


@TABLE.show("show ipv6 route summary [vrf VRF]", text="Numbers of IPv6 routes")
def show_summary6(session: NxosSession, params: Params) -> str:
    """Count IPv6 paths by protocol."""
    return "\n".join(_summary(session, vrf, 6) for vrf in vrfs(session, params))


def _summary(session: NxosSession, vrf: str, version: int) -> str:
    routes = _routes(session, vrf, version)
    paths: Counter[str] = Counter()
    for route in routes:
        # A host address of our own stands twice; see _entry.
        lines = _entry(session, route).splitlines()[1:]
        paths.update(line.rpartition("], ")[2].split(", ")[1] for line in lines)
    rows = [f"  {name:<15}: {count}\n" for name, count in sorted(paths.items())]
    best = "".join(rows[:1]).rstrip("\n").ljust(32) + "None\n" + "".join(rows[1:])
    lengths = "".join(f"  /{length:<2}: {count:<4}" for length, count in sorted(_lengths(routes).items()))
    return (
        f'IP{"v6" if version == 6 else ""} {"Routing" if version == 6 else "Route"} Table for VRF "{vrf}"\n'
        f"Total number of routes: {len(routes)}\nTotal number of paths:  {paths.total()}\n\n"
        f"Best paths per protocol:      Backup paths per protocol:\n{best}\n"
        f"Number of routes per mask-length:\n{lengths}\n"
    )


def _lengths(routes: list[RibRoute]) -> Counter[int]:
    return Counter(route.prefix.prefixlen for route in routes)


@TABLE.show("show ipv6 route <PREFIX:prefix6> [vrf VRF]", text="Route to an IPv6 network")
def show_one6(session: NxosSession, params: Params) -> str:
    """Print the route to exactly one IPv6 network."""
    vrf, wanted = params.get("VRF", "default"), IPv6Network(params["PREFIX"], strict=False)
    found = [_entry(session, route) for route in _routes(session, vrf, 6) if route.prefix == wanted]
    return _HEAD.format(six="v6", word="Routing", vrf=vrf) + ("".join(found) or "IPv6 Route not found\n")


@TABLE.show("show ipv6 route [vrf VRF]", text="IPv6 routing table")
def show_route6(session: NxosSession, params: Params) -> str:
    """Print the IPv6 tables of one VRF or of all."""
    return "\n".join(
        _HEAD.format(six="v6", word="Routing", vrf=vrf)
        + "".join(_entry(session, route) for route in _routes(session, vrf, 6))
        for vrf in vrfs(session, params)
    )
