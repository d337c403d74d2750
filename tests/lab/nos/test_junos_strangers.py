"""Programs that others wrote drive the virtual Junos router as they drive real ones: unmodified, over telnet."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.lab.nos.junos_desk import live


def test_netmiko_reads_changes_confirms_and_hears_of_a_failed_commit(tmp_path: Path) -> None:
    netmiko = pytest.importorskip("netmiko")
    with live(tmp_path) as lab:
        device = netmiko.ConnectHandler(
            device_type="juniper_junos_telnet", host="127.0.0.1", port=lab.port, username="lab", password="lab123"
        )
        assert device.find_prompt() == "lab@core1>"
        assert "Hostname: core1" in device.send_command("show version")
        assert "inet.0: 3 destinations, 3 routes (3 active, 0 holddown, 0 hidden)" in device.send_command("show route")
        device.send_config_set(["set system host-name core9"], exit_config_mode=False)
        assert "minutes unless" in device.commit(confirm=True, confirm_delay=2)
        assert lab.router.database.pending is not None
        assert "commit complete" in device.commit()
        device.send_config_set(["set interfaces ge-0/0/0 unit 7 vlan-id 7"], exit_config_mode=False)
        with pytest.raises(ValueError, match="configuration check-out failed"):
            device.commit()
        device.exit_config_mode()
        assert lab.router.database.pending is None
        assert lab.router.hostname == "core9"
        device.disconnect()


def test_netmiko_finds_its_way_out_of_the_shell(tmp_path: Path) -> None:
    netmiko = pytest.importorskip("netmiko")
    # netmiko's telnet login knows no `%`, so it can only ever land in the shell of a newer Junos
    with live(tmp_path, root_prompt="root@{host}:~ # ") as lab:
        device = netmiko.ConnectHandler(
            device_type="juniper_junos_telnet", host="127.0.0.1", port=lab.port, username="root", password="root123"
        )
        assert device.find_prompt() == "root@core1>"
        device.disconnect()


def test_scrapli_moves_between_modes(tmp_path: Path) -> None:
    scrapli = pytest.importorskip("scrapli")
    with live(tmp_path) as lab:
        lab.nudge()
        device = scrapli.Cli(
            definition_file_or_name="juniper_junos",
            host="127.0.0.1",
            port=lab.port,
            auth_options=scrapli.AuthOptions(username="lab", password="lab123"),
            transport_options=scrapli.TransportTelnetOptions(),
        )
        with device:
            assert "Junos: 21.4R3.15" in device.send_input(input_="show version").result
            lines = ["set system host-name core8", "commit confirmed 1"]
            answers = device.send_inputs(inputs=lines, requested_mode="configuration")
            assert "commit complete" in answers.result
            assert not answers.failed
            wrong = device.send_input(input_="show nonsense")
            assert wrong.failed
        assert lab.router.database.pending is not None


def test_pyez_works_in_its_console_mode(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyEZ and ncclient import modules that Python deprecated
        console = pytest.importorskip("jnpr.junos.console")
    with live(tmp_path) as lab:
        lab.nudge()
        device = console.Console(host="127.0.0.1", port=lab.port, user="lab", password="lab123", mode="telnet", baud=0)
        device.open()
        assert "Hostname: core1" in device.cli("show version", warning=False)
        text = device.rpc.get_config(options={"format": "set"}).text
        assert "set interfaces ge-0/0/0 unit 0 family inet address 10.0.12.2/30" in text
        device.close()
        assert lab.router.terminal.is_reading
