from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.nos.ios_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A router with its good configuration in flash:good.cfg, saved."""
    desk = Desk(tmp_path)
    desk.login()
    desk.type("copy running-config flash:good.cfg")
    desk.press("\r")
    desk.type("write memory")
    return desk


def break_it(desk: Desk) -> None:
    desk.configure("hostname broken", "interface GigabitEthernet1", "shutdown", "no router ospf 1")


def good(desk: Desk) -> str:
    data = desk.router.flash.read("flash:good.cfg")
    assert data is not None
    return data.decode()


def test_a_replace_brings_configuration_name_and_routes_back(desk: Desk) -> None:
    before = desk.type("show ip route")
    break_it(desk)
    assert "10.255.0.2" not in desk.type("show ip route")
    shown = desk.type("configure replace flash:good.cfg force")
    assert "Total number of passes: 1\nRollback Done\n\nedge1#" in shown
    assert desk.router.running_config() == good(desk)
    desk.clock.advance(60)
    assert [line[:40] for line in desk.type("show ip route").splitlines()] == [
        line[:40] for line in before.splitlines()
    ]


def test_a_replace_with_nothing_to_do_takes_no_pass(desk: Desk) -> None:
    assert "Total number of passes: 0\nRollback Done" in desk.type("configure replace flash:good.cfg force")


def test_without_force_it_asks_and_return_means_no(desk: Desk) -> None:
    break_it(desk)
    assert desk.type("configure replace flash:good.cfg").endswith(
        "Enter Y if you are sure you want to proceed. ? [no]: "
    )
    assert "Total number of passes: 0\nRollback aborted" in desk.type("")
    desk.type("configure replace flash:good.cfg")
    assert "Rollback Done" in desk.type("y")


def test_with_list_the_commands_are_shown(desk: Desk) -> None:
    desk.configure("interface Loopback5", "ip address 10.5.5.5 255.255.255.255")
    shown = desk.type("configure replace flash:good.cfg list force")
    assert "!Pass 1\n\n!List of Rollback Commands:\nno interface Loopback5\nend\n" in shown


def test_a_missing_or_damaged_file_changes_nothing(desk: Desk) -> None:
    before = desk.router.running_config()
    shown = desk.type("configure replace flash:none.cfg force")
    assert "%Error opening flash:none.cfg (No such file or directory)" in shown
    desk.router.flash.write("flash:cut.cfg", good(desk).encode()[:2000])
    assert "not a valid config file" in desk.type("configure replace flash:cut.cfg force")
    assert desk.router.running_config() == before


def test_a_file_of_half_the_size_is_asked_about_even_with_force(desk: Desk) -> None:
    desk.router.flash.write("flash:half.cfg", b"version 17.9\nhostname half\nend\n")
    assert desk.type("configure replace flash:half.cfg force").endswith("Proceed? [no]: ")
    assert "Rollback aborted" in desk.type("")


# NAPALM, issue 653: `Using 1316 out of 196600 bytes`, which `show startup-config` prints, above `version`.
@pytest.mark.parametrize("head", ["Building configuration...\n", "Using 1316 out of 196600 bytes\n", "hostname r1\n"])
def test_a_file_that_does_not_begin_with_the_version_is_no_configuration(desk: Desk, head: str) -> None:
    break_it(desk)
    before = desk.router.running_config()
    desk.router.flash.write("flash:raw.cfg", f"!\n! a comment\n{head}{good(desk)}".encode())
    shown = desk.type("configure replace flash:raw.cfg force", 60)
    assert "%The input file is not a valid config file." in shown
    assert desk.router.running_config() == before
    desk.router.flash.write("flash:raw.cfg", f"!\n! a comment\n{good(desk)}".encode())
    assert "Rollback Done" in desk.type("configure replace flash:raw.cfg force", 60)


def test_a_line_that_the_software_refuses_spoils_all_five_passes(desk: Desk) -> None:
    desk.router.upgrade("17.12.1", ("^negotiation auto$",))
    break_it(desk)
    shown = desk.type("configure replace flash:good.cfg force", 60)
    assert "The rollback configlet from the last pass is listed below:\n********\n" in shown
    assert "Rollback aborted after 5 passes\nThe following commands are failed to apply to the IOS image.\n" in shown
    assert " negotiation auto\n" in shown
    assert "router ospf 1" in desk.router.running_config()  # everything else did take


def test_with_revert_on_error_rollback_done_means_that_the_old_configuration_came_back(desk: Desk) -> None:
    break_it(desk)
    before = desk.router.running_config()
    desk.router.upgrade("17.12.1", ("^redistribute",))
    shown = desk.type("configure replace flash:good.cfg force revert trigger error", 60)
    assert "Failed to apply command redistribute static subnets\nAborting Rollback." in shown
    assert "Rollback failed.Reverting back to the original configuration: flash:archive-edge1-" in shown
    assert "Total number of passes: 1\nRollback Done" in shown
    assert desk.router.running_config() == before


def test_a_replace_made_to_abort_stops_half_way(desk: Desk) -> None:
    break_it(desk)
    desk.router.abort_replace(1)
    assert "Rollback aborted after 5 passes" in desk.type("configure replace flash:good.cfg force", 60)
    assert "Rollback Done" in desk.type("configure replace flash:good.cfg force", 60)


def test_a_timer_needs_the_archive(desk: Desk) -> None:
    desk.configure("no archive")
    shown = desk.type("configure replace flash:good.cfg force time 5")
    assert "%Turn config archive on before using Rollback Confirmed Change" in shown
    assert "Archive feature not enabled" in desk.type("show archive")


def test_an_unconfirmed_replace_reverts_after_a_warning_on_the_prompt_line(desk: Desk) -> None:
    break_it(desk)
    before = desk.router.running_config()
    shown = desk.type("configure replace flash:good.cfg force time 2")
    assert "Rollback Confirmed Change: Backing up current running config to flash:archive-edge1-Mar--1-12-" in shown
    assert "Timer value: 2 min\nUser: ops\n" in desk.type("show archive config rollback timer")
    desk.press("show ver")
    warning = desk.press("", 60)
    assert warning.startswith("\nRollback Confirmed Change: Rollback will begin in one minute.\n")
    assert "Rollback Done" in desk.press("", 60)
    assert desk.router.running_config() == before


def test_a_confirmed_replace_stays(desk: Desk) -> None:
    break_it(desk)
    desk.type("configure replace flash:good.cfg force time 2")
    desk.type("configure confirm")
    assert "%No Rollback Confirmed Change pending" in desk.type("show archive config rollback timer")
    desk.clock.advance(300)
    assert desk.router.running_config() == good(desk)
    assert "%No Rollback Confirmed Change pending" in desk.type("configure confirm")


def test_only_the_user_who_armed_a_timer_can_confirm_it(desk: Desk) -> None:
    desk.configure("username other privilege 15 secret 0 other")
    desk.router.aaa("dead")
    desk.type("configure replace flash:good.cfg force time 9")
    desk.press("y", 5)
    desk.configure("username other privilege 15 secret 0 other")
    desk.type("exit")
    desk.type("", 0.1)
    desk.type("other", 0.1)
    desk.type("other", 10)
    assert "cannot confirm" in desk.type("configure confirm")
    assert desk.router.rollback.pending is not None


def test_a_timer_can_be_moved_and_ended_at_once(desk: Desk) -> None:
    break_it(desk)
    before = desk.router.running_config()
    desk.type("configure replace flash:good.cfg force time 2")
    desk.type("configure revert timer 5")
    assert "Timer value: 5 min" in desk.type("show archive config rollback timer")
    assert "Rollback Done" in desk.type("configure revert now")
    assert desk.router.running_config() == before


def test_a_second_timer_is_refused_while_one_runs(desk: Desk) -> None:
    desk.type("configure replace flash:good.cfg force time 2")
    assert "already pending" in desk.type("configure replace flash:good.cfg force time 2")


def test_a_held_lock_refuses_configuration_and_replace(desk: Desk) -> None:
    desk.router.hold_lock("night-shift")
    assert "locked by user 'night-shift'" in desk.type("configure terminal")
    assert "locked by user 'night-shift'" in desk.type("configure replace flash:good.cfg force")
    assert "night-shift" in desk.type("show configuration lock")
    desk.router.hold_lock("")
    assert "Rollback Done" in desk.type("configure replace flash:good.cfg force")


def test_each_user_that_goes_is_asked_about_even_with_force(desk: Desk) -> None:
    desk.configure("username new secret 0 new")
    shown = desk.type("configure replace flash:good.cfg force")
    assert shown.endswith("Do you want to continue? [confirm]")
    assert "Rollback Done" in desk.press("\r")


def test_addresses_that_changed_places_are_put_back(desk: Desk) -> None:
    desk.configure(
        *("interface GigabitEthernet1", "no ip address", "interface GigabitEthernet2"),
        *("ip address 10.0.12.1 255.255.255.252", "interface GigabitEthernet1", "ip address 10.0.13.1 255.255.255.252"),
    )
    shown = desk.type("configure replace flash:good.cfg force", 60)
    assert "Rollback Done" in shown
    assert desk.router.running_config() == good(desk)


def test_a_reboot_in_the_middle_leaves_what_was_saved(desk: Desk) -> None:
    desk.configure("description x", "interface GigabitEthernet1", "description also broken")
    reached: list[str] = []

    def pull_the_plug(moment: str) -> None:
        reached.append(moment)
        desk.router.on_moment = lambda _: None
        desk.router.reboot()

    desk.router.on_moment = pull_the_plug
    desk.type("configure replace flash:good.cfg force", 10)
    assert reached == ["replace"]
    assert desk.login().endswith("edge1#")
    assert desk.router.running_config() == good(desk)
    assert desk.router.lock.holder == ""


def test_differences_are_shown_block_by_block(desk: Desk) -> None:
    desk.configure("interface GigabitEthernet3", "description other")
    shown = desk.type("show archive config differences flash:good.cfg system:running-config")
    assert (
        "!Contextual Config Diffs:\ninterface GigabitEthernet3\n +description other\n -description branch LAN\n"
        in shown
    )
    assert "!No changes were found" in desk.type("show archive config differences flash:good.cfg flash:good.cfg")


def test_saving_makes_numbered_copies_and_keeps_so_many(desk: Desk) -> None:
    desk.configure("archive", "maximum 3")
    for _ in range(5):
        desk.type("write memory")
    shown = desk.type("show archive")
    assert "The next archive file will be named flash:archive-edge1-<timestamp>-6" in shown
    assert "   3        flash:archive-edge1-Mar--1-12-" in shown
    assert "<- Most Recent" in shown
    assert len(desk.router.archive.copies()) == 3
