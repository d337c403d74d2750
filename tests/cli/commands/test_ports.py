"""`oob ports`: the adapters of this machine under a heading."""

from __future__ import annotations

import pytest

from oob.transport import serial
from oob.transport.serial import Port
from tests.cli.conftest import Oob


def test_the_adapters_stand_under_a_heading(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = [
        Port(device="/dev/ttyUSB0", by_id="", description="FT232R", serial_number="A1", used_by="minicom (pid 7)"),
        Port(device="/dev/ttyUSB10", by_id="/dev/serial/by-id/usb-A2", description="", serial_number="A2", used_by=""),
    ]
    monkeypatch.setattr(serial, "list_ports", lambda: ports)
    heading, first, second = oob("ports").out.splitlines()
    assert heading.split()[:3] == ["DEVICE", "STABLE", "NAME"]
    assert [first.find("FT232R"), first.find("minicom")] == [heading.find("DESCRIPTION"), heading.find("USED BY")]
    assert second.endswith("usb-A2  -            -")


def test_without_an_adapter_that_is_said(oob: Oob, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serial, "list_ports", list)
    assert oob("ports").out == "no serial adapter found\n"
