"""Candidate, commit, rollback, timer and locks of the virtual Junos router."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.nos.junos_desk import CONFIG, Desk

REMINDER = "# commit confirmed will be rolled back in {}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.log_in()
    made.run("set cli screen-length 0", "set cli screen-width 0", "set cli complete-on-space off")
    return made


def answer(text: str) -> str:
    """Return what stands between the echo and the empty line before the prompt."""
    return text.partition("\n")[2].rpartition("\n\n")[0]


def test_nothing_changes_before_the_commit(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex")
    assert desk.router.hostname == "core1"
    assert answer(desk.type("commit")) == "commit complete"
    assert desk.type("").endswith("[edit]\nlab@corex# ")
    assert desk.type("run show system commit").split("\n")[1].endswith(" by lab via cli")


def test_a_rollback_brings_an_older_configuration_back(desk: Desk) -> None:
    desk.run("configure", "set system host-name two", "commit", "set system host-name three", "commit")
    assert answer(desk.type("rollback 2")) == "load complete"
    assert answer(desk.type("show | compare")) == "[edit system]\n-  host-name three;\n+  host-name core1;"
    desk.type("commit and-quit")
    assert desk.router.hostname == "core1"
    assert answer(desk.type("show system rollback compare 3 0")) == ""
    assert "host-name two;" in desk.type("show system rollback 2")
    assert "No such file" in desk.run("configure", "rollback 30")


def test_fifty_configurations_are_kept(desk: Desk) -> None:
    desk.type("configure")
    for number in range(55):
        desk.type(f"set system host-name n{number}")
        desk.type("commit")
    assert len(desk.router.database.commits) == 50
    desk.type("rollback 49")
    desk.type("commit")
    assert desk.router.hostname == "n5"


def test_an_unconfirmed_commit_is_rolled_back_by_itself(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex")
    said = answer(desk.type("commit confirmed 2"))
    assert said.split("\n")[:2] == [
        "commit confirmed will be automatically rolled back in 2 minutes unless confirmed",
        "commit complete",
    ]
    assert desk.type("").endswith(f"\n{REMINDER.format('2 minutes')}[edit]\nlab@corex# ")
    assert "\n    rollback pending\n" in desk.type("run show system commit")
    text = desk.read(60)
    assert desk.type("").endswith(f"\n{REMINDER.format('1 minute')}[edit]\nlab@corex# ")
    text = desk.read(60)
    assert "Broadcast Message from root@core1" in text
    assert "Commit was not confirmed; automatic rollback complete." in text
    assert desk.type("").endswith("\n\n[edit]\nlab@core1# ")
    first = desk.type("run show system commit").split("\n")[1]
    assert first.endswith(" by root via other")


def test_the_sentence_about_the_timer_is_wrapped_on_a_narrow_screen(desk: Desk) -> None:
    desk.run("set cli screen-width 80", "configure", "set system host-name corex")
    assert "rolled back in 10 minutes unless\nconfirmed\ncommit complete\n" in desk.type("commit confirmed")


@pytest.mark.parametrize("verb", ["commit", "commit check"])
def test_a_commit_or_a_check_confirms_from_any_session(desk: Desk, verb: str) -> None:
    desk.run("configure", "set system host-name corex", "commit confirmed 2 and-quit", "exit")
    desk.log_in()
    desk.run("configure", verb)
    assert desk.router.database.pending is None
    desk.read(300)
    assert desk.router.hostname == "corex"


def test_a_commit_unconfirmed_at_a_reboot_is_rolled_back_while_booting(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex", "commit confirmed 5")
    desk.router.reboot()
    assert desk.read(10).endswith("\ncore1 (ttyu0)\n\nlogin: ")
    assert desk.router.database.pending is None


def test_configuration_is_pasted_and_ended_by_control_d(desk: Desk) -> None:
    desk.type("configure exclusive")
    assert desk.type("load override terminal") == "load override terminal \n[Type ^D at a new line to end input]\n"
    for line in CONFIG.replace("core1", "corex").splitlines():
        desk.type(line)
    assert desk.press("\x04").endswith("^D\b\bload complete\n\n[edit]\nlab@core1# ")
    assert answer(desk.type("show | compare")) == "[edit system]\n-  host-name core1;\n+  host-name corex;"


def test_lines_that_do_not_fit_are_counted_in_braces_and_only_told_in_set_lines(desk: Desk) -> None:
    desk.run("configure", "load merge terminal", "system {", "    bogus 1;", "}")
    assert desk.press("\x04").startswith("^D\b\bterminal:2:(9) syntax error: bogus\n  [edit system]\n")
    desk.run("load merge terminal", "bogus;")
    assert "load complete (1 errors)\n" in desk.press("\x04")
    desk.run("load set terminal", "set system host-name corex", "set system bogus 1")
    assert desk.press("\x04").startswith("^D\b\bterminal:2:(11) syntax error: bogus\nload complete\n")
    assert "+  host-name corex;" in desk.type("show | compare")


def test_control_c_abandons_the_paste(desk: Desk) -> None:
    desk.run("configure", "load set terminal", "set system host-name corex")
    assert desk.press("\x03").endswith("[edit]\nlab@core1# ")
    assert answer(desk.type("show | compare")) == ""


def test_leaving_with_changes_asks(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex")
    asked = desk.type("exit")
    assert asked.endswith(
        "The configuration has been changed but not committed\nExit with uncommitted changes? [yes,no] (yes) "
    )
    assert desk.type("no").endswith("[edit]\nlab@core1# ")
    desk.type("exit configuration-mode")
    assert desk.type("").endswith("Exiting configuration mode\n\nlab@core1> ")
    assert "The configuration has been changed but not committed\n" in desk.type("configure")
    assert answer(desk.type("show | compare")) != ""


def test_an_exclusive_session_throws_its_changes_away(desk: Desk) -> None:
    assert answer(desk.type("configure exclusive")).startswith("warning: uncommitted changes will be discarded on exit")
    desk.run("set system host-name corex", "exit", "yes", "configure")
    assert answer(desk.type("show | compare")) == ""


def test_another_users_lock_refuses_edits_until_that_session_ends(desk: Desk) -> None:
    desk.router.hold_lock("eve")
    refused = answer(desk.type("configure exclusive"))
    assert refused.startswith("error: configuration database locked by:\n  eve terminal p0 (pid 4681) on since 2026-")
    assert refused.endswith("\n      exclusive [edit]")
    assert "Users currently editing the configuration:\n  eve terminal p0" in desk.type("configure")
    assert "error: configuration database locked by:" in desk.type("set system host-name corex")
    assert "error: configuration database locked by:" in desk.type("rollback 1")
    desk.type("exit")
    assert answer(desk.type("request system logout terminal p0")) == ""
    assert "Entering configuration mode" in desk.type("configure exclusive")


def test_another_users_edits_block_private_mode_and_a_plain_commit_includes_them(desk: Desk) -> None:
    desk.router.foreign_edit("set system domain-name eve.example", "")
    assert answer(desk.type("configure exclusive")) == "error: configuration database modified"
    assert answer(desk.type("configure private")) == "error: shared configuration database modified"
    desk.run("configure", "set system host-name corex", "commit and-quit")
    assert "domain-name eve.example;" in desk.type("show configuration system")


def test_a_private_copy_cannot_be_committed_on_trial(desk: Desk) -> None:
    desk.run("configure private", "set system host-name corex")
    assert answer(desk.type("commit confirmed 5")).startswith("error:")
    assert answer(desk.type("commit")) == "commit complete"
    assert desk.router.hostname == "corex"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["set interfaces ge-0/0/0 unit 5 vlan-id 5"], "VLAN-ID can only be specified on tagged ethernet interfaces"),
        (["set protocols ospf export NONE"], "Policy error: Policy NONE referenced but not defined"),
        (["set protocols bgp group X neighbor 10.0.12.1"], "peer AS number must be configured for an external peer"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_not_committed(desk: Desk, lines: list[str], said: str) -> None:
    desk.run("configure", *lines)
    text = answer(desk.type("commit"))
    assert said in text
    assert text.endswith("error: configuration check-out failed")
    assert len(desk.router.database.commits) == 1


def test_a_missing_root_password_stops_a_trial_and_only_warns_otherwise(desk: Desk) -> None:
    desk.run("configure", "delete system root-authentication")
    trial = answer(desk.type("commit confirmed 5"))
    assert trial.endswith("error: commit failed: (missing mandatory statements)")
    assert answer(desk.type("commit")).endswith(
        "warning: Missing mandatory statement: 'root-authentication'\ncommit complete"
    )


def test_dead_name_servers_are_warned_about_and_the_commit_succeeds(desk: Desk) -> None:
    desk.router.dns_dead = True
    desk.run("configure", "set system host-name corex")
    lines = answer(desk.type("commit")).split("\n")
    assert lines == ["rcmd: getaddrinfo: hostname nor servname provided, or not known"] * 4 + ["commit complete"]


def test_a_replacement_can_be_told_to_fail(desk: Desk) -> None:
    desk.router.abort_replace(1)
    desk.run("configure", "set system host-name corex")
    assert answer(desk.type("commit")).endswith(
        "error: configuration check-out failed: (statement constraint check failed)"
    )
    assert answer(desk.type("commit")) == "commit complete"


def test_an_upgrade_refuses_lines_when_they_are_entered_loaded_or_rolled_back_to(desk: Desk) -> None:
    desk.run("configure", "set interfaces ge-0/0/0 speed 1g", "commit", "delete interfaces ge-0/0/0 speed", "commit")
    desk.router.upgrade("23.2R1.14", ("interfaces \\S+ speed",))
    assert "Junos: 23.2R1.14" in desk.type("run show version")
    assert answer(desk.type("set interfaces ge-0/0/0 speed 1g")).endswith("syntax error.")
    text = answer(desk.type("rollback 1"))
    assert "syntax error: 1g" in text
    assert text.endswith("load complete (1 errors)")
    desk.run("load set terminal", "set interfaces ge-0/0/0 speed 1g")
    assert "syntax error" in desk.press("\x04")
    assert answer(desk.type("show | compare")) == ""


def test_an_upgrade_may_refuse_lines_only_at_the_commit(desk: Desk) -> None:
    desk.router.upgrade("23.2R1.14", ("commit:interfaces \\S+ speed",))
    desk.run("configure", "set interfaces ge-0/0/0 speed 1g")
    assert answer(desk.type("commit check")).endswith(
        "configuration check-out failed: (statement constraint check failed)"
    )


def test_the_rescue_configuration_is_saved_shown_loaded_and_deleted(desk: Desk) -> None:
    assert "Rescue configuration is not set" in desk.type("show system alarms")
    assert answer(desk.type("request system configuration rescue save")) == ""
    assert answer(desk.type("show system alarms")) == "No alarms currently active"
    desk.run("configure", "set system host-name corex", "commit")
    assert answer(desk.type("rollback rescue")) == "load complete"
    desk.type("commit and-quit")
    assert desk.router.hostname == "core1"
    desk.type("request system configuration rescue delete")
    assert answer(desk.type("show system configuration rescue")).startswith("error:")


def test_a_comment_stands_below_its_commit(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex", 'commit confirmed 5 comment "CHG 1"')
    lines = desk.type("run show system commit").split("\n")
    assert lines[1].endswith("by lab via cli commit confirmed, rollback in 5mins")
    assert lines[2:4] == ["    CHG 1", "    rollback pending"]


def test_a_file_on_the_router_has_a_checksum_and_can_be_loaded(desk: Desk) -> None:
    desk.run("start shell user root", "root123", "echo 'system { host-name corex; }' > /var/tmp/x.conf", "exit")
    assert "MD5 (/var/tmp/x.conf) = " in desk.type("file checksum md5 /var/tmp/x.conf")
    assert "x.conf\n" in desk.type("file list /var/tmp")
    desk.type("configure")
    assert answer(desk.type("load merge /var/tmp/x.conf")) == "load complete"
    desk.type("commit")
    assert desk.router.hostname == "corex"


def test_deactivated_statements_stay_and_do_nothing(desk: Desk) -> None:
    desk.run("configure", "deactivate protocols ospf")
    assert answer(desk.type("show | compare")) == "[edit protocols]\n!   inactive: ospf { ... }"
    desk.type("commit")
    assert all(interface.ospf is None for interface in desk.router.standing().interfaces)
    assert "inactive: ospf {" in desk.type("show protocols")


def test_text_can_be_loaded_below_the_level_one_is_at(desk: Desk) -> None:
    desk.run("configure", "edit protocols ospf", "load merge terminal relative", "area 1 { interface ge-0/0/1.0; }")
    desk.press("\x04")
    desk.run("load set terminal relative", "delete area 0 interface lo0.0")
    desk.press("\x04")
    shown = answer(desk.type("show | compare"))
    assert shown.startswith("[edit protocols ospf area 0.0.0.0]\n-     interface lo0.0 {")
    assert shown.endswith("[edit protocols ospf]\n+    area 0.0.0.1 {\n+        interface ge-0/0/1.0;\n+    }")


def test_the_candidate_can_be_saved_and_loaded_again(desk: Desk) -> None:
    desk.run("configure", "set system host-name corex")
    assert answer(desk.type("save /var/tmp/k.conf")).endswith(" lines of configuration to '/var/tmp/k.conf'")
    desk.run("rollback 0", "load override /var/tmp/k.conf")
    assert answer(desk.type("show | compare")) == "[edit system]\n-  host-name core1;\n+  host-name corex;"


def test_a_new_password_is_asked_twice_and_works(desk: Desk) -> None:
    desk.run("configure", "set system login user bob class super-user authentication plain-text-password", "pw1", "pw1")
    desk.run("commit and-quit", "exit")
    assert desk.log_in("bob", "pw1").endswith("bob@core1> ")
