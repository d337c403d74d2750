"""The virtual Junos router as a person at its console meets it."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import Path

import pytest

from oob.lab.network import Interface, Network, Node, Ospf, Peer, host
from tests.lab.nos.junos_desk import CONFIG, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.log_in()
    return made


def edge1(**settings: object) -> Node:
    """The other end of the cable."""
    port = Interface(
        name="GigabitEthernet0/1",
        link="core1-edge1",
        addresses=(ip_interface("10.0.12.1/30"),),
        ospf=Ospf(point_to_point=True),
    )
    loopback = Interface(name="Loopback0", loopback=True, addresses=(ip_interface("10.255.0.1/32"),), ospf=Ospf())
    return replace(Node(name="edge1", interfaces=(port, loopback)), **settings)  # type: ignore[arg-type]


def server() -> Node:
    return host("server", link="lan", address=ip_interface("192.0.2.9/24"), gateway=ip_address("192.0.2.1"))


# --- booting and logging in


def test_a_boot_takes_time_and_ends_at_the_login(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.router.power_on()
    assert "login:" not in desk.read(2)
    assert desk.read(10).endswith("\ncore1 (ttyu0)\n\nlogin: ")


def test_a_user_lands_in_the_command_line_and_root_in_the_shell(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.log_in().endswith("\nlab@core1> ")
    assert desk.type("exit").endswith("core1 (ttyu0)\n\nlogin: ")
    assert desk.log_in("root", "root123").endswith("\nroot@core1% ")
    assert desk.type("cli").endswith("root@core1> ")
    assert desk.type("exit").endswith("\nroot@core1% ")


def test_a_password_is_not_echoed_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    text = desk.log_in("lab", "wrong")
    assert "wrong" not in text
    assert text.endswith("Login incorrect\nlogin: ")


def test_control_c_at_the_password_starts_over_without_a_failed_login(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.on()
    desk.type("somebody")
    text = desk.press("\x03")
    assert "incorrect" not in text
    assert text.endswith("\ncore1 (ttyu0)\n\nlogin: ")


def with_servers(order: str) -> str:
    return CONFIG.replace(
        "host-name core1;",
        f"host-name core1; authentication-order {order}; radius-server 10.9.9.9 {{ secret x; timeout 5; retry 2; }}",
    )


@pytest.mark.parametrize("order", ["[ radius password ]", "radius"])
def test_silent_servers_are_waited_for_before_the_local_password(tmp_path: Path, order: str) -> None:
    desk = Desk(tmp_path, config=with_servers(order))
    desk.router.aaa("dead")
    desk.on()
    desk.type("lab")
    assert "lab@core1> " not in desk.type("lab123", seconds=9)
    assert desk.read(2).endswith("lab@core1> ")


def test_servers_that_say_no_leave_the_local_password_only_where_it_is_listed(tmp_path: Path) -> None:
    listed = Desk(tmp_path / "listed", config=with_servers("[ radius password ]"))
    listed.router.aaa("rejecting")
    assert listed.log_in().endswith("lab@core1> ")
    alone = Desk(tmp_path / "alone", config=with_servers("radius"))
    alone.router.aaa("rejecting")
    assert alone.log_in().endswith("Login incorrect\nlogin: ")


def test_the_loader_can_be_entered_and_recovers_the_root_password(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.router.power_on()
    desk.read(1.2)
    assert desk.press(" ", seconds=0).endswith("loader> ")
    assert desk.type("boot -s").endswith("RETURN for /bin/sh: ")
    assert desk.type("recovery", seconds=10).endswith("root@core1% ")


# --- the command line


def test_a_command_is_echoed_answered_and_followed_by_an_empty_line_and_the_prompt(desk: Desk) -> None:
    answer = desk.type("set cli screen-length 0")
    assert answer == "set cli screen-length 0 \nScreen length set to 0\n\nlab@core1> "


def test_words_may_be_abbreviated_and_space_completes_them(desk: Desk) -> None:
    assert desk.type("sh ver").startswith("show ver \nHostname: core1\n")
    desk.type("set cli complete-on-space off")
    assert desk.type("sh ver").startswith("sh ver \nHostname: core1\n")


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("bogus", 11, "unknown command."),
        ("show bogus", 16, "syntax error, expecting <command>."),
        ("show route 10.0.0.0/8 bogus", 33, "syntax error, expecting <command>."),
        ("show version | bogus", 26, "syntax error, expecting <command>."),
    ],
)
def test_a_caret_points_at_the_word_that_is_wrong(desk: Desk, line: str, column: int, message: str) -> None:
    assert desk.type(line) == f"{line} \n{' ' * column}^\n{message}\n\nlab@core1> "


def test_a_question_mark_lists_what_can_follow_and_keeps_the_line(desk: Desk) -> None:
    text = desk.press("show system ?")
    assert "  rollback             Show rolled back configuration\n" in text
    assert text.endswith("\nlab@core1> show system ")
    assert desk.type("alarms").startswith("alarms \n1 alarms currently active\n")


def test_output_stops_at_the_end_of_the_screen(desk: Desk) -> None:
    first = desk.type("show configuration")
    assert first.endswith("---(more)---")
    second = desk.press(" ")
    assert second.startswith("\r" + " " * 40 + "\r")
    assert "---(more " in second
    assert desk.press("q").endswith("\nlab@core1> ")
    assert desk.type("show configuration | no-more").endswith("}\n\nlab@core1> ")


def test_pipes_filter_the_answer(desk: Desk) -> None:
    shown = desk.type("show configuration | display set | match ospf | except passive")
    assert shown.split("\n")[1:] == [
        "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 interface-type p2p",
        "",
        "lab@core1> ",
    ]
    assert "Count: 3 lines\n" in desk.type("show configuration | display set | match ospf | count")


def test_control_c_gives_a_new_prompt_and_control_u_an_empty_line(desk: Desk) -> None:
    assert desk.press("show vers\x03").endswith("^C\n\nlab@core1> ")
    assert desk.press("bogus\x15\r").endswith("\n\nlab@core1> ")


def test_a_new_connection_finds_the_session_as_it_was_left(desk: Desk) -> None:
    desk.run("configure", "edit interfaces ge-0/0/0")
    desk.press("set desc")
    assert desk.press("ription hello\r").endswith("[edit interfaces ge-0/0/0]\nlab@core1# ")
    assert "description hello;" in desk.type("show")


def test_the_inventory_has_the_serial_number(desk: Desk) -> None:
    assert "Chassis                                JN123ABC          MX204\n" in desk.type("show chassis hardware")


def test_a_rejected_ping_count_does_not_send_anything(desk: Desk) -> None:
    assert "invalid numeric value" in desk.type("ping 10.0.0.1 count x")


# --- the network


def test_another_router_shows_in_the_table(desk: Desk) -> None:
    desk.network.put(edge1())
    shown = desk.type("show route 10.255.0.1 | no-more", seconds=61)
    shown = desk.type("show route 10.255.0.1 | no-more")
    assert "inet.0: 8 destinations, 8 routes (8 active, 0 holddown, 0 hidden)\n" not in shown
    assert (
        "10.255.0.1/32      *[OSPF/10] 00:01:01, metric 2\n                    >  to 10.0.12.1 via ge-0/0/0.0\n"
        in shown
    )


def test_neighbours_are_shown(desk: Desk) -> None:
    desk.network.put(edge1())
    assert "10.0.12.1        ge-0/0/0.0             Full            10.255.0.1" in desk.type("show ospf neighbor")
    assert "10.255.0.1" not in desk.run("configure", "set protocols lldp interface all", "commit", "exit")
    assert "ge-0/0/0           -" in desk.type("show lldp neighbors")


def test_a_commit_changes_what_others_see(desk: Desk) -> None:
    desk.network.put(edge1())
    assert any(str(r.prefix) == "10.255.0.2/32" for r in desk.network.rib("edge1"))
    desk.run("configure", "delete protocols ospf area 0 interface ge-0/0/0.0")
    assert any(str(r.prefix) == "10.255.0.2/32" for r in desk.network.rib("edge1"))
    desk.type("commit")
    assert not any(str(r.prefix) == "10.255.0.2/32" for r in desk.network.rib("edge1"))


def test_a_ping_goes_there_and_back(desk: Desk) -> None:
    desk.network.put(server())
    assert "2 packets transmitted, 2 packets received, 0% packet loss\n" in desk.type("ping 192.0.2.9 count 2")
    assert "ping: sendto: No route to host\n" in desk.type("ping 203.0.113.1 count 1")
    desk.press("ping 192.0.2.9\r", seconds=2)
    assert "0% packet loss" in desk.press("\x03")


def test_tables_of_instances_and_of_ipv6_have_their_own_headers(desk: Desk) -> None:
    desk.network.put(server())
    desk.run(
        "configure",
        "set interfaces lo0 unit 1 family inet address 10.8.8.8/32",
        "set routing-instances RED instance-type virtual-router interface lo0.1",
        "commit and-quit",
    )
    shown = desk.type("show route | no-more | match destinations")
    assert [line.partition(":")[0] for line in shown.split("\n")[1:-2]] == ["inet.0", "RED.inet.0", "inet6.0"]
    assert "10.8.8.8/32        *[Direct/0]" in desk.type("show route table RED.inet.0")


def test_json_tells_the_same_table(desk: Desk) -> None:
    desk.network.put(server())
    shown = desk.type("show route 192.0.2.1 | display json | no-more")
    document = json.loads(shown.partition("\n")[2].rpartition("\n\n")[0])
    (table,) = document["route-information"][0]["route-table"]
    assert table["table-name"] == [{"data": "inet.0"}]
    assert table["rt"][0]["rt-entry"][0]["protocol-name"] == [{"data": "Local"}]


# --- faults


def test_an_interruption_of_logs_lands_in_the_middle_of_the_line(desk: Desk) -> None:
    desk.press("show ver")
    desk.router.say("rpd[4711]: RPD_OSPF_NBRDOWN: something")
    assert "core1 rpd[4711]: RPD_OSPF_NBRDOWN: something\n" in desk.read()
    assert "Hostname: core1" in desk.press("sion\r")


def test_neighbours_that_leave_are_logged_where_logs_go_to_the_console(desk: Desk) -> None:
    desk.network.put(edge1())
    desk.run("configure", "set system syslog console any any", "commit and-quit")
    desk.network.remove("edge1")
    assert "RPD_OSPF_NBRDOWN: OSPF neighbor 10.0.12.1" in desk.read(1)
    assert "RPD_OSPF_NBRDOWN" in desk.type("show log messages")


def test_a_reboot_asks_first_and_starts_from_what_was_committed(desk: Desk) -> None:
    desk.network.put(edge1())
    desk.run("configure", "set system host-name corex", "commit", "set system host-name never", "exit", "yes")
    assert desk.type("request system reboot").endswith("Reboot the system ? [yes,no] (no) ")
    assert "System going down IMMEDIATELY" in desk.type("yes", seconds=1)
    desk.read(1)
    assert "core1" not in desk.network.view.nodes
    assert desk.read(10).endswith("\ncorex (ttyu0)\n\nlogin: ")
    assert "core1" in desk.network.view.nodes


def test_the_power_can_be_cut_at_any_moment(tmp_path: Path) -> None:
    network = Network()
    desk = Desk(tmp_path, network)
    desk.log_in()
    desk.run("configure", "set system host-name corex", "commit")
    desk.press("show | comp")
    desk.router.power_off()
    assert network.view.nodes == {}
    desk.router.power_on()
    assert desk.read(10).endswith("\ncorex (ttyu0)\n\nlogin: ")
    again = Desk(tmp_path, Network())
    assert again.on().endswith("\ncorex (ttyu0)\n\nlogin: ")


def test_every_interface_with_ipv6_shows_its_link_local_address(desk: Desk) -> None:
    desk.network.put(server())
    shown = desk.type("show route table inet6.0 | no-more")
    assert "fe80::/64          *[Direct/0] " in shown
    assert "/128\n                   *[Local/0] " in shown


def test_interfaces_are_shown_with_their_lines(desk: Desk) -> None:
    terse = desk.type("show interfaces terse")
    assert "ge-0/0/0                up    down\n" in terse
    desk.network.put(edge1())
    assert "ge-0/0/0.0              up    up   inet     10.0.12.2/30\n" in desk.type("show interfaces terse")
    desk.run("configure", "set interfaces ge-0/0/0 disable", "commit and-quit")
    assert "ge-0/0/0                down  down\n" in desk.type("show interfaces terse")
    assert "ge-0/0/0, Administratively down, Physical link is Down\n" in desk.type("show interfaces ge-0/0/0")


def test_bgp_is_summed_up(desk: Desk) -> None:
    peer = Peer(address=ip_address("10.0.12.2"), remote_as=65002)
    desk.network.put(edge1(local_as=65001, peers=(peer,), announced=(("", ip_network("10.0.12.0/30")),)))
    assert "BGP is not running" in desk.type("show bgp summary")
    desk.run(
        "configure",
        "set routing-options autonomous-system 65002",
        "set protocols bgp group E type external peer-as 65001 neighbor 10.0.12.1",
        "commit and-quit",
    )
    shown = desk.type("show bgp summary | no-more")
    assert "Groups: 1 Peers: 1 Down peers: 0\n" in shown
    assert "  inet.0: 0/1/1/0\n" in shown
    both = desk.type("show route 10.0.12.0/30 exact | no-more")
    assert "10.0.12.0/30       *[Direct/0] " in both
    assert "\n                    [BGP/170] " in both
    assert "AS path: 65001 I, validation-state: unverified\n" in both
