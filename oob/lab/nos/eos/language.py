"""The EOS configuration language: the lines that replace each other, those that open a mode, and their order."""

from __future__ import annotations

import re

from oob.lab.nos.base.language import InterfaceNames, Language, opens, rules
from oob.lab.nos.base.secret import hashed

NAMES = InterfaceNames(
    types=("Port-Channel", "Ethernet", "Loopback", "Management", "Tunnel", "Vlan", "Vxlan", "Null"),
    logical=("Port-Channel", "Loopback", "Tunnel", "Vlan", "Vxlan", "Null"),
    short={"Ethernet": "Et", "Management": "Ma", "Loopback": "Lo", "Port-Channel": "Po", "Vlan": "Vl", "Tunnel": "Tu"},
)

_GLOBAL = rules(
    {
        "hostname NAME": "hostname",
        "username USER [privilege <LEVEL:0-15>] [role ROLE] secret [<TYPE:0-9>] SECRET": "username {USER}",
        "username USER [privilege <LEVEL:0-15>] [role ROLE] secret sha512 SECRET": "username {USER}",
        "username USER [privilege <LEVEL:0-15>] [role ROLE] nopassword": "username {USER}",
        "username USER": "username {USER}",
        "enable secret|password [<TYPE:0-9>] SECRET": "enable secret",
        "enable secret|password sha512 SECRET": "enable secret",
        "enable secret|password": "enable secret",
        "aaa authentication login default|console METHODS...": "",
        "aaa authorization exec default METHODS...": "aaa authorization exec",
        "aaa group server radius|tacacs+ NAME": opens("config-sg-radius"),
        "radius-server host <HOST:ip> [vrf VRF] [timeout <SECONDS:1-1000>] [retransmit <TRIES:0-100>] [key TEXT...]": (
            "radius-server host {HOST}"
        ),
        "tacacs-server host <HOST:ip> [vrf VRF] [timeout <SECONDS:1-1000>] [key TEXT...]": "tacacs-server host {HOST}",
        "interface NAME [NUMBER]": opens("config-if"),
        "vlan <ID:1-4094>": opens("config-vlan"),
        "vrf instance NAME": opens("config-vrf"),
        "router ospf <PROCESS:1-65535> [vrf VRF]": opens("config-router-ospf"),
        "router ospfv3": opens("config-router-ospf3"),
        "ipv6 router ospf <PROCESS:1-65535> [vrf VRF]": opens("config-router-ospf3"),
        "router bgp AS": opens("config-router-bgp"),
        "ip routing [vrf VRF]": "",
        "ipv6 unicast-routing [vrf VRF]": "",
        "ip route [vrf VRF] <PREFIX:prefix> <NEXTHOP:ip> [<AD:1-255>] [tag <TAG:0-4294967295>] [name NAME]": "",
        "ip route [vrf VRF] <PREFIX:prefix> INTERFACE [<NEXTHOP:ip>] [<AD:1-255>] [name NAME]": "",
        "ipv6 route [vrf VRF] <PREFIX:prefix6> <NEXTHOP:ipv6> [<AD:1-255>]": "",
        "ipv6 route [vrf VRF] <PREFIX:prefix6> INTERFACE [<NEXTHOP:ipv6>] [<AD:1-255>]": "",
        "ip access-list [standard] NAME": opens("config-acl"),
        "ip prefix-list NAME": opens("config-ip-pfx"),
        "ip prefix-list NAME seq <SEQ:0-65535> TEXT...": "ip prefix-list {NAME} seq {SEQ}",
        "ip name-server [vrf VRF] TEXT...": "",
        "route-map NAME permit|deny <SEQ:1-16777215>": opens("config-route-map"),
        "management api http-commands": opens("config-mgmt-api-http-cmds"),
        "management ssh": opens("config-mgmt-ssh"),
        "management console": opens("config-mgmt-console"),
        "logging console [LEVEL]": "logging console",
        "logging host <HOST:ip>": "",
        "ntp server [vrf VRF] <HOST:ip> [prefer]": "",
        "snmp-server location TEXT...": "snmp-server location",
        "snmp-server contact TEXT...": "snmp-server contact",
        "spanning-tree mode MODE": "spanning-tree mode",
        "service routing protocols model ribd|multi-agent": "service routing protocols model",
        "service configuration session max pending <COUNT:1-20>": "service configuration session max pending",
        "transceiver qsfp default-mode MODE": "transceiver qsfp default-mode",
        "banner motd": "banner motd",
        "banner motd TEXT...": "banner motd",
        "banner login": "banner login",
        "banner login TEXT...": "banner login",
        "aaa root secret [<TYPE:0-9>] SECRET": "aaa root",
        "aaa root secret sha512 SECRET": "aaa root",
        "aaa root": "aaa root",
    }
)
_INTERFACE = rules(
    {
        "description TEXT...": "description",
        "ip address <PREFIX:prefix>": "ip address",
        "ip address <PREFIX:prefix> secondary": "",
        "ipv6 address <PREFIX:prefix6>": "",
        "ipv6 enable": "",
        "ip ospf area AREA": "ip ospf area",
        "ip ospf cost <COST:1-65535>": "ip ospf cost",
        "ip ospf network point-to-point|broadcast": "ip ospf network",
        "ip ospf priority <PRIORITY:0-255>": "ip ospf priority",
        "ip ospf hello-interval <SECONDS:1-65535>": "ip ospf hello-interval",
        "ip ospf dead-interval <SECONDS:1-65535>": "ip ospf dead-interval",
        "ipv6 ospf <PROCESS:1-65535> area AREA": "ipv6 ospf area",
        "vrf NAME": "vrf",
        "switchport": "",
        "switchport mode access|trunk": "switchport mode",
        "switchport access vlan <ID:1-4094>": "switchport access vlan",
        "switchport trunk allowed vlan TEXT...": "switchport trunk allowed vlan",
        "shutdown": "",
        "mtu <BYTES:68-9214>": "mtu",
        "speed TEXT...": "speed",
        "load-interval <SECONDS:5-600>": "load-interval",
        "channel-group <ID:1-2000> mode MODE": "channel-group",
    }
)
_OSPF = rules(
    {
        "router-id <ID:ip>": "router-id",
        "network <PREFIX:prefix> area AREA": "",
        "network <PREFIX:ip> <WILDCARD:mask> area AREA": "",
        "passive-interface default": "",
        "passive-interface INTERFACE": "",
        "redistribute static|connected|bgp [route-map NAME]": "redistribute",
        "max-lsa <COUNT:0-100000>": "max-lsa",
        "auto-cost reference-bandwidth <MBPS:1-4294967>": "auto-cost reference-bandwidth",
        "log-adjacency-changes [detail]": "log-adjacency-changes",
        "maximum-paths <PATHS:1-128>": "maximum-paths",
        "distance ospf TEXT...": "",
    }
)
_BGP = rules(
    {
        "router-id <ID:ip>": "router-id",
        "neighbor <PEER:ip> remote-as AS": "neighbor {PEER} remote-as",
        "neighbor <PEER:ip> description TEXT...": "neighbor {PEER} description",
        "neighbor <PEER:ip> update-source INTERFACE": "neighbor {PEER} update-source",
        "neighbor <PEER:ip> next-hop-self|shutdown": "",
        "neighbor <PEER:ip> ebgp-multihop [<HOPS:1-255>]": "neighbor {PEER} ebgp-multihop",
        "neighbor <PEER:ip> TEXT...": "",
        "network <PREFIX:prefix>": "",
        "maximum-paths <PATHS:1-600>": "maximum-paths",
        "redistribute connected|static": "",
        "vrf NAME": opens("config-router-bgp-vrf"),
        "address-family ipv4|ipv6|evpn": opens("config-router-bgp-af"),
    }
)
_RADIUS = rules({"server <HOST:ip> [vrf VRF]": ""})
_VLAN = rules({"name NAME": "name"})
_ACL = rules({"<SEQ:1-4294967295> permit|deny|remark TEXT...": "{SEQ}", "permit|deny|remark TEXT...": ""})
_CONSOLE = rules({"idle-timeout <MINUTES:0-86400>": "idle-timeout"})
_API = rules({"shutdown": "", "protocol TEXT...": ""})

_ORDER = {
    "config": """aaa root|no aaa root|username|enable|radius-server|tacacs-server|aaa group|aaa authentication
        |aaa authorization|transceiver|*|service routing|service|logging|hostname|ip name-server|ntp|snmp-server
        |spanning-tree|vlan|vrf instance|interface|ip access-list|ip prefix-list|route-map|ip routing|no ip routing
        |ipv6 unicast-routing|ip route|ipv6 route|banner|router bgp
        |router ospf|ipv6 router ospf|router ospfv3|management""",
    "config-if": """description|shutdown|mtu|speed|switchport|no switchport|vrf|ip address|ipv6 enable|ipv6 address
        |ip ospf network|ip ospf cost|ip ospf area|ipv6 ospf""",
    "config-router-ospf": "router-id|passive-interface|no passive-interface|redistribute|network|max-lsa",
    "config-router-bgp": "router-id|maximum-paths|neighbor|redistribute|network|vrf|address-family",
}

_PLAUSIBLE = {
    "config": """aaa arp boot class-map clock daemon dns dot1x email errdisable event-handler event-monitor hardware ip
        ipv6 lacp lldp load-balance logging mac management mlag monitor mpls no ntp peer-filter platform policy-map
        priority-flow-control ptp qos queue-monitor radius-server router service sflow snmp-server spanning-tree
        switchport tacacs-server tap track traffic-policies transceiver tunnel virtual-router vxlan""",
    "config-if": """arp bfd channel-group dot1x encapsulation error-correction flowcontrol ip ipv6 isis l2 lacp lldp
        mac mac-address mpls pim priority-flow-control ptp qos sflow snmp spanning-tree storm-control switchport traffic
        traffic-loopback transceiver tunnel tx-queue vrrp vxlan""",
    "config-router-ospf": """area bfd compatible default-information distance fips graceful-restart mpls point-to-point
        summary-address timers""",
    "config-router-bgp": "aggregate-address bgp distance dynamic graceful-restart neighbor timers ucmp update vlan",
    "config-router-bgp-af": "neighbor bgp network redistribute",
    "config-router-bgp-vrf": "neighbor network rd redistribute route-target router-id",
    "config-router-ospf3": "router-id passive-interface redistribute area",
    "config-route-map": "match set continue description",
    "config-ip-pfx": "seq",
    "config-mgmt-ssh": "idle-timeout authentication ip server-port vrf connection",
    "config-mgmt-api-http-cmds": "vrf protocol shutdown",
    "config-vrf": "rd description",
}

_STRICT = (
    *("hostname", "interface", "router", "vrf instance", "ip address", "ip route", "ip routing", "ip ospf area"),
    *(
        "ip ospf cost",
        "ipv6 address",
        "ipv6 route",
        "vlan",
        "ip access-list",
        "mtu",
        "description",
        "banner",
        "username",
    ),
)
_CLEAR = re.compile(r"((?:username \S+ .*|enable |aaa root )secret) (?:0 )?(\S+)")


def _canonical(text: str) -> str:
    """Write a secret as its hash, a password as a secret, and interfaces by their whole names."""
    clear = _CLEAR.fullmatch(text.replace("enable password", "enable secret"))
    if clear is not None and not clear[2].startswith("$"):
        return f"{clear[1]} sha512 {hashed('$6$', clear[2])}"
    if found := re.fullmatch(r"(passive-interface|neighbor \S+ update-source) (\S+)", text):
        return f"{found[1]} {NAMES.full(found[2]) or found[2]}"
    if found := re.fullmatch(r"(network \S+|ip ospf|ipv6 ospf \d+) area (\d+)", text):
        return f"{found[1]} area 0.0.0.{found[2]}"
    return text


LANGUAGE = Language(
    grammars={
        "config": _GLOBAL,
        "config-if": _INTERFACE,
        "config-router-ospf": _OSPF,
        "config-router-bgp": _BGP,
        "config-sg-radius": _RADIUS,
        "config-vlan": _VLAN,
        "config-acl": _ACL,
        "config-mgmt-console": _CONSOLE,
        "config-mgmt-api-http-cmds": _API,
    },
    names=NAMES,
    order=_ORDER,
    plausible=_PLAUSIBLE,
    strict=_STRICT,
    off=frozenset({"switchport"}),
    both={"aaa root|logging console|ip routing": "", r"passive-interface (?!default)\S+": "passive-interface default"},
    canonical=_canonical,
    indent=3,
)
