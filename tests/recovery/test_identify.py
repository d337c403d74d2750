"""Which device is on the console decides whether anything may be written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.facts import Facts
from oob.errors import WrongDevice
from oob.inventory.device import Expect
from oob.recovery.identify import identify
from tests.recovery.papers import backup


def facts(hostname: str = "edge1", serial: str = "9ABC123") -> Facts:
    return Facts(hostname=hostname, serial=serial, version="16.9.4")


def test_the_right_device_gives_no_cause_for_a_remark() -> None:
    assert identify("edge1", facts(), Expect(hostname="edge1", serial="9ABC123")) == ()


def test_another_serial_number_is_another_device_whatever_it_calls_itself() -> None:
    with pytest.raises(WrongDevice, match=r"9ZZZ999.*9ABC123 was expected; nothing was changed"):
        identify("edge1", facts(serial="9ZZZ999"), Expect(hostname="edge1", serial="9ABC123"))


def test_another_hostname_with_the_right_serial_number_is_only_odd() -> None:
    (note,) = identify("edge1", facts(hostname="broken"), Expect(hostname="edge1", serial="9ABC123"))
    assert "broken" in note


def test_another_hostname_without_a_serial_number_to_go_by_is_another_device() -> None:
    with pytest.raises(WrongDevice, match="core9"):
        identify("edge1", facts(hostname="core9"), Expect(hostname="edge1"))


def test_the_baseline_says_what_the_inventory_leaves_open(tmp_path: Path) -> None:
    manifest = backup(tmp_path).manifest
    assert identify("edge1", facts(), Expect(), manifest) == ()
    with pytest.raises(WrongDevice, match="9ABC123 was expected"):
        identify("edge1", facts(serial="9ZZZ999"), Expect(), manifest)


def test_the_inventory_counts_before_the_baseline(tmp_path: Path) -> None:
    assert identify("edge1", facts(serial="9NEW000"), Expect(serial="9NEW000"), backup(tmp_path).manifest) == ()


def test_nothing_to_go_by_is_said() -> None:
    (note,) = identify("edge1", facts(), Expect())
    assert "neither the inventory nor a baseline" in note
