"""The configuration tree of the virtual Junos router: grammar, text in both styles, loading, comparing."""

from __future__ import annotations

import pytest

from oob.lab.nos.junos.compare import compare
from oob.lab.nos.junos.database import parsed, text_of
from oob.lab.nos.junos.parse import Loader, load_lines
from oob.lab.nos.junos.render import set_lines
from oob.lab.nos.junos.schema import RefusedStatement, grammar
from oob.lab.nos.junos.standing import standing
from oob.lab.nos.junos.tree import Statement, expanded
from tests.captures import need
from tests.lab.nos.junos_desk import CONFIG

LINES = """set system host-name core1
set system root-authentication encrypted-password "$6$abc"
set system services ssh
set interfaces ge-0/0/9 description "to edge 1"
set interfaces ge-0/0/9 unit 0 family inet address 10.0.0.5/30
set interfaces ge-0/0/10 disable
set routing-options static route 0.0.0.0/0 next-hop 10.0.0.6
set routing-options static route 0.0.0.0/0 next-hop 10.0.0.7
set protocols ospf area 0.0.0.0 interface ge-0/0/9.0
deactivate protocols ospf area 0.0.0.0 interface ge-0/0/9.0
set protocols ospf area 0.0.0.0 interface lo0.0 passive
"""

BRACES = """system {
    host-name core1;
    root-authentication {
        encrypted-password "$6$abc"; ## SECRET-DATA
    }
    services {
        ssh;
    }
}
interfaces {
    ge-0/0/9 {
        description "to edge 1";
        unit 0 {
            family inet {
                address 10.0.0.5/30;
            }
        }
    }
    ge-0/0/10 {
        disable;
    }
}
routing-options {
    static {
        route 0.0.0.0/0 next-hop [ 10.0.0.6 10.0.0.7 ];
    }
}
protocols {
    ospf {
        area 0.0.0.0 {
            inactive: interface ge-0/0/9.0;
            interface lo0.0 {
                passive;
            }
        }
    }
}
"""


def of(lines: str) -> Statement:
    tree = Statement.empty()
    assert load_lines(tree, lines, "terminal").messages == []
    return tree


def test_set_lines_make_the_text_with_braces() -> None:
    assert text_of(of(LINES)) == BRACES


def test_the_text_with_braces_makes_the_set_lines() -> None:
    assert "".join(f"{line}\n" for line in set_lines(parsed(BRACES))) == LINES


def test_the_order_of_entering_does_not_matter() -> None:
    assert of("\n".join(reversed(LINES.splitlines()[2:6]))) == of("\n".join(LINES.splitlines()[2:6]))


@pytest.mark.parametrize(
    ("line", "message", "index"),
    [
        ("protocols ospf area 0 interfacee lo0.0", "syntax error.", 4),
        ("interfaces ge-0/0/0 unit 0 family inet address 10.0.0.999/24", "invalid ip address", 7),
        ("system host-name", "missing argument.", 2),
        ("interfaces ge-0/0/0 unit x", "invalid numeric value", 3),
        ("interfaces bogus-0", "invalid interface type", 1),
    ],
)
def test_a_line_that_does_not_fit_names_the_word(line: str, message: str, index: int) -> None:
    with pytest.raises(RefusedStatement, match=message) as refused:
        Statement.empty().put(line.split())
    assert refused.value.index == index


def test_keywords_may_be_abbreviated() -> None:
    words = ["int", "ge-0/0/0", "uni", "0", "fam", "inet", "add", "10.0.0.1/24"]
    assert " ".join(expanded(grammar(), words)) == "interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24"


@pytest.mark.parametrize(
    ("typed", "kept"), [("0/0", "0.0.0.0/0"), ("10.1/16", "10.1.0.0/16"), ("default", "0.0.0.0/0")]
)
def test_prefixes_may_be_shortened(typed: str, kept: str) -> None:
    assert f"set routing-options static route {kept} discard" in set_lines(
        of(f"set routing-options static route {typed} discard")
    )


def test_deleting_the_last_statement_takes_empty_containers_along() -> None:
    tree = of("set protocols ospf area 0 interface lo0.0\n")
    assert tree.remove(["protocols", "ospf", "area", "0", "interface", "lo0.0"])
    assert text_of(tree) == "protocols {\n    ospf {\n        area 0.0.0.0;\n    }\n}\n"
    assert not tree.remove(["protocols", "ospf", "area", "1"])


def test_errors_in_braces_are_told_with_line_and_column() -> None:
    text = "protocols {\n    ospf3 {\n        topology default {\n            metric 65450;\n        }\n    }\n}\n"
    result = Loader(Statement.empty(), "terminal").read(text)
    assert result.errors == 2
    assert result.messages[:3] == [
        "terminal:3:(16) syntax error: topology",
        "  [edit protocols ospf3]",
        "    'topology default {'",
    ]


def test_errors_in_set_lines_are_told_with_line_and_column() -> None:
    result = load_lines(Statement.empty(), "set system\nset protocols ospf topology default\n", "terminal")
    assert result.messages == ["terminal:2:(19) syntax error: topology"]


def test_replace_takes_only_the_tagged_statement_away() -> None:
    tree = of(LINES)
    Loader(tree, "terminal").read("interfaces { replace: ge-0/0/9 { disable; } }")
    assert tree.has("interfaces", "ge-0/0/9", "disable")
    assert not tree.has("interfaces", "ge-0/0/9", "description")
    assert tree.has("interfaces", "ge-0/0/10", "disable")


def test_comparing_prints_headings_and_signs() -> None:
    before, after = of(LINES), of(LINES)
    load_lines(after, "set system host-name x\ndelete interfaces ge-0/0/10\nset protocols lldp interface all", "t")
    load_lines(after, "set interfaces ge-0/0/9 unit 0 family inet address 10.0.0.9/30", "t")
    assert compare(before, after) == (
        "[edit system]\n-  host-name core1;\n+  host-name x;\n"
        "[edit interfaces ge-0/0/9 unit 0 family inet]\n+       address 10.0.0.9/30;\n"
        "[edit interfaces]\n-   ge-0/0/10 {\n-       disable;\n-   }\n"
        "[edit protocols]\n+   lldp {\n+       interface all;\n+   }\n"
    )
    assert compare(before, before.copy()) == ""


def test_what_a_configuration_amounts_to_in_the_network() -> None:
    node = standing("core1", parsed(CONFIG), {"ge-0/0/0": "cable"})
    first = node.interfaces[0]
    assert (first.name, first.link, str(first.addresses[0])) == ("ge-0/0/0.0", "cable", "10.0.12.2/30")
    assert first.ospf is not None
    assert first.ospf.point_to_point
    assert [i.ospf.passive for i in node.interfaces if i.ospf] == [False, True, True]
    assert [(str(s.prefix), s.discard) for s in node.statics] == [("198.51.100.0/24", True)]
    assert str(node.identifier) == "10.255.0.2"


def test_a_routing_instance_has_its_own_interfaces_routes_and_protocols() -> None:
    tree = of(
        "set interfaces ge-0/0/1 vlan-tagging\n"
        "set interfaces ge-0/0/1 unit 10 vlan-id 10 family inet address 10.1.0.1/24\n"
        "set routing-instances RED instance-type virtual-router interface ge-0/0/1.10\n"
        "set routing-instances RED routing-options static route 0/0 next-hop 10.1.0.254\n"
        "set routing-instances RED protocols ospf area 0 interface ge-0/0/1.10 metric 7\n"
    )
    node = standing("r", tree, {"ge-0/0/1": "trunk"})
    (interface,) = node.interfaces
    assert (interface.vrf, interface.link, interface.ospf and interface.ospf.cost) == ("RED", "trunk.10", 7)
    assert [(s.vrf, str(s.prefix)) for s in node.statics] == [("RED", "0.0.0.0/0")]


def test_an_export_policy_puts_routes_into_ospf_and_bgp() -> None:
    tree = of(
        "set routing-options autonomous-system 65001 static route 198.51.100.0/24 discard\n"
        "set policy-options policy-statement OUT term 1 from protocol static\n"
        "set policy-options policy-statement OUT term 1 then accept\n"
        "set protocols ospf export OUT\n"
        "set protocols bgp group E type external peer-as 65002 export OUT neighbor 10.0.0.2\n"
    )
    node = standing("r", tree, {})
    assert node.external == ("static",)
    assert [(str(p.address), p.remote_as) for p in node.peers] == [("10.0.0.2", 65002)]
    assert [str(prefix) for _, prefix in node.announced] == ["198.51.100.0/24"]


def test_captured_configurations_of_a_real_device_are_understood() -> None:
    capture = need("sessions") / "get_config-juniper_junos.yaml"
    import yaml

    (session,) = yaml.safe_load(capture.read_text()).values()
    texts = [i["channel_output"] for i in session["interactions"]]
    text = next(t for t in texts if "## Last commit" in t)
    braces = text.partition("UTC by boxen\n")[2].rpartition("\n\nboxen")[0]
    known = [line for line in braces.partition("security {")[0].splitlines(keepends=True) if "version" not in line]
    result = Loader(Statement.empty(), "capture").read("".join(known))
    assert result.messages == []
