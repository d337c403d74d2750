"""pexpect scripts, unchanged but for their first line, on a virtual router."""

from __future__ import annotations

import io

import pytest
from pexpect import EOF, TIMEOUT

from oob.adapters.pexpect import spawn
from oob.errors import LoginRefused
from oob.lab.control import LabRouter


def test_a_script_that_logs_in_by_itself(edge: LabRouter, path: int) -> None:
    with spawn(edge.consoles[path], timeout=20, encoding="utf-8") as child:
        child.sendline()
        child.expect("Username: ")
        child.sendline(edge.username)
        child.expect("Password: ")
        child.sendline(edge.password)
        child.expect("edge1#")
        child.sendline("show clock")
        child.expect(r"show clock\r\n.*UTC.*\r\nedge1#")
        child.sendline("exit")
        child.expect("Press RETURN")


def test_a_script_that_oob_logs_in_for_finds_a_prompt_and_leaves_the_console_logged_out(
    edge: LabRouter, path: int
) -> None:
    url = edge.consoles[path]
    login = {"username": edge.username, "password": edge.password, "enable": edge.secret}
    with spawn(url, platform=edge.platform, timeout=20, **login) as child:
        child.sendline("show version")
        assert child.expect([b"FCZ2711R0AB", b"Username"]) == 0
        child.expect_exact("edge1#")
        child.sendline("configure terminal")
        child.expect(rb"\(config\)#")
    with spawn(url, timeout=20) as child:
        child.sendline()
        assert child.expect([b"Username: ", b"edge1"]) == 0
        child.sendcontrol("z")


def test_a_device_that_says_nothing_more_is_a_time_out_and_the_log_file_has_both_directions(edge: LabRouter) -> None:
    log = io.BytesIO()
    with spawn(edge.consoles[0], timeout=20, logfile=log) as child:
        child.sendline()
        child.expect("Username: ")
        with pytest.raises(TIMEOUT):
            child.expect("never", timeout=0.05)
        assert child.isalive()
        child.write("nobody")
        child.expect("nobody")
        child.sendcontrol("u")
    assert not child.isalive()
    assert log.getvalue().count(b"nobody") == 2


def test_a_path_that_dies_is_the_end_of_the_file(edge: LabRouter) -> None:
    url = edge.consoles[0].replace("telnet://", "fault+telnet://") + "?fault.kind=fail&fault.at=10"
    with spawn(url, timeout=20) as child:
        child.sendline()
        assert child.expect(["never", EOF]) == 1
        assert not child.isalive()


def test_a_refused_login_is_oobs_own_error(edge: LabRouter) -> None:
    with pytest.raises(LoginRefused):
        spawn(edge.consoles[0], platform=edge.platform, username="ops", password="wrong")
