"""`show ip route` and `show ipv6 route`, as EOS lays them out."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from oob.lab.network import RibRoute
from oob.lab.nos.base.commands import Params
from oob.lab.nos.eos.session import TABLE, EosSession

_LEGEND = """Codes: C - connected, S - static, K - kernel,
       O - OSPF, IA - OSPF inter area, E1 - OSPF external type 1,
       E2 - OSPF external type 2, N1 - OSPF NSSA external type 1,
       N2 - OSPF NSSA external type2, B - Other BGP Routes,
       B I - iBGP, B E - eBGP, R - RIP, I L1 - IS-IS level 1,
       I L2 - IS-IS level 2, O3 - OSPFv3, A B - BGP Aggregate,
       A O - OSPF Summary, NG - Nexthop Group Static Route,
       V - VXLAN Control Service, M - Martian,
       DH - DHCP client installed default route,
       DP - Dynamic Policy Route, L - VRF Leaked,
       G  - gRIBI, RC - Route Cache Route

"""
_LEGEND6 = """Displaying {count} of {count} IPv6 routing table entries
Codes: C - connected, S - static, K - kernel, O3 - OSPFv3,
       B - Other BGP Routes, A B - BGP Aggregate, R - RIP,
       I L1 - IS-IS level 1, I L2 - IS-IS level 2, DH - DHCP,
       NG - Nexthop Group Static Route, M - Martian,
       DP - Dynamic Policy Route, L - VRF Leaked,
       RC - Route Cache Route

"""
_CODES = {"connected": "C", "static": "S", "bgp": "B"}
_OSPF = {"intra": "O", "inter": "O IA", "external": "O E2"}
_TYPES = {"intra": "OSPF", "inter": "OSPF inter area", "external": "OSPF external type 2"}


def _vrfs(session: EosSession, params: Params) -> list[str]:
    known = [line.text.split()[2] for line in session.router.config.root.under("vrf instance")]
    wanted = params.get("VRF", "default")
    if wanted == "all":
        return ["default", *sorted(known)]
    return [wanted] if wanted in ("default", *known) else []


def _routes(session: EosSession, vrf: str, version: int) -> list[RibRoute]:
    name = "" if vrf == "default" else vrf
    routes = [
        route
        for route in session.router.network.rib(session.router.name)
        if route.active and route.vrf == name and route.prefix.version == version and route.protocol != "local"
    ]
    return sorted(routes, key=lambda route: (route.prefix.network_address.packed, route.prefix.prefixlen))


def _document(session: EosSession, params: Params) -> Any:
    version = 4
    return {
        "vrfs": {
            vrf: {
                "routes": {str(route.prefix): _plain(route) for route in _routes(session, vrf, version)},
                "allRoutesProgrammedKernel": True,
                "routingDisabled": False,
                "allRoutesProgrammedHardware": True,
                "defaultRouteState": "notSet",
            }
            for vrf in _vrfs(session, params)
        }
    }


def _plain(route: RibRoute) -> dict[str, Any]:
    kind = {"connected": "connected", "static": "static", "ospf": _TYPES.get(route.kind, "OSPF"), "bgp": route.kind}
    vias = [
        {"nexthopAddr": str(via.address), "interface": via.interface} if via.address else {"interface": via.interface}
        for via in route.vias
    ]
    direct = route.protocol == "connected" or (
        route.protocol == "static" and not any("nexthopAddr" in via for via in vias)
    )
    plain: dict[str, Any] = {
        "hardwareProgrammed": True,
        "routeType": {"ebgp": "eBGP", "ibgp": "iBGP"}.get(kind[route.protocol], kind[route.protocol]),
        "routeLeaked": False,
        "kernelProgrammed": True,
        "preference": route.preference,
        "metric": route.metric,
        "routeAction": "drop" if route.discard else "forward",
        "vias": [{"interface": "Null0"}] if route.discard else vias,
        "directlyConnected": direct or route.discard,
    }
    return plain


@TABLE.show("show ip route", "show ip route vrf VRF", text="IP routing table", user=True, document=_document)
def show_route(session: EosSession, params: Params) -> str:
    """Print the tables of one VRF or of all."""
    vrfs = _vrfs(session, params)
    if not vrfs:
        return f"% IP Routing table for VRF {params.get('VRF')} does not exist.\n"
    return "\n".join(f"VRF: {vrf}\n" + _LEGEND + _table(_routes(session, vrf, 4)) for vrf in vrfs)


def _one(session: EosSession, params: Params) -> list[RibRoute]:
    """Return the route to an address, or to exactly one network, in a list that may be empty."""
    wanted = ip_network(params.get("PREFIX") or params["ADDRESS"], strict=False)
    found = [
        route
        for route in _routes(session, params.get("VRF", "default"), wanted.version)
        if route.prefix == wanted or ("ADDRESS" in params and wanted.network_address in route.prefix)
    ]
    return sorted(found, key=lambda route: route.prefix.prefixlen)[-1:]


def _one_document(session: EosSession, params: Params) -> Any:
    vrf = params.get("VRF", "default")
    return {"vrfs": {vrf: {"routes": {str(route.prefix): _plain(route) for route in _one(session, params)}}}}


@TABLE.show(
    "show ip route [vrf VRF] <ADDRESS:ip> [detail]",
    "show ip route [vrf VRF] <PREFIX:prefix> [detail]",
    text="Route to an address",
    user=True,
    document=_one_document,
)
def show_one(session: EosSession, params: Params) -> str:
    """Print the route to one address, or to one network."""
    body = "".join(_entry(route) + "\n" for route in _one(session, params))
    return f"\nVRF: {params.get('VRF', 'default')}\n" + _LEGEND + body


def _only(protocol: str) -> None:
    @TABLE.show(f"show ip route [vrf VRF] {protocol}", text="Routes of one protocol", user=True)
    def show_protocol(session: EosSession, params: Params) -> str:
        """Print what one protocol has put into the table."""
        vrf = params.get("VRF", "default")
        routes = [route for route in _routes(session, vrf, 4) if route.protocol == protocol]
        return f"\nVRF: {vrf}\n{_LEGEND}{''.join(map(_entry, routes))}\n"


for _protocol in ("connected", "static", "ospf", "bgp"):
    _only(_protocol)


@TABLE.show("show ip route [vrf VRF] summary", text="Numbers of routes", user=True)
def show_summary(session: EosSession, params: Params) -> str:
    """Count routes by protocol."""
    return _summary(session, params.get("VRF", "default"), 4)


@TABLE.show("show ipv6 route [vrf VRF] summary", text="Numbers of IPv6 routes", user=True)
def show_summary6(session: EosSession, params: Params) -> str:
    """Count IPv6 routes by protocol."""
    return _summary(session, params.get("VRF", "default"), 6)


def _summary(session: EosSession, vrf: str, version: int) -> str:
    routes = _routes(session, vrf, version)
    text = f"VRF: {vrf}\n   Route Source                                Number Of Routes\n"
    for name in ("connected", "static", "ospf", "bgp"):
        said = "ospfv3" if (name, version) == ("ospf", 6) else name
        text += f"   {said:<43} {sum(route.protocol == name for route in routes):>16}\n"
    return text + f"   {'Total Routes':<43} {len(routes):>16}\n"


def _one6_document(session: EosSession, params: Params) -> Any:
    return {"routes": {str(route.prefix): _plain(route) for route in _one(session, params)}}


@TABLE.show(
    "show ipv6 route [vrf VRF] <PREFIX:prefix6> [detail]",
    text="Route to an IPv6 network",
    user=True,
    document=_one6_document,
)
def show_one6(session: EosSession, params: Params) -> str:
    """Print the route to exactly one IPv6 network."""
    found = _one(session, params)
    head = f"\nVRF: {params.get('VRF', 'default')}\n" + _LEGEND6.format(count=len(found))
    return head + "".join(map(_entry6, found)) + "\n"


@TABLE.show("show ipv6 route", "show ipv6 route vrf VRF", text="IPv6 routing table", user=True)
def show_route6(session: EosSession, params: Params) -> str:
    """Print the IPv6 tables of one VRF or of all."""
    shown = []
    for vrf in _vrfs(session, params):
        routes = _routes(session, vrf, 6)
        body = "".join(_entry6(route) for route in routes)
        shown.append(f"VRF: {vrf}\n" + _LEGEND6.format(count=len(routes)) + body)
    return "\n".join(shown)


def _table(routes: list[RibRoute]) -> str:
    default = [route for route in routes if route.prefix.prefixlen == 0]
    rest = [route for route in routes if route.prefix.prefixlen > 0]
    head = f"Gateway of last resort:\n{_entry(default[0])}\n" if default else "Gateway of last resort is not set\n\n"
    return head + "".join(_entry(route) for route in rest) + "\n"


def _code(route: RibRoute) -> str:
    if route.protocol == "ospf":
        return _OSPF.get(route.kind, "O")
    if route.protocol == "bgp":
        return "B I" if route.kind == "ibgp" else "B E"
    return _CODES.get(route.protocol, "K")


def _entry(route: RibRoute) -> str:
    head = f" {_code(route):<8} {route.prefix}"
    if route.protocol == "connected":
        return f"{head} is directly connected, {route.vias[0].interface}\n"
    if route.discard:
        return f"{head} is directly connected, Null0\n"
    if all(via.address is None for via in route.vias):
        return f"{head} is directly connected, {route.vias[0].interface}\n"
    head += f" [{route.preference}/{route.metric}]"
    vias = [f" via {via.address}, {via.interface}\n" for via in route.vias]
    return head + vias[0] + "".join(" " * len(head) + via for via in vias[1:])


def _entry6(route: RibRoute) -> str:
    code = "O3" if route.protocol == "ospf" else _code(route)
    head = f" {code:<8} {route.prefix} [{route.preference}/{route.metric}]\n"
    if route.protocol == "connected":
        return head + f"           via {route.vias[0].interface}, directly connected\n"
    if route.discard:
        return head + "           via Null0, directly connected\n"
    return head + "".join(f"           via {via.address}, {via.interface}\n" for via in route.vias)
