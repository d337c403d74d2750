"""scrapli, unmodified, on edge1. Its telnet transport never presses RETURN and waits until the far end speaks first,
so that it can't begin on a silent console: the console server greets, and somebody else presses RETURN for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from oob.lab.control import lab_up
from oob.lab.topology import PortSpec, default_topology

scrapli = pytest.importorskip("scrapli")
LookupKeyValue = pytest.importorskip("scrapli.auth").LookupKeyValue


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A scrapli connection to edge1."""
    port = PortSpec(kind="telnet", greeting="\r\nConnected to port 7\r\n")
    topology = default_topology().with_router("edge1", baud=0, ports=(port,), receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        router = lab.router("edge1")
        host, _, number = router.console("telnet").removeprefix("telnet://").rpartition(":")
        pressed: list[str] = []

        def heard(text: str) -> None:
            if "Connected" in text and not pressed:
                pressed.append("\r")
                lab.fault("edge1", "type", text="\r")

        connection = scrapli.Cli(
            host,
            port=int(number),
            definition_file_or_name="cisco_iosxe",
            auth_options=scrapli.AuthOptions(
                username=router.username,
                password=router.password,
                lookups=[LookupKeyValue(key="enable", value=router.secret)],
            ),
            transport_options=scrapli.TransportTelnetOptions(),
            session_options=scrapli.SessionOptions(operation_timeout_s=20, recorder_callback=heard),
        )
        connection.open()
        yield connection
        connection.close()


def test_scrapli_logs_in_and_reads_the_version(edge: Any) -> None:
    assert edge.get_prompt().result == "edge1#"
    assert "Processor board ID FCZ2711R0AB" in edge.send_input("show version").result


def test_scrapli_reads_the_configuration_whole(edge: Any) -> None:
    shown = edge.send_input("show running-config")
    assert not shown.failed
    assert shown.result.rstrip().endswith("end")


def test_scrapli_configures_and_sees_errors(edge: Any) -> None:
    edge.send_inputs(["no logging console", "interface Loopback77", "description x"], requested_mode="configuration")
    assert "description x" in edge.send_input("show running-config interface Loopback77").result
    assert edge.send_inputs(["ip adress 10.0.0.1"], requested_mode="configuration").failed
