"""The IOS-XR configuration language: a hierarchy in which protocols name their interfaces."""

from __future__ import annotations

import re

from oob.lab.nos.base.language import InterfaceNames, Language, opens, rules
from oob.lab.nos.base.secret import hashed

NAMES = InterfaceNames(
    types=("Bundle-Ether", "Loopback", "tunnel-te", "MgmtEth", "GigabitEthernet", "TenGigE", "HundredGigE", "Null"),
    logical=("Bundle-Ether", "Loopback", "tunnel-te", "Null"),
    short={"GigabitEthernet": "Gi", "TenGigE": "Te", "HundredGigE": "Hu", "Loopback": "Lo", "MgmtEth": "Mg"},
)

_GLOBAL = rules(
    {
        "hostname NAME": "hostname",
        "username USER": opens("config-un"),
        "aaa group server radius|tacacs+ NAME": opens("config-sg-radius"),
        "aaa authentication login LIST METHODS...": "aaa authentication login {LIST}",
        "aaa authorization exec LIST METHODS...": "aaa authorization exec {LIST}",
        "radius-server host <HOST:ip> auth-port <AUTH:0-65535> acct-port <ACCT:0-65535>": opens("config-radius-host"),
        "vrf NAME": opens("config-vrf"),
        "line console": opens("config-line"),
        "line default": opens("config-line"),
        "line template NAME": opens("config-line"),
        "interface NAME [NUMBER]": opens("config-if"),
        "ipv4 access-list NAME": opens("config-ipv4-acl"),
        "router static": opens("config-static"),
        "router ospf PROCESS": opens("config-ospf"),
        "router ospfv3 PROCESS": opens("config-ospfv3"),
        "router bgp AS": opens("config-bgp"),
        "route-policy NAME": "route-policy {NAME}",
        "route-policy NAME TEXT...": "route-policy {NAME}",
        "prefix-set NAME": "prefix-set {NAME}",
        "prefix-set NAME TEXT...": "prefix-set {NAME}",
        "domain name NAME": "domain name",
        "domain name-server <HOST:ip>": "",
        "domain lookup disable": "",
        "logging <HOST:ip> vrf VRF": "",
        "logging console disable": "logging console",
        "logging console LEVEL": "logging console",
        "ntp": opens("config-ntp"),
        "snmp-server location TEXT...": "snmp-server location",
        "snmp-server contact TEXT...": "snmp-server contact",
        "lldp": opens("config-lldp"),
        "ssh server v2": "",
        "xml agent tty [iteration off]": "xml agent tty",
        "telnet vrf default ipv4 server max-servers <COUNT:1-100>": "telnet vrf default ipv4 server",
        "banner motd|login TEXT...": "",
    }
)
_INTERFACE = rules(
    {
        "description TEXT...": "description",
        "vrf NAME": "vrf",
        "ipv4 address <ADDRESS:ip> <MASK:mask>": "ipv4 address",
        "ipv4 address <PREFIX:prefix>": "ipv4 address",
        "ipv4 address <ADDRESS:ip> <MASK:mask> secondary": "",
        "ipv6 address <PREFIX:prefix6>": "",
        "ipv6 enable": "",
        "mtu <BYTES:64-65535>": "mtu",
        "shutdown": "",
        "load-interval <SECONDS:0-600>": "load-interval",
    }
)
_STATIC = rules(
    {
        "address-family ipv4|ipv6 unicast": opens("config-static-afi"),
        "vrf NAME": opens("config-static-vrf"),
    }
)
_STATIC_AF = rules(
    {
        "<PREFIX:prefix> <NEXTHOP:ip> [<AD:1-254>] [description TEXT...]": "",
        "<PREFIX:prefix> INTERFACE [<NEXTHOP:ip>] [<AD:1-254>]": "",
        "<PREFIX:prefix6> <NEXTHOP:ipv6> [<AD:1-254>]": "",
        "<PREFIX:prefix6> INTERFACE [<NEXTHOP:ipv6>] [<AD:1-254>]": "",
    }
)
_OSPF = rules(
    {
        "router-id <ID:ip>": "router-id",
        "area AREA": opens("config-ospf-ar"),
        "redistribute static|connected": "",
        "log adjacency changes [detail]": "log adjacency changes",
        "auto-cost reference-bandwidth <MBPS:1-4294967>": "auto-cost",
    }
)
_AREA = rules(
    {
        "interface NAME [NUMBER]": opens("config-ospf-ar-if"),
        "cost <COST:1-65535>": "cost",
        "network point-to-point|broadcast": "network",
    }
)
_OSPF_INTERFACE = rules(
    {
        "cost <COST:1-65535>": "cost",
        "network point-to-point|broadcast": "network",
        "passive enable|disable": "passive",
        "passive": "passive",
        "hello-interval <SECONDS:1-65535>": "hello-interval",
        "dead-interval <SECONDS:1-65535>": "dead-interval",
        "priority <PRIORITY:0-255>": "priority",
    }
)
_BGP = rules(
    {
        "bgp router-id <ID:ip>": "bgp router-id",
        "address-family ipv4|ipv6 unicast": opens("config-bgp-af"),
        "neighbor <PEER:ip>": opens("config-bgp-nbr"),
    }
)
_NEIGHBOR = rules(
    {
        "remote-as AS": "remote-as",
        "description TEXT...": "description",
        "update-source INTERFACE": "update-source",
        "ebgp-multihop <HOPS:1-255>": "ebgp-multihop",
        "shutdown": "",
        "address-family ipv4|ipv6 unicast": opens("config-bgp-nbr-af"),
    }
)
_USER = rules({"group NAME": "", "secret [<TYPE:0-10>] SECRET": "secret", "password [<TYPE:0-7>] SECRET": "password"})
_RADIUS_HOST = rules(
    {"key [<TYPE:0-7>] SECRET": "key", "timeout <SECONDS:1-1000>": "timeout", "retransmit <TRIES:1-100>": "retransmit"}
)
_LINE = rules(
    {
        "exec-timeout <MINUTES:0-35791> <SECONDS:0-2147483>": "exec-timeout",
        "timestamp disable": "",
        "login authentication LIST": "login authentication",
        "length <LINES:0-512>": "length",
        "width <COLUMNS:0-512>": "width",
        "transport input TEXT...": "transport input",
    }
)
_ACL = rules({"<SEQ:1-2147483643> permit|deny|remark TEXT...": "{SEQ}"})

_ORDER = {
    "config": """hostname|logging|telnet|domain|username|aaa group|aaa authorization|aaa authentication|*|vrf|line
        |snmp-server|ntp|lldp|banner|ipv4 access-list|interface|prefix-set|route-policy|router static|router ospf
        |router ospfv3|router bgp|ssh""",
    "config-if": "description|mtu|vrf|ipv4 address|ipv6 enable|ipv6 address|load-interval|shutdown",
    "config-ospf": "log|router-id|auto-cost|redistribute|area",
    "config-ospf-ar": "cost|network|interface",
    "config-ospf-ar-if": "cost|network|hello-interval|dead-interval|passive",
    "config-bgp": "bgp|address-family|neighbor",
    "config-bgp-nbr": "remote-as|description|update-source|address-family",
}
_PLAUSIBLE = {
    "config": """aaa as-path-set call-home cdp class-map clock community-set control-plane crypto domain dynamic-
        template event evpn fpd ftp generic-interface-list grpc hw-module icmp ipv4 ipv6 key l2vpn
        lldp lpts mac monitor-session mpls multicast-routing netconf netconf-yang no nsr ntp
        performance-mgmt policy-map pool process rd-set service snmp-server ssh tacacs-server
        telemetry tftp track tpa xml""",
    "config-if": """bandwidth bfd bundle carrier-delay cdp dampening encapsulation ethernet flow ipv4 ipv6 l2transport
        lldp logging negotiation service-policy speed""",
    "config-ospf": "address-family authentication bfd default-information distance maximum mpls nsf nsr timers",
    "config-ospf-ar-if": "authentication bfd fast-reroute message-digest-key mtu-ignore prefix-suppression",
    "config-bgp": "bgp nsr timers vrf neighbor-group",
    "config-bgp-af": "network redistribute maximum-paths aggregate-address",
    "config-bgp-nbr": "bfd password timers use",
    "config-bgp-nbr-af": "route-policy next-hop-self maximum-prefix soft-reconfiguration route-reflector-client",
    "config-vrf": "address-family description rd",
    "config-un": "",
    "config-ntp": "server source update-calendar",
    "config-sg-radius": "server",
}
_STRICT = (
    *("hostname", "interface", "router", "vrf", "ipv4 address", "ipv6 address", "username", "line", "area", "neighbor"),
    *("passive", "router-id", "remote-as", "update-source", "exec-timeout", "mtu"),
)
_CLEAR = re.compile(r"secret (?:0 )?(\S+)")


def _canonical(text: str) -> str:
    """Write a secret as its hash, a prefix as address and mask, interfaces by their whole names."""
    if (found := _CLEAR.fullmatch(text)) and not found[1].startswith("$"):
        return f"secret 10 {hashed('$6$', found[1])}"
    if found := re.fullmatch(r"ipv4 address (\S+)/(\d+)", text):
        mask = (0xFFFFFFFF << (32 - int(found[2]))) & 0xFFFFFFFF
        dotted = ".".join(str(mask >> shift & 255) for shift in (24, 16, 8, 0))
        return f"ipv4 address {found[1]} {dotted}"
    if found := re.fullmatch(r"(update-source) (\S+)", text):
        return f"{found[1]} {NAMES.full(found[2]) or found[2]}"
    return "passive enable" if text == "passive" else text


LANGUAGE = Language(
    grammars={
        "config": _GLOBAL,
        "config-if": _INTERFACE,
        "config-static": _STATIC,
        "config-static-vrf": _STATIC,
        "config-static-afi": _STATIC_AF,
        "config-ospf": _OSPF,
        "config-ospf-ar": _AREA,
        "config-ospf-ar-if": _OSPF_INTERFACE,
        "config-bgp": _BGP,
        "config-bgp-nbr": _NEIGHBOR,
        "config-un": _USER,
        "config-radius-host": _RADIUS_HOST,
        "config-line": _LINE,
        "config-ipv4-acl": _ACL,
        "config-lldp": rules({"timer <SECONDS:5-65534>": "timer"}),
        "config-ntp": rules({"server <HOST:ip>": ""}),
    },
    names=NAMES,
    order=_ORDER,
    plausible=_PLAUSIBLE,
    strict=_STRICT,
    canonical=_canonical,
    leaving=(),
    lists_ports=False,
    indent=1,
)
