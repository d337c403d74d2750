"""A Junos configuration that somebody else kept as set commands: it can be imported, and recovered to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oob.backup.catalogue import Catalogue
from oob.cli.commands.backup_transfer import import_from
from oob.recovery.api import recover
from tests.recovery.conftest import Site
from tests.recovery.run.test_run import QUICK


def imported(site: Site, text: str, folder: Path) -> dict[str, Any]:
    """Import *text* as somebody else's file of core1, and return what is said of it."""
    folder.mkdir()
    (folder / "core1.set").write_text(text)
    arguments = ["--json", "--home", str(site.home.path), "--platform", "juniper_junos", "ansible", str(folder)]
    document: dict[str, Any] = json.loads(CliRunner().invoke(import_from, arguments).stdout)
    return document


def test_set_commands_of_another_tool_are_kept_and_recovered_to(site: Site, tmp_path: Path) -> None:
    good = site.baseline("core1").configuration_set
    wanted = f"{good.rstrip()}\nset system domain-name branch.example.net\n"
    (kept,) = imported(site, wanted, tmp_path / "kept")["kept"]
    site.broken("core1")

    outcome = recover(site.entry("core1"), site.means(), replace(QUICK, target=kept["id"]))

    assert outcome.exit_code == 0
    assert outcome.attempts[-1].strategy == "backup-set"
    assert any("as set commands only" in attempt.skipped for attempt in outcome.attempts)
    with site.open("core1") as device:
        assert "set system domain-name branch.example.net" in (device.configuration_set() or "")
    site.type("core1", ["delete system domain-name", "commit"])


@pytest.mark.parametrize("end", ["", "set interfaces ge-0/0/0 un"])
def test_set_commands_that_were_cut_in_the_middle_are_not_kept(site: Site, tmp_path: Path, end: str) -> None:
    good = site.baseline("core1").configuration_set.rstrip()
    (refused,) = imported(site, f"{good}\n{end}" if end else good, tmp_path / "cut")["refused"]
    assert "truncated in the middle of a command" in refused["reason"]
    assert len(Catalogue(site.home.backups).list("core1")) == 1
