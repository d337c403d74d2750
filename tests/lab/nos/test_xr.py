"""The output of the virtual IOS-XR router, line by line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from oob.lab.nos.xr.router import XrRouter
from oob.routing.parse import parse
from tests.lab.nos.family_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, "pe1")
    desk.login()
    return desk


def router(desk: Desk) -> XrRouter:
    assert isinstance(desk.router, XrRouter)
    return desk.router


def target(desk: Desk, *lines: str, how: str = "configure exclusive") -> str:
    """Enter configuration mode and type *lines*."""
    return desk.type(how) + "".join(desk.type(line, 1.0) for line in lines)


# --- coming in


def test_a_return_is_waited_for_and_the_prompt_says_where_the_console_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "pe1")

    assert b"Press RETURN to get started." in desk.output
    assert desk.type("").endswith("Username: ")
    assert desk.type("ops").endswith("Password: ")
    assert desk.type("oob-lab").endswith("RP/0/RP0/CPU0:pe1#")


def test_a_wrong_password_fails_and_rejecting_servers_refuse_every_login(desk: Desk) -> None:
    desk.router.aaa("rejecting")
    desk.type("exit")
    desk.type("")
    desk.type("ops")

    assert "% User Authentication failed" in desk.type("oob-lab", 5)


def test_silent_servers_take_their_time_before_the_local_users_count(desk: Desk) -> None:
    desk.router.aaa("dead")
    desk.type("exit")
    desk.type("")
    desk.type("ops")

    assert "pe1#" not in desk.type("oob-lab", 7.9)
    assert "pe1#" in desk.press("", 1.0)


# --- the command line


def test_a_time_stamp_stands_before_what_a_command_prints_until_it_is_switched_off(desk: Desk) -> None:
    stamp = re.compile(r"^[A-Z][a-z]{2} Mar +\d+ \d\d:\d\d:\d\d\.\d{3} UTC$")
    assert stamp.match(desk.type("show version").split("\n")[1])

    target(desk, "line console", "timestamp disable", "commit", "end")

    assert desk.type("show version").split("\n")[1].startswith("Cisco IOS XR")


def test_errors_are_pointed_at(desk: Desk) -> None:
    assert desk.type("show route nonsense").split("\n")[1:3] == [
        " " * len("RP/0/RP0/CPU0:pe1#show route ") + "^",
        "% Invalid input detected at '^' marker.",
    ]
    assert "% Incomplete command." in desk.type("show")
    assert "% Ambiguous command:" in desk.type("t")


def test_output_stops_at_a_full_screen_until_a_key_comes(desk: Desk) -> None:
    desk.type("terminal length 10")

    assert desk.type("show running-config").endswith(" --More-- ")
    assert desk.press("q").endswith("pe1#")


def test_prompts_name_the_section(desk: Desk) -> None:
    assert "(config)#" in desk.type("configure")
    assert "(config-if)#" in desk.type("interface gi0/0/0/0")
    assert "(config-ospf-ar-if)#" in target(desk, how="router ospf 1") + desk.type("area 0") + desk.type(
        "interface lo0"
    )
    assert "(config-rpl)#" in desk.type("route-policy NEW")
    desk.type("  pass")
    assert "(config)#" in desk.type("end-policy") + desk.type("root")


# --- the target


def test_nothing_changes_until_the_commit(desk: Desk) -> None:
    target(desk, "interface GigabitEthernet0/0/0/2", "description changed")
    assert "description changed" in desk.type("show configuration")
    assert "changed" not in desk.router.running_config()

    desk.type("commit")

    assert "description changed" in desk.router.running_config()
    assert "1    1000000001            ops" in desk.type("end") + desk.type("show configuration commit list")


def test_leaving_asks_about_what_is_not_committed(desk: Desk) -> None:
    target(desk, "hostname other")

    assert desk.type("end").endswith("(yes/no/cancel)? [cancel]:")
    assert "(config)#" in desk.type("")
    desk.type("end")
    assert desk.type("no").endswith("pe1#")
    assert router(desk).hostname == "pe1"


def test_abort_drops_the_target_without_a_question(desk: Desk) -> None:
    target(desk, "hostname other")

    assert desk.type("abort").endswith("pe1#")
    assert router(desk).hostname == "pe1"


def test_a_replacing_commit_of_a_fragment_takes_everything_else_away(desk: Desk) -> None:
    target(desk, "hostname alone", "username ops", "secret oob-lab", "root")
    assert "-  router ospf 1" in desk.type("show configuration changes diff")
    assert desk.type("commit replace").endswith("[no]: ")
    assert "router ospf 1" in desk.type("") + desk.router.running_config()

    desk.type("commit replace")
    desk.type("yes")

    assert "router ospf" not in desk.router.running_config()
    assert router(desk).hostname == "alone"


def test_a_commit_that_the_system_finds_wrong_changes_nothing_and_says_why(desk: Desk) -> None:
    before = desk.router.running_config()
    target(desk, "interface GigabitEthernet0/0/0/1", "ipv4 address 10.0.24.1/30")

    assert "% Failed to commit one or more configuration items" in desk.type("commit")
    shown = desk.type("show configuration failed")
    assert "SEMANTIC ERRORS" in shown
    assert "!!% 'ip_arm' detected" in shown
    assert desk.router.running_config() == before


def test_exclusive_configuration_is_refused_while_another_user_holds_the_lock(desk: Desk) -> None:
    desk.router.hold_lock("ada")

    shown = desk.type("configure exclusive")
    assert re.search(r"^[\da-f-]{26}     vty2       ada      [A-Z][a-z]{2} .* \*$", shown, re.M)
    assert "Cannot enter exclusive mode. The Configuration Namespace is locked by another agent." in shown
    assert "% Failed to commit .. Another configuration session had a lock" in target(
        desk, "hostname x", "commit", how="configure"
    )
    desk.type("abort")
    desk.router.hold_lock("")
    assert "(config)#" in desk.type("configure exclusive")


def test_sessions_in_configuration_mode_are_listed_and_without_any_nothing_is_printed(desk: Desk) -> None:
    for command in ("show configuration sessions", "show configuration sessions detail"):
        assert re.fullmatch(rf"{command}\n[^\n]+ UTC\n[^\n]+pe1#", desk.type(command))

    target(desk, how="configure exclusive")

    listed = desk.type("do show configuration sessions").split("\n")[2:4]
    assert listed[0] == "Current Configuration Session  Line       User     Date                     Lock"
    assert re.fullmatch(r"[\da-f-]{26}     con0_RP0_C ops      \w{3} Mar +\d+ [\d:]{8} \d{4} \*", listed[1])
    detail = desk.type("do show configuration sessions detail")
    assert "     User: ops                            Client: CLI\n" in detail
    assert re.search(r"^     Line: con0_RP0_CPU0 +Lock: Reserved$", detail, re.M)


# --- trials


def test_a_trial_is_confirmed_by_a_commit_in_its_own_session(desk: Desk) -> None:
    target(desk, "hostname tried", "commit confirmed minutes 2")
    shown = desk.type("do show configuration sessions detail")
    assert "User: ops                            Client: commit-confirm\n     Process: cfgmgr_trial_co" in shown
    assert shown.count("Lock: None") == 2  # a trial needs no lock to keep others out

    assert "% Confirming commit for trial session." in desk.type("commit")
    desk.clock.advance(300)

    assert router(desk).hostname == "tried"


def test_an_unconfirmed_trial_is_rolled_back(desk: Desk) -> None:
    target(desk, "hostname tried", "commit confirmed 60")

    desk.clock.advance(70)

    assert router(desk).hostname == "pe1"
    desk.type("abort")
    assert "Rollback" in desk.type("show configuration commit list")


def test_leaving_a_trial_asks_and_then_rolls_it_back_at_once(desk: Desk) -> None:
    target(desk, "hostname tried", "commit confirmed minutes 5")
    shown = desk.type("end")
    assert "the router will immediately rollback to the previous configuration.\n" in shown
    assert shown.endswith("Do you wish to exit? [no]:")
    assert "tried(config)#" in desk.type("")

    desk.type("end")
    desk.type("yes")

    assert router(desk).hostname == "pe1"


def test_another_session_cannot_confirm_a_trial(desk: Desk) -> None:
    target(desk, "line console", "exec-timeout 0 30", "commit confirmed minutes 5")
    desk.clock.advance(60)  # the session that armed it times out
    desk.login()

    assert "A trial commit is underway in another configuration session." in desk.type("configure exclusive")
    assert "No configuration changes to commit." in target(desk, "commit", how="configure")
    assert re.search(
        r"% Cannot commit because there is an unexpired trial/rollback session '[\da-f-]{26}'\.",
        target(desk, "hostname x", "commit", how="root"),
    )
    assert "there is a concurrent trial configuration session." in desk.type("end")
    desk.clock.advance(300)
    assert "exec-timeout 0 30" not in desk.router.running_config()


def test_a_restart_ends_a_trial(desk: Desk) -> None:
    target(desk, "hostname tried", "commit confirmed minutes 5")
    desk.router.reboot()
    desk.clock.advance(5)

    assert router(desk).hostname == "pe1"


# --- history


def test_commits_are_undone_one_after_the_other(desk: Desk) -> None:
    target(desk, "hostname one", "commit", "hostname two", "commit", "end")
    assert "hostname pe1" in desk.type("show configuration rollback changes last 2")

    assert "successfully rolled back 1 commits" in desk.type("rollback configuration last 1")
    assert router(desk).hostname == "one"
    desk.type("rollback configuration to 1000000001")
    assert router(desk).hostname == "pe1"


def test_what_the_software_no_longer_takes_cannot_be_rolled_back_to(desk: Desk) -> None:
    target(desk, "no snmp-server location", "hostname other", "commit", "end")
    desk.router.upgrade("7.11.2", ("snmp-server location",))

    assert "Configuration rollback failed." in desk.type("rollback configuration last 1")
    assert router(desk).hostname == "other"


def test_what_is_committed_outlives_a_restart(desk: Desk) -> None:
    target(desk, "hostname kept", "commit", "end")
    desk.router.reboot()
    desk.clock.advance(5)
    desk.login()

    assert router(desk).hostname == "kept"
    assert "1000000001" in desk.type("show configuration commit list")


# --- the network


def test_the_table_is_read_and_neighbours_come_and_go(desk: Desk) -> None:
    shown = desk.type("show route vrf all ipv4 unicast").partition("\n")[2].rpartition("\n")[0]
    protocols = {route.protocol for route in parse("cisco_xr", shown + "\n").routes}
    assert {"ospf", "connected", "local", "static"} <= protocols
    assert desk.type("show ospf neighbor").count("10.255.0.99") == 2

    lines = ["router ospf 1", "area 0", "interface gi0/0/0/0", "passive", "root", "no interface gi0/0/0/1", "commit"]
    shown = target(desk, *lines, "end")

    assert "from FULL to DOWN" in shown + desk.press("", 3)
    assert "Total neighbor count: 0" in desk.type("show ospf neighbor")
    assert "Success rate is 0 percent" in desk.type("ping 10.255.0.99 count 2", 20)
