from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.lab.nos.ios_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.login()
    return desk


def test_a_file_typed_into_tclsh_appears_when_tclsh_is_left(desk: Desk) -> None:
    assert desk.type("tclsh").endswith("edge1(tcl)#")
    assert desk.type('puts [open "flash:x.cfg" w+] {hostname a').endswith("+>")
    desk.type("interface Loopback0")
    desk.type(" description x")
    assert desk.type("}").endswith("edge1(tcl)#")
    assert "No such file" in desk.type("dir flash:x.cfg")
    assert desk.type("tclquit").endswith("edge1#")
    expected = b"hostname a\ninterface Loopback0\n description x\n\n"
    assert desk.router.flash.read("flash:x.cfg") == expected
    assert f"(flash:x.cfg) = {hashlib.md5(expected).hexdigest()}" in desk.type("verify /md5 flash:x.cfg")


def test_tcl_counts_braces_and_understands_escapes_in_quotes(desk: Desk) -> None:
    desk.type("tclsh")
    assert desk.type('puts [open "flash:a" w+] {one {two').endswith("+>")
    assert desk.type("} three}").endswith("(tcl)#")
    desk.type('puts -nonewline [open "flash:b" w+] "banner \\003x\\003\\n"')
    desk.type("tclquit")
    assert desk.router.flash.read("flash:a") == b"one {two\n} three\n"
    assert desk.router.flash.read("flash:b") == b"banner \x03x\x03\n"


def test_control_c_gives_a_statement_up(desk: Desk) -> None:
    desk.type("tclsh")
    desk.type('puts [open "flash:a" w+] {')
    assert desk.press("\x03").endswith("edge1(tcl)#")
    desk.type("tclquit")
    assert desk.router.flash.read("flash:a") is None


def test_a_wrong_md5_is_told(desk: Desk) -> None:
    desk.router.flash.write("flash:a", b"x")
    assert "%Error verifying flash:a\nComputed signature" in desk.type("verify /md5 flash:a " + "0" * 32)
    right = hashlib.md5(b"x").hexdigest()
    assert f"Verified (flash:a) = {right}" in desk.type(f"verify /md5 flash:a {right}")
    assert "%Error verifying flash:none (No such file or directory)" in desk.type("verify /md5 flash:none")


def test_files_are_listed_shown_and_deleted(desk: Desk) -> None:
    desk.router.flash.write("bootflash:/a.txt", b"hello\nworld\n")
    assert "Directory of flash:/a.txt" in desk.type("dir flash:/a.txt")
    assert "hello\nworld\n" in desk.type("more flash:a.txt")
    assert desk.type("delete flash:a.txt").endswith("Delete filename [a.txt]? ")
    assert desk.type("").endswith("Delete flash:a.txt? [confirm]")
    desk.press("\r")
    assert "No files in directory" in desk.type("dir")
    assert "%Error opening flash:a.txt" in desk.type("more flash:a.txt")


def test_copying_over_a_file_asks_first(desk: Desk) -> None:
    desk.router.flash.write("flash:a", b"old")
    desk.type("copy running-config flash:a")
    assert desk.type("").endswith("Do you want to over write? [confirm]")
    assert "bytes copied" in desk.press("\r")


def test_copying_to_the_running_configuration_merges(desk: Desk) -> None:
    desk.router.flash.write(
        "flash:part", b"hostname merged\ninterface Loopback7\n ip address 10.7.7.7 255.255.255.255\n"
    )
    desk.type("copy flash:part running-config")
    assert "\n\nmerged#\n" in desk.type("")
    assert "10.7.7.7" in desk.type("show ip interface brief")
    assert "10.0.12.1" in desk.type("show ip interface brief")


def test_the_start_up_configuration_survives_the_power(desk: Desk) -> None:
    desk.configure("hostname saved")
    assert desk.type("copy running-config startup-config").endswith("[startup-config]? ")
    assert "[OK]" in desk.type("")
    desk.router.reboot()
    desk.clock.advance(5)
    assert desk.login().endswith("saved#")


def test_an_erased_start_up_configuration_leads_to_the_initial_dialog(desk: Desk) -> None:
    desk.type("write erase")
    desk.press("\r")
    desk.router.reboot()
    assert "initial configuration dialog?" in desk.press("", 5)
