"""Every prompt of every command, on a terminal of 80x24: nothing is drawn over it, and Ctrl-C there ends with 130."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pexpect
import pytest
import yaml

from oob.backup.catalogue import Catalogue
from oob.backup.folder import write
from oob.inventory.home import Home
from oob.inventory.importer import oob_lab
from oob.inventory.importer.merge import merge
from oob.recovery.ladder import document
from tests.backup.conftest import READING
from tests.secret.age import locked

ROOT = Path(__file__).parents[2]
STILL = 0.6  # seconds in which nothing may be drawn over a prompt: the live view draws twice a second
SOON = 1.0
LATER = READING.started + timedelta(hours=1)
FLEET = {
    **{"format": document.FORMAT, "made": "2026-03-04T12:00:00Z", "change": "", "waves": [["edge1"]], "caps": {}},
    **{"jobs": 1, "rules": dict.fromkeys(("failed_in_wave", "failed_percent", "impact", "error_rate"))},
    "devices": {
        "edge1": {
            **{"seconds": 60.0, "size": 1, "attempts": ["replace"], "unarmed": ["1 (replace)"]},
            "plan": {
                **{"device": "edge1", "platform": "cisco_ios", "profile": "", "made": "", "change": ""},
                **{key: {"backup": "b", "config_sha256": ""} for key in ("target", "baseline")},
                "choices": {"tolerate": [], "converge": 60, "allow_reload": False},
                "rollback_window_minutes": 5,
            },
        }
    },
}
LAB = ROOT / "tests" / "data" / "inventories" / "containerlab" / "site.clab.yml"


@dataclass(frozen=True, kw_only=True)
class Prompted:
    """A command and its prompt; *before* are prompts that come first with their answers."""

    words: tuple[str, ...]
    prompt: str
    before: tuple[tuple[str, str], ...] = ()
    after: tuple[str, str] = ("", "")  # an answer, and what it leads to


NEW = "passphrase for the new secrets file: "
KNOWN = "passphrase of the secrets file: "
PROMPTS = {
    "a new secrets file": Prompted(words=("secrets", "edit"), prompt=NEW, after=("", "an empty one protects nothing")),
    "a new secrets file, again": Prompted(
        words=("secrets", "edit"),
        prompt="the same again: ",
        before=((NEW, "a"),),
        after=("b", "the two differ; 2 tries"),
    ),
    "the passphrase of the secrets file": Prompted(
        words=("--home", "sealed", "secrets", "list"), prompt=KNOWN, after=("wrong", "2 tries are left")
    ),
    "the secrets are wrong": Prompted(
        words=("secrets", "edit"),
        prompt=r"Edit again\? \[Y/n\]: ",
        before=((NEW, "a"), ("the same again: ", "a")),
        after=("n", "oob: "),
    ),
    "a program of the inventory": Prompted(
        words=("run", "program", "show version"), prompt=r"May it\? \[y/N\]: ", after=("maybe", "y or n")
    ),
    "a baseline that differs": Prompted(
        words=("backup", "mark-good", "edge1"),
        prompt=r"Mark \S+ as known-good\? \[y/N\]: ",
        after=("n", "was not marked"),
    ),
    "a power switch": Prompted(
        words=("power", "bmc", "off"), prompt=r"Continue\? \[y/N\]: ", after=("", "its power was left as it is")
    ),
    "a drill on a lab of one's own": Prompted(
        words=("drill", "clean-rollback", "--lab", str(LAB)),
        prompt=r"May it\? \[y/N\]: ",
        after=("n", "nothing was done"),
    ),
    "a login on a lab of one's own": Prompted(
        words=("drill", "clean-rollback", "--lab", str(LAB)),
        prompt="username on the routers: ",
        before=((r"May it\? \[y/N\]: ", "y"),),
        after=("ops", "password on the routers: "),
    ),
    "an enrolment": Prompted(
        words=("approve", "edge1", "--enrol"), prompt="your passphrase: ", after=("", "an empty one protects nothing")
    ),
    "backups to remove": Prompted(
        words=("backup", "prune", "edge1", "--keep", "1"),
        prompt=r"Remove these 1 backups\? \[y/N\]: ",
        after=("n", "oob: "),
    ),
    "an address that has moved": Prompted(
        words=("--home", "imported", "inventory", "import", "oob-lab", "lab.json"),
        prompt=r"Change 1 addresses or ports in the inventory\? \[y/N\]: ",
        after=("n", "now: oob inventory check"),
    ),
    "a recovery that was never drilled": Prompted(
        words=("recover", "undrilled", "--username", "ops"), prompt=r"Continue\? \[y/N\]: ", after=("n", "oob: ")
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a device for each prompt, two backups that differ, and a secrets file with a passphrase."""
    home = tmp_path / "home"
    for folder in (home / "inventory", tmp_path / "sealed"):
        folder.mkdir(parents=True)
    urls = {
        "program": ("linux", "exec:///usr/bin/env"),
        "edge1": ("cisco_ios", "tcp://127.0.0.1:1"),
        "bmc": ("linux", "sol://ops@127.0.0.1"),
        "undrilled": ("nokia_sros", "tcp://127.0.0.1:1"),
    }
    hosts = {name: {"platform": platform, "data": {"oob": {"paths": [url]}}} for name, (platform, url) in urls.items()}
    (home / "inventory" / "hosts.yaml").write_text(yaml.safe_dump(hosts))
    catalogue = Catalogue(home / "backups")
    good = write(home / "backups", READING)
    catalogue.mark_good("edge1", good.name, by="ada")
    changed = READING.configuration.replace("ospf 1", "ospf 2")
    write(home / "backups", replace(READING, configuration=changed, started=LATER))
    write(home / "backups", replace(READING, configuration=changed, started=LATER + timedelta(hours=1)))
    _import(tmp_path / "lab.json", Home(tmp_path / "imported"), "telnet://127.0.0.1:35133")
    (tmp_path / "lab.json").write_text((tmp_path / "lab.json").read_text().replace("35133", "35134"))
    (tmp_path / "sealed" / "secrets.age").write_bytes(locked(b"default: {username: ops}\n"))
    (tmp_path / "fleet.yaml").write_text(document.render(FLEET))
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho '[' > \"$1\"\n")
    editor.chmod(0o755)
    return home


def _import(file: Path, home: Home, console: str) -> None:
    router = {"name": "edge1", "platform": "cisco_ios", "consoles": [console], "serial": "FCZ2711R0AB"}
    file.write_text(json.dumps({"routers": [router]}))
    merge(home, oob_lab.read(file), tool="oob-lab", source=file, today=LATER.date(), dry_run=False)


@pytest.fixture
def person(home: Path) -> Callable[..., pexpect.spawn[str]]:
    """Return what starts a command on a terminal of its own."""

    def start(*words: str) -> pexpect.spawn[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OOB_", "EDITOR", "VISUAL"))}
        return pexpect.spawn(
            sys.executable,
            ["-c", "from oob.cli.main import main; main()", *words],
            cwd=str(home.parent),
            env={**kept, "OOB_HOME": str(home), "TERM": "xterm", "EDITOR": str(home.parent / "editor")},
            encoding="utf-8",
            timeout=30,
            dimensions=(24, 80),
        )

    return start


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_stands_until_it_is_answered(person: Callable[..., pexpect.spawn[str]], name: str) -> None:
    asked = PROMPTS[name]
    running = _at(person, asked)
    assert running.expect([".+", pexpect.TIMEOUT], timeout=STILL) == 1
    answer, then = asked.after
    running.sendline(answer)
    running.expect(re.escape(then))
    running.terminate(force=True)


@pytest.mark.parametrize("name", PROMPTS)
def test_ctrl_c_at_a_prompt_is_answered_at_once_with_130(person: Callable[..., pexpect.spawn[str]], name: str) -> None:
    running = _at(person, PROMPTS[name])
    began = time.monotonic()
    running.sendintr()
    running.expect(r"stopping; Ctrl-C again to leave now", timeout=10)
    assert time.monotonic() - began < SOON
    running.expect(pexpect.EOF)
    running.close()
    assert running.exitstatus == 130


def _at(person: Callable[..., pexpect.spawn[str]], asked: Prompted) -> pexpect.spawn[str]:
    """Return the command at its prompt."""
    running = person(*asked.words)
    for prompt, answer in asked.before:
        running.expect(prompt)
        running.sendline(answer)
    running.expect(asked.prompt)
    return running


@pytest.mark.parametrize("answer", ["n", None])
def test_a_fleet_asks_once_whether_devices_without_a_revert_timer_are_begun(
    person: Callable[..., pexpect.spawn[str]], answer: str | None
) -> None:
    running = person("fleet", "recover", "fleet.yaml")
    running.expect("edge1: no attempt has a revert timer: ")
    running.expect(r"y or n, \d:\d\d left, then nothing is begun: ")
    if answer is None:
        running.sendintr()
    else:
        running.sendline(answer)
        running.expect(re.escape("edge1: no attempt has a revert timer, and no person agreed"))
    running.expect(pexpect.EOF)
    running.close()
    assert running.exitstatus == (7 if answer else 130)


def test_every_module_that_asks_is_tested_on_a_terminal() -> None:
    """Here, or in tests/recovery/test_keyboard.py (logins, approvals, and what the runs of a fleet ask as any run)."""
    asking = re.compile(r"(?<![\w.])(ask|ask_again|ask_twice|confirm|reply)\(")
    found = {
        path.stem
        for path in (ROOT / "oob" / "cli").rglob("*.py")
        if "from oob.cli.ask import" in (text := path.read_text()) and asking.search(text)
    }
    here = {
        "secrets",
        "unlock",
        "target",
        "backup",
        "backup_prune",
        "inventory",
        "power",
        "drill_lab",
        "approve",
        "recover",
    }
    assert found == here | {"recovery", "fleet_plan", "fleet_recover", "fleet_means"}
    assert "click.prompt" not in "".join(
        path.read_text() for path in (ROOT / "oob").rglob("*.py") if path.name != "ask.py"
    )


def test_ctrl_c_in_a_drill_does_not_wait_for_its_routers(person: Callable[..., pexpect.spawn[str]]) -> None:
    running = person("drill", "clean-rollback", "--fast")
    running.expect("the change window opens")
    began = time.monotonic()
    running.sendintr()
    running.expect(r"stopping; Ctrl-C again to leave now", timeout=10)
    assert time.monotonic() - began < SOON
    running.expect("oob: interrupted")
    running.expect(pexpect.EOF)
    running.close()
    assert running.exitstatus == 130
