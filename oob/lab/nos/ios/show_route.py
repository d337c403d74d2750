"""`show ip route` and `show ipv6 route`, as IOS lays them out."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from itertools import groupby

from oob.lab.network import RibRoute
from oob.lab.nos.base.commands import Params
from oob.lab.nos.base.stamp import age
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession

_LEGEND = """Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2, m - OMP
       n - NAT, Ni - NAT inside, No - NAT outside, Nd - NAT DIA
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       H - NHRP, G - NHRP registered, g - NHRP registration summary
       o - ODR, P - periodic downloaded static route, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
       & - replicated local route overrides by connected

"""
_LEGEND6 = """Codes: C - Connected, L - Local, S - Static, U - Per-user Static route
       B - BGP, R - RIP, H - NHRP, I1 - ISIS L1
       I2 - ISIS L2, IA - ISIS interarea, IS - ISIS summary, D - EIGRP
       EX - EIGRP external, ND - ND Default, NDp - ND Prefix, DCE - Destination
       NDr - Redirect, RL - RPL, O - OSPF Intra, OI - OSPF Inter
       OE1 - OSPF ext 1, OE2 - OSPF ext 2, ON1 - OSPF NSSA ext 1
       ON2 - OSPF NSSA ext 2, la - LISP alt, lr - LISP site-registrations
       ld - LISP dyn-eid, lA - LISP away, le - LISP extranet-policy
       lp - LISP publications, ls - LISP destinations-summary, a - Application
       m - OMP
"""
_CODES = {"connected": "C", "local": "L", "static": "S", "bgp": "B"}
_OSPF = {"intra": "O", "inter": "O IA", "external": "O E2"}
_OSPF6 = {"intra": "O", "inter": "OI", "external": "OE2"}


@TABLE.show("show ip route", text="IP routing table", user=True)
def show_all(session: IosSession, params: Params) -> str:
    """Print the global table."""
    return _table(session.router, "")


@TABLE.show("show ip route vrf VRF", text="IP routing table of a VRF", user=True)
def show_vrf(session: IosSession, params: Params) -> str:
    """Print one VRF's table, or all of them for `*`."""
    router, wanted = session.router, params["VRF"]
    known = [line.text.split()[2] for line in router.config.root.under("vrf definition")]
    if wanted == "*":
        tables = [f"\nRouting Table: {vrf}\n{_table(router, vrf)}" for vrf in known]
        return _table(router, "") + "\n" + "".join(tables)
    if wanted not in known:
        return f"% IP routing table {wanted} does not exist\n"
    return f"\nRouting Table: {wanted}\n{_table(router, wanted)}"


def _only(protocol: str) -> None:
    @TABLE.show(
        f"show ip route {protocol}", f"show ip route vrf VRF {protocol}", text="Routes of one protocol", user=True
    )
    def show_protocol(session: IosSession, params: Params) -> str:
        """Print what one protocol has put into the table."""
        return _table(session.router, params.get("VRF", ""), protocol)

    @TABLE.show(
        f"show ipv6 route {protocol}", f"show ipv6 route vrf VRF {protocol}", text="Routes of one protocol", user=True
    )
    def show_protocol_v6(session: IosSession, params: Params) -> str:
        """Print what one protocol has put into the IPv6 table."""
        return _table6(session.router, params.get("VRF", ""), protocol)


for _protocol in ("connected", "static", "ospf", "bgp"):
    _only(_protocol)


@TABLE.show(
    "show ip route <ADDRESS:ip> [<MASK:mask>]",
    "show ip route vrf VRF <ADDRESS:ip> [<MASK:mask>]",
    text="Route to an address",
    user=True,
)
def show_one(session: IosSession, params: Params) -> str:
    """Describe the route to one address, or to one network where a mask is given."""
    router = session.router
    address = IPv4Address(params["ADDRESS"])
    found = [
        route
        for route in _active(router, params.get("VRF", ""), 4)
        if isinstance(route.prefix, IPv4Network) and address in route.prefix and route.protocol != "local"
    ]
    if mask := params.get("MASK"):
        found = [route for route in found if str(route.prefix.netmask) == mask]
    if not found:
        return f"% {'Subnet' if mask else 'Network'} not in table\n"
    best = max(found, key=lambda route: route.prefix.prefixlen)
    vias = "".join(f"  * {via.address or 'directly connected'}, via {via.interface}\n" for via in best.vias)
    if best.discard:
        vias = "  * directly connected, via Null0\n"
    known = f"{best.protocol}" + (" 1" if best.protocol == "ospf" else "")
    return (
        f"Routing entry for {best.prefix}\n"
        f'  Known via "{known}", distance {best.preference}, metric {best.metric}\n'
        f"  Routing Descriptor Blocks:\n{vias}      Route metric is {best.metric}, traffic share count is 1\n"
    )


@TABLE.show("show ip route summary", "show ip route vrf VRF summary", text="Summary of all routes", user=True)
def show_summary(session: IosSession, params: Params) -> str:
    """Count routes by protocol."""
    vrf = params.get("VRF", "")
    routes = _active(session.router, vrf, 4)
    name = f"{vrf} (0x1)" if vrf else "default (0x0)"
    text = f"IP routing table name is {name}\nIP routing table maximum-paths is 32\n"
    text += "Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)\n"
    total = 0
    for source, protocols in (("connected", ("connected", "local")), ("static", ("static",)), ("ospf 1", ("ospf",))):
        count = sum(route.protocol in protocols for route in routes)
        total += count
        text += f"{source:<15} {0:<11} {count:<11} {0:<11} {count * 96:<11} {count * 312}\n"
    count = sum(route.protocol == "bgp" for route in routes)
    if count:
        total += count
        text += f"{'bgp':<15} {0:<11} {count:<11} {0:<11} {count * 96:<11} {count * 312}\n"
    return text + f"{'Total':<15} {0:<11} {total:<11} {0:<11} {total * 96:<11} {total * 312}\n"


@TABLE.show("show ipv6 route", "show ipv6 route vrf VRF", text="IPv6 routing table", user=True)
def show_v6(session: IosSession, params: Params) -> str:
    """Print an IPv6 table."""
    return _table6(session.router, params.get("VRF", ""))


@TABLE.show(
    "show ipv6 route <PREFIX:prefix6>",
    "show ipv6 route vrf VRF <PREFIX:prefix6>",
    text="Route to an IPv6 network",
    user=True,
)
def show_one_v6(session: IosSession, params: Params) -> str:
    """Describe the route to exactly one IPv6 network."""
    wanted = IPv6Network(params["PREFIX"], strict=False)
    routes = [route for route in _active(session.router, params.get("VRF", ""), 6) if route.prefix == wanted]
    if not routes:
        return "% Route not found\n"
    best = routes[0]
    known = f"{best.protocol}" + (" 1" if best.protocol == "ospf" else "")
    text = f"Routing entry for {str(best.prefix).upper()}\n"
    text += f'  Known via "{known}", distance {best.preference}, metric {best.metric}\n'
    text += f"  Route count is {max(1, len(best.vias))}/{max(1, len(best.vias))}, share count 0\n  Routing paths:\n"
    own = "receive" if best.protocol == "local" else "directly connected"
    for via in best.vias:
        address = ", ".join(filter(None, (str(via.address).upper(), via.interface)))
        text += f"    {address if via.address else f'{own} via {via.interface}'}\n      Last updated 00:01:52 ago\n"
    return text + ("    directly connected via Null0\n" if best.discard else "") + "\n"


@TABLE.show("show ipv6 route summary", "show ipv6 route vrf VRF summary", text="Summary of all IPv6 routes", user=True)
def show_summary_v6(session: IosSession, params: Params) -> str:
    """Count IPv6 routes by protocol."""
    vrf = params.get("VRF", "")
    routes = _active(session.router, vrf, 6)
    name = f"{vrf}(0x1E000001)" if vrf else "default(0)"
    text = f"IPv6 routing table name is {name} global scope - {len(routes) + 1} entries\n"
    text += f"IPv6 routing table {vrf or 'default'} maximum-paths is 16\n"
    text += "Route Source    Networks    Overhead    Memory (bytes)\n"
    for source in ("connected", "local", "static", "ospf 1", "bgp"):
        protocol = source.split()[0]
        count = sum(route.protocol == protocol for route in routes) + (protocol == "local")  # FF00::/8
        text += f"{source:<15} {count:<11} {count * 88:<11} {count * 124}\n"
    total = len(routes) + 1
    text += f"{'Total':<15} {total:<11} {total * 88:<11} {total * 124}\n\n  Number of prefixes:\n"
    lengths = Counter([8, *(route.prefix.prefixlen for route in routes)])
    return text + "    " + ", ".join(f"/{length}: {count}" for length, count in sorted(lengths.items())) + "\n"


def _table6(router: IosRouter, vrf: str, protocol: str = "") -> str:
    routes = _active(router, vrf, 6)
    text = f"IPv6 Routing Table - {vrf or 'default'} - {len(routes) + 1} entries\n" + _LEGEND6
    for route in routes:
        if protocol not in ("", route.protocol):
            continue
        code = _OSPF6.get(route.kind, "O") if route.protocol == "ospf" else _CODES.get(route.protocol, "?")
        text += f"{code:<3} {str(route.prefix).upper()} [{route.preference}/{route.metric}]\n"
        for via in route.vias:
            if route.protocol in ("connected", "local"):
                word = "receive" if route.protocol == "local" else "directly connected"
                text += f"     via {via.interface}, {word}\n"
            else:
                address = str(via.address).upper() if via.address else ""
                text += "     via " + ", ".join(part for part in (address, via.interface) if part) + "\n"
        if route.discard:
            text += "     via Null0, directly connected\n"
    return text + ("L   FF00::/8 [0/0]\n     via Null0, receive\n" if protocol in ("", "local") else "")


def _active(router: IosRouter, vrf: str, version: int) -> list[RibRoute]:
    routes = [
        route
        for route in router.network.rib(router.name)
        if route.active and route.vrf == vrf and route.prefix.version == version
    ]
    return sorted(routes, key=lambda route: (route.prefix.network_address.packed, route.prefix.prefixlen))


def _table(router: IosRouter, vrf: str, protocol: str = "") -> str:
    routes = _active(router, vrf, 4)
    text = _LEGEND + _last_resort(routes) + "\n"
    routes = [route for route in routes if protocol in ("", route.protocol)]
    for major, group in groupby(routes, key=lambda route: _major(route.prefix)):
        members = list(group)
        text += _heading(major, members)
        inside = any(route.prefix != major for route in members)
        text += "".join(_entry(router, route, inside) for route in members)
    return text + ("" if vrf or protocol else _unforeseen(router))


def _unforeseen(router: IosRouter) -> str:
    """Return lines of a feature that no reader knows, as many as the setting `unforeseen_routes` says."""
    count = int(str(router.identity.settings.get("unforeseen_routes", 0)))
    return "".join(
        f"Z7    198.18.{n}.0/24 [33/{n}] over 192.0.2.{n + 1}, {age(n)}, GigabitEthernet1\n" for n in range(count)
    )


def _last_resort(routes: list[RibRoute]) -> str:
    for route in routes:
        if route.prefix.prefixlen == 0:
            via = route.vias[0].address if route.vias and route.vias[0].address else "0.0.0.0"
            return f"Gateway of last resort is {via} to network 0.0.0.0\n"
    return "Gateway of last resort is not set\n"


def _major(prefix: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """Return the classful network that a prefix is listed under."""
    first = prefix.network_address.packed[0]
    length = 8 if first < 128 else 16 if first < 192 else 24
    return prefix.supernet(new_prefix=length) if prefix.prefixlen > length else prefix


def _heading(major: IPv4Network | IPv6Network, members: list[RibRoute]) -> str:
    lengths = {route.prefix.prefixlen for route in members}
    if all(route.prefix == major for route in members):
        return ""
    subnets = len(members)
    if len(lengths) == 1:
        return f"      {major.network_address}/{lengths.pop()} is subnetted, {subnets} subnets\n"
    return f"      {major} is variably subnetted, {subnets} subnets, {len(lengths)} masks\n"


def _entry(router: IosRouter, route: RibRoute, inside: bool) -> str:
    code = _OSPF.get(route.kind, "O") if route.protocol == "ospf" else _CODES.get(route.protocol, "?")
    if route.prefix.prefixlen == 0:
        code = code[0] + "*" + code[1:].replace(" ", "")
    head = f"{code:<9}{route.prefix}" if inside else f"{code:<6}{route.prefix}"
    if route.protocol in ("connected", "local"):
        return f"{head} is directly connected, {route.vias[0].interface}\n"
    if route.discard:
        return f"{head} is directly connected, Null0\n"
    shown = list(_vias(router, route))
    distance = f" [{route.preference}/{route.metric}]"
    if route.vias and route.vias[0].address is None:
        return f"{head} is directly connected, {route.vias[0].interface}\n"
    pad = " " * len(head)
    return head + distance + shown[0] + "\n" + "".join(f"{pad}{distance}{via}\n" for via in shown[1:])


def _vias(router: IosRouter, route: RibRoute) -> list[str]:
    seconds = age(router.ages.of((route.vrf, route.prefix, route.protocol, route.vias)))
    if route.protocol == "static":
        vias = route.configured or route.vias
        return [f" via {via.address}" + (f", {via.interface}" if via.interface else "") for via in vias]
    if route.protocol == "bgp":
        return [f" via {via.address}, {seconds}" for via in route.configured or route.vias]
    return [f" via {via.address}, {seconds}, {via.interface}" for via in route.vias]
