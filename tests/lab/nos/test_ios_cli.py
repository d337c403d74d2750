from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.nos.ios_desk import SECRET, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.login()
    return desk


def test_words_may_be_abbreviated_while_unambiguous(desk: Desk) -> None:
    assert "IP-Address" in desk.type("sh ip int br")
    assert "Configuration register" in desk.type("sh ver")


def test_a_wrong_word_is_pointed_at(desk: Desk) -> None:
    assert desk.type("show ip rote") == (
        "show ip rote\n              ^\n% Invalid input detected at '^' marker.\n\nedge1#"
    )


def test_ambiguous_and_incomplete_commands_are_told_apart(desk: Desk) -> None:
    assert '% Ambiguous command:  "co run start"' in desk.type("co run start")
    assert "% Incomplete command." in desk.type("show ip")
    assert '% Type "show ?" for a list of subcommands' in desk.type("show")


def test_a_question_mark_lists_what_may_come_and_brings_the_line_back(desk: Desk) -> None:
    shown = desk.press("show ip ?")
    assert "  interface" in shown
    assert shown.endswith("\nedge1#show ip ")
    desk.press("\x15")
    assert desk.press("show ip ro?").endswith("?\nroute\n\nedge1#show ip ro")


def test_a_question_mark_behind_nothing_but_a_blank_lists_the_mode(desk: Desk) -> None:
    desk.type("configure terminal")
    assert "  hostname" in desk.press(" ?")


def test_tab_completes_a_clear_word(desk: Desk) -> None:
    assert desk.press("sh\tru\t").endswith("\nedge1#show running-config ")


def test_an_unknown_word_is_looked_up_and_that_takes_time_when_dns_is_dead(desk: Desk) -> None:
    desk.router.dns_dead = True
    assert "edge1#" not in desk.type("gibberish", seconds=8).partition("\n")[2]
    assert "unable to find computer address" in desk.press("", seconds=2)
    desk.configure("no ip domain lookup")
    assert "unable to find computer address" in desk.type("gibberish", seconds=0.1)


def test_a_look_up_can_be_broken_off(desk: Desk) -> None:
    desk.router.dns_dead = True
    desk.type("traceroot", seconds=1)
    assert "% Name lookup aborted\nedge1#" in desk.press("\x1e", seconds=1)
    assert desk.type("show privilege").startswith("show privilege\nCurrent privilege level is 15\n")


def test_the_hostname_is_cut_at_twenty_characters_in_configuration_mode_only(desk: Desk) -> None:
    shown = desk.configure("hostname edge-router-frankfurt-1")
    assert "\nedge-router-frankfur(config)#" in shown
    assert shown.rstrip().partition("*")[0].rstrip().endswith("edge-router-frankfurt-1#")


def test_output_modifiers_filter_by_line(desk: Desk) -> None:
    assert desk.type("show running-config | include ^hostname") == (
        "show running-config | include ^hostname\nhostname edge1\nedge1#"
    )
    section = desk.type("show running-config | section router ospf 1")
    assert " router-id 10.255.0.1" in section
    assert "hostname" not in section
    assert desk.type("show running-config | begin line vty").splitlines()[1] == "line vty 0 4"


def test_the_running_configuration_says_how_long_it_is(desk: Desk) -> None:
    shown = desk.type("show running-config")
    body = shown.partition("\nCurrent configuration : ")[2]
    count = int(body.split()[0])
    text = "Current configuration : " + body
    assert text.partition("\n")[2].removesuffix("\nedge1#")[:count].endswith("\nend\n")


def test_paging_stops_a_long_output(desk: Desk) -> None:
    desk.type("terminal length 10")
    assert desk.type("show running-config").endswith(" --More-- ")
    assert desk.press("q").endswith("edge1#")


def test_paging_is_back_for_the_next_session(desk: Desk) -> None:
    desk.type("terminal length 0")
    desk.type("exit")
    for line in ("", "ops", SECRET):
        desk.type(line, 0.5)
    assert desk.type("show running-config").endswith(" --More-- ")


def test_control_z_carries_the_line_out_and_leaves_configuration_mode(desk: Desk) -> None:
    desk.type("configure terminal")
    assert desk.press("hostname other\x1a").partition("*")[0].rstrip().endswith("other#")


def test_do_gives_exec_commands_in_configuration_mode(desk: Desk) -> None:
    desk.type("configure terminal")
    assert "UTC" in desk.type("do show clock")
    assert desk.type("do show foo").splitlines()[1] == " " * len("edge1(config)#do show ") + "^"


def test_leaving_configuration_mode_is_logged_right_behind_the_prompt(desk: Desk) -> None:
    desk.type("configure terminal")
    shown = desk.type("end")
    assert "edge1#\n*Mar  1 12:" in shown
    assert shown.endswith("%SYS-5-CONFIG_I: Configured from console by ops on console\n")


def test_synchronous_logging_brings_the_prompt_back(desk: Desk) -> None:
    desk.configure("line con 0", "logging synchronous")
    desk.press("show ver")
    desk.router.say("%TEST-6-X: hello")
    assert desk.screen.endswith(b"%TEST-6-X: hello\r\nedge1#show ver")


def test_ping_tells_answered_from_lost(desk: Desk) -> None:
    assert "!!!!!\nSuccess rate is 100 percent (5/5)" in desk.type("ping 10.0.12.2")
    assert ".....\nSuccess rate is 0 percent (0/5)" in desk.type("ping 10.77.0.1", seconds=11)


def test_a_ping_can_be_broken_off(desk: Desk) -> None:
    desk.type("ping 10.77.0.1", seconds=3)
    assert "Success rate is 0 percent (0/1)\nedge1#" in desk.press("\x1e", seconds=1)


def test_a_reload_asks_twice_shows_a_boot_screen_and_forgets_what_was_not_saved(tmp_path: Path) -> None:
    desk = Desk(tmp_path, boot_seconds=20)
    desk.login()
    desk.configure("hostname unsaved")
    assert desk.type("reload").endswith("System configuration has been modified. Save? [yes/no]: ")
    assert desk.type("no").endswith("Proceed with reload? [confirm]")
    shown = desk.press("\r", seconds=15)
    assert "System Bootstrap" in shown
    assert "Press RETURN" not in shown
    assert desk.press("ignored", seconds=10).count("Press RETURN to get started!") == 1
    assert desk.login().endswith("edge1#")


def test_a_reload_can_be_declined(desk: Desk) -> None:
    desk.type("write memory")
    desk.type("reload")
    assert desk.press("n").endswith("\nedge1#")


def test_a_reload_can_be_scheduled_seen_and_cancelled(desk: Desk) -> None:
    desk.type("write memory")
    desk.type("reload in 5")
    desk.press("\r")
    assert "Reload scheduled for 12:0" in desk.type("show reload")
    assert "SHUTDOWN ABORTED" in desk.type("reload cancel")
    assert "No reload is scheduled." in desk.type("show reload")
    desk.type("reload in 1")
    desk.press("\r")
    assert "System Bootstrap" in desk.press("", seconds=61)


def test_a_session_left_alone_ends_after_the_exec_timeout(desk: Desk) -> None:
    desk.configure("line con 0", "exec-timeout 1 0")
    desk.type("")
    assert "edge1 con0 is now available" in desk.press("", seconds=61)


def test_break_during_the_boot_leads_to_the_boot_loader_and_around_the_password(tmp_path: Path) -> None:
    desk = Desk(tmp_path, boot_seconds=20)
    desk.router.reboot()
    desk.clock.advance(2)
    desk.router.receive_break()
    assert desk.press("", seconds=10).endswith("rommon 1 > ")
    desk.type("confreg 0x2142")
    assert "initial configuration dialog? [yes/no]: " in desk.type("reset", seconds=30)
    desk.type("no")
    desk.type("")
    assert desk.type("").endswith("Router>")
    assert desk.type("enable").endswith("Router#")


def test_lines_with_a_small_receive_buffer_are_lost_when_they_come_too_fast(desk: Desk) -> None:
    desk.type("configure terminal")
    desk.router.terminal.receive_buffer = 128
    lines = [f"interface Loopback{number}\rdescription number {number}\r" for number in range(100, 140)]
    desk.press("".join(lines))
    found = desk.router.config.root.under("interface")
    assert len(found) < 30
    assert desk.router.terminal.overruns > 0


def test_only_the_password_is_not_echoed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    shown = desk.login()
    assert "Username: ops\n" in desk.screen.decode().replace("\r\n", "\n")
    assert SECRET not in shown
