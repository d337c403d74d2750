"""The output of the virtual EOS router, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oob.lab.nos.eos.router import EosRouter
from oob.routing.parse import parse
from tests.lab.nos.family_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, "leaf1")
    desk.login()
    return desk


def router(desk: Desk) -> EosRouter:
    assert isinstance(desk.router, EosRouter)
    return desk.router


def answer(shown: str) -> str:
    """Return what was printed between the echo and the next prompt, without log lines."""
    lines = [line for line in shown.split("\n")[1:-1] if not re.match(r"[A-Z][a-z]{2} [ \d]\d ", line)]
    return "\n".join(lines)


# --- coming in


def test_a_login_opens_at_the_enable_prompt_where_exec_is_authorized(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "leaf1")

    assert desk.type("ops").endswith("Password: ")
    assert desk.type("oob-lab").endswith("leaf1#")


def test_without_authorization_there_is_only_the_user_prompt_and_a_secret(desk: Desk) -> None:
    desk.configure("no aaa authorization exec default")
    desk.type("exit")

    assert desk.login().endswith("leaf1>")
    assert desk.type("enable").endswith("Password: ")
    assert "% Bad secret" in desk.type("wrong")
    assert desk.type("oob-lab").endswith("leaf1#")


def test_a_wrong_password_is_incorrect_and_a_guest_has_no_privileges_to_configure(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "leaf1")
    desk.type("ops")

    assert "Login incorrect" in desk.type("nonsense")


def test_silent_servers_take_their_time_before_the_local_users_count(desk: Desk) -> None:
    desk.router.aaa("dead")
    desk.type("exit")
    desk.type("ops")

    waited = desk.type("oob-lab", 7.9)
    assert "leaf1#" not in waited
    assert desk.press("", 1.0).endswith("leaf1#")


def test_rejecting_servers_refuse_every_login_though_local_users_exist(desk: Desk) -> None:
    desk.router.aaa("rejecting")
    desk.type("exit")
    desk.type("ops")

    assert "Login incorrect" in desk.type("oob-lab", 5)


# --- the command line


def test_commands_are_understood_by_their_beginnings_and_refused_by_token(desk: Desk) -> None:
    assert "Serial number: SSJ17371234" in desk.type("sh ver")
    assert answer(desk.type("show ip rou nonsense")) == "% Invalid input (at token 3: 'nonsense')"
    assert answer(desk.type("sho ip")) == "% Incomplete command"
    assert answer(desk.type("co x")) == "% Ambiguous command"


def test_a_question_mark_lists_what_may_follow_and_leaves_the_line(desk: Desk) -> None:
    shown = desk.press("configure ?")

    assert "session" in shown
    assert "checkpoint" in shown
    assert shown.endswith("leaf1#configure ")
    desk.press("\x15")


def test_output_stops_at_a_full_screen_until_a_key_comes(desk: Desk) -> None:
    desk.type("terminal length 10")

    assert desk.type("show running-config").endswith(" --More-- ")
    assert "leaf1#" in desk.press("q")
    assert desk.type("show running-config | no-more").endswith("leaf1#")


def test_output_modifiers_follow_each_other(desk: Desk) -> None:
    shown = answer(desk.type("show running-config | include ip | exclude route"))

    assert "ip routing" in shown
    assert "ip route 198" not in shown


def test_log_lines_break_into_what_is_being_typed(desk: Desk) -> None:
    desk.press("show ver")
    before = len(desk.output)
    desk.router.say("%SYS-5-CONFIG_I: Configured from console by somebody on vty1 (10.0.0.1)")

    assert b"\r\nMar  1" in bytes(desk.output[before:])
    assert "Serial number" in desk.press("\r")


def test_prompts_name_the_section_and_the_first_letters_of_a_session(desk: Desk) -> None:
    assert "leaf1(config)#" in desk.type("configure terminal")
    assert "leaf1(config-if-Et1)#" in desk.type("interface Ethernet 1")
    assert "leaf1(config-router-ospf)#" in desk.type("router ospf 1")
    desk.type("end")
    assert "leaf1(config-s-mainte)#" in desk.type("configure session maintenance")
    assert "leaf1(config-s-mainte-if-Lo0)#" in desk.type("interface lo0")


def test_a_changed_hostname_is_in_the_next_prompt(desk: Desk) -> None:
    desk.type("configure")

    assert "other(config)#" in desk.type("hostname other")


# --- configuration


def test_lines_stand_where_they_belong_and_secrets_are_hashed(desk: Desk) -> None:
    desk.configure("username new secret 0 clear", "interface Loopback7", "ip address 10.7.7.7/32")
    config = desk.router.running_config()

    assert "username new secret sha512 $6$" in config
    assert "clear" not in config
    assert config.index("interface Loopback0") < config.index("interface Loopback7") < config.index("Management1")
    assert config.endswith("!\nend\n")


def test_no_removes_a_line_or_keeps_the_off_form(desk: Desk) -> None:
    desk.configure("interface Ethernet4", "no switchport", "no shutdown", "interface Et1", "no description")
    config = desk.router.running_config()

    assert "interface Ethernet4\n   switchport access vlan 30\n   no switchport\n" in config
    assert "interface Ethernet1\n   no switchport\n" in config
    assert "   no passive-interface Ethernet1\n" in config


def test_an_interface_that_the_box_does_not_have_is_refused(desk: Desk) -> None:
    assert "% Invalid input" in desk.configure("interface Ethernet99")


def test_a_banner_is_read_up_to_its_last_word(desk: Desk) -> None:
    desk.configure("banner motd", "Keep out!", "  really", "EOF")

    assert "banner motd\nKeep out!\n  really\nEOF\n" in desk.router.running_config()


def test_what_is_not_saved_is_gone_after_a_restart(desk: Desk) -> None:
    desk.configure("hostname saved")
    assert "Copy completed successfully." in desk.type("write memory")
    desk.configure("hostname lost")

    desk.router.reboot()
    desk.clock.advance(5)

    assert router(desk).hostname == "saved"


# --- sessions


def test_a_session_changes_nothing_until_it_is_committed(desk: Desk) -> None:
    desk.type("configure session s1")
    desk.type("interface Ethernet3")
    desk.type("description changed")
    assert "+   description changed" in desk.type("show session-config diffs")
    assert "changed" not in desk.router.running_config()

    assert "leaf1#" in desk.type("commit")
    assert "description changed" in desk.router.running_config()
    assert re.search(r"ckp-\d{8}-0", desk.type("show configuration checkpoints"))


def test_a_bad_line_of_a_typed_file_is_told_and_the_copy_succeeds_all_the_same(desk: Desk) -> None:
    desk.type("configure session s1")
    desk.type("rollback clean-config")
    opened = desk.type("copy terminal: session-config")
    shown = desk.press("hostname leaf1\rbogus\rbanner motd\rHi\rEOF\r\x04")

    assert "enter input line by line; when done enter one or more control-d" in opened
    assert "% Invalid input at line 2" in shown
    assert "Copy completed successfully." in shown
    assert "+Hi" in desk.type("show session-config diffs")


def test_an_unconfirmed_commit_timer_reverts_the_change_without_a_restart(desk: Desk) -> None:
    before, booted = desk.router.running_config(), desk.router.booted_at
    desk.type("configure session s1")
    desk.type("hostname armed")
    desk.type("commit timer 00:02:00")
    shown = desk.type("show configuration sessions detail")
    assert "Session with pending commit timer: s1" in shown
    assert re.search(r"expiry: in 0:01:\d\d", shown)

    desk.clock.advance(130)

    assert desk.router.running_config() == before
    assert desk.router.booted_at == booted
    assert "pending commit timer" not in desk.type("show configuration sessions detail")


@pytest.mark.parametrize(("verb", "name"), [("commit", "armed"), ("abort", "leaf1")])
def test_an_armed_session_is_confirmed_or_reverted_from_outside(desk: Desk, verb: str, name: str) -> None:
    desk.type("configure session s1")
    desk.type("hostname armed")
    desk.type("commit timer 00:02:00")

    desk.type(f"configure session s1 {verb}")
    desk.clock.advance(300)

    assert router(desk).hostname == name


def test_another_session_waits_while_a_timer_runs(desk: Desk) -> None:
    desk.type("configure session s1")
    desk.type("hostname armed")
    desk.type("commit timer 00:02:00")
    desk.type("configure session s2")

    assert "% Cannot commit" in desk.type("commit")


def test_there_are_five_pending_sessions_at_most(desk: Desk) -> None:
    for number in range(5):
        desk.type(f"configure session s{number}")
        desk.type("end")

    assert "% Maximum number of pending sessions" in desk.type("configure session s5")
    desk.type("configure session s0 abort")
    assert "config-s-s5" in desk.type("configure session s5")


def test_leaving_keeps_a_session_and_a_commit_overwrites_what_others_did_meanwhile(desk: Desk) -> None:
    desk.type("configure session s1")
    desk.type("end")
    assert re.search(r"s1 +pending +ops", desk.type("show configuration sessions"))
    desk.configure("snmp-server location elsewhere")

    desk.type("configure session s1 commit")

    assert "rack 7" in desk.router.running_config()


def test_a_commit_that_fails_changes_nothing(desk: Desk) -> None:
    desk.router.abort_replace(1)
    desk.type("configure session s1")
    desk.type("hostname other")

    assert "% Cannot commit" in desk.type("commit")
    assert router(desk).hostname == "leaf1"


# --- checkpoints and replacing


def test_a_checkpoint_is_restored_at_once_and_outlives_a_restart(desk: Desk) -> None:
    desk.type("configure checkpoint save good")
    desk.configure("hostname broken")
    desk.type("write")
    desk.router.reboot()
    desk.clock.advance(5)
    desk.login()

    desk.type("configure checkpoint restore good")

    assert router(desk).hostname == "leaf1"
    assert "Checkpoint nothing does not exist" in desk.type("configure checkpoint restore nothing")


def test_a_file_with_a_line_that_is_not_taken_replaces_nothing(desk: Desk) -> None:
    desk.type("copy running-config flash:good")
    desk.configure("hostname broken")
    router(desk).upgrade("4.99.0F", ("spanning-tree",))

    assert "% Invalid input at line" in desk.type("configure replace flash:good")
    assert router(desk).hostname == "broken"
    desk.type("configure replace flash:good ignore-errors")
    assert router(desk).hostname == "leaf1"


def test_an_upgrade_drops_what_it_does_not_take_and_says_nothing(desk: Desk) -> None:
    desk.router.upgrade("4.99.0F", ("spanning-tree",))

    assert "4.99.0F" in desk.type("show version")
    assert "spanning-tree" not in desk.router.running_config()
    assert "% Invalid input" in desk.configure("spanning-tree mode rapid-pvst")


# --- the network


def test_text_and_json_are_the_same_table(desk: Desk) -> None:
    text = parse("arista_eos", answer(desk.type("show ip route vrf all")) + "\n")
    document = parse("arista_eos", answer(desk.type("show ip route vrf all | json")) + "\n")

    assert set(text.routes) == set(document.routes)
    assert {"ospf", "connected", "static"} <= {route.protocol for route in text.routes}


def test_neighbours_come_and_go_with_the_configuration(desk: Desk) -> None:
    assert "10.255.0.99" in desk.type("show ip ospf neighbor")
    shown = desk.configure("router ospf 1", "passive-interface Ethernet1", "passive-interface Ethernet2")

    assert "OSPF_ADJACENCY_TEARDOWN" in shown + desk.press("", 3)
    assert "10.255.0.99" not in desk.type("show ip ospf neighbor")
    assert "3 transmitted, 0 received" in desk.type("ping 10.255.0.99 repeat 3", 20).replace(" packets", "")
