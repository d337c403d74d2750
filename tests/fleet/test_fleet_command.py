"""`oob fleet` from a plan to the end, on routers of the lab: the canary, a stop, a resume, and what a person sees."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.drill.change import break_routing
from oob.drill.own import OwnLab
from oob.events import Events
from oob.fleet.claims import Claims
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.lab.topology import PortSpec, Topology, default_topology
from oob.recovery.api import take_backup
from oob.recovery.authority.approval import kept
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Plan, PlanInputs
from oob.recovery.record.events import AUTHORITY_GIVEN
from oob.recovery.record.journal import NAME, read
from tests.cli.conftest import Oob, home, identity, oob

__all__ = ["home", "identity", "oob"]  # fixtures of the command line's tests
PAIR = ("edge1", "core1")


def quick() -> Topology:
    topology = default_topology()
    for router in topology.routers:
        ports = (PortSpec(kind="telnet", round_trip_ms=5),)
        topology = topology.with_router(router.name, baud=0, ports=ports, receive_buffer=65536)
    return topology


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnLab]:
    """Two routers that need each other, both broken, in a home with their baselines."""
    with OwnLab(tmp_path_factory.mktemp("stage") / "home", quick(), Events()) as stage:
        for name, backup in zip(PAIR, stage.at_once(PAIR, lambda name: _backup(stage, name)), strict=True):
            Catalogue(stage.home.backups).mark_good(name, backup.manifest.id, by="drill")
        break_routing(stage)
        yield stage


def approver(policy: Path, key: Path) -> Path:
    """Let the home of *policy* require a second person, bob, whose private key is written to *key*."""
    private = Ed25519PrivateKey.generate()
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    policy.write_text(yaml.safe_dump({"persons": "two", "seconds": {"bob": kept(private)}}))
    return key


def _damage(home: Path, name: str) -> None:
    configuration = Catalogue(home / "backups").locate(name, "good").folder / "config.txt"
    configuration.write_bytes(configuration.read_bytes()[:100])


def _backup(stage: OwnLab, name: str) -> Backup:
    return take_backup(stage.inventory.device(name), stage.means(name), change="CHG1")


@pytest.fixture(autouse=True)
def credentials(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USERNAME", "PASSWORD", "ENABLE"):
        monkeypatch.setenv(f"OOB_{name}", "ops" if name == "USERNAME" else "oob-lab")


@pytest.fixture
def desk(stage: OwnLab, home: Path) -> Path:
    """A home with the inventory and the backups of the stage, from which nothing is recovered."""
    for part in ("inventory", "backups"):
        shutil.copytree(stage.home.path / part, home / part)
    return home


def test_a_fleet_is_planned_recovered_shown_and_never_done_twice(oob: Oob, stage: OwnLab, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    here = ("--home", stage.home.path)
    planned = oob("fleet", "plan", *PAIR, "--no-canary", "-o", file, "--json", *here)
    assert planned.code == 0
    assert yaml.safe_load(file.read_text())["waves"] == [sorted(PAIR)]

    words = ("--reason", "outage", "--authorised-by", "ada")
    key = approver(stage.home.path / "policy.yaml", tmp_path / "bob.pem")
    given = ("fleet", "recover", file, "--json", "--plain", *words, "--approver", "bob", *here)
    refused = oob(*given)
    assert (refused.code, "bob's approval is not valid" in refused.err) == (7, True)
    assert not list(stage.home.runs.glob("*"))
    approval = oob("fleet", "approve", file, "--key", key, *words, *here).out.strip()

    ended = oob(*given, "--approval", approval)

    assert ended.code == 0, ended.err
    assert [one["ending"] for one in ended.document["devices"]] == ["recovered"] * 2
    assert "OK   edge1  proven" in ended.err
    assert [one["neighbours"] for one in ended.document["devices"]] == [[1, 1], [1, 1]], ended.err
    fleet = ended.document["fleet"]
    runs = sorted(one["run"] for one in ended.document["devices"])
    assert sorted(path.parent.name for path in stage.home.runs.glob(f"*/{NAME}")) == runs
    assert Claims(stage.home.fleets / fleet).count() == 2
    for run in runs:
        (given_by,) = [one for one in read(stage.home.runs / run / NAME).entries if one.event == AUTHORITY_GIVEN]
        assert given_by.data["text"] == "authorised by ada, approved by bob: outage"
    assert not read(stage.home.fleets / fleet / NAME).damage
    written = b"".join(path.read_bytes() for path in stage.home.fleets.rglob("*") if path.is_file())
    assert b"oob-lab" not in written

    twice = oob(*given, "--approval", approval)
    assert (twice.code, f"the approval was used by run {fleet}" in twice.err) == (7, True)
    again = oob("fleet", "resume", "latest", "--json", *here)

    assert again.code == 0
    assert len(list(stage.home.runs.glob(f"*/{NAME}"))) == 2
    assert oob("fleet", "list", "--json", *here).document[0]["finished"]
    assert "2 of 2 proven" in oob("fleet", "show", fleet, *here).out


def test_a_canary_with_a_damaged_backup_halts_the_fleet_before_a_byte_is_sent(
    oob: Oob, desk: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    assert oob("fleet", "plan", *PAIR, "--canary", "edge1", "-o", file).code == 0
    _damage(desk, "edge1")

    ended = oob("fleet", "recover", file, "--json")

    assert ended.code == 1
    assert [one["ending"] for one in ended.document["devices"]] == ["stopped", "not begun"]
    assert ended.document["halted"] == "1 not recovered in this wave, the limit is 1"
    assert not list((desk / "runs").glob("*"))


def test_a_plan_that_was_changed_or_is_not_of_a_fleet_is_refused(oob: Oob, desk: Path, tmp_path: Path) -> None:
    file, single = tmp_path / "plan.yaml", tmp_path / "single.yaml"
    assert oob("fleet", "plan", *PAIR, "-o", file).code == 0
    assert oob("plan", "make", "edge1", "-o", single).code == 0
    changed = tmp_path / "changed.yaml"
    changed.write_text(file.read_text().replace("jobs: 32", "jobs: 99"))

    assert "its hash does not match" in oob("fleet", "recover", changed).err
    assert "a plan of one device" in oob("fleet", "recover", single).err
    assert "a plan of a fleet" in oob("recover", "edge1", "--plan", file).err


def test_devices_that_need_each_other_are_refused_with_the_cycle_named(oob: Oob, desk: Path) -> None:
    other = dict(zip(PAIR, reversed(PAIR), strict=True))
    Inventory(
        replace(device, paths=tuple(replace(path, via=other[device.name]) for path in device.paths))
        for device in Inventory.load(Home(desk))
    ).save(Home(desk))

    refused = oob("fleet", "plan", *PAIR)

    assert refused.code == 7
    assert "the devices need each other in a cycle: core1 -> edge1 -> core1" in refused.err


def test_a_device_without_a_baseline_is_named_and_nothing_is_planned(oob: Oob, desk: Path) -> None:
    for folder in (desk / "backups" / "core1").iterdir():
        folder.rename(desk / folder.name)

    refused = oob("fleet", "plan", *PAIR)

    assert refused.code == 7
    assert "1 of 2 devices have no plan: core1: there is no backup" in refused.err


def test_a_change_names_the_devices_that_have_a_backup_for_it(oob: Oob, desk: Path) -> None:
    assert sorted(oob("fleet", "plan", "CHG1", "--json").document["devices"]) == sorted(PAIR)
    assert "CHG2: unknown device" in oob("fleet", "plan", "CHG2").err
    assert sorted(oob("fleet", "plan", "--where", "platform=cisco_ios", "--json").document["devices"]) == ["edge1"]


def test_devices_without_a_revert_timer_are_named_in_the_plan_and_need_a_persons_word(
    oob: Oob, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Callable[..., Plan] = plans.plan

    def only_unarmed(inputs: PlanInputs, **others: object) -> Plan:
        whole = made(inputs, **others)
        left = (replace(one, skipped="" if one.rung == "surgical" else "not in this test") for one in whole.attempts)
        return replace(whole, attempts=tuple(left))

    monkeypatch.setattr(plans, "plan", only_unarmed)
    file = tmp_path / "plan.yaml"
    assert "no revert timer at all: edge1; begun only once a person agrees" in oob("fleet", "plan", "edge1").out
    assert oob("fleet", "plan", "edge1", "-o", file).code == 0

    _damage(desk, "edge1")  # nothing is sent to it

    refused = oob("fleet", "recover", file, "--json")

    assert (refused.code, "edge1: no attempt has a revert timer" in refused.err) == (7, True)
    assert not (desk / "fleets").exists()
    agreed = oob("fleet", "recover", file, "--json", "--yes")
    assert [one["ending"] for one in agreed.document["devices"]] == ["stopped"]


def test_a_fleet_without_the_approved_plan_that_the_policy_requires_begins_nothing(
    oob: Oob, desk: Path, tmp_path: Path
) -> None:
    file, signed = tmp_path / "plan.yaml", tmp_path / "signed.yaml"
    key = approver(desk / "policy.yaml", tmp_path / "bob.pem")
    seconds = yaml.safe_load((desk / "policy.yaml").read_text())["seconds"]
    (desk / "policy.yaml").write_text(yaml.safe_dump({"plan": "required", "emergency": True, "seconds": seconds}))
    assert oob("fleet", "plan", *PAIR, "--no-canary", "-o", file).code == 0
    assert oob("fleet", "plan", *PAIR, "--no-canary", "-o", signed, "--sign", key).code == 0
    words = ("--reason", "outage", "--authorised-by", "ada", "--skip-neighbours", "--json")

    refused = oob("fleet", "recover", file, *words)

    assert (refused.code, "this one is not signed by an enrolled approver" in refused.err) == (7, True)
    assert not (desk / "runs").exists()
    of_the_plan = oob("fleet", "recover", signed, *words)
    urgent = oob("fleet", "recover", file, *words, "--emergency", "availability=80")
    said = []
    for ended in (of_the_plan, urgent):
        assert ended.code == 0, ended.err
        run = ended.document["devices"][0]["run"]
        said += [one.data["text"] for one in read(desk / "runs" / run / NAME).entries if one.event == AUTHORITY_GIVEN]
    assert said[0] == "authorised by ada: outage"
    assert said[1].startswith("no approved plan: emergency, by ada alone (availability is 80 %")


def test_the_device_beyond_the_limit_of_impact_is_not_begun_without_a_persons_word(
    oob: Oob, desk: Path, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    (desk / "policy.yaml").write_text("{impact: {devices: 1, users: 500}, reply_minutes: 0.02}")
    assert oob("fleet", "plan", *PAIR, "--no-canary", "--stop-failed", "9", "-o", file).code == 0
    for name in PAIR:  # nothing is sent to either
        _damage(desk, name)

    many = oob("fleet", "recover", file, "--json", "--users", "501")
    few = oob("fleet", "recover", file, "--json", "--users", "500")

    assert many.document["halted"].startswith("501 users affected, the policy's limit is 500, and no person agreed")
    assert [one["ending"] for one in many.document["devices"]] == ["not begun", "not begun"]
    assert few.document["halted"].startswith("2 devices recovered within the last hour, the policy's limit is 1, and")
    assert [one["ending"] for one in few.document["devices"]] == ["stopped", "not begun"]
    assert (many.code, few.code) == (1, 1)
    (desk / "policy.yaml").write_text("{impact: {devices: 2, users: 500}}")
    enough = oob("fleet", "recover", file, "--json", "--users", "500")
    assert [one["ending"] for one in enough.document["devices"]] == ["stopped", "stopped"]


def test_the_drill_of_a_region_is_among_the_scenarios(oob: Oob) -> None:
    listed = {row["name"] for row in oob("drill", "--list", "--json").document}
    assert {"region-down", "region-down-halted"} <= listed
    refused = oob("drill", "region-down", "--five")
    assert refused.code == 2
    assert "region-down has a region of its own" in refused.err
