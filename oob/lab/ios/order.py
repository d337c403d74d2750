"""Where a line stands among its siblings in `show running-config`, whenever it was typed."""

from __future__ import annotations

import re
from functools import lru_cache

from oob.lab.ios import names

_ORDERS = {
    "config": """version|service|platform|hostname|boot|vrf definition|logging buffered|logging console|enable
        |aaa new-model|aaa group|aaa authentication|aaa authorization|aaa accounting|aaa session-id|aaa
        |clock|no ip domain lookup|ip domain|ip name-server|ip dhcp|no ip dhcp|login
        |ipv6 unicast-routing|key chain|crypto pki trustpoint|crypto pki certificate|license|archive
        |spanning-tree|object-group|username|redundancy|track|class-map|policy-map|interface|router ospf
        |router ospfv3|router bgp|ip forward-protocol|ip http|no ip http|ip ssh|ip route|ip access-list
        |ip sla|logging|ip prefix-list|access-list|ipv6 route|route-map|snmp-server community
        |snmp-server location|snmp-server contact|snmp-server host|tacacs server|radius server
        |control-plane|ipv6 router|banner|line|event manager|ntp""",
    "config-if": """description|vrf forwarding|encapsulation|ip address|no ip address|ip helper-address|ip access-group
        |no ip redirects|no ip unreachables|no ip proxy-arp|ip mtu|ip ospf|shutdown|negotiation|load-interval|speed
        |duplex|cdp|no cdp|ipv6 address|ipv6 enable|ipv6 ospf|service-policy""",
    "config-router": """bgp|router-id|area|auto-cost|redistribute|passive-interface|no passive-interface|network
        |neighbor|default-information|address-family""",
    "config-line": """session-timeout|exec-timeout|privilege|logging|password|login|length|width|transport|stopbits
        |speed""",
    "config-vrf": "rd|route-target|description|address-family",
    "config-archive": "log config|path|maximum|write-memory|time-period",
}
_HEADS = {mode: [head.strip() for head in heads.split("|")] for mode, heads in _ORDERS.items()}
_HEADS["config-subif"] = _HEADS["config-if"]
_HEADS["config-rtr"] = _HEADS["config-router"]

Position = tuple[int, tuple[int, ...], tuple[int, ...], str]


@lru_cache(maxsize=65536)
def position(mode: str, text: str) -> Position:
    """Return a key to sort by; lines of equal keys stand in the order in which they came."""
    if mode == "config" and text.startswith("interface "):
        index, number = names.order(text.split()[1])
        return _rank(mode, text), (index,), number, ""
    if acl := re.match(r"ip access-list (standard|extended) (\S+)", text):
        return _rank(mode, text), (acl[1] == "extended",), (), acl[2]
    if route := re.match(r"ip route (vrf \S+ )?(\d+)\.(\d+)\.(\d+)\.(\d+) ", text):
        return _rank(mode, text), (len(route[1] or ""), *(int(part) for part in route.groups()[1:])), (), ""
    found = re.match(r"(\d+)\s|.* seq (\d+)", text)
    if found and mode not in ("config-if", "config-subif"):
        return _rank(mode, text), (int(found[1] or found[2]),), (), ""
    return _rank(mode, text), (), (), ""


def _rank(mode: str, text: str) -> int:
    heads = _HEADS.get(mode, [])
    best = len(heads)
    length = -1
    for index, head in enumerate(heads):
        if (text == head or text.startswith(head + " ") or text.startswith(head + "-")) and len(head) > length:
            best, length = index, len(head)
    if length < 0 and text.startswith("no "):
        return _rank(mode, text[3:])
    # what is not in the list stands before the interfaces at the top level and at the end of a block elsewhere
    return best if length >= 0 or mode != "config" else heads.index("interface") - 1
