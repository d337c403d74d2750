"""The IOS configuration language: the lines that replace each other, those that open a mode, and their order.

Lines with a pattern are checked word by word. Of the thousands of others only the first words are known; they are kept
as text.
"""

from __future__ import annotations

import re

from oob.lab.nos.base.language import InterfaceNames, LineRule, Rules, opens, rules
from oob.lab.nos.base.tree import begins
from oob.lab.nos.ios.order import ORDER, IosLanguage

NAMES = InterfaceNames(
    types=(
        *("Loopback", "Tunnel", "Port-channel", "FastEthernet", "GigabitEthernet", "TwoGigabitEthernet"),
        *("TenGigabitEthernet", "TwentyFiveGigE", "FortyGigabitEthernet", "HundredGigE", "Serial", "Vlan", "BDI"),
        "Null",
    ),
    logical=("Loopback", "Tunnel", "Port-channel", "Vlan", "BDI", "Null"),
    short={
        "Loopback": "Lo",
        "Tunnel": "Tu",
        "Port-channel": "Po",
        "FastEthernet": "Fa",
        "GigabitEthernet": "Gi",
        "TwoGigabitEthernet": "Tw",
        "TenGigabitEthernet": "Te",
        "Serial": "Se",
        "Vlan": "Vl",
    },
)

_GLOBAL: Rules = {
    "hostname NAME": "hostname",
    "enable secret SECRET": "enable secret",
    "enable secret <TYPE:0-9> SECRET": "enable secret",
    "username USER": "username {USER}",
    "username USER [privilege <LEVEL:0-15>] secret|password SECRET": "username {USER}",
    "username USER [privilege <LEVEL:0-15>] secret|password <TYPE:0-9> SECRET": "username {USER}",
    "aaa new-model": "",
    "aaa authentication login LIST METHODS...": "aaa authentication login {LIST}",
    "aaa authentication enable default METHODS...": "aaa authentication enable",
    "aaa authorization console": "",
    "aaa authorization exec LIST METHODS...": "aaa authorization exec {LIST}",
    "aaa accounting TEXT...": "",
    "aaa session-id common": "",
    "aaa group server radius|tacacs+ NAME": opens("config-sg-radius"),
    "radius|tacacs server NAME": opens("config-radius-server"),
    "interface NAME [NUMBER]": opens("config-if"),
    "router ospf <PROCESS:1-65535>": opens("config-router"),
    "router ospf <PROCESS:1-65535> vrf VRF": opens("config-router"),
    "router ospfv3 <PROCESS:1-65535>": opens("config-router"),
    "ipv6 router ospf <PROCESS:1-65535>": opens("config-rtr"),
    "router bgp <AS:1-4294967295>": opens("config-router"),
    "vrf definition NAME": opens("config-vrf"),
    "ip route [vrf VRF] <PREFIX:ip> <MASK:mask> <NEXTHOP:ip> [<AD:1-255>] [tag <TAG:1-4294967295>] [name NAME]": "",
    "ip route [vrf VRF] <PREFIX:ip> <MASK:mask> INTERFACE [<NEXTHOP:ip>] [<AD:1-255>] [name NAME]": "",
    "ipv6 route [vrf VRF] <PREFIX:prefix6> <NEXTHOP:ipv6> [<AD:1-254>]": "",
    "ipv6 route [vrf VRF] <PREFIX:prefix6> INTERFACE [<NEXTHOP:ipv6>] [<AD:1-254>]": "",
    "ipv6 unicast-routing": "",
    "ip routing": "",
    "ip access-list standard NAME": opens("config-std-nacl"),
    "ip access-list extended NAME": opens("config-ext-nacl"),
    "ip prefix-list NAME seq <SEQ:1-4294967294> TEXT...": "ip prefix-list {NAME} seq {SEQ}",
    "ip domain lookup": "",
    "ip domain name NAME": "ip domain name",
    "ip name-server TEXT...": "",
    "ip http server": "",
    "ip http secure-server": "",
    "ip ssh version <VERSION:1-2>": "ip ssh version",
    "ip cef": "",
    "ip forward-protocol nd": "",
    "route-map NAME permit|deny <SEQ:0-65535>": opens("config-route-map"),
    "class-map TEXT...": opens("config-cmap"),
    "policy-map NAME": opens("config-pmap"),
    "line con <LINE:0-0>": opens("config-line"),
    "line vty <FIRST:0-97>": opens("config-line"),
    "line vty <FIRST:0-97> <LAST:0-97>": opens("config-line"),
    "line aux <LINE:0-0>": opens("config-line"),
    "archive": opens("config-archive"),
    "banner motd|exec|login|incoming TEXT...": "",
    "logging buffered TEXT...": "logging buffered",
    "logging console [LEVEL]": "logging console",
    "logging host <HOST:ip>": "",
    "ntp server <HOST:ip> [prefer]": "ntp server {HOST}",
    "crypto pki trustpoint NAME": opens("ca-trustpoint"),
    "crypto pki certificate chain NAME": opens("config-cert-chain"),
    "control-plane": opens("config-cp"),
    "redundancy": opens("config-red"),
    "key chain NAME": opens("config-keychain"),
    "ip sla <NUMBER:1-2147483647>": opens("config-ip-sla"),
    "event manager applet NAME": opens("config-applet"),
    "kron occurrence NAME at|in TEXT...": LineRule(slot="kron occurrence {NAME}", mode="config-kron-occurrence"),
    "kron policy-list NAME": opens("config-kron-policy"),
    "ip dhcp pool NAME": opens("dhcp-config"),
    "track <NUMBER:1-1000> TEXT...": LineRule(slot="track {NUMBER}", mode="config-track"),
    "snmp-server location TEXT...": "snmp-server location",
    "snmp-server contact TEXT...": "snmp-server contact",
    "config-register <VALUE:hex>": "config-register",
    "version VERSION": "version",
}

_INTERFACE: Rules = {
    "description TEXT...": "description",
    "ip address <ADDRESS:ip> <MASK:mask>": "ip address",
    "ip address <ADDRESS:ip> <MASK:mask> secondary": "",
    "ip address dhcp": "ip address",
    "ip unnumbered INTERFACE": "ip address",
    "ip ospf <PROCESS:1-65535> area AREA": "ip ospf area",
    "ip ospf cost <COST:1-65535>": "ip ospf cost",
    "ip ospf network broadcast|point-to-point": "ip ospf network",
    "ip ospf priority <PRIORITY:0-255>": "ip ospf priority",
    "ip ospf hello-interval <SECONDS:1-65535>": "ip ospf hello-interval",
    "ip ospf dead-interval <SECONDS:1-65535>": "ip ospf dead-interval",
    "ip ospf authentication message-digest": "ip ospf authentication",
    "ip ospf message-digest-key <KEY:1-255> md5 [<TYPE:0-7>] SECRET": "ip ospf message-digest-key {KEY}",
    "ip access-group ACL in|out": "",
    "ip mtu <BYTES:68-9216>": "ip mtu",
    "ip helper-address <ADDRESS:ip>": "",
    "ipv6 address <PREFIX:prefix6>": "",
    "ipv6 address <ADDRESS:ipv6> link-local": "ipv6 address link-local",
    "ipv6 enable": "",
    "ipv6 ospf <PROCESS:1-65535> area AREA": "ipv6 ospf area",
    "ipv6 ospf cost <COST:1-65535>": "ipv6 ospf cost",
    "vrf forwarding NAME": "vrf forwarding",
    "shutdown": "",
    "negotiation auto": "",
    "bandwidth <KBPS:1-100000000>": "bandwidth",
    "delay <TENS:1-16777215>": "delay",
    "mtu <BYTES:64-9216>": "mtu",
    "duplex auto|full|half": "duplex",
    "speed auto|10|100|1000": "speed",
    "load-interval <SECONDS:30-600>": "load-interval",
    "encapsulation dot1q|dot1Q <VLAN:1-4094> [native]": "encapsulation",
    "service-policy input|output NAME": "",
    "cdp enable": "",
    "tunnel source|destination|mode TEXT...": "",
    "keepalive [<SECONDS:0-32767>]": "keepalive",
}

_ROUTER: Rules = {
    "router-id <ID:ip>": "router-id",
    "network <PREFIX:ip> <WILDCARD:mask> area AREA": "",
    "network <PREFIX:ip> mask <MASK:mask>": "",
    "network <PREFIX:ip>": "",
    "passive-interface INTERFACE [NUMBER]": "",
    "redistribute static|connected|ospf|bgp TEXT...": "",
    "redistribute static|connected": "",
    "default-information originate [always]": "default-information",
    "log-adjacency-changes [detail]": "log-adjacency-changes",
    "auto-cost reference-bandwidth <MBPS:1-4294967>": "auto-cost reference-bandwidth",
    "distance <DISTANCE:1-255>": "distance",
    "maximum-paths <PATHS:1-64>": "maximum-paths",
    "area AREA TEXT...": "",
    "timers TEXT...": "",
    "bgp router-id <ID:ip>": "bgp router-id",
    "bgp log-neighbor-changes": "",
    "bgp TEXT...": "",
    "neighbor <PEER:ip> remote-as <AS:1-4294967295>": "neighbor {PEER} remote-as",
    "neighbor <PEER:ip> description TEXT...": "neighbor {PEER} description",
    "neighbor <PEER:ip> update-source INTERFACE": "neighbor {PEER} update-source",
    "neighbor <PEER:ip> TEXT...": "",
    "neighbor <PEER:ipv6> TEXT...": "",
    "address-family TEXT...": opens("config-router-af"),
}

_LINE: Rules = {
    "exec-timeout <MINUTES:0-35791> [<SECONDS:0-2147483>]": "exec-timeout",
    "logging synchronous": "",
    "login local": "login",
    "login authentication LIST": "login",
    "login": "login",
    "password [<TYPE:0-7>] SECRET": "password",
    "privilege level <LEVEL:0-15>": "privilege level",
    "transport input TEXT...": "transport input",
    "transport output|preferred TEXT...": "",
    "stopbits <BITS:1-2>": "stopbits",
    "speed <BAUD:0-4294967295>": "speed",
    "length <LINES:0-512>": "length",
    "width <COLUMNS:0-512>": "width",
    "access-class ACL in|out": "",
}

_ARCHIVE: Rules = {
    "path URL": "path",
    "write-memory": "",
    "maximum <COUNT:1-14>": "maximum",
    "time-period <MINUTES:1-525600>": "time-period",
    "log config": opens("config-archive-log-cfg"),
    "rollback TEXT...": "",
}

_VRF: Rules = {
    "rd RD": "rd",
    "description TEXT...": "description",
    "route-target import|export|both TEXT...": "",
    "address-family ipv4|ipv6": opens("config-vrf-af"),
}

_RADIUS: Rules = {
    "address ipv4 <ADDRESS:ip> [auth-port <AUTH:0-65535>] [acct-port <ACCT:0-65535>]": "address",
    "timeout <SECONDS:1-1000>": "timeout",
    "retransmit <TRIES:0-100>": "retransmit",
    "key TEXT...": "key",
}

_SEQUENCED: Rules = {
    "<SEQ:1-2147483647> permit|deny|remark TEXT...": "{SEQ}",
    "permit|deny|remark TEXT...": "",
}

# First words of lines that are kept as text; a mode without an entry keeps any.
_PLAUSIBLE = {
    "config": """aaa access-list alias arp boot bridge call-home cdp clock config-register crypto diagnostic
        dial-peer dot1x errdisable exception fhrp file flow ftp-server glbp global hw-module interface ip ipv6
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
_STRICT = (
    *("hostname", "enable secret", "interface", "router", "vrf definition", "ip address", "ip route", "ip ospf"),
    *("ipv6 address", "ipv6 route", "ipv6 ospf", "ip access-list", "line", "archive", "router-id", "network"),
    *("passive-interface", "exec-timeout", "login", "path", "maximum", "bandwidth", "shutdown", "mtu", "ip mtu"),
    *("version", "redistribute", "default-information", "vrf forwarding", "timeout", "retransmit"),
)

# Features that are on unless the configuration says `no`.
DEFAULT_ON = re.compile(
    r"(ip (domain lookup|http server|http secure-server|redirects|unreachables|proxy-arp|split-horizon|routing|cef)"
    r"|cdp (enable|run)|lldp run|logging console|service (pad|config)|auto-summary|synchronization|negotiation auto"
    r"|aaa new-model|bgp default ipv4-unicast|passive-interface \S+|activate|platform punt-keepalive.*|keepalive)$"
)
# ... and of these the positive form is what shows them on
SHOWN_WHEN_ON = re.compile(r"(aaa new-model|ip cef|negotiation auto|passive-interface .*|logging console)$")


def _canonical(text: str) -> str:
    """Write interfaces by their whole names, and one word as IOS does."""
    text = re.sub(r"\b(passive-interface|update-source|unnumbered) (.+)", _with_full_name, text)
    return text.replace("dot1q", "dot1Q") if begins(text, "encapsulation") else text


def _with_full_name(found: re.Match[str]) -> str:
    return f"{found[1]} {NAMES.full(found[2]) or found[2]}"


def _sub_mode(mode: str, text: str) -> str:
    if mode == "config-if" and "." in text:
        return "config-subif"
    return "config-sg-tacacs+" if mode == "config-sg-radius" and "tacacs" in text else mode


LANGUAGE = IosLanguage(
    grammars={
        "config": rules(_GLOBAL),
        "config-if": rules(_INTERFACE),
        "config-subif": rules(_INTERFACE),
        "config-router": rules(_ROUTER),
        "config-rtr": rules(_ROUTER),
        "config-router-af": rules(_ROUTER),
        "config-line": rules(_LINE),
        "config-archive": rules(_ARCHIVE),
        "config-vrf": rules(_VRF),
        "config-radius-server": rules(_RADIUS),
        "config-std-nacl": rules(_SEQUENCED),
        "config-ext-nacl": rules(_SEQUENCED),
        "config-pmap": rules({"class NAME": opens("config-pmap-c")}),
        "config-keychain": rules({"key <KEY:0-2147483647>": opens("config-keychain-key")}),
        "config-cert-chain": rules({"certificate TEXT...": opens("config-pubkey")}),
    },
    names=NAMES,
    order=ORDER,
    strict=_STRICT,
    fresh=("no ip address", "shutdown"),
    fresh_logical=("no ip address",),
    verb=re.compile(r"^no "),
    canonical=_canonical,
    sub_mode=_sub_mode,
    indent=1,
)
