"""Netmiko scripts, unchanged but for how they connect, on the virtual routers."""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import netmiko
import pytest
from netmiko.exceptions import WriteException
from netmiko.ssh_dispatcher import CLASS_MAPPER

from oob.adapters.line import Line, base
from oob.adapters.netmiko import LineChannel, OverLine, _class, connect, over
from oob.adapters.pexpect import spawn
from oob.errors import LoginRefused, PathRefused, UsageError
from oob.inventory.device import Expect
from oob.lab.control import LabRouter
from oob.transport.base import Transport


def login(router: LabRouter) -> dict[str, Any]:
    return {"username": router.username, "password": router.password, "secret": router.secret}


def is_logged_out(url: str) -> bool:
    with spawn(url, timeout=20) as child:
        child.sendline()
        return child.expect(["(?i)(username|login): ", "[>#]"]) == 0


def test_a_script_shows_and_configures_and_the_console_is_left_logged_out(edge: LabRouter, path: int) -> None:
    with connect(edge.consoles[path], device_type="cisco_ios", **login(edge)) as device:
        assert device.send_command("show running-config").rstrip().endswith("end")
        device.send_config_set(["no logging console"])
    assert is_logged_out(edge.consoles[0])


def test_what_a_script_configures_is_there_and_a_mode_it_forgets_is_left(edge: LabRouter) -> None:
    with connect(edge.consoles[1], device_type="cisco_ios", **login(edge)) as device:
        assert device.find_prompt() == "edge1#"
        device.send_config_set(["no logging console"])
        device.send_config_set(["interface Loopback9", "description made by a script"])
        shown = device.send_command("show running-config interface Loopback9")
        assert "made by a script" in shown
        device.send_config_set(["no interface Loopback9"])
        device.config_mode()
    assert is_logged_out(edge.consoles[0])


def test_a_script_changes_and_commits_junos(core: LabRouter) -> None:
    with connect(core.consoles[1], device_type="juniper_junos", **login(core)) as device:
        assert "Hostname: core1" in device.send_command("show version")
        device.send_config_set(["set system host-name core1"], exit_config_mode=False)
        assert "commit complete" in device.commit(read_timeout=20)
        device.exit_config_mode()
    assert is_logged_out(core.consoles[0])


def test_netmiko_logs_in_itself_on_a_platform_without_a_profile(edge: LabRouter) -> None:
    url = edge.consoles[1]
    with connect(url, device_type="zte_zxros", host="10.0.0.1", **login(edge)) as device:
        assert "FCZ2711R0AB" in device.send_command("show version")
        assert (device.host, device.device_type) == ("10.0.0.1", "zte_zxros")
        assert device.is_alive()
    assert not device.is_alive()
    assert is_logged_out(edge.consoles[0])


def test_a_script_catches_netmikos_exceptions_and_finds_oobs_in_them(edge: LabRouter) -> None:
    with pytest.raises(netmiko.NetmikoAuthenticationException) as refused:
        connect(edge.consoles[0], device_type="cisco_ios", username="ops", password="wrong")
    assert isinstance(refused.value.__cause__, LoginRefused)
    with pytest.raises(netmiko.NetmikoTimeoutException) as unreachable:
        connect("tcp://127.0.0.1:1", device_type="zte_zxros")
    assert isinstance(unreachable.value.__cause__, PathRefused)
    with pytest.raises(UsageError, match="is not a Netmiko device type"):
        connect("tcp://127.0.0.1:1", device_type="cisco_iosss")


def test_a_path_that_dies_in_a_command_is_netmikos_read_exception(edge: LabRouter) -> None:
    url = edge.consoles[0].replace("telnet://", "fault+telnet://") + "?fault.kind=fail&fault.at=3500"
    device = connect(url, device_type="cisco_ios", **login(edge))
    with pytest.raises(netmiko.ReadException):
        device.send_command("show running-config")
    device.disconnect()
    assert not device.is_alive()


def test_every_platform_that_netmiko_knows_has_its_class() -> None:
    kinds = {device_type: _class(device_type) for device_type in CLASS_MAPPER}
    assert len(kinds) > 150
    assert all(issubclass(kind, netmiko.BaseConnection) for kind in kinds.values())
    assert all(kind.establish_connection is OverLine.establish_connection for kind in kinds.values())


def prompts() -> dict[str, str]:
    """Return what each type shows that is tried, empty for one that asks for a dialog of its own."""
    said = dict.fromkeys((base(name) for name in CLASS_MAPPER), "router#")
    for line in (Path(__file__).parents[1] / "data" / "netmiko-types.txt").read_text().splitlines():
        if not line.startswith("#"):
            shown, _, names = line.partition(": ")
            said |= dict.fromkeys(names.split(), "" if shown == "untried" else shown)
    return said


class Prompting(Transport):
    """A console that asks for a login and shows its prompt behind every line."""

    path = "prompting"

    def __init__(self, prompt: str) -> None:
        self._shown = ["login: ", "Password: ", prompt]
        self._said, self._typed = self._shown[0], ""

    def read(self, max_bytes: int, timeout: float) -> bytes:
        said, self._said = self._said, ""
        return said.encode()

    def write(self, data: bytes, timeout: float) -> None:
        for key in data.decode().replace("\r\n", "\r").replace("\n", "\r"):
            if key != "\r":
                self._typed += key
                continue
            if len(self._shown) > 1 and (self._typed or self._shown[0] != "login: "):
                del self._shown[0]
            self._said += f"{self._typed}\r\n{self._shown[0]}"
            self._typed = ""

    def close(self) -> None:
        self._said = ""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Netmiko's pauses pass at once."""
    now = itertools.count()
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    monkeypatch.setattr(time, "time", lambda: float(next(now)) / 10)


@pytest.mark.usefixtures("quick")
def test_every_platform_prepares_its_session_over_a_line() -> None:
    tried = {device_type: prompt for device_type, prompt in prompts().items() if prompt}
    assert len(tried) > 150
    for device_type, prompt in tried.items():
        device = over(Line(Prompting(prompt)), device_type, username="ops", password="x", secret="x")
        assert isinstance(device.channel, LineChannel), device_type


def test_the_command_line_does_not_import_netmiko() -> None:
    script = "import sys, oob.cli.main, oob.cli.commands.run, oob.adapters; sys.exit('netmiko' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_no_credential_is_typed_by_netmiko_at_the_login_of_another_device() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        typed: list[bytes] = []

        def evil() -> None:
            client, _ = listener.accept()
            with client:
                client.sendall(b"\r\nevil login: ")
                while data := client.recv(4096):
                    typed.append(data)
                    client.sendall(b"\r\nevil login: ")

        thread = threading.Thread(target=evil)
        thread.start()
        url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(WriteException, match="shows hostname evil, edge1 was expected"):
            connect(url, device_type="zte_zxros", username="ada", password="canary", expect=Expect(hostname="edge1"))
        thread.join()
    assert b"ada" not in b"".join(typed)
