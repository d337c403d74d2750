"""Kinds of lines that devices print now and then: each is read, in the smallest table that has it."""

from __future__ import annotations

import json

import pytest

from oob.errors import RouteError
from oob.routing.parse import parse

JUNOS = (
    "inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n"
    "+ = Active Route, - = Last Active, * = Both\n\n"
    "192.0.2.0/24       *[Direct/0] 1w2d 03:04:05\n                    >  via ge-0/0/0.0\n\n"
)
VRP = (
    "Routing Tables: Public\n         Destinations : 1        Routes : 1\n\n"
    "Destination/Mask    Proto   Pre  Cost      Flags NextHop         Interface\n\n"
    "      192.0.2.0/24  Direct  0    0           D   192.0.2.1       {interface}\n"
)
SROS = (
    "Route Table (Router: Base)\n"
    "Dest Prefix[Flags]                            Type    Proto     Age        Pref\n"
    "      Next Hop[Interface Name]                                    Metric   \n"
    "192.0.2.1/32                                  {row}\n"
    "       {hop}                                                       0\n"
    "No. of Routes: 1\n"
)
PROMPTS = {
    "juniper_junos": [
        "user@r1> ", "{master:0}\nuser@r1> ", "{primary:node0}\nuser@r1> ", "{master:0}[edit]\nuser@r1# run ",
    ],
    "huawei_vrp": ["<R1>", "[R1]", "[~R1] ", "[*R1]", "[~R1-Vlanif10]", "HRP_M<FW1> ", "HRP_S[FW1]"],
    "hp_comware": ["<R1>", "[R1]", "[R1-GigabitEthernet1/0/1]", "RBM_P<FW1>"],
    "nokia_sros": [
        "A:R1# ", "*A:R1>config>router# ", "*(ex)[/]\nA:admin@r1# ", "(pr)[/configure router]\nA:admin@r1# ",
        "[]\nA:admin@r1# ",
    ],
    "linux": ["root@r1:~# ", "[root@r1 ~]# ", "[admin@r1 /etc]$ ", "bash-4.2# "],
    "frr": ["r1# ", "admin@sonic:~$ "],
}  # fmt: skip
COMMANDS = {
    "juniper_junos": "show route", "huawei_vrp": "display ip routing-table", "hp_comware": "display ip routing-table",
    "nokia_sros": "show router route-table", "linux": "ip route", "frr": "show ip route",
}  # fmt: skip
TABLES = {
    "juniper_junos": JUNOS,
    "huawei_vrp": VRP.format(interface="Vlanif10"),
    "hp_comware": (
        "Destinations : 1        Routes : 1\n\n192.0.2.0/24        Direct 0    0            192.0.2.1       Vlan10\n"
    ),
    "nokia_sros": SROS.format(row="Local   Local     00h04m37s  0", hop="system"),
    "linux": "192.0.2.0/24 dev eth0 proto kernel scope link \n",
    "frr": "C>* 192.0.2.0/24 is directly connected, eth0, 00:01:02\n",
}


@pytest.mark.parametrize(("platform", "prompt"), [(name, each) for name, some in PROMPTS.items() for each in some])
def test_a_prompt_of_any_mode_stands_around_a_table(platform: str, prompt: str) -> None:
    text = f"{prompt}{COMMANDS[platform]}\n{TABLES[platform]}{prompt}"
    assert len(parse(platform, text).routes) == 1
    with pytest.raises(RouteError, match="no prompt"):
        parse(platform, f"{prompt}{COMMANDS[platform]}\n{TABLES[platform]}")


@pytest.mark.parametrize("interface", ["100GE1/0/3", "25GE1/0/1", "Eth-Trunk1.100", "NULL0"])
def test_an_interface_may_begin_with_a_digit(interface: str) -> None:
    (route,) = parse("huawei_vrp", VRP.format(interface=interface)).routes
    assert route.next_hops[0].interface == interface


@pytest.mark.parametrize(
    ("row", "hop", "protocol", "interface"),
    [
        ("Remote  OSPF(10)  28d14h34m  190", "198.51.100.2", "ospf", ""),
        ("Remote  ISIS(1)   00h04m37s  15", "198.51.100.2", "isis", ""),
        ("Blackh* Aggr      00h04m37s  130", "Black Hole", "aggregate", "blackhole"),
    ],
)
def test_sros_instances_and_truncated_cells(row: str, hop: str, protocol: str, interface: str) -> None:
    note = "* indicates that the corresponding row element may have been truncated.\n"
    (route,) = parse("nokia_sros", SROS.format(row=row, hop=hop) + note).routes
    assert (route.protocol, route.next_hops[0].interface) == (protocol, interface)


def test_a_route_for_forwarding_only_is_active_and_one_for_routing_only_is_not() -> None:
    text = (
        "inet.0: 1 destinations, 2 routes (1 active, 0 holddown, 0 hidden)\n"
        "@ = Routing Use Only, # = Forwarding Use Only\n\n"
        "192.0.2.1/32       @[OSPF/10] 00:02:45, metric 1\n                    >  to 198.51.100.2 via xe-0/0/1.0\n"
        "                   #[Static/5] 00:02:50, metric 1\n                    >  to 198.51.100.6 via xe-0/0/2.0\n"
    )
    for table in (parse("juniper_junos", text), parse("juniper_junos", text, partial=True)):
        assert [(route.protocol, route.active) for route in table.routes] == [("ospf", False), ("static", True)]


def test_the_kind_of_an_evpn_route_is_not_part_of_its_prefix() -> None:
    text = (
        "default-switch.evpn.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n\n"
        "3:192.0.2.3:1::50100::192.0.2.3/248 IM            \n"
        "                   *[EVPN/170] 01:53:56\n                      Indirect\n"
    )
    assert parse("juniper_junos", text).routes[0].prefix == "3:192.0.2.3:1::50100::192.0.2.3/248"


NXOS = "IP Route Table for VRF \"RED\"\n'*' denotes best ucast next-hop\n\n"


def test_nxos_segments_on_lines_of_their_own_and_a_process_with_a_dot() -> None:
    text = NXOS + (
        "10.1.0.0/16, ubest/mbest: 2/0, all-best (0xac10000b)\n"
        "    *via 192.0.2.3%default, [200/0], 00:39:57, bgp-64086.59904, internal, tag 65100,\n"
        " segid: 10000 tunnelid: 0xc0000203 encap: VXLAN\n \n"
        "    *via 192.0.2.4%default, [200/5], 00:39:57, bgp-64086.59904, internal, tag 65100, eLB\n"
        "segid: 10000 tunnelid: 0xc0000204 encap: VXLAN\n\n"
    )
    (route,) = parse("cisco_nxos", text).routes
    assert [hop.address for hop in route.next_hops] == ["192.0.2.3", "192.0.2.4"]
    assert [hop.share for hop in route.next_hops] == ["", "metric 5"]


def test_old_frr_and_cumulus_name_neither_table_nor_vrf_of_the_default_one() -> None:
    node = {
        "prefix": "10.1.0.0/16", "protocol": "ospf", "selected": True, "distance": 110, "metric": 200,
        "nexthops": [{"fib": True, "ip": "192.0.2.1", "afi": "ipv4", "interfaceIndex": 3, "interfaceName": "swp1",
                      "active": True}],
    }  # fmt: skip
    (route,) = parse("frr", json.dumps({"10.1.0.0/16": [node]})).routes
    assert (route.vrf, route.active) == ("default", True)
    legend = "Codes: K - kernel route, C - connected,\n       > - selected route, * - FIB route\n\n"
    line = "S>* 10.1.0.0/16 [1/0] via 192.0.2.{}, eth0, 00:01:02\n\n"
    text = f"r1# show ip route vrf all\n{legend}{line.format(1)}{legend}VRF RED:\n{line.format(9)}r1# "
    assert [route.vrf for route in parse("frr", text).routes] == ["default", "RED"]


def test_sonic_prints_no_blank_between_marks_and_prefix() -> None:
    text = (
        "Codes: B - BGP, # - not installed in hardware\n\n"
        "S 0.0.0.0/0 [200/0] via 192.0.2.9, inactive 1d11h20m\n"
        "B>*0.0.0.0/0 [20/0] via 192.0.2.1, PortChannel2, 1d11h20m\n"
        "  *                 via 192.0.2.5, PortChannel5, 1d11h20m\n"
        "B>#10.1.0.0/16 [20/0] via 192.0.2.1, PortChannel2, 1d11h20m\n"
        "B>*beef::/16 [20/0] via fe80::1, PortChannel2, 1d11h20m\n"
    )
    routes = parse("frr", text).routes
    assert [(route.prefix, route.active) for route in routes] == [
        ("0.0.0.0/0", False),
        ("0.0.0.0/0", True),
        ("10.1.0.0/16", False),
        ("beef::/16", True),
    ]
    assert len(routes[1].next_hops) == 2


def test_cumulus_heads_each_table_with_the_command() -> None:
    text = (
        "cumulus@leaf1:mgmt:~$ net show route\n\nshow ip route\n=============\n"
        "Codes: C - connected\n\nC>* 10.1.0.0/16 is directly connected, swp1, 00:01:02\n\n"
        "show ipv6 route\n===============\nCodes: C - connected\n\n"
        "C>* 2001:db8::/32 is directly connected, swp1, 00:01:02\n"
        "cumulus@leaf1:mgmt:~$ "
    )
    assert [route.prefix for route in parse("frr", text).routes] == ["10.1.0.0/16", "2001:db8::/32"]


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (
            "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface",
            "0.0.0.0         192.0.2.1       0.0.0.0         UG    100    0        0 eth0\n"
            "192.0.2.0       0.0.0.0         255.255.255.0   U     100    0        0 eth0\n",
        ),
        (
            "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface",
            "0.0.0.0         192.0.2.1       0.0.0.0         UG        0 0          0 eth0\n"
            "192.0.2.0       0.0.0.0         255.255.255.0   U         0 0          0 eth0\n",
        ),
    ],
)
def test_route_n_and_netstat_rn_are_read_without_a_protocol(columns: str, rows: str) -> None:
    routes = parse("linux", f"Kernel IP routing table\n{columns}\n{rows}").routes
    assert [(route.prefix, route.protocol) for route in routes] == [
        ("0.0.0.0/0", "unknown"),
        ("192.0.2.0/24", "connected"),
    ]


def test_a_bgp_route_of_asa_has_no_interface_and_any_other_one_is_truncated() -> None:
    line = "{}        203.0.113.0 255.255.255.0 [20/0] via 198.51.100.254, 01:15:33\n"
    assert parse("cisco_asa", line.format("B")).routes[0].next_hops[0].interface == ""
    with pytest.raises(RouteError, match="without an interface"):
        parse("cisco_asa", line.format("O"))


def test_a_recursive_next_hop_of_fortios_may_have_several_tunnels_on_lines_of_their_own() -> None:
    text = (
        "B       10.1.0.0/16 [200/0] via 192.0.2.250 (recursive via HUB-1 tunnel 198.51.100.7), 6d02h10m\n"
        "                                           (recursive via HUB-2 tunnel 198.51.100.8), 6d02h10m, [1/0]\n"
        "B       10.2.0.0/16 [200/0] is a summary, Null, 00:02:28, [1/0]\n"
    )
    routes = parse("fortinet", text).routes
    assert [hop.address for hop in routes[0].next_hops] == ["192.0.2.250", "198.51.100.7", "198.51.100.8"]
    assert routes[1].next_hops[0].interface == "Null"


def test_a_legend_may_be_broken_in_the_middle_of_a_word_and_hides_no_route() -> None:
    text = (
        "[admin@r1] /ip/route> print detail \nFlags: D - dynamic; A - active; y - cop\ny;\nH - hw-offloaded\n"
        "   DAc   dst-address=192.0.2.0/24 routing-table=main gateway=ether8 immediate-gw=ether8\n"
        "         distance=0 scope=10 local-address=192.0.2.2%ether8\n[admin@r1] /ip/route> "
    )
    assert [route.prefix for route in parse("mikrotik_routeros", text).routes] == ["192.0.2.0/24"]


def test_a_virtual_router_of_panos_may_have_blanks_in_its_name() -> None:
    text = (
        "VIRTUAL ROUTER: Branch virtual router (id 2)\n"
        "192.0.2.0/24        192.0.2.1             0      A C        ethernet1/1\n"
        "10.1.0.0/16         vr Head office router 10     A S        \n"
        "total routes shown: 2\n"
    )
    routes = parse("paloalto_panos", text).routes
    assert {route.vrf for route in routes} == {"Branch virtual router"}
    assert routes[1].next_hops[0].vrf == "Head office router"


def test_the_older_form_of_aoscx_counts_next_hops() -> None:
    text = (
        "203.0.113.0/24,  2 unicast next-hops\n        via  192.0.2.2,  [1/0],  static\n"
        "        via  192.0.2.3,  [1/0],  static\n"
    )
    assert len(parse("aruba_aoscx", text).routes[0].next_hops) == 2
    with pytest.raises(RouteError, match="2 unicast next hops announced"):
        parse("aruba_aoscx", "".join(text.splitlines(keepends=True)[:-1]))


def test_xr_takes_the_vrf_from_the_command_where_no_heading_names_it() -> None:
    prompt = "RP/0/RP0/CPU0:r1#"
    text = f"{prompt}show route vrf RED\nC    192.0.2.0/24 is directly connected, 2d20h, Gi0/0/0/2.10\n{prompt}"
    assert parse("cisco_xr", text).routes[0].vrf == "RED"
    with pytest.raises(RouteError, match="no heading"):
        parse("cisco_xr", text.replace("vrf RED", "vrf all"))


def test_eos_leaks_routes_of_another_vrf() -> None:
    text = "VRF: RED\n C L      198.51.100.0/24 is directly connected (source VRF BLUE), Vlan50 (egress VRF BLUE)\n"
    (route,) = parse("arista_eos", text).routes
    assert (route.vrf, route.next_hops[0].vrf) == ("RED", "BLUE")


def test_prefixes_of_several_vrfs_may_alternate_in_the_older_form_of_aoscx() -> None:
    line = "10.{}.0.0/16, vrf {}\n        via  192.0.2.2,  [1/0],  static\n"
    text = line.format(1, "default") + line.format(2, "RED") + line.format(3, "default")
    assert [route.vrf for route in parse("aruba_aoscx", text).routes] == ["default", "RED", "default"]


def test_an_older_srl_has_an_owner_in_place_of_a_type() -> None:
    text = (
        "A:leaf1# show network-instance default route-table all\n"
        "IPv4 Unicast route table of network instance default\n"
        "+------------+----+--------+-------+--------+------+--------------------+-----------+\n"
        "|   Prefix   | ID | Active | Owner | Metric | Pref |  Next-hop (Type)   | Next-hop  |\n"
        "|            |    |        |       |        |      |                    | Interface |\n"
        "+============+====+========+=======+========+======+====================+===========+\n"
        "| 1.1.1.1/32 | 0  | true   | host  | 0      | 0    | None (extract)     | None      |\n"
        "| 0.0.0.0/0  | 0  | true   | dhcp  | 0      | 5    | 192.0.2.1 (direct) | mgmt0.0   |\n"
        "+------------+----+--------+-------+--------+------+--------------------+-----------+\n"
        "IPv4 routes total                    : 2\nA:leaf1# "
    )
    assert [route.protocol for route in parse("nokia_srl", text).routes] == ["local", "dhcp"]


@pytest.mark.parametrize("platform", ["nokia_sros", "paloalto_panos"])
def test_pasted_text_may_lack_the_number_that_ends_a_table(platform: str) -> None:
    text = {
        "nokia_sros": SROS.format(row="Local   Local     00h04m37s  0", hop="system").replace("No. of Routes: 1\n", ""),
        "paloalto_panos": (
            "VIRTUAL ROUTER: default (id 1)\n"
            "0.0.0.0/0         10.2.1.5                        A?B        13030                    65401\n"
        ),
    }[platform]
    assert len(parse(platform, text, pasted=True).routes) == 1
    with pytest.raises(RouteError, match="truncated"):
        parse(platform, text)


def test_a_database_of_fortios_has_routes_that_the_device_does_not_forward_by() -> None:
    text = (
        "Codes: K - kernel, C - connected, S - static\n       > - selected route, * - FIB route, p - stale info\n\n"
        "S    *> 0.0.0.0/0 [15/0] via 192.0.2.1, port3\n"
        "     *>           [15/0] via 192.0.2.5, port2, [3/0]\n"
        "                  [15/0] via 192.0.2.9, port1\n"
        "S       10.1.0.0/16 [20/0] via 192.0.2.1, port7\n"
        "C    *> 192.0.2.0/30 is directly connected, port3\n"
    )
    found = [(route.prefix, len(route.next_hops), route.active) for route in parse("fortinet", text).routes]
    assert found == [
        ("0.0.0.0/0", 2, True),
        ("0.0.0.0/0", 1, False),
        ("10.1.0.0/16", 1, False),
        ("192.0.2.0/30", 1, True),
    ]


RARE = [
    ("linux", "10.9.0.0/16 dev wg0 scope link rto_min lock 5ms cc bbr", "10.9.0.0/16 boot via wg0"),
    ("linux", "10.9.0.0/16 via 10.0.0.1 dev e0 proto bgp rt_offload_failed", "10.9.0.0/16 bgp via 10.0.0.1 (e0)"),
    (
        "fortinet",
        "B    V  10.1.0.0/16 [200/0] via 192.0.2.7 [2] (recursive is directly connected, VPN1), 00:00:10, [1/0]",
        "10.1.0.0/16 bgp [200/0] via VPN1, 192.0.2.7",
    ),
    ("fortinet", "S       10.1.0.0/16 [20/0] via 192.0.2.5 inactive, port2, [1/0]",
     "10.1.0.0/16 static [20/0] via 192.0.2.5 (port2) (not active)"),
    ("fortinet", "S       10.1.0.0/16 [20/0] via 192.0.2.5, port2 inactive, [1/0]",
     "10.1.0.0/16 static [20/0] via 192.0.2.5 (port2) (not active)"),
    ("cisco_asa", "BI       10.9.0.0 255.255.0.0 [20/0] via 10.0.0.7 (RED), 00:01:02",
     "10.9.0.0/16 bgp [20/0] via 10.0.0.7 in RED"),
    ("cisco_asa", "BI       10.9.0.0 255.255.0.0 is directly connected (RED), 00:01:02, inside",
     "10.9.0.0/16 bgp via inside in RED"),
    ("cisco_xr", "B    10.6.0.0/16 is directly connected, 1d02h, Gi0/0/0/1 (nexthop in vrf BLUE)",
     "10.6.0.0/16 bgp via Gi0/0/0/1 in BLUE"),
    ("cisco_xr", "t    10.6.0.0/16 [115/3] is directly connected, 1d02h, tunnel-te1",
     "10.6.0.0/16 traffic-engineering [115/3] via tunnel-te1"),
    ("frr", "IPv4 unicast VRF default table 100:\nC>* 10.1.0.0/24 is directly connected, eth9, 00:00:10",
     "10.1.0.0/24 connected via eth9"),
]  # fmt: skip


@pytest.mark.parametrize(("platform", "line", "route"), RARE, ids=lambda value: str(value)[:40])
def test_a_rare_form_of_a_line_is_read(platform: str, line: str, route: str) -> None:
    assert [str(found) for found in parse(platform, f"{line}\n").routes] == [route]


@pytest.mark.parametrize(
    "hop",
    ["to #0 00:00:5e:00:53:01 via demux0.1", "Fictitious", "Private unicast", "to 10.0.0.9 via ge-0/0/0.0, Push 17001"],
)
def test_junos_next_hops_without_an_address_of_ip_are_read(hop: str) -> None:
    text = JUNOS.replace(">  via ge-0/0/0.0", f">  {hop}" if "via" in hop else f"   {hop}")
    assert len(parse("juniper_junos", text).routes) == 1


def test_a_vrp_interface_may_be_a_port_of_two_speeds() -> None:
    (route,) = parse("huawei_vrp", VRP.format(interface="50|100GE1/0/1")).routes
    assert route.next_hops[0].interface == "50|100GE1/0/1"


def test_vrp_may_print_the_time_and_a_note_above_a_table() -> None:
    above = "2025-01-02 03:04:05.678 +08:00\nInfo: It will take a long time if the content you search is too much.\n"
    text = f"<R1>display ip routing-table\n{above}{VRP.format(interface='Vlanif10')}<R1>"
    assert len(parse("huawei_vrp", text).routes) == 1


def test_comware_names_the_instance_above_each_table() -> None:
    table = (
        "Destinations : 1        Routes : 1\n\n0.0.0.0/0          Static  60  0           10.0.0.{}        MGE0/0/0\n"
    )
    text = f"VPN instance: public instance\n{table.format(1)}\nVPN instance: vpn1\n{table.format(9)}"
    assert [route.vrf for route in parse("hp_comware", text).routes] == ["default", "vpn1"]


def test_frr_before_version_6_names_the_prefix_once_for_all_its_routes() -> None:
    entry = {"protocol": "static", "selected": True, "distance": 1, "metric": 0, "nexthops": [
        {"fib": True, "ip": "10.0.0.1", "afi": "ipv4", "interfaceIndex": 2, "interfaceName": "eth0", "active": True}
    ]}  # fmt: skip
    (route,) = parse("frr", json.dumps({"10.1.0.0/16": [entry]})).routes
    assert str(route) == "10.1.0.0/16 static [1/0] via 10.0.0.1 (eth0)"


@pytest.mark.parametrize("prompt", ["➜  ~ ", "r1 / # ", "root@r1 [12:01:22] ~ # ", "(venv) root@r1:~# ", "cli % : "])
def test_a_prompt_of_any_shape_is_the_text_before_the_command_and_at_the_end(prompt: str) -> None:
    text = f"{prompt}ip route\n{TABLES['linux']}{prompt}"
    assert len(parse("linux", text).routes) == 1


def test_the_prompt_after_a_table_may_be_of_another_mode() -> None:
    table = f"R1(config)#do show ip route\n{TABLES['frr']}"
    assert len(parse("frr", f"{table}R1#").routes) == 1
    with pytest.raises(RouteError, match="no prompt"):
        parse("frr", f"{table}R2#")


def test_a_form_that_has_columns_only_is_refused_and_not_an_empty_table() -> None:
    text = (
        "[admin@r1] > /ip/route/print\nFlags: D - DYNAMIC; A - ACTIVE; c - CONNECT, s - STATIC\n"
        "Columns: DST-ADDRESS, GATEWAY, ROUTING-TABLE, DISTANCE\n"
        "#      DST-ADDRESS     GATEWAY    ROUTING-TABLE  DISTANCE\n"
        "0  As  10.1.0.0/16     10.0.0.1   main                  1\n[admin@r1] > "
    )
    with pytest.raises(RouteError, match="print detail"):
        parse("mikrotik_routeros", text)
    assert "10.1.0.0/16" in "".join(line.text for line in parse("mikrotik_routeros", text, lenient=True).opaque)


@pytest.mark.parametrize("width", [78, 79, 80, 81, 82])
def test_a_narrow_terminal_may_break_a_next_hop_of_nxos_in_the_middle_of_a_word(width: int) -> None:
    hop = (
        "    *via 192.0.2.{}%default, [200/0], 00:39:57, bgp-65100, internal, tag 65100, segid: 50000 "
        "tunnelid: 0xc0a encap: VXLAN"
    )
    lines = [hop.format(1), " ", hop.format(2), " "]
    wrapped = [line[at : at + width] for line in lines for at in range(0, len(line), width)]
    text = "\n".join(['IP Route Table for VRF "RED"', "", "203.0.113.0/24, ubest/mbest: 2/0", *wrapped, ""])
    (route,) = parse("cisco_nxos", text).routes
    assert [hop.address for hop in route.next_hops] == ["192.0.2.1", "192.0.2.2"]


def test_a_repair_path_of_ios_is_no_further_subnet() -> None:
    text = (
        "      10.0.0.0/32 is subnetted, 1 subnets\n"
        "O        10.0.0.2 [110/2] via 10.1.1.2, 00:01:02, GigabitEthernet1\n"
        "                  [RPR][110/3] via 10.1.1.6, 00:01:02, GigabitEthernet2\n"
    )
    found = [(route.next_hops[0].address, route.active) for route in parse("cisco_ios", text).routes]
    assert sorted(found) == [("10.1.1.2", True), ("10.1.1.6", False)]


@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("OSPF3(0)", "ospf"), ("ISIS(1)", "isis"), ("BGP VPN", "bgp"), ("BGP_LAB*", "bgp"), ("SUB MGMT", "subscriber"),
        ("Sub Mgmt", "subscriber"), ("BGP-EVPN", "evpn"), ("EVPN-IFL", "evpn"), ("VPN LEAK", "vpn-leak"),
        ("DHCP", "dhcp"), ("IPSEC", "ipsec"), ("ARP-ND", "arp-nd"), ("Aggr", "aggregate"),
    ],
)  # fmt: skip
def test_sros_names_of_protocols_are_known_in_any_case(name: str, protocol: str) -> None:
    (route,) = parse("nokia_sros", SROS.format(row=f"Remote  {name:<9} 28d14h34m  190", hop="198.51.100.2")).routes
    assert route.protocol == protocol


@pytest.mark.parametrize("age", ["00:00:01", "1d02h03m", "02w3d04h", "01y02w3d", "2y3w4d"])
def test_a_route_that_is_a_year_old_is_read(age: str) -> None:
    fortios = f"Routing table for VRF=0\nB       10.1.0.0/24 [20/0] via 10.0.0.1, port1, {age}, [1/0]\n"
    frr = f"VRF default:\nB>* 10.1.0.0/24 [20/0] via 10.0.0.1, eth0, weight 1, {age}\n"
    assert [parse("fortinet", fortios).routes[0].prefix, parse("frr", frr).routes[0].prefix] == ["10.1.0.0/24"] * 2


def test_the_advanced_engine_of_panos_answers_with_the_documents_of_frr() -> None:
    hop = {
        "flags": 3, "fib": True, "ip": "198.51.100.1", "afi": "ipv4", "interfaceIndex": 17,
        "interfaceName": "ethernet1/1", "active": True, "weight": 1,
    }  # fmt: skip
    entry = {
        "prefix": "0.0.0.0/0", "protocol": "static", "vrfName": "LR-Edge", "selected": True, "destSelected": True,
        "distance": 10, "metric": 10, "installed": True, "table": 7, "internalStatus": 16, "nexthops": [hop],
    }  # fmt: skip
    (route,) = parse("paloalto_panos", json.dumps({"LR-Edge": {"0.0.0.0/0": [entry]}})).routes
    assert str(route) == "0.0.0.0/0 static [10/10] via 198.51.100.1 (ethernet1/1)"
    assert route.vrf == "LR-Edge"
