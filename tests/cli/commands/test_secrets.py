from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from oob.secret.store import SecretsFile, SecretsKey
from tests.cli.conftest import Oob
from tests.secret.age import locked

CANARY = "canary-4711"
Write = Callable[[str], None]


@pytest.fixture
def write(home: Path, identity: Path) -> Write:
    return SecretsFile(home / "secrets.age", SecretsKey(identity=identity)).write


def use_editor(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    (folder / "editor.sh").write_text(script)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"sh '{folder / 'editor.sh'}'")


def test_editing_makes_the_file_and_says_whether_it_changed(
    oob: Oob, home: Path, identity: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(monkeypatch, tmp_path, f"echo 'default: {{username: ops, password: {CANARY}}}' > \"$1\"")
    made = oob("secrets", "edit", "--json")
    assert (made.code, made.document) == (0, {"path": str(home / "secrets.age"), "changed": True})
    again = oob("secrets", "edit")
    assert (again.code, again.out) == (0, f"{home / 'secrets.age'}: not changed\n")
    assert CANARY.encode() not in (home / "secrets.age").read_bytes()


def test_an_edit_that_is_no_yaml_is_refused_without_a_person_to_ask(
    oob: Oob, home: Path, identity: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(monkeypatch, tmp_path, f"echo 'default: [{CANARY}' > \"$1\"")
    said = oob("secrets", "edit")
    assert said.code == 5
    assert "not changed" in said.err
    assert CANARY not in said.err
    assert not (home / "secrets.age").exists()


def test_an_editor_that_makes_no_sense_is_a_matter_of_usage(
    oob: Oob, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "vi 'unfinished")
    assert oob("secrets", "edit").code == 2


def test_a_list_has_names_and_dates_but_no_values(oob: Oob, write: Write) -> None:
    yesterday = date.today() - timedelta(days=1)
    write(f"devices:\n  edge1: {{username: ops, password: {CANARY}, expires: {yesterday}}}\n")
    said = oob("secrets", "list", "--json")
    assert said.document == [
        {"scope": "device edge1", "slot": slot, "expires": str(yesterday), "state": "expired"}
        for slot in ("username", "password")
    ]
    plain = oob("secrets", "list")
    assert f"password         until {yesterday}  expired" in plain.out
    assert CANARY not in said.out + plain.out + said.err + plain.err


def test_a_check_finds_what_will_be_missed_when_it_is_needed(
    oob: Oob, write: Write, home: Path, hosts: Callable[[str], None]
) -> None:
    soon = date.today() + timedelta(days=3)
    hosts("edge1: {platform: cisco_ios}\ncore1: {platform: juniper_junos}\n")
    write(f"devices:\n  edge1: {{username: a, password: b, expires: {soon}}}\n  core2: {{username: a, password: b}}\n")
    (home / "secrets.age").chmod(0o644)
    said = oob("secrets", "check", "--json")
    assert said.code == 1
    assert said.document["problems"] == [
        f"{home / 'secrets.age'}: others on this machine may read it; chmod 600 it",
        f"credentials of device edge1 expire on {soon}",
        "device core1: no username and no password",
        "device core2: is not in the inventory; did you mean core1?",
    ]


def test_a_file_in_which_nothing_is_wrong_checks_out(oob: Oob, write: Write) -> None:
    write("default: {username: ops, password: hunter2!}\n")
    assert oob("secrets", "check").out == "nothing is wrong with it\n"


def test_a_file_that_is_not_there_or_locked_is_one_sentence(oob: Oob, home: Path) -> None:
    absent = oob("secrets", "list")
    assert absent.code == 5
    assert "oob secrets edit makes one" in absent.err
    home.mkdir()
    (home / "secrets.age").write_bytes(locked(b"default: {username: ops}\n"))
    said = oob("secrets", "list", "--json")
    assert said.code == 5
    assert said.document["error"]["kind"] == "SecretError"
    assert len(said.err.splitlines()) == 1


def test_a_configuration_is_printed_with_its_secrets_masked(oob: Oob, tmp_path: Path) -> None:
    file = tmp_path / "running.txt"
    file.write_text("hostname edge1\nenable secret 9 $9$abc$def\nsnmp-server community s3cret RO\n")
    said = oob("secrets", "mask", "--platform", "ios", file)
    assert said.out == "hostname edge1\nenable secret 9 ****\nsnmp-server community **** RO\n"
    document = oob("secrets", "mask", "--platform", "cisco_ios", "--json", file).document
    assert "s3cret" not in str(document)
