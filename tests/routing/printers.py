"""Routing tables as devices print them, made from routes: the way there, for the parsers' way back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from itertools import groupby

from oob.routing.normalise import normalise
from oob.routing.route import NextHop, Route

_IOS = {"connected": "C", "local": "L", "static": "S", "ospf": "O E2", "bgp": "B", "eigrp": "D EX", "isis": "i L2"}
_IOS_6 = {"connected": "C", "local": "L", "static": "S", "ospf": "OE2", "bgp": "B", "eigrp": "EX", "isis": "I2"}


def _by_vrf(routes: Iterable[Route]) -> list[tuple[str, list[Route]]]:
    return [(vrf, list(same)) for vrf, same in groupby(normalise(routes), key=lambda route: route.vrf)]


def _families(routes: list[Route]) -> tuple[list[Route], list[Route]]:
    return [r for r in routes if ":" not in r.prefix], [r for r in routes if ":" in r.prefix]


def cisco_ios(routes: Iterable[Route]) -> str:
    lines = ["edge1#show ip route vrf *"]
    tables = _by_vrf(routes)
    for vrf, same in tables:
        if vrf != "default":
            lines += ["", f"Routing Table: {vrf}"]
        lines += ["Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP"]
        lines += ["       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP", ""]
        lines += ["Gateway of last resort is not set", ""]
        lines += _ios_4(_families(same)[0])
    for vrf, same in tables:
        lines += [f"edge1#show ipv6 route vrf {vrf}"] if vrf != "default" else ["edge1#show ipv6 route"]
        lines += _ios_6(vrf, _families(same)[1])
    return "\r\n".join([*lines, "edge1#"])


def _ios_4(routes: list[Route]) -> list[str]:
    lines = []
    for major, group in groupby(routes, key=lambda route: _major(route.prefix)):
        same = list(group)
        lengths = {route.prefix.partition("/")[2] for route in same}
        is_below = all(int(length) > major.prefixlen for length in lengths)
        if len(lengths) == 1 and is_below:
            lines += [f"      {major.network_address}/{lengths.copy().pop()} is subnetted, {len(same)} subnets"]
        elif len(same) > 1 and all(int(length) >= major.prefixlen for length in lengths):
            lines += [f"      {major} is variably subnetted, {len(same)} subnets, {len(lengths)} masks"]
        for route in same:
            bare = len(lengths) == 1 and is_below
            place = route.prefix.partition("/")[0] if bare else route.prefix
            lines += _ios_route(f"{_IOS[route.protocol]:9}{place}", route)
    return lines


def _major(prefix: str) -> object:
    network = ip_network(prefix)
    top = int(network.network_address) >> 24
    length = 8 if top < 128 else 16 if top < 192 else 24
    return network.supernet(new_prefix=length) if network.prefixlen > length else network


def _ios_route(start: str, route: Route) -> list[str]:
    lines = []
    for hop in route.next_hops:
        begin = start if not lines else " " * len(start)
        vrf = f" ({hop.vrf})" if hop.vrf else ""
        if not hop.address:
            lines.append(f"{begin} is directly connected{vrf}, {hop.interface}")
            continue
        rank = f"[{route.preference}/{route.metric}]"
        tail = f", {hop.interface}" if hop.interface else ""
        lines.append(f"{begin} {rank} via {hop.address}{vrf}, 1d18h{tail}")
    return lines


def _ios_6(vrf: str, routes: list[Route]) -> list[str]:
    lines = [f"IPv6 Routing Table - {vrf} - {len(routes)} entries"]
    lines += ["Codes: C - Connected, L - Local, S - Static, U - Per-user Static route"]
    for route in routes:
        lines += [f"{_IOS_6[route.protocol]:4}{route.prefix.upper()} [{route.preference}/{route.metric}]"]
        for hop in route.next_hops:
            other = f"%{hop.vrf}" if hop.vrf else ""
            via = hop.address.upper() + other + (f", {hop.interface}" if hop.interface else "")
            lines += [f"     via {via}" if hop.address else f"     via {hop.interface}, directly connected"]
    return lines


_XR = {"connected": "C", "local": "L", "static": "S", "ospf": "O E2", "bgp": "B", "eigrp": "D EX", "isis": "i L2"}


def cisco_xr(routes: Iterable[Route]) -> str:
    tables = _by_vrf(routes)
    lines = []
    for number, family in enumerate(("ipv4", "ipv6")):
        lines += [f"RP/0/RP0/CPU0:pe1#show route vrf all {family} unicast", "Fri Nov 21 08:14:02.892 UTC"]
        for vrf, same in tables:
            lines += ["", f"VRF: {vrf}", ""]
            some = _families(same)[number]
            if not some:
                lines += ["% No matching routes found"]
                continue
            lines += ["Codes: C - connected, S - static, R - RIP, B - BGP, (>) - Diversion path"]
            lines += ["       M - mobile route, r - RPL, t - Traffic Engineering, (!) - FRR Backup path", ""]
            lines += ["Gateway of last resort is not set", ""]
            for route in some:
                lines += _xr_route(route, f"{_XR[route.protocol]:<5}{route.prefix}", is_wrapped=bool(number))
    return "\r\n".join([*lines, "RP/0/RP0/CPU0:pe1#"])


def _xr_route(route: Route, start: str, *, is_wrapped: bool) -> list[str]:
    interface = route.next_hops[0].interface
    if not route.next_hops[0].address:
        start += " is directly connected,"
        return [start, f"      1w5d, {interface}"] if is_wrapped else [f"{start} 1w5d, {interface}"]
    ways = [
        f"[{route.preference}/{route.metric}] via {hop.address}, 1w5d" + (f", {hop.interface}" if hop.interface else "")
        for hop in route.next_hops
    ]
    if is_wrapped:
        return [f"{start} ", *(f"      {way}" for way in ways)]
    return [f"{start} {ways[0]}", *(f"{' ' * len(start)} {way}" for way in ways[1:])]


_EOS = {"connected": "C", "static": "S", "ospf": "O E2", "bgp": "B I", "isis": "I L2", "kernel": "K"}


def arista_eos(routes: Iterable[Route]) -> str:
    tables = _by_vrf(routes)
    lines = []
    for number, family in enumerate(("ip", "ipv6")):
        lines += [f"sw1#show {family} route vrf all"]
        for vrf, same in tables:
            some = _families(same)[number]
            lines += ["", f"VRF: {vrf}"]
            lines += [f"Displaying {len(some)} of {len(some)} IPv6 routing table entries"] if number else []
            lines += ["Codes: C - connected, S - static, K - kernel,", "       RC - Route Cache Route", ""]
            lines += [] if number else ["Gateway of last resort is not set", ""]
            for route in some:
                lines += _eos_route(route, f" {_EOS[route.protocol]:<8} {route.prefix}", is_wrapped=bool(number))
    return "\n".join([*lines, "", "sw1#"])


def _eos_route(route: Route, start: str, *, is_wrapped: bool) -> list[str]:
    rank = f"[{route.preference}/{route.metric}]"
    if not route.next_hops[0].address:
        interface = route.next_hops[0].interface
        if is_wrapped:
            return [f"{start} {rank}", f"           via {interface}, directly connected"]
        return [f"{start} is directly connected, {interface}"]
    ways = [f"via {hop.address}" + (f", {hop.interface}" if hop.interface else "") for hop in route.next_hops]
    if is_wrapped:
        return [f"{start} {rank}", *(f"           {way}" for way in ways)]
    start += f" {rank}"
    return [f"{start} {ways[0]}", *(f"{' ' * len(start)} {way}" for way in ways[1:])]


_JUNOS = {
    "connected": "Direct", "local": "Local", "static": "Static", "ospf": "OSPF", "bgp": "BGP", "isis": "IS-IS",
    "aggregate": "Aggregate",
}  # fmt: skip


def juniper_junos(routes: Iterable[Route]) -> str:
    lines = ["ops@core1> show route "]
    for vrf, same in _by_vrf(routes):
        for family, some in zip(("inet", "inet6"), _families(same), strict=True):
            if some:
                lines += _junos_table(f"{family}.0" if vrf == "default" else f"{vrf}.{family}.0", some)
    return "\r\n".join([*lines, "", "ops@core1> "])


def _junos_table(name: str, routes: list[Route]) -> list[str]:
    active = sum(route.active for route in routes)
    places = len({route.prefix for route in routes})
    lines = ["", f"{name}: {places} destinations, {len(routes)} routes ({active} active, 0 holddown, 0 hidden)"]
    lines += ["+ = Active Route, - = Last Active, * = Both", ""]
    last = ""
    for route in routes:
        metric = "" if route.metric is None else f", metric {route.metric}"
        entry = f"{'*' if route.active else ' '}[{_JUNOS[route.protocol]}/{route.preference}] 2d 01:02:03{metric}"
        place = "" if route.prefix == last else route.prefix
        last = route.prefix
        lines += [place, f"{'':19}{entry}"] if len(place) > 19 else [f"{place:19}{entry}"]
        for number, hop in enumerate(route.next_hops):
            mark = ">" if not number else " "
            to = f"to {hop.address} " if hop.address else ""
            lines += [f"{'':20}{mark} {to}via {hop.interface}"]
    return lines


_NXOS = {
    "connected": "direct", "local": "local", "static": "static", "ospf": "ospf-1, intra", "bgp": "bgp-65001, internal",
}  # fmt: skip


def cisco_nxos(routes: Iterable[Route]) -> str:
    lines = []
    for number, command in enumerate(("show ip route vrf all", "show ipv6 route vrf all")):
        lines += [f"leaf1# {command}"]
        for vrf, same in _by_vrf(routes):
            lines += [f'IP{"v6" if number else ""} Rout{"ing" if number else "e"} Table for VRF "{vrf}"']
            lines += ["'*' denotes best ucast next-hop", "'[x/y]' denotes [preference/metric]", ""]
            for place, group in groupby(_families(same)[number], key=lambda route: route.prefix):
                some = list(group)
                best = sum(len(route.next_hops) for route in some if route.active)
                lines += [f"{place}, ubest/mbest: {best}/0"]
                lines += [_nxos_hop(route, hop) for route in some for hop in route.next_hops]
            lines += [""]
    return "\r\n".join([*lines, "leaf1# "])


def _nxos_hop(route: Route, hop: NextHop) -> str:
    target = hop.address + (f"%{hop.vrf}" if hop.vrf else "")
    target = ", ".join(part for part in (target, hop.interface) if part)
    rank = f"[{route.preference}/{route.metric}]"
    return f"    {'*' if route.active else ' '}via {target}, {rank}, 5d18h, {_NXOS[route.protocol]}"


_LINUX = {"connected": " proto kernel scope link", "boot": ""}


def linux(routes: Iterable[Route]) -> str:
    lines = ["root@r1:~# ip route show table all"]
    for route in normalise(routes):
        network, _, length = route.prefix.partition("/")
        place = (
            "default" if length == "0" else network if length == ("128" if ":" in network else "32") else route.prefix
        )
        table = "" if route.vrf == "default" else f" table {route.vrf}"
        metric = "" if route.metric is None else f" metric {route.metric}"
        tail = table + _LINUX.get(route.protocol, f" proto {route.protocol}") + metric
        tail += " pref medium" if ":" in network else ""
        hops = [(f"via {hop.address} " if hop.address else "") + f"dev {hop.interface}" for hop in route.next_hops]
        if len(hops) == 1:
            lines += [f"{place} {hops[0]}{tail}{'' if route.active else ' linkdown'} "]
        else:
            lines += [
                f"{place}{tail} ",
                *(f"\tnexthop {hop} weight 1{'' if route.active else ' dead'} " for hop in hops),
            ]
    return "\n".join([*lines, "root@r1:~# "])


_FRR = {"connected": "C", "local": "L", "static": "S", "ospf": "O", "bgp": "B", "kernel": "K", "isis": "I"}


def frr(routes: Iterable[Route]) -> str:
    lines = []
    for number, command in enumerate(("show ip route vrf all", "show ipv6 route vrf all")):
        lines += [f"r1# {command}", "Codes: K - kernel route, C - connected, S - static, R - RIP,"]
        lines += ["       > - selected route, * - FIB route, q - queued, r - rejected, b - backup"]
        for vrf, same in _by_vrf(routes):
            lines += ["", f"VRF {vrf}:"]
            for route in _families(same)[number]:
                lines += _frr_route(route)
    return "\n".join([*lines, "r1# "])


def _frr_route(route: Route) -> list[str]:
    rank = "" if route.preference is None else f" [{route.preference}/{route.metric}]"
    start = f"{_FRR[route.protocol]}{'>* ' if route.active else '   '}{route.prefix}{rank}"
    lines = []
    for hop in route.next_hops:
        begin = start if not lines else f"  {'*' if route.active else ' '}{'':{len(start) - 3}}"
        vrf = f" (vrf {hop.vrf})" if hop.vrf else ""
        tail = f", {hop.interface}" if hop.interface else ""
        where = f"via {hop.address}{tail}{vrf}" if hop.address else f"is directly connected{tail}{vrf}"
        lines += [f"{begin} {where}, weight 1, 00:00:12"]
    return lines


def frr_json(routes: Iterable[Route]) -> str:
    lines = ["r1# show ip route vrf all json"]
    for _, same in _by_vrf(routes):
        entries = {place: [_frr_entry(r) for r in group] for place, group in groupby(same, key=lambda r: r.prefix)}
        lines += [json.dumps(entries, indent=2)]
    return "\n".join([*lines, *(["{}"] if len(lines) == 1 else []), "r1# "])


def _frr_entry(route: Route) -> dict[str, object]:
    entry: dict[str, object] = {"prefix": route.prefix, "protocol": route.protocol, "vrfName": route.vrf, "table": 254}
    entry |= {"distance": route.preference or 0, "metric": route.metric or 0, "internalStatus": 16 * route.active}
    if route.active:
        entry |= {"selected": True, "destSelected": True, "installed": True}
    entry["nexthops"] = [_frr_hop(hop) for hop in route.next_hops]
    return entry


def _frr_hop(hop: NextHop) -> dict[str, object]:
    node: dict[str, object] = {"flags": 3, "fib": True, "active": True}
    node |= {"ip": hop.address, "afi": "ipv4"} if hop.address else {"directlyConnected": True}
    node |= {"interfaceName": hop.interface, "interfaceIndex": 2} if hop.interface else {}
    return node | ({"vrf": hop.vrf} if hop.vrf else {})


PRINTERS: dict[str, Callable[[Iterable[Route]], str]] = {
    "cisco_ios": cisco_ios,
    "juniper_junos": juniper_junos,
    "cisco_nxos": cisco_nxos,
    "cisco_xr": cisco_xr,
    "arista_eos": arista_eos,
    "linux": linux,
    "frr": frr,
    "frr-json": frr_json,
}
