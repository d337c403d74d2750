"""A plan as a document: what it says, and everything that makes it one to be refused, each in its own sentence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from oob.backup.catalogue import Catalogue
from oob.backup.manifest import NAME as MANIFEST
from oob.inventory.device import ConsolePath, Critical, Expect, InventoryDevice
from oob.profile.store import load
from oob.recovery.context import RunOptions
from oob.recovery.ladder import document
from oob.recovery.ladder.document import PlanRefused
from oob.recovery.ladder.plan import PlanInputs, plan
from oob.recovery.ladder.readiness import missing
from oob.recovery.ladder.speed import Speed
from tests.recovery.papers import CONFIGURATION, NOON, backup

IOS = load("cisco_ios")
EDGE = InventoryDevice(
    name="edge1",
    platform="cisco_ios",
    paths=(ConsolePath(url="tcp://127.0.0.1:4001", name="cable"),),
    critical_addresses=(Critical(target="192.0.2.2"),),
    authorised=("Ada",),
)
CHOICES = RunOptions(change="CHG7", tolerate=("^snmp",), allow_reload=True)


def drawn_up(home: Path) -> dict[str, Any]:
    good = backup(home)
    made = plan(PlanInputs(profile=IOS, target=good, baseline=good, speed=Speed.of_baud(9600), allow_reload=True))
    return document.draw_up(
        made,
        EDGE,
        CHOICES,
        profile=IOS,
        backups=(good, good),
        by="ada",
        persons="one",
        now=NOON + timedelta(hours=1),
    )


def keys(folder: Path, name: str = "key") -> tuple[Path, Path]:
    key = Ed25519PrivateKey.generate()
    private, public = folder / f"{name}.pem", folder / f"{name}.pub"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def written(folder: Path, text: str) -> Path:
    (folder / "plan.yaml").write_text(text)
    return folder / "plan.yaml"


def checked(home: Path, file: Path, **changes: Any) -> document.PlanDocument:
    read = document.read(file)
    document.check(read, changes.get("entry", EDGE), profile=IOS, catalogue=Catalogue(home / "backups"))
    return read


BACKUPS = ("target", "baseline")


def test_a_plan_says_everything_that_is_agreed_on(tmp_path: Path) -> None:
    content = yaml.safe_load(document.render(drawn_up(tmp_path)))
    assert content["change"] == "CHG7"
    assert content["target"]["lies_in"] == content["baseline"]["lies_in"] == "backups/edge1/20260304-120000Z"
    assert all(len(content[role]["config_sha256"]) == len(content[role]["sha256"]) == 64 for role in BACKUPS)
    assert all(one.get("left_out") or one["seconds"] > 0 for one in content["attempts"])
    assert all(content["expected"][part] > 0 for part in ("keep_the_state_found", "attempts", "proof_after_each"))
    assert content["paths"]
    assert content["contacts"] == ["Ada"]
    assert any("configure replace" in command for one in content["attempts"] for command in _of_steps(one, "commands"))
    assert any("Save?" in answer for one in content["attempts"] for answer in _of_steps(one, "answers"))
    assert "192.0.2.2 replies to a ping from the device" in content["verification"]
    assert any("surgical" in line for line in content["point_of_no_return"])
    assert content["rollback_window_minutes"] >= content["expected"]["attempts"] / 60
    assert content["authorisation"] == {"persons": "one", "by": ["Ada"]}


def _of_steps(attempt: dict[str, Any], part: str) -> list[str]:
    return [line for step in attempt.get("steps", ()) for line in step[part]]


def test_a_plan_that_holds_makes_its_choices(tmp_path: Path) -> None:
    read = checked(tmp_path, written(tmp_path, document.render(drawn_up(tmp_path))))
    chosen = document.options(read, RunOptions(reason="it broke"))
    assert (chosen.target, chosen.baseline) == ("20260304-120000Z", "20260304-120000Z")
    assert (chosen.tolerate, chosen.allow_reload, chosen.change) == (("^snmp",), True, "CHG7")
    assert (chosen.reason, chosen.plan) == ("it broke", read.sha256)


@pytest.mark.parametrize("old", ["CHG7", "configure replace", "192.0.2.2 replies", "true"])
def test_a_plan_that_was_changed_is_refused(tmp_path: Path, old: str) -> None:
    text = document.render(drawn_up(tmp_path))
    assert old in text
    with pytest.raises(PlanRefused, match="was changed after it was made"):
        document.read(written(tmp_path, text.replace(old, "false" if old == "true" else "x" + old)))


BOMB = "format: 1\nsha256: x\na: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(9 * [f'*{before}'])}]\n" for before, name in pairwise("abcdefghijklm")
)


@pytest.mark.parametrize(
    "text", ["", "[1]", "{", "[" * 3000, "- " * 200_000 + "x", BOMB, "\0", "format: 2\nsha256: x\n", "a: b\n"]
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PlanRefused, match="not a plan"):
        document.read(written(tmp_path, text))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("device", 7),
        ("made", None),
        ("profile", ["x"]),
        ("rollback_window_minutes", "soon"),
        ("target", "good"),
        ("baseline", {"backup": 20260304}),
        ("choices", {"tolerate": ["("], "converge": 60, "allow_reload": True}),
        ("steps", "all of them"),
    ],
)
def test_an_invented_plan_is_refused_with_its_first_fault(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(PlanRefused, match=f"not a plan of format 1: {key}"):
        document.read(written(tmp_path, document.render({**drawn_up(tmp_path), key: value})))


def test_a_plan_with_keys_that_are_no_words_is_refused(tmp_path: Path) -> None:
    text = document.render(drawn_up(tmp_path)) + "notes: {1: one, two: 2}\n"
    with pytest.raises(PlanRefused, match="was changed after it was made"):
        document.read(written(tmp_path, text))


def test_a_signed_plan_tells_by_whom(tmp_path: Path) -> None:
    private, public = keys(tmp_path)
    file = written(tmp_path, document.render(drawn_up(tmp_path), private))
    assert document.read(file, signed_by=public).signer
    with pytest.raises(PlanRefused, match="signed with a key other than"):
        document.read(file, signed_by=keys(tmp_path, "other")[1])


def test_a_plan_without_a_signature_is_refused_where_one_is_demanded(tmp_path: Path) -> None:
    file = written(tmp_path, document.render(drawn_up(tmp_path)))
    assert document.read(file).signer == ""
    with pytest.raises(PlanRefused, match="is not signed"):
        document.read(file, signed_by=keys(tmp_path)[1])


def test_a_signature_of_something_else_is_refused(tmp_path: Path) -> None:
    private, _ = keys(tmp_path)
    content = drawn_up(tmp_path)
    signed = yaml.safe_load(document.render(content, private))
    other = yaml.safe_load(document.render({**content, "change": "CHG8"}, private))
    with pytest.raises(PlanRefused, match="is not valid"):
        document.read(written(tmp_path, yaml.safe_dump({**signed, "signature": other["signature"]})))


def test_a_plan_of_another_device_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, document.render(drawn_up(tmp_path)))
    with pytest.raises(PlanRefused, match="is for edge1, not for core1"):
        checked(tmp_path, file, entry=InventoryDevice(name="core1", platform="cisco_ios"))


def test_a_plan_older_than_the_known_good_state_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, document.render(drawn_up(tmp_path)))
    backup(tmp_path, at=NOON + timedelta(hours=2))
    with pytest.raises(PlanRefused, match="is older than the state of the device"):
        checked(tmp_path, file)


def test_the_state_that_a_run_kept_does_not_outdate_a_plan(tmp_path: Path) -> None:
    file = written(tmp_path, document.render(drawn_up(tmp_path)))
    backup(tmp_path, at=NOON + timedelta(hours=2), is_good=False)
    assert checked(tmp_path, file).device == "edge1"


def test_a_plan_made_with_other_commands_is_refused(tmp_path: Path) -> None:
    content = {**drawn_up(tmp_path), "profile": "0" * 64}
    with pytest.raises(PlanRefused, match="another profile"):
        checked(tmp_path, written(tmp_path, document.render(content)))


def test_a_damaged_target_is_refused_and_what_is_whole_is_offered(tmp_path: Path) -> None:
    backup(tmp_path, at=NOON - timedelta(days=1))
    content = drawn_up(tmp_path)
    file = written(tmp_path, document.render(content))
    config = tmp_path / content["target"]["lies_in"] / "config.txt"
    config.write_text(CONFIGURATION[:-30])
    with pytest.raises(PlanRefused, match=r"truncated.* intact are (\S+) \(known-good\): oob recover edge1 --to \1$"):
        checked(tmp_path, file)


def test_without_any_other_backup_that_is_said(tmp_path: Path) -> None:
    content = drawn_up(tmp_path)
    file = written(tmp_path, document.render(content))
    (tmp_path / content["target"]["lies_in"] / "config.txt").unlink()
    with pytest.raises(PlanRefused, match="no other backup is intact"):
        checked(tmp_path, file)


def test_a_backup_of_the_same_name_with_another_configuration_is_refused(tmp_path: Path) -> None:
    content = drawn_up(tmp_path)
    content["target"] = {**content["target"], "config_sha256": "0" * 64}
    with pytest.raises(PlanRefused, match="another configuration than the plan"):
        checked(tmp_path, written(tmp_path, document.render(content)))


def test_a_backup_of_the_same_name_with_other_routes_is_refused(tmp_path: Path) -> None:
    content = drawn_up(tmp_path)
    content["baseline"] = {**content["baseline"], "sha256": "0" * 64}
    with pytest.raises(PlanRefused, match="other routes or neighbours than the plan"):
        checked(tmp_path, written(tmp_path, document.render(content)))


def test_a_plan_without_the_hashes_of_whole_backups_cannot_be_approved(tmp_path: Path) -> None:
    content = drawn_up(tmp_path)
    del content["target"]["sha256"]
    read = checked(tmp_path, written(tmp_path, document.render(content)))
    with pytest.raises(PlanRefused, match="which an approval covers: make it again"):
        document.scope(read, RunOptions(), is_undrilled=False)


def test_everything_that_is_missing_for_a_change_is_named(tmp_path: Path) -> None:
    bare = InventoryDevice(name="edge1", platform="cisco_ios")
    found = missing(bare, IOS, Catalogue(tmp_path / "backups"))
    for wanted in ("no path", "serial number", "no critical", "no person", "no contact", "no backup to roll back to"):
        assert any(re.search(wanted, line) for line in found), wanted
    linux = missing(bare, load("linux"), Catalogue(tmp_path / "backups"))
    assert any("no rollback of" in line for line in linux)


def test_nothing_is_missing_where_a_rollback_is_prepared(tmp_path: Path) -> None:
    backup(tmp_path)
    two = (*EDGE.paths, ConsolePath(url="tcp://127.0.0.1:4002", name="lte"))
    ready = InventoryDevice(
        name="edge1",
        platform="cisco_ios",
        paths=two,
        expect=Expect(serial="9ABC123"),
        critical_addresses=EDGE.critical_addresses,
        authorised=("Ada",),
        contacts=("site: +1 555 0100",),
    )
    assert missing(ready, IOS, Catalogue(tmp_path / "backups")) == ()
    assert "was not taken for CHG7" in missing(ready, IOS, Catalogue(tmp_path / "backups"), change="CHG7")[0]
    backup(tmp_path, at=NOON + timedelta(hours=1), is_good=False)
    assert "is not the known-good one" in missing(ready, IOS, Catalogue(tmp_path / "backups"))[0]
    old = Catalogue(tmp_path / "backups").baseline("edge1")
    (old.folder / MANIFEST).write_bytes(replace(old.manifest, verified=None, tool="oob 0.1").render())
    assert "taken by oob 0.1, which did not verify" in missing(ready, IOS, Catalogue(tmp_path / "backups"))[0]
