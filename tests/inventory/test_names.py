from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from oob.inventory import names
from oob.inventory.device import NameTable
from oob.inventory.home import Home
from oob.inventory.simple import Hosts

TABLE = NameTable(taken=date(2026, 3, 4), names={"cs1.example.com": "192.0.2.10", "a": "2001:db8::1"})


def test_a_table_that_was_written_is_what_every_device_inherits(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert names.write(home, TABLE) == home.inventory / "defaults.yaml"
    (home.inventory / "hosts.yaml").write_text("r1: {}\n")
    assert Hosts(home.inventory)["r1"].hosts == TABLE


@pytest.mark.parametrize(("text", "is_ours"), [("", True), ("data: {oob: {}}\n", True), ("data: {site: b}\n", False)])
def test_only_a_file_without_anything_else_is_replaced(tmp_path: Path, text: str, is_ours: bool) -> None:
    home = Home(tmp_path)
    home.create(home.inventory)
    (home.inventory / "defaults.yaml").write_text(text)
    assert bool(names.write(home, TABLE)) is is_ours
    assert bool(names.write(home, TABLE)) is is_ours
