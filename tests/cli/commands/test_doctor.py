"""`oob doctor` names what is missing for the paths of the inventory, and fails only for those."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from oob.cli.commands.doctor import command
from oob.lab.real import packages


def doctor(home: Path, *urls: str) -> tuple[int, dict[str, Any]]:
    (home / "inventory").mkdir(exist_ok=True)
    paths = [{"url": url, "name": str(number)} for number, url in enumerate(urls)]
    (home / "inventory" / "hosts.yaml").write_text(
        json.dumps({"edge1": {"platform": "linux", "data": {"oob": {"paths": paths}}}})
    )
    done = CliRunner().invoke(command, ["--home", str(home), "--json"], standalone_mode=False)
    assert done.exception is None, done.output
    return int(done.return_value), json.loads(done.stdout)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a home on a machine where no program is installed and nothing is plugged in."""
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    monkeypatch.setattr("oob.transport.serial.list_ports", list)
    return tmp_path


def test_what_needs_no_program_lacks_nothing(bare: Path) -> None:
    code, said = doctor(bare, "tcp://192.0.2.1:4001", "ssh://ops@192.0.2.1")
    assert code == 0
    assert said["well"]


def test_a_path_whose_program_is_not_there_is_named_with_what_to_install(bare: Path) -> None:
    code, said = doctor(bare, "sol://admin@192.0.2.1")
    assert code == 1
    lacking = [need for need in said["needs"] if need["is_wanted"] and not need["is_there"]]
    assert [(need["purpose"], need["text"]) for need in lacking] == [
        ("sol and oob power (edge1)", "ipmitool: apt-get install ipmitool")
    ]


def test_a_program_that_a_path_names_is_looked_for(bare: Path) -> None:
    assert doctor(bare, "exec:///bin/sh")[0] == 0
    code, said = doctor(bare, "exec:///usr/bin/no-such-program?arg=console")
    assert code == 1
    assert any("/usr/bin/no-such-program: it is not there" in need["text"] for need in said["needs"])


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # Apprise's, in Python 3.11 and 3.12
def test_a_channel_that_nothing_can_be_sent_to_is_named_without_what_its_url_holds(bare: Path) -> None:
    (bare / "notify.yaml").write_text(f"screen: 'stdout:'\nlog: file://{bare}/absent/log\nnoc: no-such-way://s3cr3t\n")

    code, said = doctor(bare)

    told = {need["purpose"]: need["text"] for need in said["needs"] if need["purpose"].startswith("messages")}
    assert code == 1
    assert told == {
        "messages to screen": "they can be sent (not tried; --send tries)",
        "messages to log": "the folder is missing",
        "messages to noc": "Apprise does not understand the URL",
    }


def test_packages_that_the_labs_lack_are_named_and_no_failure(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(packages.NEEDED, "ser2net", "no-such-program")
    monkeypatch.setitem(packages.NEEDED_BY_VM, "u-boot-qemu", "/no/such/u-boot.rom")
    code, said = doctor(bare)
    assert code == 0
    texts = {need["purpose"]: need["text"] for need in said["needs"]}
    assert "ser2net" in texts["oob lab up --real, drill everything-down"]
    assert "u-boot-qemu" in texts["oob lab up --vm"]
