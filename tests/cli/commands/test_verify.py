"""`oob verify` with few bytes and with health, through the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oob.lab.control import LabRouter, lab_up
from oob.lab.topology import PortSpec, default_topology
from tests.cli.conftest import Oob


@pytest.fixture(scope="module")
def edge1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabRouter]:
    """Return a virtual IOS router on a console server close by."""
    topology = default_topology().with_router("edge1", baud=0, ports=(PortSpec(kind="telnet"),), receive_buffer=65536)
    with lab_up(tmp_path_factory.mktemp("lab"), topology, owned=True) as lab:
        yield lab.router("edge1")


@pytest.fixture
def known(
    oob: Oob, edge1: LabRouter, hosts: Callable[[str], None], home: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Return what puts the router into the inventory, with critical prefixes; it has a baseline."""
    monkeypatch.setenv("OOB_USERNAME", edge1.username)
    monkeypatch.setenv("OOB_PASSWORD", edge1.password)
    monkeypatch.setenv("OOB_ENABLE", edge1.secret)

    def put(prefixes: str) -> None:
        data = f"{{oob: {{paths: ['{edge1.consoles[0]}'], critical_prefixes: [{prefixes}]}}}}"
        hosts(f"edge1:\n  platform: {edge1.platform}\n  data: {data}\n")

    put("")
    assert oob("backup", "take", "edge1").code == 0
    assert oob("backup", "mark-good", "edge1").code == 0
    return put


def test_the_confidence_that_is_asked_for_is_reached_and_what_was_not_seen_is_said(
    oob: Oob, known: Callable[[str], None]
) -> None:
    known("198.51.100.0/24")
    critical = oob("verify", "edge1", "--confidence", "critical", "--health", "--json")
    assert (critical.code, critical.document["well"]) == (0, True), critical.err
    assert critical.document["comparison"]["confidence"] == "critical prefixes equal"
    assert critical.document["comparison"]["bytes_spent"] > 0
    assert critical.document["comparison"]["next"]["about"] == "the table"
    assert critical.document["health"]["well"] is True

    summary = oob("verify", "edge1", "--confidence", "summary")
    assert summary.code == 0
    assert "routing table: summary equal" in summary.out
    assert "not looked at: the configuration" in summary.out
    assert "next: 1 critical prefix would take" in summary.out


def test_a_critical_prefix_that_is_not_there_is_an_exit_of_one(oob: Oob, known: Callable[[str], None]) -> None:
    known("100.64.77.0/24")
    told = oob("verify", "edge1", "--budget", "4000", "--json")
    assert (told.code, told.document["comparison"]["differs"]) == (1, True)
    assert "100.64.77.0/24" in told.document["comparison"]["differences"][0]


def test_time_that_is_too_short_for_the_level_is_an_exit_of_one(oob: Oob, known: Callable[[str], None]) -> None:
    known("198.51.100.0/24")
    told = oob("verify", "edge1", "--minutes", "0.02", "--confidence", "critical", "--json")
    assert (told.code, told.document["comparison"]["met"]) == (1, False)
    assert told.document["comparison"]["bytes_spent"] <= 0.02 * 60 * 960


def test_without_options_it_is_the_full_proof(oob: Oob, known: Callable[[str], None]) -> None:
    told = oob("verify", "edge1", "--json")
    assert (told.code, told.document["proven"]) == (0, True)
    assert "comparison" not in told.document
    assert oob("verify", "edge1").out.startswith("edge1: configuration as in")


def test_routes_are_compared_though_the_configuration_is_another_one(
    oob: Oob, known: Callable[[str], None], tmp_path: Path
) -> None:
    change = tmp_path / "change.txt"
    change.write_text("interface Loopback0\n no ip address\n")
    assert oob("paste", "edge1", str(change)).code == 0
    try:
        told = oob("verify", "edge1").out
        assert "missing: interface Loopback0 / ip address 10.255.0.1 255.255.255.255" in told
        assert "interface Loopback0 lost: 10.255.0.1/32 lost" in told
    finally:
        change.write_text("interface Loopback0\n ip address 10.255.0.1 255.255.255.255\n")
        assert oob("paste", "edge1", str(change)).code == 0


def test_what_a_device_refuses_is_named_without_the_secret_in_it(
    oob: Oob, known: Callable[[str], None], tmp_path: Path
) -> None:
    change = tmp_path / "change.txt"
    change.write_text("nonsense password canary-word\n")
    for options in ((), ("--json",)):
        told = oob("paste", "edge1", str(change), *options)
        assert (told.code, "canary" in told.out) == (8, False)
        assert "nonsense password ****" in told.out


def test_in_band_says_whether_management_is_back_and_whose_it_is(
    oob: Oob, edge1: LabRouter, known: Callable[[str], None], hosts: Callable[[str], None]
) -> None:
    known("")
    # The lab has no management network: the console server's port stands for the device's own telnet.
    port = edge1.consoles[0].rpartition(":")[2]
    told = "connection_options: {napalm: {extras: {optional_args: {transport: telnet, port: %s}}}}"

    def entry(port: str) -> str:
        return (
            f"edge1:\n  platform: {edge1.platform}\n  hostname: 127.0.0.1\n  {told % port}\n"
            f"  data: {{oob: {{paths: ['{edge1.consoles[0]}']}}}}\n"
        )

    hosts(entry(port))
    back = oob("verify", "edge1", "--confidence", "summary", "--in-band")
    assert back.code == 0, back.err
    assert "in-band: edge1 answers at 127.0.0.1" in back.out

    hosts(entry("1"))
    away = oob("verify", "edge1", "--confidence", "summary", "--in-band", "--json")
    assert (away.code, away.document["well"], away.document["in_band"]["back"]) == (1, False, False)
    assert "does not answer NAPALM" in away.document["in_band"]["problem"]


def test_in_band_without_an_address_is_said_before_the_console_is_opened(
    oob: Oob, known: Callable[[str], None]
) -> None:
    known("")
    told = oob("verify", "edge1", "--in-band")
    assert told.code == 2
    assert "no in-band address" in told.err
