"""`show route`, as IOS-XR lays it out."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_network

from oob.lab.network import RibRoute
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.xr.session import TABLE, XrSession

_LEGEND = """Codes: C - connected, S - static, R - RIP, B - BGP, (>) - Diversion path
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, E - EGP
       i - ISIS, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, su - IS-IS summary null, * - candidate default
       U - per-user static route, o - ODR, L - local, G  - DAGR, l - LISP
       A - access/subscriber, a - Application route
       M - mobile route, r - RPL, t - Traffic Engineering, (!) - FRR Backup path

"""
_CODES = {"connected": "C", "local": "L", "static": "S", "bgp": "B"}
_OSPF = {"intra": "O", "inter": "O IA", "external": "O E2"}
_NONE = "% No matching routes found\n"


def _routes(session: XrSession, vrf: str, version: int) -> list[RibRoute]:
    routes = [
        route
        for route in session.router.network.rib(session.router.name)
        if route.active and route.vrf == vrf and route.prefix.version == version
    ]
    return sorted(routes, key=lambda route: (route.prefix.network_address.packed, route.prefix.prefixlen))


def _vrfs(session: XrSession) -> list[str]:
    return sorted(line.text.split()[1] for line in session.router.config.root.under("vrf"))


@TABLE.show("show route [ipv4] [unicast]", "show route vrf VRF [ipv4] [unicast]", text="IPv4 routing table")
def show_route(session: XrSession, params: Params) -> str:
    """Print the table of the default VRF, of another, or of all."""
    return _tables(session, params, 4)


@TABLE.show("show route ipv6 [unicast]", "show route vrf VRF ipv6 [unicast]", text="IPv6 routing table")
def show_route6(session: XrSession, params: Params) -> str:
    """Print the IPv6 table of the default VRF, of another, or of all."""
    return _tables(session, params, 6)


@TABLE.show(
    "show route [vrf VRF] [ipv4] [unicast] <ADDRESS:ip>",
    "show route [vrf VRF] [ipv4] [unicast] <PREFIX:prefix>",
    "show route [vrf VRF] ipv6 [unicast] <PREFIX:prefix6>",
    text="Route to an address",
)
def show_one(session: XrSession, params: Params) -> str:
    """Describe the route to one address, or to exactly one network."""
    wanted = ip_network(params.get("ADDRESS") or params["PREFIX"], strict=False)
    found = [
        route
        for route in _routes(session, params.get("VRF", ""), wanted.version)
        if route.prefix == wanted or ("ADDRESS" in params and wanted.network_address in route.prefix)
    ]
    if not found:
        return "\n% Network not in table\n\n"
    best = max(found, key=lambda route: route.prefix.prefixlen)
    vias = "".join(f"    {via.address or 'directly connected'}, via {via.interface}\n" for via in best.vias)
    vias = "    directly connected, via Null0\n" if best.discard else vias
    is_own = best.protocol == "connected" and best.prefix.prefixlen == best.prefix.max_prefixlen
    return (
        f"\nRouting entry for {best.prefix}\n"
        f'  Known via "{"local" if is_own else best.protocol}", distance {best.preference}, metric {best.metric}\n'
        f"  Routing Descriptor Blocks\n{vias}      Route metric is {best.metric}\n  No advertising protos.\n\n"
    )


def _only(protocol: str) -> None:
    @TABLE.show(f"show route [vrf VRF] [ipv4] [unicast] {protocol}", text="Routes of one protocol")
    def show_protocol(session: XrSession, params: Params) -> str:
        """Print what one protocol has put into the table."""
        return _part(session, params.get("VRF", ""), 4, protocol)

    @TABLE.show(f"show route [vrf VRF] ipv6 [unicast] {protocol}", text="IPv6 routes of one protocol")
    def show_protocol6(session: XrSession, params: Params) -> str:
        """Print what one protocol has put into the IPv6 table."""
        return _part(session, params.get("VRF", ""), 6, protocol)


for _protocol in ("connected", "local", "static", "ospf", "bgp"):
    _only(_protocol)


def _part(session: XrSession, vrf: str, version: int, protocol: str) -> str:
    routes = [route for route in _routes(session, vrf, version) if route.protocol == protocol]
    return "\n" + "".join(_entry(session, route, is_own=False) for route in routes) + "\n"


@TABLE.show("show route [vrf VRF] [ipv4] [unicast] summary", text="Numbers of routes")
def show_summary(session: XrSession, params: Params) -> str:
    """Count routes by protocol."""
    return _summary(_routes(session, params.get("VRF", ""), 4))


@TABLE.show("show route [vrf VRF] ipv6 [unicast] summary", text="Numbers of IPv6 routes")
def show_summary6(session: XrSession, params: Params) -> str:
    """Count IPv6 routes by protocol."""
    return _summary(_routes(session, params.get("VRF", ""), 6))


def _summary(routes: list[RibRoute]) -> str:
    counts = Counter("ospf 1" if route.protocol == "ospf" else route.protocol for route in routes)
    text = f"\n{'Route Source':<33}{'Routes':<11}{'Backup':<11}{'Deleted':<12}Memory(bytes)\n"
    for name, count in (*sorted(counts.items()), ("Total", counts.total())):
        text += f"{name:<33}{count:<11}{0:<11}{0:<12}{count * 240:<12}\n"
    return text + "\n"


def _tables(session: XrSession, params: Params, version: int) -> str:
    wanted = params.get("VRF")
    if wanted is None:
        return "\n" + (_table(session, "", version) or _NONE + "\n")
    vrfs = ["default", *_vrfs(session)] if wanted == "all" else [wanted]
    text = ""
    for vrf in vrfs:
        name = "" if vrf == "default" else vrf
        text += f"\nVRF: {vrf}\n\n" + (_table(session, name, version) or _NONE)
    return text + "\n"


def _table(session: XrSession, vrf: str, version: int) -> str:
    routes = _routes(session, vrf, version)
    # The address of a loopback is listed as its own, not as a subnet as well.
    hosts = {route.prefix for route in routes if route.protocol == "connected" and route.prefix.prefixlen in (32, 128)}
    body = "".join(_entry(session, route, is_own=route.prefix in hosts) for route in routes)
    return _LEGEND + _last_resort(routes) + "\n" + body if routes else ""


def _last_resort(routes: list[RibRoute]) -> str:
    for route in routes:
        if route.prefix.prefixlen == 0 and route.vias and route.vias[0].address:
            return f"Gateway of last resort is {route.vias[0].address} to network {route.prefix.network_address}\n"
    return "Gateway of last resort is not set\n"


def _entry(session: XrSession, route: RibRoute, *, is_own: bool) -> str:
    ages = age(session.router.ages.of((route.vrf, route.prefix, route.protocol, route.vias)))
    code = _OSPF.get(route.kind, "O") if route.protocol == "ospf" else _CODES[route.protocol]
    code = "L" if is_own else code
    if route.prefix.prefixlen == 0:
        code += "*"
    head = f"{code:<5}{route.prefix}"
    if route.protocol in ("connected", "local") or route.discard:
        interface = "Null0" if route.discard else route.vias[0].interface
        if route.prefix.version == 6:
            return f"{head} is directly connected,\n      {ages}, {interface}\n"
        return f"{head} is directly connected, {ages}, {interface}\n"
    rank = f" [{route.preference}/{route.metric}] "
    vias = [via for via in (route.configured or route.vias) if route.protocol in ("static", "bgp")] or list(route.vias)
    shown = []
    for via in vias:
        interface = f", {via.interface}" if route.protocol == "ospf" else ""
        shown.append(f"via {via.address}, {ages}{interface}" if via.address else f"via {via.interface}, {ages}")
    if route.prefix.version == 6:
        rank = f"\n      {rank.strip()} "
    lines = [f"{head}{rank}{shown[0]}\n"]
    pad = " " * len(head) if route.prefix.version == 4 else ""
    lines += [f"{pad}{rank.lstrip(chr(10)) if route.prefix.version == 6 else rank}{one}\n" for one in shown[1:]]
    return "".join(lines)
