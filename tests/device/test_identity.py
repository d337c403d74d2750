"""Which device is on the console decides whether anything may be written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from oob.device.identity import UNCHECKED, Expected, Identity, Trust, is_same_name
from oob.inventory.device import Expect
from tests.recovery.papers import backup


def gate(expected: Expected, *, any_name: bool = False) -> Identity:
    return Identity("edge1", expected, trust=Trust(any_name=any_name), warn=lambda text: None)


def test_the_baseline_says_what_the_inventory_leaves_open(tmp_path: Path) -> None:
    manifest = backup(tmp_path).manifest
    assert Expected.of(Expect(), manifest) == Expected(serial="9ABC123", hostname="edge1")
    assert Expected.of(Expect(serial="9NEW000"), manifest).serial == "9NEW000"


def test_nothing_is_expected_where_nobody_names_the_device() -> None:
    assert Expected.of(Expect()) == Expected()
    assert gate(Expected()).objection("evil", "password") is None
    assert "no expected serial number or hostname" in UNCHECKED


@pytest.mark.parametrize("shown", ["edge1", "EDGE1", "edge1.example.net", "edge1/admin"])
def test_the_same_name_in_another_form_is_no_objection(shown: str) -> None:
    assert gate(Expected(hostname="edge1")).objection(shown, "password") is None


@pytest.mark.parametrize("shown", ["evil", "edge10", "edge", "edge2.example.net", "xedge1"])
def test_another_name_at_the_prompt_keeps_the_password_back(shown: str) -> None:
    objection = gate(Expected(hostname="edge1")).objection(shown, "password")
    assert objection is not None
    assert "no password was typed" in str(objection)
    assert "expect.aliases" in str(objection)
    assert "--any-device" in str(objection)
    assert objection.exit_code == 6


def test_a_name_that_the_prompt_truncates_is_no_objection() -> None:
    expected = Expected(hostname="edge-router-frankfurt-3")
    assert gate(expected).objection("edge-router-frankfur") is None
    assert gate(expected).objection("edge-router") is not None


def test_an_alias_and_the_override_let_the_password_through() -> None:
    assert gate(Expected(hostname="edge1", aliases=("broken",))).objection("broken", "password") is None
    assert gate(Expected(hostname="edge1"), any_name=True).objection("broken", "password") is None


def test_two_qualified_names_are_compared_whole() -> None:
    assert not is_same_name("edge1.a.example", "edge1.b.example")
    assert is_same_name("edge1", "edge1.b.example")
