"""By whose word a device is recovered; each guard is here the only thing that stops it."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oob.cli.main import oob_command
from oob.clock import Clock
from oob.errors import GuardStopped, Interrupted, UsageError
from oob.events import Event
from oob.inventory.device import InventoryDevice
from oob.recovery.api import recover, resume
from oob.recovery.authority.approval import approve, kept, sealed
from oob.recovery.authority.authority import Asking, Persons, Policy, check, confirm
from oob.recovery.authority.decision import Thresholds
from oob.recovery.authority.person import canonical
from oob.recovery.authority.scope import Scope
from oob.recovery.authority.used import UsedApprovals
from oob.recovery.context import RunOptions
from tests.recovery.conftest import Site
from tests.recovery.papers import CONNECTED, backup
from tests.recovery.program import Program, write_inventory
from tests.recovery.stand import Stand

EDGE = InventoryDevice(name="edge1", groups=("core",), authorised=("Ada", "Bob"))
ADA = RunOptions(authorised_by="Ada", reason="CHG7 took the branch down")
TWO = Policy(persons="one", groups={"core": "two"}, seconds={"Bob": sealed("correct horse")})


def scope(choices: RunOptions, device: str = "edge1") -> Scope:
    backup = ("20260304-120000Z", "ab" * 32)
    return Scope.named(device, choices, backup, backup, is_undrilled=True)


def asking(choices: RunOptions, home: Path, typed: str, *, run: str = "run-1", clock: Clock | None = None) -> Asking:
    clock = clock or Clock()
    used = UsedApprovals(home, run, "edge1", clock)
    return Asking(ask=lambda name: typed, scope=scope(choices), used=used, clock=clock)


def checked(
    policy: Policy,
    choices: RunOptions,
    tmp_path: Path,
    passphrase: str = "correct horse",
    had: Persons = "none",
    run: str = "run-1",
) -> str:
    ask = asking(choices, tmp_path, passphrase, run=run)
    return check(EDGE, policy, Thresholds.load(tmp_path), choices, ask, had=had).text


def test_the_strictest_word_counts() -> None:
    assert Policy().needed(EDGE) == "none"
    assert Policy(persons="one").needed(EDGE) == "one"
    assert Policy(persons="one", devices={"edge1": "none"}).needed(EDGE) == "one"
    assert Policy(groups={"core": "two"}).needed(EDGE) == "two"
    assert Policy(groups={"branch": "two"}).needed(EDGE) == "none"


def test_one_person_is_enough_where_one_is_asked_for(tmp_path: Path) -> None:
    assert checked(Policy(persons="one"), ADA, tmp_path) == "authorised by Ada: CHG7 took the branch down"


@pytest.mark.parametrize("lacking", [RunOptions(), RunOptions(authorised_by="Ada"), RunOptions(reason="it broke")])
def test_without_a_name_and_a_reason_it_is_stopped(lacking: RunOptions, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match="requires --authorised-by"):
        checked(Policy(persons="one"), lacking, tmp_path)


def test_a_person_who_may_not_authorise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=r"Eve may not .*: Ada, Bob"):
        checked(Policy(persons="one"), replace(ADA, authorised_by="Eve"), tmp_path)


def test_two_persons_agree_with_a_passphrase_of_the_second(tmp_path: Path) -> None:
    both = replace(ADA, seconded_by="Bob")
    assert checked(TWO, both, tmp_path) == "authorised by Ada, approved by Bob: CHG7 took the branch down"
    with pytest.raises(GuardStopped, match="Bob's approval is not valid: wrong passphrase"):
        checked(TWO, both, tmp_path, passphrase="correct house")


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("", "approver other than the authoriser"),
        ("Ada", "approver other than the authoriser"),
        ("Eve", "may not approve; these may .--approver.: Bob"),
    ],
)
def test_a_second_who_is_none_is_stopped(second: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=said):
        checked(TWO, replace(ADA, seconded_by=second), tmp_path)


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        (Policy(persons="one"), {"reason": ""}),
        (Policy(persons="one"), {"authorised_by": "Eve"}),
        (TWO, {}),
        (TWO, {"seconded_by": "Eve"}),
        (TWO, {"emergency": "availability=80"}),
        (TWO.model_copy(update={"emergency": True}), {"emergency": "availability=99"}),
        (Policy(persons="two"), {"seconded_by": "Bob"}),
    ],
)
def test_a_refusal_names_the_option_or_the_command(policy: Policy, changes: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=r" ?\(?(--[a-z]|oob [a-z])") as refused:
        checked(policy, replace(ADA, **changes), tmp_path)
    assert str(refused.value).count("\n") == 0


def test_in_an_emergency_one_person_is_enough_where_the_policy_and_the_figures_say_so(tmp_path: Path) -> None:
    urgent = replace(ADA, emergency="availability=80")
    on_call = TWO.model_copy(update={"emergency": True})
    assert checked(on_call, urgent, tmp_path).startswith("emergency, by Ada alone (availability is 80 %, below 95 %")
    with pytest.raises(GuardStopped, match="forbids the emergency override"):
        checked(TWO, urgent, tmp_path)
    with pytest.raises(GuardStopped, match="is within the thresholds"):
        checked(on_call, replace(urgent, emergency="availability=99"), tmp_path)


def test_an_emergency_override_of_the_required_plan_needs_a_name_and_a_reason_and_is_recorded(tmp_path: Path) -> None:
    said = "no approved plan: emergency, by Ada alone (availability is 80 %, below 95 %"
    urgent = replace(ADA, emergency="availability=80")
    for on_call in (Policy(plan="required", emergency=True), TWO.model_copy(update={"plan": "required"})):
        policy = on_call.model_copy(update={"emergency": True})
        assert checked(policy, urgent, tmp_path).startswith(said)
        for lacking in ({"authorised_by": ""}, {"reason": ""}):
            with pytest.raises(GuardStopped, match="requires --authorised-by NAME and --reason TEXT"):
                checked(policy, replace(urgent, **lacking), tmp_path)
        with pytest.raises(GuardStopped, match="is within the thresholds"):
            checked(policy, replace(urgent, emergency="availability=99"), tmp_path)
        with pytest.raises(GuardStopped, match="forbids the emergency override"):
            checked(policy.model_copy(update={"emergency": False}), urgent, tmp_path)
        with pytest.raises(GuardStopped, match=r"requires an approved plan \(--plan FILE"):
            checked(policy, ADA, tmp_path)


def test_a_plan_that_an_approver_signed_is_no_emergency_override(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    policy = Policy(plan="required", emergency=True, seconds={"Bob": kept(key)})
    signed = replace(ADA, emergency="availability=80", plan="ab" * 32, plan_signer=kept(key).removeprefix("ed25519:"))

    assert checked(policy, signed, tmp_path) == "authorised by Ada: CHG7 took the branch down"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"persons: three\n", "persons: should be 'none'"),
        (b"minutes: .inf\n", "minutes: should be a finite number"),
        (b"\xff\xfe", "can't decode"),
        (b"[" * 3000, "recursion"),
    ],
)
def test_a_policy_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path, text: bytes, why: str) -> None:
    assert Policy.load(tmp_path) == Policy()
    (tmp_path / "policy.yaml").write_bytes(text)
    with pytest.raises(UsageError, match=f"cannot be (used|read): .*{why}"):
        Policy.load(tmp_path)


def test_what_is_wrong_with_a_policy_is_said_without_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("seconds: {Bob: [Qk1seal]}\n")
    with pytest.raises(UsageError) as refused:
        Policy.load(tmp_path)
    assert "seconds.Bob: should be text" in str(refused.value)
    assert "Qk1seal" not in str(refused.value)


def test_a_passphrase_is_kept_only_sealed() -> None:
    assert "correct" not in sealed("correct horse")
    assert sealed("correct horse") != sealed("correct horse")


def test_a_run_without_the_word_it_needs_is_stopped_before_a_byte_is_sent(site: Site) -> None:
    (site.home.path / "policy.yaml").write_text("persons: one\n")
    with pytest.raises(GuardStopped, match="requires --authorised-by"):
        recover(site.entry("core1"), site.means(), RunOptions())
    (run,) = site.home.runs.iterdir()
    assert "reach.started" not in site.events(run.name)

    outcome = recover(site.entry("core1"), site.means(), ADA)
    given = next(entry for entry in site.journal(outcome.run).entries if entry.event == "authority.given")
    assert given.data["text"] == "authorised by Ada: CHG7 took the branch down"


BOTH = replace(ADA, seconded_by="Bob", allow_unarmed=False)
BOBS = Ed25519PrivateKey.generate()
SIGNED = TWO.model_copy(update={"seconds": {"Bob": kept(BOBS)}})


def approved(choices: RunOptions, *, key: Ed25519PrivateKey = BOBS, device: str = "edge1", minutes: float = 0) -> str:
    return approve(key, scope(choices, device), Clock().utc() - timedelta(minutes=minutes))


def test_two_persons_agree_with_a_key_of_the_second(tmp_path: Path) -> None:
    said = checked(SIGNED, BOTH, tmp_path, passphrase=approved(BOTH))
    assert said == "authorised by Ada, approved by Bob: CHG7 took the branch down"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (approved(BOTH, key=Ed25519PrivateKey.generate()), "signed with another key"),
        (approved(BOTH, device="core1"), "for another plan"),
        (approved(replace(BOTH, reason="I like to")), "for another plan"),
        (approved(replace(BOTH, tolerate=("^username",))), "for another plan"),
        (approved(replace(BOTH, converge=600.0)), "for another plan"),
        (approved(replace(BOTH, window=600.0)), "for another plan"),
        (approved(replace(BOTH, allow_reload=True)), "for another plan"),
        (approved(replace(BOTH, allow_lockout=True)), "for another plan"),
        (approved(replace(BOTH, allow_undrilled=True)), "for another plan"),
        (approved(replace(BOTH, put_back=False)), "for another plan"),
        (approved(replace(BOTH, plan="ab" * 32)), "for another plan"),
        (approved(replace(BOTH, change="CHG8")), "for another plan"),
        (approved(replace(BOTH, authorised_by="Eve")), "for another plan"),
        (approved(replace(BOTH, steps=({"run": "reboot"},))), "for another plan"),
        (approved(BOTH, minutes=45), "is valid for 30 minutes"),
        (approved(BOTH, minutes=-45), "in the future"),
        ("", "for another plan"),
        ("20260101T000000Z.eA==", "for another plan"),
    ],
)
def test_an_approval_of_something_else_is_none(typed: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=why):
        checked(SIGNED, BOTH, tmp_path, passphrase=typed)


CONFIRM = Policy(persons="confirm", minutes=10, seconds={"Bob": sealed("correct horse")})


def test_one_may_begin_where_another_confirms_it_in_time(tmp_path: Path) -> None:
    assert "to be confirmed by Bob before anything is changed" in checked(CONFIRM, BOTH, tmp_path)
    assert confirm(EDGE, CONFIRM, BOTH, asking(BOTH, tmp_path, "correct horse")).text == "confirmed by Bob"
    with pytest.raises(GuardStopped, match="an approver other than the authoriser"):
        checked(CONFIRM, ADA, tmp_path)


def test_a_confirmation_that_comes_too_late_is_none(tmp_path: Path) -> None:
    seconds = iter((0.0, 601.0))
    late = Clock(monotonic=lambda: next(seconds))
    with pytest.raises(GuardStopped, match="Bob has not confirmed within 10 minutes"):
        confirm(EDGE, CONFIRM, BOTH, asking(BOTH, tmp_path, "correct horse", clock=late))


def test_what_a_run_had_when_it_began_is_enough_until_the_policy_demands_more(tmp_path: Path) -> None:
    assert "as when the run began" in checked(TWO, BOTH, tmp_path, passphrase="", had="two")
    with pytest.raises(GuardStopped, match="wrong passphrase"):
        checked(TWO, BOTH, tmp_path, passphrase="", had="one")
    with pytest.raises(GuardStopped, match="Eve may not "):
        checked(TWO, replace(BOTH, authorised_by="Eve"), tmp_path, had="two")


def test_nothing_is_changed_before_the_second_has_confirmed_and_a_resumed_run_needs_it_too(site: Site) -> None:
    policy = site.home.path / "policy.yaml"
    policy.write_text(f"persons: confirm\nseconds: {{Bob: '{sealed('correct horse')}'}}\n")
    site.broken("core1")
    asked: list[str] = []

    def nobody(name: str) -> str:
        asked.append(name)
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        recover(site.entry("core1"), replace(site.means(), ask=nobody), BOTH)
    (run,) = site.home.runs.iterdir()
    assert ("preserve.finished" in site.events(run.name), "attempt.started" in site.events(run.name)) == (True, False)

    with pytest.raises(GuardStopped, match="Bob's approval is not valid"):
        resume(run.name, site.entry("core1"), replace(site.means("eve"), ask=lambda name: "guessed"))
    assert "attempt.started" not in site.events(run.name)

    policy.write_text(policy.read_text().replace("confirm", "two"))
    with pytest.raises(GuardStopped, match="Bob's approval is not valid"):
        resume(run.name, site.entry("core1"), site.means("eve"))

    right = replace(site.means("eve"), ask=lambda name: "correct horse")
    assert resume(run.name, site.entry("core1"), right).exit_code == 0
    persons = [entry.marks["persons"] for entry in site.journal(run.name).entries if entry.event == "authority.given"]
    assert persons == ["one", "one", "two"]
    assert asked == ["Bob"]


def test_an_approval_is_good_for_one_run(tmp_path: Path) -> None:
    approval = approved(BOTH)
    assert "approved by Bob" in checked(SIGNED, BOTH, tmp_path, passphrase=approval)
    assert "approved by Bob" in checked(SIGNED, BOTH, tmp_path, passphrase=approval)
    with pytest.raises(GuardStopped, match="the approval was used by run run-1; each is valid for one run"):
        checked(SIGNED, BOTH, tmp_path, passphrase=approval, run="run-2")
    assert "approved by Bob" in checked(SIGNED, BOTH, tmp_path, passphrase=approved(BOTH), run="run-2")
    assert (tmp_path / "approvals.jsonl").stat().st_mode & 0o077 == 0


def test_an_approval_that_cannot_be_recorded_as_used_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "approvals.jsonl").write_text("not a record\n")
    with pytest.raises(GuardStopped, match="cannot be recorded as used"):
        checked(SIGNED, BOTH, tmp_path, passphrase=approved(BOTH))


def test_an_approval_whose_record_the_disk_refuses_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "approvals.jsonl").mkdir()
    with pytest.raises(GuardStopped, match="cannot be recorded as used: Is a directory"):
        checked(SIGNED, BOTH, tmp_path, passphrase=approved(BOTH))


@pytest.mark.parametrize(
    "second",
    ["ada", " ADA ", "\uff21da", "A\u200bda", "Ada\u00a0", "\u00adAda"],  # fullwidth, zero width, blanks, soft hyphen
)
def test_another_spelling_of_a_name_is_not_an_approver(second: str, tmp_path: Path) -> None:
    policy = TWO.model_copy(update={"seconds": {second: sealed("correct horse")}})
    with pytest.raises(GuardStopped, match="requires an approver other than the authoriser"):
        checked(policy, replace(ADA, seconded_by=second), tmp_path)


def test_people_are_found_however_their_names_are_spelled(tmp_path: Path) -> None:
    both = replace(BOTH, authorised_by="ADA ", seconded_by="bob")
    assert "approved by Bob" in checked(SIGNED, both, tmp_path, passphrase=approved(BOTH))
    assert canonical("STRASSE") == canonical("straße")


def test_one_key_or_one_passphrase_under_two_names_is_one_person(tmp_path: Path) -> None:
    one_key = TWO.model_copy(update={"seconds": {"Bob": kept(BOBS), "Ada": kept(BOBS)}})
    with pytest.raises(GuardStopped, match="Ada and Bob have the same key"):
        checked(one_key, BOTH, tmp_path, passphrase=approved(BOTH))
    one_phrase = TWO.model_copy(update={"seconds": {"Bob": sealed("horse"), "Ada": sealed("horse")}})
    with pytest.raises(GuardStopped, match="Ada has the same passphrase"):
        checked(one_phrase, BOTH, tmp_path, passphrase="horse")


def test_a_policy_with_two_spellings_of_one_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("seconds: {Bob: 'a:b', bob: 'c:d'}\n")
    with pytest.raises(UsageError, match=r"seconds: .*Bob and bob are one person"):
        Policy.load(tmp_path)


def test_what_was_approved_for_other_contents_of_a_backup_is_asked_for_again(stand: Stand) -> None:
    policy = {"persons": "two", "seconds": {"Bob": sealed("correct horse")}}
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump(policy))
    stand.choices = BOTH
    with pytest.raises(Interrupted):
        stand.recover()
    (run,) = stand.home.runs.iterdir()
    stand.passphrase = "guessed"
    with pytest.raises(Interrupted):
        resume(run.name, stand.entry, stand.means)
    shutil.rmtree(stand.home.backups)
    backup(stand.home.path, routes=(CONNECTED,))
    with pytest.raises(GuardStopped, match="wrong passphrase"):
        resume(run.name, stand.entry, stand.means)


def oob(*words: str) -> Result:
    return CliRunner().invoke(oob_command, list(words), standalone_mode=False)


@pytest.fixture
def pem(tmp_path: Path) -> str:
    file = tmp_path / "bob.pem"
    file.write_bytes(BOBS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(file)


def test_the_second_enrols_and_approves_a_request_on_a_machine_of_their_own(stand: Stand, pem: str) -> None:
    kept_of_bob = oob("approve", "edge1", "--enrol", "--key", pem).output.strip()
    assert kept_of_bob == kept(BOBS)
    policy = {"persons": "two", "seconds": {"Bob": kept_of_bob}}
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump(policy))
    stand.choices = replace(BOTH, tolerate=("^snmp",))
    heard: list[Event] = []

    def far_away(name: str) -> str:
        request = next(event.text for event in heard if event.name == "approval.requested").split()[-1]
        folded = "\n".join(textwrap.wrap(request, 60))
        said = oob("approve", "edge1", "--home", "/nowhere", "--key", pem, "--request", folded)
        assert "tolerate       lines that match '^snmp'" in said.stderr
        assert "restore        backup 20260304-120000Z, SHA-256 " in said.stderr
        return said.stdout

    means = stand.means
    means.events.subscribe(heard.append)
    with pytest.raises(Interrupted):
        recover(stand.entry, replace(means, ask=far_away), stand.choices)
    given = next(event for event in heard if event.name == "authority.given")
    assert "approved by Bob" in given.text


@pytest.mark.parametrize("request_", ["", "oob-request:", "oob-request:eJ", "oob-request:" + "A" * 40, "é"])
def test_a_request_that_is_incomplete_is_refused(request_: str, pem: str) -> None:
    said = oob("approve", "edge1", "--key", pem, "--request", request_ or " ")
    assert isinstance(said.exception, UsageError)


def test_a_request_for_another_device_or_with_options_beside_it_is_refused(pem: str) -> None:
    request = scope(BOTH).request()
    assert "is for edge1, not for core1" in str(oob("approve", "core1", "--key", pem, "--request", request).exception)
    beside = oob("approve", "edge1", "--key", pem, "--request", request, "--allow-reload")
    assert "no other option goes with it" in str(beside.exception)


def test_an_approval_by_options_resolves_the_backups_of_the_home(stand: Stand, pem: str) -> None:
    inventory = stand.home.inventory
    inventory.mkdir()
    (inventory / "hosts.yaml").write_text(
        f"edge1: {{platform: cisco_ios, data: {{oob: {{paths: ['{stand.entry.paths[0].url}']}}}}}}\n"
    )
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump({"persons": "two", "seconds": {"Bob": kept(BOBS)}}))
    words = ("approve", "edge1", "--home", str(stand.home.path), "--key", pem, "--authorised-by", "Ada")
    made = oob(*words, "--reason", BOTH.reason, "--allow-lockout")
    stand.passphrase = made.stdout.strip()
    stand.choices = BOTH
    with pytest.raises(GuardStopped, match="for another plan"):
        stand.recover()
    stand.choices = replace(BOTH, allow_lockout=True)
    with pytest.raises(Interrupted):
        stand.recover()
    with pytest.raises(GuardStopped, match="was used by run"):
        stand.recover()


def test_a_plan_is_approved_without_its_backups(stand: Stand, pem: str) -> None:
    (stand.home.path / "policy.yaml").write_text(yaml.safe_dump({"persons": "two", "seconds": {"Bob": kept(BOBS)}}))
    stand.choices = BOTH
    by_plan = stand.by_plan(stand.plan())
    plan = str(stand.home.path / "plan.yaml")
    words = ("approve", "edge1", "--home", "/nowhere", "--key", pem, "--plan", plan, "--authorised-by", "Ada")
    stand.passphrase = oob(*words, "--reason", BOTH.reason).stdout.strip()
    with pytest.raises(Interrupted):
        by_plan()


def test_without_a_terminal_to_ask_on_there_is_no_approval(site: Site, tmp_path: Path) -> None:
    write_inventory(site, "core1")
    (site.home.path / "policy.yaml").write_text(f"persons: two\nseconds: {{Bob: '{sealed('correct horse')}'}}\n")
    words = ("recover", "core1", "--authorised-by", "Ada", "--approver", "Bob", "--reason", "it broke")
    with Program(site, *words) as program:
        code, said = program.end()
    assert (code, "Bob's approval is not valid" in said) == (7, True), said
