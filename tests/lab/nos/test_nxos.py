"""The output of the virtual NX-OS switch, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oob.lab.nos.nxos.router import NxosRouter
from oob.routing.parse import parse
from tests.lab.nos.family_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, "spine1")
    desk.login()
    return desk


def router(desk: Desk) -> NxosRouter:
    assert isinstance(desk.router, NxosRouter)
    return desk.router


def answer(shown: str) -> str:
    """Return what was printed between the echo and the next prompt, without log lines."""
    return "\n".join(line for line in shown.split("\n")[1:-1] if not re.match(r"\d{4} [A-Z][a-z]{2} ", line))


def config(desk: Desk) -> str:
    """Return the running configuration below its header."""
    return desk.router.running_config().partition("version ")[2]


# --- coming in


def test_a_login_opens_at_the_prompt_which_ends_with_a_blank(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "spine1")

    assert desk.type("ops").endswith("Password: ")
    assert desk.type("oob-lab").endswith("\rspine1# ")


def test_a_wrong_password_is_incorrect(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "spine1")
    desk.type("ops")

    assert "Login incorrect" in desk.type("nonsense")


def test_silent_servers_take_their_time_before_the_local_users_count(desk: Desk) -> None:
    desk.router.aaa("dead")
    desk.type("exit")
    desk.type("ops")

    assert "spine1# " not in desk.type("oob-lab", 7.9)
    assert "Remote AAA servers unreachable; local authentication done" in desk.press("", 1.0)


def test_without_fallback_silent_servers_lock_everybody_out(desk: Desk) -> None:
    desk.configure("no aaa authentication login console fallback error local")
    desk.router.aaa("dead")
    desk.type("exit")
    desk.type("ops")

    assert "Login incorrect" in desk.type("oob-lab", 12)


# --- the command line


def test_errors_are_pointed_at(desk: Desk) -> None:
    assert desk.type("show ip rou x").split("\n")[1:3] == [
        " " * (len("spine1# ") + len("show ip rou ")) + "^",
        "% Invalid command at '^' marker.",
    ]
    assert "% Incomplete command" in desk.type("show")
    assert "% Ambiguous command" in desk.type("c")


def test_output_stops_at_a_full_screen_until_a_key_comes(desk: Desk) -> None:
    desk.type("terminal length 10")

    assert "--More--" in desk.type("show running-config")
    assert desk.press("q").endswith("spine1# ")
    assert desk.type("show running-config | no-more").endswith("spine1# ")


def test_a_line_that_needs_a_feature_is_refused_without_it(desk: Desk) -> None:
    assert "% Invalid command" in desk.configure("interface Vlan10")
    assert "% Invalid" not in desk.configure("feature interface-vlan", "interface Vlan10")


def test_a_feature_that_goes_takes_its_lines_and_leaves_a_checkpoint(desk: Desk) -> None:
    desk.configure("no feature bgp")

    assert "router bgp" not in config(desk)
    assert "system-fm-bgp" in desk.type("show checkpoint summary")


def test_a_routed_port_works_once_it_is_switched_on(desk: Desk) -> None:
    desk.configure("interface Ethernet1/2", "shutdown")
    assert "10.0.34.0/30" not in desk.type("show ip route")

    desk.configure("interface Ethernet1/2", "no shutdown")
    assert "10.0.34.0/30" in desk.type("show ip route")


def test_questions_are_asked_until_the_terminal_is_told_not_to(desk: Desk) -> None:
    desk.type("copy running-config bootflash:a")
    assert desk.type("copy running-config bootflash:a").endswith("(y/n)?[n] ")
    desk.type("n")
    desk.type("terminal dont-ask")

    assert "Copy complete." in desk.type("copy running-config bootflash:a")


def test_what_is_not_saved_is_gone_after_a_restart(desk: Desk) -> None:
    desk.configure("hostname saved")
    assert "Copy complete." in desk.type("copy running-config startup-config")
    desk.configure("hostname lost")

    desk.router.reboot()
    desk.clock.advance(5)

    assert router(desk).hostname == "saved"


def test_tcl_writes_a_file_whose_md5_can_be_asked_for(desk: Desk) -> None:
    assert desk.type("tclsh").endswith("spine1-tcl# ")
    assert desk.type('puts [open "/bootflash/x.cfg" w+] {hostname x').endswith("> ")
    desk.type("}")
    assert desk.type("tclquit").endswith("spine1# ")

    assert router(desk).flash.read("bootflash:x.cfg") == b"hostname x\n\n"
    assert (router(desk).flash.md5("bootflash:x.cfg") or "?") in desk.type("show file bootflash:x.cfg md5sum")


# --- rolling back


def test_a_patch_shows_what_leads_to_a_checkpoint(desk: Desk) -> None:
    desk.type("checkpoint good")
    assert "Rollback Patch is Empty" in desk.type("show diff rollback-patch running-config checkpoint good")
    desk.configure("interface Ethernet1/1", "description other")

    shown = desk.type("show diff rollback-patch running-config checkpoint good")

    assert "interface Ethernet1/1\n  description pe1 GigabitEthernet0/0/0/1" in shown
    assert "does not exist" in desk.type("show diff rollback-patch running-config checkpoint nothing")


def test_a_rollback_restores_and_verifies(desk: Desk) -> None:
    before = config(desk)
    desk.type("checkpoint good")
    desk.configure("hostname broken", "no ip route 10.96.0.0/16 Null0", "interface loopback9", "router ospf 9")

    shown = desk.type("rollback running-config checkpoint good verbose", 20)

    assert "no interface loopback9" in shown
    assert "Rollback completed successfully." in shown
    assert config(desk) == before


@pytest.mark.parametrize(("how", "name"), [("atomic", "broken"), ("best-effort", "spine1")])
def test_a_line_that_is_not_taken_undoes_all_of_it_or_is_left_out(desk: Desk, how: str, name: str) -> None:
    desk.type("checkpoint good")
    desk.configure("hostname broken", "no snmp-server location row 4")
    desk.router.upgrade("10.4(5)", ("snmp-server location",))

    shown = desk.type(f"rollback running-config checkpoint good {how}", 20)

    assert "Rollback failed." in shown
    assert ("Rolling back to previous configuration" in shown) == (how == "atomic")
    assert router(desk).hostname == name


def test_a_patch_that_cannot_be_worked_out_changes_nothing(desk: Desk) -> None:
    desk.type("checkpoint good")
    desk.configure("hostname broken")
    desk.router.abort_replace(1)

    assert "Rollback patch computation failed" in desk.type("rollback running-config checkpoint good")
    assert router(desk).hostname == "broken"


def test_checkpoints_outlive_a_restart_and_go_with_the_startup_configuration(desk: Desk) -> None:
    desk.type("checkpoint good")
    desk.router.reboot()
    desk.clock.advance(5)
    desk.login()
    assert "1) good:" in desk.type("show checkpoint summary")

    desk.type("terminal dont-ask")
    desk.type("write erase")

    assert "good" not in desk.type("show checkpoint summary")


@pytest.mark.parametrize(("line", "name"), [("configure replace commit", "spine1"), ("show clock", "broken")])
def test_a_replace_under_a_timer_is_confirmed_or_reverts(desk: Desk, line: str, name: str) -> None:
    desk.type("copy running-config bootflash:good")
    desk.configure("hostname broken")
    shown = desk.type("configure replace bootflash:good commit-timeout 60", 20)
    assert "Configure replace completed successfully." in shown
    assert "Commit Status: Pending" in desk.type("show config-replace status")

    desk.type(line)
    desk.clock.advance(90)

    assert router(desk).hostname == name


# --- the network


def test_text_and_json_are_the_same_table(desk: Desk) -> None:
    text = parse("cisco_nxos", answer(desk.type("show ip route vrf all")) + "\n")
    document = parse("cisco_nxos", answer(desk.type("show ip route vrf all | json")) + "\n")

    assert set(text.routes) == set(document.routes)
    assert {"ospf", "connected", "local", "static"} <= {route.protocol for route in text.routes}


def test_neighbours_come_and_go_with_the_configuration(desk: Desk) -> None:
    assert desk.type("show ip ospf neighbors").count("10.255.0.99") == 3
    shown = desk.configure("router ospf UNDERLAY", "passive-interface default")

    assert "went DOWN" in shown + desk.press("", 3)
    assert "Total number of neighbors: 0" in desk.type("show ip ospf neighbors")
    assert "2 packets transmitted, 0 packets received" in desk.type("ping 10.255.0.99 count 2", 20)
