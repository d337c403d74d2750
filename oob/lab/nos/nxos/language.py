"""The NX-OS configuration language: lines that replace each other, that open a mode, that need a feature."""

from __future__ import annotations

import re

from oob.lab.nos.base.language import InterfaceNames, Language, opens, rules
from oob.lab.nos.base.secret import hashed
from oob.lab.nos.base.tree import ConfigLine, begins

NAMES = InterfaceNames(
    types=("Vlan", "port-channel", "Ethernet", "mgmt", "loopback", "Tunnel", "nve", "Null"),
    logical=("Vlan", "port-channel", "loopback", "Tunnel", "nve", "Null"),
    short={"Ethernet": "Eth", "loopback": "Lo", "port-channel": "Po", "Vlan": "Vlan", "mgmt": "mgmt", "Null": "Null"},
)

_STATIC = {
    "ip route <PREFIX:prefix> <NEXTHOP:ip> [name NAME] [tag <TAG:0-4294967295>] [<AD:1-255>]": "",
    "ip route <PREFIX:prefix> INTERFACE [<NEXTHOP:ip>] [name NAME] [tag <TAG:0-4294967295>] [<AD:1-255>]": "",
    "ipv6 route <PREFIX:prefix6> <NEXTHOP:ipv6> [name NAME] [<AD:1-255>]": "",
    "ipv6 route <PREFIX:prefix6> INTERFACE [<NEXTHOP:ipv6>] [name NAME] [<AD:1-255>]": "",
}
_GLOBAL = rules(
    _STATIC,
    {
        "version TEXT...": "version",
        "hostname NAME": "hostname",
        "feature NAME": "",
        "username USER password <TYPE:0-9> SECRET [role ROLE]": "username {USER}",
        "username USER password SECRET [role ROLE]": "username {USER}",
        "username USER": "username {USER}",
        "aaa group server radius|tacacs+ NAME": opens("config-radius"),
        "aaa authentication login default METHODS...": "aaa authentication login default",
        "aaa authentication login console METHODS...": "aaa authentication login console",
        "aaa authentication login default|console fallback error local": "",
        "radius-server host <HOST:ip> key <TYPE:0-9> SECRET [authentication] [accounting]": "radius-server host {HOST}",
        "radius-server host <HOST:ip> key <TYPE:0-9> SECRET timeout <SECONDS:1-60> retransmit <TRIES:0-5>": (
            "radius-server host {HOST}"
        ),
        "radius-server timeout <SECONDS:1-60>": "radius-server timeout",
        "radius-server retransmit <TRIES:0-5>": "radius-server retransmit",
        "interface NAME [NUMBER]": opens("config-if"),
        "vlan <ID:1-4094>": opens("config-vlan"),
        "vrf context NAME": opens("config-vrf"),
        "router ospf TAG": opens("config-router"),
        "router ospfv3 TAG": opens("config-router"),
        "router bgp AS": opens("config-router-bgp"),
        "ip access-list NAME": opens("config-acl"),
        "ip prefix-list NAME seq <SEQ:1-4294967294> TEXT...": "ip prefix-list {NAME} seq {SEQ}",
        "route-map NAME permit|deny <SEQ:0-65535>": opens("config-route-map"),
        "line console": opens("config-console"),
        "line vty": opens("config-line"),
        "boot nxos URL": "boot nxos",
        "banner motd TEXT...": "banner motd",
        "logging console [<LEVEL:0-7>]": "logging console",
        "logging server <HOST:ip> [<LEVEL:0-7>]": "logging server {HOST}",
        "ntp server <HOST:ip> [use-vrf VRF]": "ntp server {HOST}",
        "snmp-server location TEXT...": "snmp-server location",
        "snmp-server contact TEXT...": "snmp-server contact",
        "ip domain-lookup": "",
        "ip domain-name NAME": "ip domain-name",
        "ip name-server <HOST:ip> [use-vrf VRF]": "",
        "password strength-check": "",
    },
)
_INTERFACE = rules(
    {
        "description TEXT...": "description",
        "vrf member NAME": "vrf member",
        "ip address <PREFIX:prefix>": "ip address",
        "ip address <PREFIX:prefix> secondary": "",
        "ipv6 address <PREFIX:prefix6>": "",
        "ip router ospf TAG area AREA": "ip router ospf",
        "ip ospf cost <COST:1-65535>": "ip ospf cost",
        "ip ospf network point-to-point|broadcast": "ip ospf network",
        "ip ospf passive-interface": "",
        "ip ospf hello-interval <SECONDS:1-65535>": "ip ospf hello-interval",
        "ip ospf dead-interval <SECONDS:1-65535>": "ip ospf dead-interval",
        "ipv6 router ospfv3 TAG area AREA": "ipv6 router ospfv3",
        "switchport": "",
        "switchport mode access|trunk": "switchport mode",
        "switchport access vlan <ID:1-4094>": "switchport access vlan",
        "shutdown": "",
        "mtu <BYTES:576-9216>": "mtu",
        "speed TEXT...": "speed",
        "load-interval TEXT...": "",
    }
)
_OSPF = rules(
    {
        "router-id <ID:ip>": "router-id",
        "passive-interface default": "",
        "redistribute static|direct route-map NAME": "",
        "log-adjacency-changes [detail]": "log-adjacency-changes",
        "auto-cost reference-bandwidth <MBPS:1-4000000> [Gbps|Mbps]": "auto-cost",
        "vrf NAME": opens("config-router-vrf"),
    }
)
_BGP = rules(
    {
        "router-id <ID:ip>": "router-id",
        "log-neighbor-changes": "",
        "address-family ipv4|ipv6 unicast": opens("config-router-af"),
        "neighbor <PEER:ip>": opens("config-router-neighbor"),
        "neighbor <PEER:ip> remote-as AS": opens("config-router-neighbor"),
    }
)
_NEIGHBOR = rules(
    {
        "remote-as AS": "remote-as",
        "description TEXT...": "description",
        "update-source INTERFACE": "update-source",
        "ebgp-multihop <HOPS:2-255>": "ebgp-multihop",
        "shutdown": "",
        "address-family ipv4|ipv6 unicast": opens("config-router-neighbor-af"),
    }
)
_RADIUS = rules({"server <HOST:ip>": "", "use-vrf NAME": "use-vrf", "source-interface NAME": "source-interface"})
_ACL = rules({"<SEQ:1-4294967295> permit|deny|remark TEXT...": "{SEQ}", "permit|deny|remark TEXT...": ""})

_ORDER = {
    "config": """version|hostname|feature|no password|password|username|no ip domain-lookup|ip domain-lookup
        |ip domain-name|ip name-server|radius-server|aaa group|aaa authentication|*|snmp-server|ntp|ip prefix-list
        |route-map|vlan|vrf context|ip access-list|interface|line console|line vty|boot|router ospf|router ospfv3
        |router bgp|ip route|ipv6 route|logging|no logging""",
    "config-if": """description|switchport|no switchport|switchport mode|switchport access|mtu|speed|vrf member
        |ip address|ipv6 address|ip ospf|ip router|ipv6 router|shutdown|no shutdown""",
    "config-router": "router-id|redistribute|log-adjacency-changes|passive-interface|vrf",
    "config-router-bgp": "router-id|log-neighbor-changes|address-family|neighbor",
    "config-router-neighbor": "remote-as|description|update-source|ebgp-multihop|address-family",
}
_PLAUSIBLE = {
    "config": """aaa boot cdp class-map clock control-plane copp crypto cts errdisable event evpn fabric hardware icam
        install ip ipv6 key lacp lldp logging mac monitor no ntp object-group policy-map qos radius-server rmon
        role route-target scheduler service snmp-server spanning-tree ssh system tacacs-server telemetry track udld vdc
        vpc vtp""",
    "config-if": """bandwidth cdp channel-group delay duplex fabric flowcontrol hsrp ip ipv6 lacp lldp logging mac
        medium negotiate no ntp priority-flow-control service-policy snmp spanning-tree storm-control switchport udld
        vpc vrrp""",
    "config-router": "area default-information distance graceful-restart maximum-paths no summary-address timers",
    "config-router-bgp": "bestpath cluster-id confederation graceful-restart timers vrf template",
    "config-router-af": "network redistribute maximum-paths advertise",
    "config-router-neighbor": "bfd inherit log-neighbor-changes password timers transport",
    "config-router-neighbor-af": "next-hop-self route-map send-community route-reflector-client soft-reconfiguration",
    "config-route-map": "match set continue description",
    "config-vlan": "name vn-segment state",
    "config-vrf": "description rd address-family vni ip",
    "config-console": "exec-timeout speed parity",
    "config-line": "exec-timeout access-class session-limit",
}
_STRICT = (
    *("hostname", "interface", "router", "feature", "vrf context", "vrf member", "ip address", "ip route", "vlan"),
    *("ip router", "ip ospf cost", "ipv6 address", "ipv6 route", "neighbor", "line", "username", "mtu", "track"),
)
# Commands that exist only while their feature is enabled.
_FEATURES = {
    "router ospf": "ospf",
    "ip router ospf": "ospf",
    "ip ospf": "ospf",
    "router ospfv3": "ospfv3",
    "ipv6 router ospfv3": "ospfv3",
    "router bgp": "bgp",
    "interface Vlan": "interface-vlan",
    "track": "sla sender",
    "lldp": "lldp",
}
_CLEAR = re.compile(r"(username \S+ password) (?:0 )?(\S+)((?: role \S+)?)")


def feature_of(text: str) -> str:
    """Return the feature that a line needs, "" for none."""
    for head, feature in _FEATURES.items():
        if begins(text, head) or (head.endswith("Vlan") and text.startswith(head)):
            return feature
    return ""


def _guard(root: ConfigLine, text: str) -> bool:
    feature = feature_of(text)
    return not feature or root.find(f"feature {feature}") is not None


def _canonical(text: str) -> str:
    """Write a password as its hash, areas as addresses, interfaces by their whole names."""
    if (found := _CLEAR.fullmatch(text)) and not found[2].startswith("$"):
        return f"{found[1]} 5 {hashed('$5$', found[2])}{found[3] or ' role network-operator'}"
    if found := re.fullmatch(r"(update-source) (\S+)", text):
        return f"{found[1]} {NAMES.full(found[2]) or found[2]}"
    if found := re.fullmatch(r"(.* area) (\d+)", text):
        return f"{found[1]} 0.0.0.{found[2]}"
    return text


LANGUAGE = Language(
    grammars={
        "config": _GLOBAL,
        "config-if": _INTERFACE,
        "config-vrf": rules(_STATIC),
        "config-router": _OSPF,
        "config-router-vrf": _OSPF,
        "config-router-bgp": _BGP,
        "config-router-neighbor": _NEIGHBOR,
        "config-radius": _RADIUS,
        "config-acl": _ACL,
    },
    names=NAMES,
    order=_ORDER,
    plausible=_PLAUSIBLE,
    strict=_STRICT,
    off=frozenset({"switchport"}),
    both={
        "shutdown": "no switchport",
        "ip domain-lookup|password strength-check|logging console|ip ospf passive-interface": "",
        "aaa authentication login (default|console) fallback error local": "",
    },
    canonical=_canonical,
    guard=_guard,
    indent=2,
)
