from __future__ import annotations

import pytest

from oob.lab.nos.base.grammar import RefusedCommand
from oob.lab.nos.base.place import TOP, Rejected, Where
from oob.lab.nos.base.tree import ConfigLine
from oob.lab.nos.ios.configuration import IosConfiguration, fresh
from oob.lab.nos.ios.delta import commands
from oob.lab.nos.ios.startup import canonical, replay
from oob.lab.nos.ios.tree import parse, render
from oob.lab.topology import default_topology

PORTS = ("GigabitEthernet1", "GigabitEthernet2")


@pytest.fixture
def config() -> IosConfiguration:
    return fresh(PORTS)


def typed(config: IosConfiguration, *lines: str) -> Where:
    where = TOP
    for line in lines:
        where, _ = config.apply(where, line)
    return where


def interface(config: IosConfiguration, name: str) -> list[str]:
    line = config.root.find(f"interface {name}")
    assert line is not None
    return [child.text for child in line.children]


def test_names_and_words_are_written_out(config: IosConfiguration) -> None:
    typed(config, "int gi1", "ip add 10.0.0.1 255.255.255.0", "no shut")
    assert interface(config, "GigabitEthernet1") == ["ip address 10.0.0.1 255.255.255.0"]


def test_the_number_of_an_interface_may_stand_apart(config: IosConfiguration) -> None:
    assert typed(config, "interface GigabitEthernet 1").texts == ("interface GigabitEthernet1",)
    typed(config, "router ospf 1", "no passive-interface gi 2")
    assert config.root.find("router ospf 1") == ConfigLine(
        "router ospf 1", [ConfigLine("no passive-interface GigabitEthernet2")]
    )


def test_a_block_with_a_slot_takes_the_place_of_the_one_before(config: IosConfiguration) -> None:
    typed(config, "track 1 interface GigabitEthernet1 line-protocol", "track 1 ip sla 1 reachability")
    assert [line.text for line in config.root.under("track")] == ["track 1 ip sla 1 reachability"]


def test_a_second_address_replaces_the_first_and_a_secondary_one_joins_it(config: IosConfiguration) -> None:
    typed(config, "interface gi1", "ip address 10.0.0.1 255.255.255.0", "ip address 10.0.1.1 255.255.255.0")
    typed(config, "interface gi1", "ip address 10.0.2.1 255.255.255.0 secondary")
    assert [line for line in interface(config, "GigabitEthernet1") if line.startswith("ip")] == [
        "ip address 10.0.1.1 255.255.255.0",
        "ip address 10.0.2.1 255.255.255.0 secondary",
    ]


def test_no_takes_lines_away_by_their_beginning(config: IosConfiguration) -> None:
    typed(config, "interface gi1", "description some words", "no description")
    assert "description some words" not in interface(config, "GigabitEthernet1")
    typed(config, "router ospf 1", "network 10.0.0.0 0.255.255.255 area 0")
    typed(config, "no router ospf 1")
    assert config.root.under("router ospf") == []


def test_what_is_on_by_default_is_shown_when_it_is_off(config: IosConfiguration) -> None:
    typed(config, "no ip http server")
    assert config.root.find("no ip http server")
    typed(config, "ip http server")
    assert config.root.find("no ip http server") is None
    assert config.root.find("ip http server") is None


def test_lines_stand_in_their_own_order_whenever_they_were_typed(config: IosConfiguration) -> None:
    typed(config, "ip route 10.0.0.0 255.0.0.0 Null0")
    typed(config, "interface Loopback0")
    typed(config, "hostname r1")
    typed(config, "version 17.9")
    heads = [line.text.split()[0] for line in config.root.children]
    assert heads == ["version", "hostname", "interface", "interface", "interface", "ip"]
    assert config.root.children[2].text == "interface Loopback0"


def test_a_line_of_the_top_level_leaves_the_mode_it_was_typed_in(config: IosConfiguration) -> None:
    where = typed(config, "interface gi1", "router ospf 1")
    assert where.texts == ("router ospf 1",)
    assert typed(config, "interface gi1", "hostname x") == TOP


def test_entries_of_an_access_list_get_numbers(config: IosConfiguration) -> None:
    typed(config, "ip access-list extended A", "permit ip any any", "5 deny ip any host 10.0.0.1", "remark end")
    acl = config.root.find("ip access-list extended A")
    assert acl is not None
    assert [line.text for line in acl.children] == [
        "5 deny ip any host 10.0.0.1",
        "10 permit ip any any",
        "20 remark end",
    ]


@pytest.mark.parametrize(
    ("lines", "offset"),
    [
        (("ip adress 10.0.0.1 255.0.0.0",), 3),
        (("gibberish",), 0),
        (("interface gi1", "ip address 10.0.0.999 255.0.0.0"), 11),
        (("interface GigabitEthernet7",), 10),
        (("no gibberish",), 3),
        (("router ospf 1", "network 10.0.0.0 0.0.0.255 area"), None),
    ],
)
def test_an_unknown_command_is_refused_at_the_wrong_word(
    config: IosConfiguration, lines: tuple[str, ...], offset: int | None
) -> None:
    before = render(config.root)
    where = typed(config, *lines[:-1])
    with pytest.raises(RefusedCommand) as refused:
        config.apply(where, lines[-1])
    if offset is not None:
        assert refused.value.offset == offset
    if len(lines) == 1:
        assert render(config.root) == before


def test_what_is_plausible_but_not_known_is_kept_as_text(config: IosConfiguration) -> None:
    typed(config, "mpls label range 100 199")
    typed(config, "interface gi1", "ip nat inside", "service-policy output WAN")
    assert config.root.find("mpls label range 100 199")
    assert "ip nat inside" in interface(config, "GigabitEthernet1")


def test_addresses_that_overlap_or_make_no_sense_are_rejected(config: IosConfiguration) -> None:
    typed(config, "interface gi1", "ip address 10.0.0.1 255.255.255.0", "no shutdown")
    where = typed(config, "interface gi2")
    with pytest.raises(Rejected, match="overlaps with GigabitEthernet1"):
        config.apply(where, "ip address 10.0.0.2 255.255.255.0")
    with pytest.raises(Rejected, match=r"Bad mask /24 for address 10\.1\.0\.0"):
        config.apply(where, "ip address 10.1.0.0 255.255.255.0")
    with pytest.raises(Rejected, match="Bad mask 0xFF00FF00"):
        config.apply(where, "ip address 10.1.0.1 255.0.255.0")


def test_a_vrf_takes_the_addresses_of_the_interface_that_enters_it(config: IosConfiguration) -> None:
    typed(config, "vrf definition A", "address-family ipv4", "exit-address-family")
    where = typed(config, "interface gi1", "ip address 10.0.0.1 255.255.255.0")
    _, notices = config.apply(where, "vrf forwarding A")
    assert "IPv4 disabled and address(es) removed due to enabling VRF A" in notices[0]
    with pytest.raises(Rejected, match="VRF B not configured"):
        config.apply(where, "vrf forwarding B")


def test_a_physical_interface_cannot_be_removed(config: IosConfiguration) -> None:
    with pytest.raises(Rejected, match="Removal of physical interfaces is not permitted"):
        config.apply(TOP, "no interface GigabitEthernet1")
    with pytest.raises(Rejected):
        config.apply(TOP, "no interface")


def test_a_secret_in_clear_is_kept_as_a_hash(config: IosConfiguration) -> None:
    typed(config, "username ops privilege 15 secret 0 hunter2")
    assert "hunter2" not in render(config.root)
    assert config.root.under("username ops privilege 15 secret 9")


def test_a_banner_keeps_its_lines_between_etx() -> None:
    tree = parse("banner motd ^\nfirst\nr1#second\n^\nhostname r1\n")
    assert [line.text for line in tree.children] == ["banner motd \x03\nfirst\nr1#second\n\x03", "hostname r1"]


def test_a_banner_copied_from_a_screen_is_cut_at_its_caret() -> None:
    assert parse("banner motd ^Chello^C\n").children[0].text == "banner motd \x03Chello\x03"


@pytest.mark.parametrize("big", [False, True])
def test_a_saved_configuration_is_read_back_the_same(big: bool) -> None:
    spec = default_topology(big=big).routers[0]
    saved = canonical(spec.config, tuple(spec.cables))
    assert canonical(saved, tuple(spec.cables)) == saved


def test_the_large_configuration_is_about_twelve_kilobytes() -> None:
    spec = default_topology(big=True).routers[0]
    assert 11_000 < len(canonical(spec.config, tuple(spec.cables))) < 14_000


def test_the_steps_between_two_configurations_lead_from_one_to_the_other() -> None:
    spec = default_topology(big=True).routers[0]
    physical = tuple(spec.cables)
    target = parse(canonical(spec.config, physical))
    config = fresh(physical)
    replay(config, parse(default_topology().routers[0].config))
    typed(config, "interface gi1", "shutdown", "description changed", "no ip address")
    typed(config, "no ip access-list extended BRANCH-IN")
    typed(config, "interface gi2", "ip ospf cost 99")
    for step in commands(config, target):
        config.apply(step.where, step.text)
    assert commands(config, target) == []
    assert render(config.root) == render(target)
