"""What configuration lines mean: which replace each other, which open a mode, which belong where.

Lines with a pattern are understood and checked word by word. Of the thousands of others a word or two is known; they
are kept as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from oob.lab.family.grammar import Grammar


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """*slot*: lines with the same one replace each other (`{NAME}` is a parameter); *mode*: what the line opens."""

    slot: str = ""
    mode: str = ""


_GLOBAL = {
    "hostname NAME": Rule(slot="hostname"),
    "enable secret SECRET": Rule(slot="enable secret"),
    "enable secret <TYPE:0-9> SECRET": Rule(slot="enable secret"),
    "username USER": Rule(slot="username {USER}"),
    "username USER [privilege <LEVEL:0-15>] secret|password SECRET": Rule(slot="username {USER}"),
    "username USER [privilege <LEVEL:0-15>] secret|password <TYPE:0-9> SECRET": Rule(slot="username {USER}"),
    "aaa new-model": Rule(),
    "aaa authentication login LIST METHODS...": Rule(slot="aaa authentication login {LIST}"),
    "aaa authentication enable default METHODS...": Rule(slot="aaa authentication enable"),
    "aaa authorization console": Rule(),
    "aaa authorization exec LIST METHODS...": Rule(slot="aaa authorization exec {LIST}"),
    "aaa accounting TEXT...": Rule(),
    "aaa session-id common": Rule(),
    "aaa group server radius|tacacs+ NAME": Rule(mode="config-sg-radius"),
    "radius|tacacs server NAME": Rule(mode="config-radius-server"),
    "interface NAME": Rule(mode="config-if"),
    "interface TYPE NUMBER": Rule(mode="config-if"),
    "router ospf <PROCESS:1-65535>": Rule(mode="config-router"),
    "router ospf <PROCESS:1-65535> vrf VRF": Rule(mode="config-router"),
    "router ospfv3 <PROCESS:1-65535>": Rule(mode="config-router"),
    "ipv6 router ospf <PROCESS:1-65535>": Rule(mode="config-rtr"),
    "router bgp <AS:1-4294967295>": Rule(mode="config-router"),
    "vrf definition NAME": Rule(mode="config-vrf"),
    "ip route [vrf VRF] <PREFIX:ip> <MASK:mask> <NEXTHOP:ip> [<AD:1-255>] [tag <TAG:1-4294967295>] [name NAME]": Rule(),
    "ip route [vrf VRF] <PREFIX:ip> <MASK:mask> INTERFACE [<NEXTHOP:ip>] [<AD:1-255>] [name NAME]": Rule(),
    "ipv6 route [vrf VRF] <PREFIX:prefix6> <NEXTHOP:ipv6> [<AD:1-254>]": Rule(),
    "ipv6 route [vrf VRF] <PREFIX:prefix6> INTERFACE [<NEXTHOP:ipv6>] [<AD:1-254>]": Rule(),
    "ipv6 unicast-routing": Rule(),
    "ip routing": Rule(),
    "ip access-list standard NAME": Rule(mode="config-std-nacl"),
    "ip access-list extended NAME": Rule(mode="config-ext-nacl"),
    "ip prefix-list NAME seq <SEQ:1-4294967294> TEXT...": Rule(slot="ip prefix-list {NAME} seq {SEQ}"),
    "ip domain lookup": Rule(),
    "ip domain name NAME": Rule(slot="ip domain name"),
    "ip name-server TEXT...": Rule(),
    "ip http server": Rule(),
    "ip http secure-server": Rule(),
    "ip ssh version <VERSION:1-2>": Rule(slot="ip ssh version"),
    "ip cef": Rule(),
    "ip forward-protocol nd": Rule(),
    "route-map NAME permit|deny <SEQ:0-65535>": Rule(mode="config-route-map"),
    "class-map TEXT...": Rule(mode="config-cmap"),
    "policy-map NAME": Rule(mode="config-pmap"),
    "line con <LINE:0-0>": Rule(mode="config-line"),
    "line vty <FIRST:0-97>": Rule(mode="config-line"),
    "line vty <FIRST:0-97> <LAST:0-97>": Rule(mode="config-line"),
    "line aux <LINE:0-0>": Rule(mode="config-line"),
    "archive": Rule(mode="config-archive"),
    "banner motd|exec|login|incoming TEXT...": Rule(),
    "logging buffered TEXT...": Rule(slot="logging buffered"),
    "logging console [LEVEL]": Rule(slot="logging console"),
    "logging host <HOST:ip>": Rule(),
    "ntp server <HOST:ip> [prefer]": Rule(slot="ntp server {HOST}"),
    "crypto pki trustpoint NAME": Rule(mode="ca-trustpoint"),
    "crypto pki certificate chain NAME": Rule(mode="config-cert-chain"),
    "control-plane": Rule(mode="config-cp"),
    "redundancy": Rule(mode="config-red"),
    "key chain NAME": Rule(mode="config-keychain"),
    "ip sla <NUMBER:1-2147483647>": Rule(mode="config-ip-sla"),
    "event manager applet NAME": Rule(mode="config-applet"),
    "kron occurrence NAME at|in TEXT...": Rule(slot="kron occurrence {NAME}", mode="config-kron-occurrence"),
    "kron policy-list NAME": Rule(mode="config-kron-policy"),
    "ip dhcp pool NAME": Rule(mode="dhcp-config"),
    "track <NUMBER:1-1000> TEXT...": Rule(slot="track {NUMBER}", mode="config-track"),
    "snmp-server location TEXT...": Rule(slot="snmp-server location"),
    "snmp-server contact TEXT...": Rule(slot="snmp-server contact"),
    "config-register <VALUE:hex>": Rule(slot="config-register"),
    "version VERSION": Rule(slot="version"),
}

_INTERFACE = {
    "description TEXT...": Rule(slot="description"),
    "ip address <ADDRESS:ip> <MASK:mask>": Rule(slot="ip address"),
    "ip address <ADDRESS:ip> <MASK:mask> secondary": Rule(),
    "ip address dhcp": Rule(slot="ip address"),
    "ip unnumbered INTERFACE": Rule(slot="ip address"),
    "ip ospf <PROCESS:1-65535> area AREA": Rule(slot="ip ospf area"),
    "ip ospf cost <COST:1-65535>": Rule(slot="ip ospf cost"),
    "ip ospf network broadcast|point-to-point": Rule(slot="ip ospf network"),
    "ip ospf priority <PRIORITY:0-255>": Rule(slot="ip ospf priority"),
    "ip ospf hello-interval <SECONDS:1-65535>": Rule(slot="ip ospf hello-interval"),
    "ip ospf dead-interval <SECONDS:1-65535>": Rule(slot="ip ospf dead-interval"),
    "ip ospf authentication message-digest": Rule(slot="ip ospf authentication"),
    "ip ospf message-digest-key <KEY:1-255> md5 [<TYPE:0-7>] SECRET": Rule(slot="ip ospf message-digest-key {KEY}"),
    "ip access-group ACL in|out": Rule(),
    "ip mtu <BYTES:68-9216>": Rule(slot="ip mtu"),
    "ip helper-address <ADDRESS:ip>": Rule(),
    "ipv6 address <PREFIX:prefix6>": Rule(),
    "ipv6 address <ADDRESS:ipv6> link-local": Rule(slot="ipv6 address link-local"),
    "ipv6 enable": Rule(),
    "ipv6 ospf <PROCESS:1-65535> area AREA": Rule(slot="ipv6 ospf area"),
    "ipv6 ospf cost <COST:1-65535>": Rule(slot="ipv6 ospf cost"),
    "vrf forwarding NAME": Rule(slot="vrf forwarding"),
    "shutdown": Rule(),
    "negotiation auto": Rule(),
    "bandwidth <KBPS:1-100000000>": Rule(slot="bandwidth"),
    "delay <TENS:1-16777215>": Rule(slot="delay"),
    "mtu <BYTES:64-9216>": Rule(slot="mtu"),
    "duplex auto|full|half": Rule(slot="duplex"),
    "speed auto|10|100|1000": Rule(slot="speed"),
    "load-interval <SECONDS:30-600>": Rule(slot="load-interval"),
    "encapsulation dot1q|dot1Q <VLAN:1-4094> [native]": Rule(slot="encapsulation"),
    "service-policy input|output NAME": Rule(),
    "cdp enable": Rule(),
    "tunnel source|destination|mode TEXT...": Rule(),
    "keepalive [<SECONDS:0-32767>]": Rule(slot="keepalive"),
}

_ROUTER = {
    "router-id <ID:ip>": Rule(slot="router-id"),
    "network <PREFIX:ip> <WILDCARD:mask> area AREA": Rule(),
    "network <PREFIX:ip> mask <MASK:mask>": Rule(),
    "network <PREFIX:ip>": Rule(),
    "passive-interface INTERFACE": Rule(),
    "passive-interface TYPE NUMBER": Rule(),
    "redistribute static|connected|ospf|bgp TEXT...": Rule(),
    "redistribute static|connected": Rule(),
    "default-information originate [always]": Rule(slot="default-information"),
    "log-adjacency-changes [detail]": Rule(slot="log-adjacency-changes"),
    "auto-cost reference-bandwidth <MBPS:1-4294967>": Rule(slot="auto-cost reference-bandwidth"),
    "distance <DISTANCE:1-255>": Rule(slot="distance"),
    "maximum-paths <PATHS:1-64>": Rule(slot="maximum-paths"),
    "area AREA TEXT...": Rule(),
    "timers TEXT...": Rule(),
    "bgp router-id <ID:ip>": Rule(slot="bgp router-id"),
    "bgp log-neighbor-changes": Rule(),
    "bgp TEXT...": Rule(),
    "neighbor <PEER:ip> remote-as <AS:1-4294967295>": Rule(slot="neighbor {PEER} remote-as"),
    "neighbor <PEER:ip> description TEXT...": Rule(slot="neighbor {PEER} description"),
    "neighbor <PEER:ip> update-source INTERFACE": Rule(slot="neighbor {PEER} update-source"),
    "neighbor <PEER:ip> TEXT...": Rule(),
    "neighbor <PEER:ipv6> TEXT...": Rule(),
    "address-family TEXT...": Rule(mode="config-router-af"),
}

_LINE = {
    "exec-timeout <MINUTES:0-35791> [<SECONDS:0-2147483>]": Rule(slot="exec-timeout"),
    "logging synchronous": Rule(),
    "login local": Rule(slot="login"),
    "login authentication LIST": Rule(slot="login"),
    "login": Rule(slot="login"),
    "password [<TYPE:0-7>] SECRET": Rule(slot="password"),
    "privilege level <LEVEL:0-15>": Rule(slot="privilege level"),
    "transport input TEXT...": Rule(slot="transport input"),
    "transport output|preferred TEXT...": Rule(),
    "stopbits <BITS:1-2>": Rule(slot="stopbits"),
    "speed <BAUD:0-4294967295>": Rule(slot="speed"),
    "length <LINES:0-512>": Rule(slot="length"),
    "width <COLUMNS:0-512>": Rule(slot="width"),
    "access-class ACL in|out": Rule(),
}

_ARCHIVE = {
    "path URL": Rule(slot="path"),
    "write-memory": Rule(),
    "maximum <COUNT:1-14>": Rule(slot="maximum"),
    "time-period <MINUTES:1-525600>": Rule(slot="time-period"),
    "log config": Rule(mode="config-archive-log-cfg"),
    "rollback TEXT...": Rule(),
}

_VRF = {
    "rd RD": Rule(slot="rd"),
    "description TEXT...": Rule(slot="description"),
    "route-target import|export|both TEXT...": Rule(),
    "address-family ipv4|ipv6": Rule(mode="config-vrf-af"),
}

_RADIUS = {
    "address ipv4 <ADDRESS:ip> [auth-port <AUTH:0-65535>] [acct-port <ACCT:0-65535>]": Rule(slot="address"),
    "timeout <SECONDS:1-1000>": Rule(slot="timeout"),
    "retransmit <TRIES:0-100>": Rule(slot="retransmit"),
    "key TEXT...": Rule(slot="key"),
}

_SEQUENCED = {
    "<SEQ:1-2147483647> permit|deny|remark TEXT...": Rule(slot="{SEQ}"),
    "permit|deny|remark TEXT...": Rule(),
}


def _grammar(*tables: dict[str, Rule]) -> Grammar[Rule]:
    grammar: Grammar[Rule] = Grammar()
    for table in tables:
        for pattern, rule in table.items():
            grammar.add(pattern, rule)
    return grammar


GRAMMARS: dict[str, Grammar[Rule]] = {
    "config": _grammar(_GLOBAL),
    "config-if": _grammar(_INTERFACE),
    "config-subif": _grammar(_INTERFACE),
    "config-router": _grammar(_ROUTER),
    "config-rtr": _grammar(_ROUTER),
    "config-router-af": _grammar(_ROUTER),
    "config-line": _grammar(_LINE),
    "config-archive": _grammar(_ARCHIVE),
    "config-vrf": _grammar(_VRF),
    "config-radius-server": _grammar(_RADIUS),
    "config-std-nacl": _grammar(_SEQUENCED),
    "config-ext-nacl": _grammar(_SEQUENCED),
    "config-pmap": _grammar({"class NAME": Rule(mode="config-pmap-c")}),
    "config-keychain": _grammar({"key <KEY:0-2147483647>": Rule(mode="config-keychain-key")}),
    "config-cert-chain": _grammar({"certificate TEXT...": Rule(mode="config-pubkey")}),
}

# First words of lines that are kept as text. The empty mode stands for every mode without an entry.
_PLAUSIBLE = {
    "config": """aaa access-list alias arp boot bridge call-home cdp clock config-register crypto diagnostic dial-
        peer dot1x errdisable exception fhrp file flow ftp-server glbp global hw-module interface ip ipv6
        kerberos key l2vpn ldap license lldp logging login mac macro map-class mpls multilink netconf-yang
        network-clock no ntp object-group parameter-map parser password platform power-supply pppoe
        privilege process qos queue-monitor radius-server rate redundancy restconf rmon route-tag router
        scheduler security service shell snmp-server spanning-tree stack-power standby subscriber switch
        system tacacs-server telemetry template tftp-server time-range transceiver udld virtual-service vlan
        vtp wsma x25 zone zone-pair""",
    "config-if": """arp auto bfd bgp-policy carrier-delay cdp channel-group channel-protocol clock crypto dampening
        dot1q encapsulation fair-queue flowcontrol glbp hold-queue ip ipv6 isis l2protocol-tunnel lacp lldp logging
        loopback mac-address macro media-type mpls nat ntp peer platform port-channel power ppp qos rate-limit
        service-policy snmp spanning-tree standby storm-control switchport track transmit-buffer trust tx-ring-limit
        udld vrrp xconnect zone-member""",
    "config-router": """aggregate-address area bfd compatible default default-metric discard-route distribute-list
        exit-address-family ignore ispf limit max-lsa max-metric mpls neighbor nsf nsr prefix-suppression
        queue-depth snmp summary-address synchronization auto-summary table-map traffic-share ttl-security""",
    "config-line": """absolute-timeout accounting activation-character authorization autocommand databits domain-lookup
        escape-character exec flowcontrol history ip ipv6 location modem monitor motd-banner notify parity rotary
        rxspeed session-timeout terminal-type timeout txspeed vacant-message""",
}
PLAUSIBLE: dict[str, frozenset[str]] = {mode: frozenset(words.split()) for mode, words in _PLAUSIBLE.items()}
PLAUSIBLE["config-subif"] = PLAUSIBLE["config-if"]
PLAUSIBLE["config-router-af"] = PLAUSIBLE["config-rtr"] = PLAUSIBLE["config-router"]
PLAUSIBLE["config-std-nacl"] = PLAUSIBLE["config-ext-nacl"] = frozenset({"evaluate"})
PLAUSIBLE["config-kron-occurrence"] = frozenset({"policy-list"})
PLAUSIBLE["config-kron-policy"] = frozenset({"cli"})
PLAUSIBLE["config-archive"] = PLAUSIBLE["config-radius-server"] = frozenset()
PLAUSIBLE["config-vrf"] = frozenset({"vnet", "import", "export", "maximum"})

# After `ip` and `ipv6` the second word must be known too: these are where typing errors happen.
_SECOND = """
    access-group access-list accounting arp as-path bgp-community bootp cef classless community-list dhcp dns
    domain domain-lookup domain-name dvmrp extcommunity-list finger flow forward-protocol ftp gratuitous-arps
    hello-interval helper-address host http icmp igmp inspect local mask-reply mroute msdp mtu multicast
    multicast-routing name-server nat nbar nd nhrp ospf pim policy prefix-list proxy-arp radius rcmd redirects rip
    route-cache router rsvp scp sla source source-route spd split-horizon ssh subnet-zero summary-address tacacs
    tcp tftp traffic-filter unicast unnumbered unreachables urpf verify virtual-reassembly vrf wccp
"""
SECOND = frozenset(_SECOND.split())

# Heads whose every continuation has a pattern above: anything else after them is an error.
STRICT = (
    *("hostname", "enable secret", "interface", "router", "vrf definition", "ip address", "ip route", "ip ospf"),
    *("ipv6 address", "ipv6 route", "ipv6 ospf", "ip access-list", "line", "archive", "router-id", "network"),
    *("passive-interface", "exec-timeout", "login", "path", "maximum", "bandwidth", "shutdown", "mtu", "ip mtu"),
    *("version", "hostname", "redistribute", "default-information", "vrf forwarding", "timeout", "retransmit"),
)

# Features that are on unless the configuration says `no`.
DEFAULT_ON = re.compile(
    r"(ip (domain lookup|http server|http secure-server|redirects|unreachables|proxy-arp|split-horizon|routing|cef)"
    r"|cdp (enable|run)|lldp run|logging console|service (pad|config)|auto-summary|synchronization|negotiation auto"
    r"|aaa new-model|bgp default ipv4-unicast|passive-interface \S+|activate|platform punt-keepalive.*|keepalive)$"
)
# ... and of these the positive form is what shows them on
SHOWN_WHEN_ON = re.compile(r"(aaa new-model|ip cef|negotiation auto|passive-interface .*|logging console)$")
