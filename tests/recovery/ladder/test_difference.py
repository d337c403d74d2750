"""How configurations differ by the rules of their platforms: order where it means something, and no false alarms."""

from __future__ import annotations

import pytest

from oob.profile.store import load
from oob.recovery.ladder.difference import comparable, differences, shown

# Two lists of rules of which the first match wins, in the two orders.
ORDERED = {
    "cisco_ios": [
        ("access-list 101 permit tcp any any eq 22\n", "access-list 101 deny ip any any\n"),
        ("ip as-path access-list 1 deny _65001_\n", "ip as-path access-list 1 permit .*\n"),
        ("ip community-list standard X deny 65000:1\n", "ip community-list standard X permit\n"),
        ("ip community-list 10 deny 65000:1\n", "ip community-list 10 permit\n"),
        ("ip prefix-list P permit 10.0.0.0/8\n", "ip prefix-list P deny 0.0.0.0/0 le 32\n"),
        ("ip access-list extended A\n permit tcp any any\n", " deny ip any any\n"),
        ("ipv6 access-list A6\n permit tcp any any\n", " deny ipv6 any any\n"),
        ("policy-map Q\n class VOICE\n  priority percent 10\n", " class BULK\n  police 8000\n"),
    ],
    "arista_eos": [
        ("ip access-list A\n   permit tcp any any\n", "   deny ip any any\n"),
        ("ip as-path access-list 1 deny _65001_ any\n", "ip as-path access-list 1 permit .* any\n"),
        ("ip community-list C deny 65000:1\n", "ip community-list C permit 65000:2\n"),
        ("ip community-list regexp R deny 65000:.*\n", "ip community-list regexp R permit .*\n"),
        ("peer-filter F\n   10 match as-range 1 result reject\n", "   20 match as-range 2 result accept\n"),
    ],
    "cisco_nxos": [
        ("ip access-list A\n  permit tcp any any\n", "  deny ip any any\n"),
        ("ip as-path access-list 1 deny _65001_\n", "ip as-path access-list 1 permit .*\n"),
        ("policy-map type qos Q\n  class A\n    set dscp 1\n", "  class B\n    set dscp 2\n"),
    ],
    "cisco_xr": [
        ("route-policy P\n  drop\n", "  pass\n"),
        ("route-policy P\n  if destination in C then\n    set med 1\n", "    pass\n"),
        ("ipv4 access-list A\n permit tcp any any\n", " deny ipv4 any any\n"),
        ("policy-map Q\n class A\n  priority level 1\n", " class B\n  set dscp 1\n"),
    ],
    "cisco_asa": [
        ("access-list OUT extended permit tcp any any eq ssh\n", "access-list OUT extended deny ip any any\n"),
        ("nat (in,out) source static A B\n", "nat (in,out) source dynamic any interface\n"),
        ("policy-map Q\n class A\n  inspect dns\n", " class B\n  inspect ftp\n"),
    ],
    "frr": [
        ("access-list A permit 10.0.0.0/8\n", "access-list A deny any\n"),
        ("bgp as-path access-list X deny _65001_\n", "bgp as-path access-list X permit .*\n"),
        ("bgp community-list standard X deny 65000:1\n", "bgp community-list standard X permit\n"),
    ],
    "aruba_aoscx": [("access-list ip A\n    permit any any any\n", "    deny any any any\n")],
    "huawei_vrp": [
        ("acl name A\n permit ip\n", " deny ip\n"),
        ("ip as-path-filter 1 deny _65001_\n", "ip as-path-filter 1 permit .*\n"),
        ("security-policy\n rule name A\n  action deny\n", " rule name B\n  action permit\n"),
    ],
    "hp_comware": [
        ("qos policy Q\n classifier A behavior A\n", " classifier B behavior B\n"),
        ("ip as-path 1 deny _65001_\n", "ip as-path 1 permit .*\n"),
    ],
    "fortinet": [
        (
            "config firewall policy\n    edit 2\n        set action deny\n    next\n",
            "    edit 1\n        set action accept\n    next\n",
        ),
        (
            "config vdom\n  edit root\n    config firewall shaping-policy\n      edit 2\n      next\n",
            "      edit 1\n      next\n",
        ),
        (
            'config router route-map\n    edit "A"\n        config rule\n            edit 1\n            next\n',
            "            edit 2\n            next\n",
        ),
        ("config firewall central-snat-map\n    edit 2\n    next\n", "    edit 1\n    next\n"),
    ],
    "juniper_junos": [
        (
            "policies {\n  from-zone trust to-zone untrust {\n    policy a {\n      then permit;\n    }\n",
            "    policy b {\n      then deny;\n    }\n",
        ),
        ("policies {\n    global {\n        policy a {\n        }\n", "        policy b {\n        }\n"),
        ("filter F {\n    term a {\n        then accept;\n    }\n", "    term b {\n        then discard;\n    }\n"),
        ("policy-statement P {\n    term a {\n        then accept;\n    }\n", "    term b {\n    }\n"),
        (
            "nat {\n    source {\n        rule-set R {\n            rule a {\n            }\n",
            "            rule b {\n            }\n",
        ),
        ("set firewall filter F term a then accept\n", "set firewall filter F term b then discard\n"),
        (
            "set security policies from-zone a to-zone b policy x then permit\n",
            "set security policies from-zone a to-zone b policy y then deny\n",
        ),
    ],
    "mikrotik_routeros": [
        ("/ip firewall filter add action=accept chain=input\n", "/ip firewall filter add action=drop chain=input\n"),
        ("/ip firewall nat add action=accept chain=srcnat\n", "/ip firewall nat add action=masquerade chain=srcnat\n"),
        ("/queue simple add name=a target=10.0.0.1/32\n", "/queue simple add name=b target=10.0.0.0/8\n"),
    ],
    "nokia_sros": [
        (
            'policy-statement "P" {\n    named-entry "a" {\n        x 1\n    }\n',
            '    named-entry "b" {\n        x 2\n    }\n',
        )
    ],
    "nokia_srl": [
        (
            "set / routing-policy policy P statement a action policy-result accept\n",
            "set / routing-policy policy P statement b action policy-result reject\n",
        )
    ],
    "paloalto_panos": [
        (
            '<rules>\n  <entry name="a">\n    <action>allow</action>\n  </entry>\n',
            '  <entry name="b">\n    <action>deny</action>\n  </entry>\n',
        ),
        ("nat {\n  rules {\n    a {\n      x 1;\n    }\n", "    b {\n      x 2;\n    }\n"),
        ("set rulebase security rules a action allow\n", "set rulebase security rules b action deny\n"),
    ],
}
# Servers that are asked in turn, and lists that other platforms print in another form.
MORE = {
    "cisco_ios": [
        ("aaa group server tacacs+ G\n server name A\n", " server name B\n"),
        ("tacacs-server host 192.0.2.1\n", "tacacs-server host 192.0.2.2\n"),
        ("ip name-server 192.0.2.1\n", "ip name-server 192.0.2.2\n"),
    ],
    "arista_eos": [("aaa group server radius G\n   server 192.0.2.1\n", "   server 192.0.2.2\n")],
    "cisco_nxos": [("aaa group server tacacs+ G\n    server 192.0.2.1\n", "    server 192.0.2.2\n")],
    "cisco_xr": [("aaa group server radius G\n server 192.0.2.1 auth-port 1\n", " server 192.0.2.2 auth-port 1\n")],
    "cisco_asa": [("aaa-server T (inside) host 192.0.2.1\n", "aaa-server T (inside) host 192.0.2.2\n")],
    "aruba_aoscx": [("aaa group server tacacs G\n    server 192.0.2.1\n", "    server 192.0.2.2\n")],
    "juniper_junos": [
        ("system {\n    tacplus-server {\n        192.0.2.1 secret x;\n", "        192.0.2.2 secret x;\n"),
        ("system {\n    name-server {\n        192.0.2.1;\n", "        192.0.2.2;\n"),
        ("set system radius-server 192.0.2.1 secret x\n", "set system radius-server 192.0.2.2 secret x\n"),
        (
            "set policy-options policy-statement P term A then community add X\n",
            "set policy-options policy-statement P term A then community delete Y\n",
        ),
        ("apply-groups A;\n", "apply-groups B;\n"),
    ],
    "fortinet": [
        ("config authentication rule\n    edit a\n    next\n", "    edit b\n    next\n"),
        ("config vdom\nedit root\nconfig authentication rule\n    edit a\n    next\n", "    edit b\n    next\n"),
        (
            "config application list\n    edit l\n        config entries\n            edit 1\n            next\n",
            "            edit 2\n            next\n",
        ),
    ],
    "paloalto_panos": [
        (
            "set device-group G pre-rulebase security rules A action deny\n",
            "set device-group G pre-rulebase security rules B action allow\n",
        ),
        (
            "set network virtual-router V protocol bgp policy import rules A enable yes\n",
            "set network virtual-router V protocol bgp policy import rules B enable yes\n",
        ),
    ],
    "nokia_srl": [("    routing-policy {\n        policy P {\n            statement a\n", "            statement b\n")],
    "huawei_vrp": [
        ("policy-based-route\n rule name A\n", " rule name B\n"),
        ("decryption-policy\n rule name A\n", " rule name B\n"),
    ],
    "hp_comware": [("nat global-policy\n rule name A\n", " rule name B\n")],
    "mikrotik_routeros": [
        ("/ip ipsec policy add dst-address=10.0.0.0/8\n", "/ip ipsec policy add dst-address=0.0.0.0/0\n"),
        ("/interface wifi access-list add action=accept\n", "/interface wifi access-list add action=reject\n"),
    ],
}
CASES = [(platform, *pair) for platform, pairs in [*ORDERED.items(), *MORE.items()] for pair in pairs]


def both(one: str, other: str) -> tuple[str, str]:
    """Return the two rules in the two orders, below the head that the first of them begins with."""
    lines, depth = one.splitlines(keepends=True), len(other) - len(other.lstrip())
    first = next(place for place, line in enumerate(lines) if len(line) - len(line.lstrip()) == depth)
    head, rule = "".join(lines[:first]), "".join(lines[first:])
    return head + rule + other, head + other + rule


@pytest.mark.parametrize(("platform", "one", "other"), CASES)
def test_another_order_is_a_difference_where_the_first_match_wins(platform: str, one: str, other: str) -> None:
    profile = load(platform)
    a, b = both(one, other)
    assert differences(profile, a, a) == ()
    found = differences(profile, a, b)
    assert [line.kind for line in found] == ["moved"]
    assert shown(profile, a, b, ("a", "b"))


def test_lines_below_a_menu_of_routeros_are_a_list_of_their_chain() -> None:
    drop, accept = "add action=drop chain=input\n", "add action=accept chain=input\n"
    forward = "add action=drop chain=forward\n"
    profile, menu = load("mikrotik_routeros"), "/ip firewall filter\n"
    found = differences(profile, menu + drop + accept, menu + accept + drop)
    assert [(line.kind, line.parents) for line in found] == [("moved", ("/ip firewall filter",))]
    assert not differences(profile, menu + drop + forward, menu + forward + drop)
    assert differences(profile, f"{menu}{drop}/ip firewall nat\n", f"{menu}/ip firewall nat\n{drop}")


@pytest.mark.parametrize(
    ("platform", "a", "b"),
    [
        ("juniper_junos", "{master:0}\nhost-name r;\n", "{backup:1}\nhost-name r;\n"),
        ("huawei_vrp", "2024-01-01 08:00:00.123 +08:00\nsysname r\n", "2024-01-01 08:00:01.123 +08:00\nsysname r\n"),
        ("cisco_ios", "username a\nusername b\n", "username b\nusername a\n"),
        (
            "cisco_ios",
            "access-list 1 permit any\naccess-list 2 permit any\n",
            "access-list 2 permit any\naccess-list 1 permit any\n",
        ),
        (
            "arista_eos",
            "ip community-list regexp A permit 1\nip community-list regexp B permit 1\n",
            "ip community-list regexp B permit 1\nip community-list regexp A permit 1\n",
        ),
        ("cisco_ios", "interface Gi1\n ip mtu 9\n shutdown\n", "interface Gi1\n shutdown\n ip mtu 9\n"),
        (
            "juniper_junos",
            "term a {\n    from {\n        address 1;\n        address 2;\n    }\n}\n",
            "term a {\n    from {\n        address 2;\n        address 1;\n    }\n}\n",
        ),
        (
            "fortinet",
            "config system interface\n    edit a\n    next\n    edit b\n    next\nend\n",
            "config system interface\n    edit b\n    next\n    edit a\n    next\nend\n",
        ),
        (
            "mikrotik_routeros",
            "/ip firewall filter add action=drop chain=input\n/ip firewall filter add action=drop chain=forward\n",
            "/ip firewall filter add action=drop chain=forward\n/ip firewall filter add action=drop chain=input\n",
        ),
        (
            "cisco_xr",
            "prefix-set P\n  10.0.0.0/8,\n  11.0.0.0/8\nend-set\n",
            "prefix-set P\n  11.0.0.0/8\n  10.0.0.0/8,\nend-set\n",
        ),
        ("cisco_ios", "Using 1316 out of 196600 bytes\nhostname r\n", "Using 1402 out of 196600 bytes\nhostname r\n"),
        (
            "cisco_ios",
            "Using 131 out of 1966 bytes, uncompressed size = 400 bytes\n"
            "Uncompressed configuration from 131 bytes to 400 bytes\nhostname r\n",
            "hostname r\n",
        ),
        (
            "cisco_nxos",
            "!Startup config saved at: Thu Dec  2 12:55:38 2021\nhostname n\n",
            "!Startup config saved at: Fri Dec  3 09:00:38 2021\nhostname n\n",
        ),
        (
            "arista_eos",
            "! Command: show startup-config\n! Startup-config last modified at  Mon Mar  4 10:00:00 2024 by a\n"
            "hostname e\n",
            "hostname e\n",
        ),
        ("cisco_asa", ": Written by enable_15 at 10:00:00 UTC Mon Mar 4 2024\nhostname a\n", "hostname a\n"),
        ("aruba_aoscx", "Startup configuration:\n!\nhostname a\n", "Current configuration:\n!\nhostname a\n"),
        ("frr", "! Zebra configuration saved from vty\n!   2024/03/04 10:00:00\n!\nhostname f\n", "hostname f\n"),
    ],
)
def test_what_means_nothing_is_no_difference(platform: str, a: str, b: str) -> None:
    assert differences(load(platform), a, b) == ()
    assert shown(load(platform), a, b, ("a", "b")) == ""


FORTI = """\
config vpn certificate local
    edit "one"
        set password ENC {secret}
        set private-key "-----BEGIN ENCRYPTED PRIVATE KEY-----
{body}
-----END ENCRYPTED PRIVATE KEY-----"
    next
    edit "two"
        set comments "{comment}"
    next
end
"""


def test_a_key_that_is_encrypted_anew_each_time_is_no_difference() -> None:
    profile = load("fortinet")
    a = FORTI.format(secret="AAAA==", body="MIIF1111\nAAAA==", comment="x")
    b = FORTI.format(secret="DDDD==", body="MIIF2222\nBBBB==", comment="x")
    assert differences(profile, a, b) == ()
    assert shown(profile, a, b, ("a", "b")) == ""
    assert comparable(profile, a) == comparable(profile, b)


def test_what_stands_behind_such_a_key_is_still_compared() -> None:
    profile = load("fortinet")
    a = FORTI.format(secret="AAAA==", body="MIIF1111", comment="x")
    b = FORTI.format(secret="AAAA==", body="MIIF2222\nBBBB", comment="y")
    assert [str(line) for line in differences(profile, a, b)] == [
        'missing: config vpn certificate local / edit "two" / set comments "x"',
        'extra: config vpn certificate local / edit "two" / set comments "y"',
    ]
    assert "MIIF" not in shown(profile, a, b, ("a", "b"))


def test_the_fewest_lines_are_named_that_stand_elsewhere() -> None:
    rules = [f"access-list 101 permit tcp any any eq {port}" for port in range(1, 2000)]
    moved = [rules[-1], *rules[:-1]]
    found = differences(load("cisco_ios"), "\n".join(rules), "\n".join(moved))
    assert [line.line for line in found] == [rules[-1]]
    backwards = differences(load("cisco_ios"), "\n".join(rules), "\n".join(reversed(rules)))
    assert len(backwards) == len(rules) - 1


def test_order_is_compared_beside_lines_that_are_missing() -> None:
    a = "access-list 101 permit 1\naccess-list 101 permit 2\naccess-list 101 permit 3\n"
    b = "access-list 101 permit 3\naccess-list 101 permit 1\n"
    found = [str(line) for line in differences(load("cisco_ios"), a, b)]
    assert found[0] == "missing: access-list 101 permit 2"
    assert [line.partition(":")[0] for line in found] == ["missing", "moved"]
