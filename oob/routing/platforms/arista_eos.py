"""Arista EOS: `show ip route [vrf all]`, `show ipv6 route [vrf all]`, each as text or `| json`."""

from __future__ import annotations

import re
from typing import Any

from oob.routing.capture import Capture
from oob.routing.codes import CodedWay, CodeReading, Dialect, rank
from oob.routing.document import TableDocument, documents
from oob.routing.found import ParsedLines
from oob.routing.normalise import address, hops, prefix
from oob.routing.route import NextHop, Route

COMMAND = r"sh(?:ow?)? +ip(?:v6)? +ro[\w-]*(?: .*)?"

_INTERFACE = r"[A-Za-z](?:[\w./:-]*\w)?"
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*|\d+\.\d+\.\d+\.\d+"
_RANK = r"(?:\[(\d+)/(\d+)\] )?(?:\(source VRF [^\s()]+\) )?"
_EGRESS = r"(?: \(egress VRF ([^\s()]+)\))?"
_SOURCE = r"(?: \(source VRF [^\s()]+\))?"
_TUNNEL = r"(?:, algorithm [\w.:-]+)?, [A-Z][\w-]*(?: [A-Z][\w-]*)* tunnel index \d+"
_VIA = re.compile(
    rf"{_RANK}(backup )?via ({_ADDRESS})(?:/\d+)?{_SOURCE}(?:{_TUNNEL}|, ({_INTERFACE}))?{_EGRESS}"
    r"((?:,? (?:label|imp-null\(3\)|weight|index) ?.*)?)"
)
_LABEL = re.compile(r"\blabel(?:\(s\)|s)? ([\w() -]*[\w)])")
_WEIGHT = re.compile(r"\bweight ([\d/]+)")
# A tunnel between a next hop and those that resolve it; EOS allocates its number.
_RESOLVED = re.compile(r"via [A-Z][\w-]*(?: [A-Z][\w-]*)* tunnel index \d+(?:, label .*)?")
_VTEP = re.compile(rf"{_RANK}via VTEP ({_ADDRESS}) VNI \d+ router-mac \S+(?: local-interface ({_INTERFACE}))?")
_CONNECTED = re.compile(
    rf"{_RANK}(?:(?:is )?directly connected{_SOURCE}, ({_INTERFACE})|via ({_INTERFACE}), directly connected){_EGRESS}"
    r"(?:, Static Interface GRE tunnel .*)?"
)
_GROUP = re.compile(rf"{_RANK}via Nexthop-Group ([\w.:-]+)(?:, .*)?")


def _way(text: str) -> CodedWay | None:
    if match := _CONNECTED.fullmatch(text):
        return CodedWay(NextHop("", match[3] or match[4], match[5] or ""), *rank(match))
    if match := _VIA.fullmatch(text):
        label, weight = _LABEL.search(match[7]), _WEIGHT.search(match[7])
        said = (label[1] if label else "", f"weight {weight[1]}" if weight else "")
        hop = NextHop(address(match[4]), match[5] or "", match[6] or "", *said)
        return CodedWay(hop, *rank(match), is_backup=bool(match[3]))
    if _RESOLVED.fullmatch(text):
        return CodedWay(NextHop())
    if match := _VTEP.fullmatch(text):
        return CodedWay(NextHop(address(match[3]), match[4] or ""), *rank(match))
    if match := _GROUP.fullmatch(text):
        return CodedWay(NextHop("", match[3]), *rank(match))
    return None


_DIALECT = Dialect(
    protocols={
        "C": "connected", "S": "static", "K": "kernel", "O": "ospf", "O3": "ospf", "B": "bgp", "R": "rip", "I": "isis",
        "A B": "bgp", "A O": "ospf", "NG": "static", "V": "vxlan", "DH": "dhcp", "M": "martian",
        "DP": "policy", "L": "leaked", "G": "gribi", "RC": "route-cache", "CL": "leaked",
    },
    subtypes=frozenset(("IA", "N1", "N2", "E1", "E2", "L1", "L2", "E", "I", "L")),
    heading=re.compile(
        r"VRF(?: name)?: (?P<vrf>\S+) *|Displaying (?P<entries>\d+) of \d+ IPv6 routing table entries *"
    ),
    noise=re.compile(
        r"Gateway of last resort(?: is not set|:) *|! IP(?:v6)? routing not enabled *"
        r"|WARNING: Some of the routes are not programmed in *|(?:hardware|kernel), and they are marked with '%'\. *"
    ),
    way=_way,
    further=re.compile(r"\[|(?:backup )?via |(?:is )?directly connected"),
)  # fmt: skip

_JSON_PROTOCOLS = {
    "connected": "connected", "static": "static", "kernel": "kernel", "bgp": "bgp", "ebgp": "bgp", "ibgp": "bgp",
    "bgpaggregate": "bgp", "rip": "rip", "dhcp": "dhcp", "staticnexthopgroup": "static", "vxlan": "vxlan",
    "vxlancontrolservice": "vxlan", "dynamicpolicy": "policy", "gribi": "gribi", "routecacheroute": "route-cache",
    "vrfleaked": "leaked", "cbfleaked": "leaked", "martian": "martian", "aggregate": "bgp",
}  # fmt: skip


def read(capture: Capture, found: ParsedLines) -> None:
    """Put the routes of *capture* into *found*."""
    if capture.opening != "{":
        CodeReading(_DIALECT, capture, found).read()
        return
    found.is_ended = True
    for document in documents(capture):
        has_vrfs = False
        for key in document.members():
            if key != "vrfs":
                document.value()
                continue
            has_vrfs = True
            for vrf in document.members():
                _read_vrf(vrf, document, found)
        document.end()
        if not has_vrfs:
            raise document.broken("not a table of EOS: it has no VRFs", 0)


def _read_vrf(vrf: str, document: TableDocument, found: ParsedLines) -> None:
    for key in document.members():
        if key != "routes":
            document.value()
            continue
        for place in document.members():
            node = document.value()
            try:
                found.routes.append(_json_route(vrf, place, node))
            except (LookupError, ValueError, TypeError, AttributeError) as error:
                found.unknown_node(document.broken(f"not a route of EOS ({error!r})"), node, vrf, place)


def _json_route(vrf: str, place: str, node: dict[str, Any]) -> Route:
    name = node["routeType"].lower()
    kind = "ospf" if name.startswith("ospf") else "isis" if name.startswith("isis") else _JSON_PROTOCOLS[name]
    action = node["routeAction"]
    found = [_json_hop(vrf, node["directlyConnected"], via) for via in node.get("vias", ())]
    if action == "drop" and not found:
        found = [NextHop("", "Null0")]
    if not found:
        raise ValueError("a route without a next hop")
    network, _, length = place.partition("/")
    # The text form prints no rank for directly connected routes, nor for those to Null0.
    is_plain = node["directlyConnected"]
    return Route(
        vrf,
        prefix(network, length),
        kind,
        hops(found),
        None if is_plain else node["preference"],
        None if is_plain else node["metric"],
        node.get("hardwareProgrammed", True),
    )


def _json_hop(vrf: str, is_connected: bool, via: dict[str, Any]) -> NextHop:
    gateway = via.get("nexthopAddr") or via.get("vtepAddr") or ""
    if not gateway and not is_connected and "nexthopGroupName" not in via and via.get("interface") != "Null0":
        raise ValueError("a next hop without an address")
    other = via.get("egressVrf") or vrf
    name = via.get("interface") or via.get("nexthopGroupName") or ""
    hop = NextHop(address(gateway) if gateway else "", name, "" if other == vrf else other)
    if not any(hop):
        raise ValueError("a next hop without address and interface")
    return hop
