"""The operational data of the XML agent, in the schema that NAPALM requests."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Interface, ip_network
from typing import TypeAlias
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from oob.lab.nos.xr import derive
from oob.lab.nos.xr.session import XrSession
from oob.lab.nos.xr.show_network import blocks, states
from oob.lab.nos.xr.show_system import PRODUCT

# Of the schema, where an answer of a router is at hand (NAPALM, test/iosxr/mocked_data/test_get_facts/normal_alt_form).
_VERSIONS = {"Interfaces": ("1", "6"), "Inventory": ("3", "0"), "SystemTime": ("2", "0")}
Answer: TypeAlias = Callable[[XrSession, Element, Element], None]


def operational(session: XrSession, asked: Element) -> str | None:
    """Return what answers the children of `Operational` in *asked*, None where one of them is not known here."""
    answers = [_ANSWERS.get(part.tag) for part in asked]
    made = Element("Get")
    inside = SubElement(made, "Operational")
    for part, answer in zip(asked, answers, strict=True):
        if answer is None:
            return None
        major, minor = _VERSIONS.get(part.tag, ("1", "0"))
        answer(session, part, SubElement(inside, part.tag, {"MajorVersion": major, "MinorVersion": minor}))
    indent(made)
    return tostring(made, encoding="unicode")


def _add(parent: Element, **values: object) -> Element:
    for name, value in values.items():
        SubElement(parent, name).text = str(value)
    return parent


def _below(parent: Element, *names: str) -> Element:
    for name in names:
        parent = SubElement(parent, name)
    return parent


def _system_time(session: XrSession, asked: Element, made: Element) -> None:
    router = session.router
    now, up = router.clock.utc(), int(router.clock.now() - router.booted_at)
    clock = _add(SubElement(made, "Clock"), Year=now.year, Month=now.month, Day=now.day)
    _add(clock, Hour=now.hour, Minute=now.minute, Second=now.second, TimeZone="UTC")
    _add(SubElement(made, "Uptime"), Hostname=router.hostname, Uptime=up)


def _inventory(session: XrSession, asked: Element, made: Element) -> None:
    entity = _below(made, "Entities", "Entity")
    _add(SubElement(entity, "Naming"), Name="Rack 0")
    bag = _below(entity, "Attributes", "InvBasicBag")
    _add(bag, Name="Rack 0", SoftwareRevision=session.router.version)
    _add(bag, SerialNumber=session.router.identity.serial, ModelName=PRODUCT)


def _interfaces(session: XrSession, asked: Element, made: Element) -> None:
    table = SubElement(made, "InterfaceTable")
    for name, line in blocks(session):
        status, protocol = states(session, name, line)
        one = SubElement(table, "Interface")
        _add(SubElement(one, "Naming"), InterfaceName=name)
        state = "ADMINDOWN" if status == "Shutdown" else status.upper()
        _add(one, InterfaceHandle=name, State=f"IM_STATE_{state}", LineState=f"IM_STATE_{protocol.upper()}")
        is_loopback = name.startswith("Loopback")
        _add(one, MTU=1500 if is_loopback else 1514, Bandwidth=0 if is_loopback else 1000000)
        if line and line.value("description"):
            _add(one, Description=line.value("description"))
        for own in derive.addresses(line) if line else ():
            if isinstance(own, IPv4Interface):
                _add(SubElement(one, "IPInformation"), IPAddress=own.ip, SubnetMaskLength=own.network.prefixlen)


def _routes(session: XrSession, asked: Element, made: Element) -> None:
    address, length = asked.findtext(".//Route/Naming/Address"), asked.findtext(".//Route/Naming/PrefixLength")
    try:
        wanted = ip_network(f"{address}/{length}" if length else f"{address}", strict=False)
    except ValueError:
        return
    router = session.router
    table = _below(made, "VRFTable", "VRF", "AFTable", "AF", "SAFTable", "SAF", "IP_RIBRouteTable", "IP_RIBRoute")
    table = SubElement(table, "RouteTable")
    for route in router.network.rib(router.name):
        if route.active and not route.vrf and route.prefix == wanted:
            one = SubElement(table, "Route")
            _add(one, Prefix=wanted.network_address, PrefixLength=wanted.prefixlen, ProtocolName=route.protocol)
            age = router.ages.of((route.vrf, route.prefix, route.protocol, route.vias))
            _add(one, Priority=route.preference, Metric=route.metric, RouteAge=age)
            paths = SubElement(one, "RoutePath")
            for via in route.vias:
                _add(SubElement(paths, "Entry"), Address=via.address or "0.0.0.0", InterfaceName=via.interface)


def _bgp(session: XrSession, asked: Element, made: Element) -> None:
    if asked.find("InstanceTable") is None:  # the VRFs that BGP is configured for: none but the default one
        return
    router = session.router
    node = router.network.view.nodes[router.name]
    active = _below(made, "InstanceTable", "Instance", "InstanceActive", "DefaultVRF")
    _add(_below(active, "GlobalProcessInfo", "VRF"), RouterID=node.identifier, LocalAS=node.local_as)
    table = SubElement(active, "NeighborTable")
    for peer in router.network.bgp_neighbours(router.name):
        one, family = SubElement(table, "Neighbor"), f"IPv{peer.address.version}"
        _add(_below(one, "Naming", "NeighborAddress"), **{f"{family.replace('v', 'V')}Address": peer.address})
        _add(one, LocalAS=node.local_as, RemoteAS=peer.remote_as, RouterID=peer.remote_id or "0.0.0.0")
        up = peer.state == "Established"
        _add(one, ConnectionAdminStatus=1, ConnectionState="BGP_ST_ESTAB" if up else f"BGP_ST_{peer.state.upper()}")
        _add(one, ConnectionEstablishedTime=router.ages.of(("bgp", peer.address, peer.state)))
        _add(SubElement(one, "ConnectionRemoteAddress"), AFI=family)
        entry = _below(one, "AFData", "Entry")
        _add(entry, PrefixesAccepted=peer.prefixes, PrefixesDenied=0, PrefixesAdvertised=peer.sent)


_ANSWERS: dict[str, Answer] = {
    "BGP": _bgp,
    "IPV6_RIB": _routes,
    "Interfaces": _interfaces,
    "Inventory": _inventory,
    "RIB": _routes,
    "SystemTime": _system_time,
}
