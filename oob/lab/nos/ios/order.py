"""The order of lines in `show running-config`, independent of the order of typing."""

from __future__ import annotations

import re

from oob.lab.nos.base.language import Language

ORDER = {
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
ORDER["config-subif"] = ORDER["config-if"]
ORDER["config-rtr"] = ORDER["config-router"]


class IosLanguage(Language):
    """A language that orders routes by their prefix and access lists by kind and name."""

    def _position(self, mode: str, text: str) -> tuple[object, ...]:
        rank = self._rank(mode, text)
        if mode == "config" and text.startswith("interface "):
            index, number = self.names.rank(text.split()[1])
            return rank, (index,), number, ""
        if acl := re.match(r"ip access-list (standard|extended) (\S+)", text):
            return rank, (acl[1] == "extended",), (), acl[2]
        if route := re.match(r"ip route (vrf \S+ )?(\d+)\.(\d+)\.(\d+)\.(\d+) ", text):
            return rank, (len(route[1] or ""), *(int(part) for part in route.groups()[1:])), (), ""
        found = re.match(r"(\d+)\s|.* seq (\d+)", text)
        if found and mode not in ("config-if", "config-subif"):
            return rank, (int(found[1] or found[2]),), (), ""
        return rank, (), (), ""

    def _rank(self, mode: str, text: str) -> int:
        heads = [head.strip() for head in self.order.get(mode, "").split("|")]
        fitting = [head for head in heads if text == head or text.startswith((head + " ", head + "-"))]
        if fitting:
            return heads.index(max(fitting, key=len))
        if text.startswith("no "):
            return self._rank(mode, text[3:])
        # a line outside the list goes before the interfaces at the top level, and to the end of a block
        return heads.index("interface") - 1 if mode == "config" else len(heads)
