"""By whose word a device is recovered; each guard is here the only thing that stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from oob.cli.main import oob_command
from oob.errors import GuardStopped, Interrupted, UsageError
from oob.inventory.device import Device
from oob.recovery.approval import approve, kept, sealed
from oob.recovery.authority import Persons, Policy, check, confirm
from oob.recovery.clock import Clock
from oob.recovery.decision import Thresholds
from oob.recovery.means import Choices
from oob.recovery.recover import recover, resume
from tests.recovery.conftest import Site
from tests.recovery.program import Program, write_inventory

EDGE = Device(name="edge1", groups=("core",), authorised=("Ada", "Bob"))
ADA = Choices(authorised_by="Ada", reason="CHG7 took the branch down")
TWO = Policy(persons="one", groups={"core": "two"}, seconds={"Bob": sealed("correct horse")})


def checked(
    policy: Policy, choices: Choices, tmp_path: Path, passphrase: str = "correct horse", had: Persons = "none"
) -> str:
    return check(EDGE, policy, Thresholds.load(tmp_path), choices, lambda name: passphrase, Clock(), had=had).text


def test_the_strictest_word_counts() -> None:
    assert Policy().needed(EDGE) == "none"
    assert Policy(persons="one").needed(EDGE) == "one"
    assert Policy(persons="one", devices={"edge1": "none"}).needed(EDGE) == "one"
    assert Policy(groups={"core": "two"}).needed(EDGE) == "two"
    assert Policy(groups={"branch": "two"}).needed(EDGE) == "none"


def test_one_person_is_enough_where_one_is_asked_for(tmp_path: Path) -> None:
    assert checked(Policy(persons="one"), ADA, tmp_path) == "authorised by Ada: CHG7 took the branch down"


@pytest.mark.parametrize("lacking", [Choices(), Choices(authorised_by="Ada"), Choices(reason="it broke")])
def test_without_a_name_and_a_reason_it_is_stopped(lacking: Choices, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match="by somebody's word only"):
        checked(Policy(persons="one"), lacking, tmp_path)


def test_somebody_who_may_not_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=r"Eve is not among those .*: Ada, Bob"):
        checked(Policy(persons="one"), replace(ADA, authorised_by="Eve"), tmp_path)


def test_two_persons_agree_with_a_passphrase_of_the_second(tmp_path: Path) -> None:
    both = replace(ADA, seconded_by="Bob")
    assert checked(TWO, both, tmp_path) == "authorised by Ada, seconded by Bob: CHG7 took the branch down"
    with pytest.raises(GuardStopped, match="not the word of Bob: the passphrase is another one"):
        checked(TWO, both, tmp_path, passphrase="correct house")


@pytest.mark.parametrize(("second", "said"), [("", "two persons"), ("Ada", "two persons"), ("Eve", "may second: Bob")])
def test_a_second_who_is_none_is_stopped(second: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=said):
        checked(TWO, replace(ADA, seconded_by=second), tmp_path)


def test_in_an_emergency_one_person_is_enough_where_the_policy_and_the_figures_say_so(tmp_path: Path) -> None:
    urgent = replace(ADA, emergency="availability=80")
    on_call = TWO.model_copy(update={"emergency": True})
    assert checked(on_call, urgent, tmp_path).startswith("emergency, by Ada alone (availability is 80 %, below 95 %")
    with pytest.raises(GuardStopped, match="knows no emergency"):
        checked(TWO, urgent, tmp_path)
    with pytest.raises(GuardStopped, match="is no emergency by the thresholds"):
        checked(on_call, replace(urgent, emergency="availability=99"), tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"persons: three\n", "persons: Input should be 'none'"),
        (b"minutes: .inf\n", "minutes: Input should be a finite number"),
        (b"\xff\xfe", "can't decode"),
        (b"[" * 3000, "recursion"),
    ],
)
def test_a_policy_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path, text: bytes, why: str) -> None:
    assert Policy.load(tmp_path) == Policy()
    (tmp_path / "policy.yaml").write_bytes(text)
    with pytest.raises(UsageError, match=f"cannot be used: .*{why}"):
        Policy.load(tmp_path)


def test_what_is_wrong_with_a_policy_is_said_without_what_stands_there(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("seconds: {Bob: [Qk1seal]}\n")
    with pytest.raises(UsageError) as refused:
        Policy.load(tmp_path)
    assert "seconds.Bob: Input should be a valid string" in str(refused.value)
    assert "Qk1seal" not in str(refused.value)


def test_a_passphrase_is_kept_only_sealed() -> None:
    assert "correct" not in sealed("correct horse")
    assert sealed("correct horse") != sealed("correct horse")


def test_a_run_without_the_word_it_needs_is_stopped_before_a_byte_is_sent(site: Site) -> None:
    (site.home.path / "policy.yaml").write_text("persons: one\n")
    with pytest.raises(GuardStopped, match="by somebody's word only"):
        recover(site.entry("core1"), site.means(), Choices())
    (run,) = site.home.runs.iterdir()
    assert "reach.started" not in site.events(run.name)

    outcome = recover(site.entry("core1"), site.means(), ADA)
    given = next(entry for entry in site.journal(outcome.run).entries if entry.event == "authority.given")
    assert given.data["text"] == "authorised by Ada: CHG7 took the branch down"


BOTH = replace(ADA, seconded_by="Bob")
BOBS = Ed25519PrivateKey.generate()
SIGNED = TWO.model_copy(update={"seconds": {"Bob": kept(BOBS)}})


def approved(choices: Choices, *, key: Ed25519PrivateKey = BOBS, device: str = "edge1", minutes: float = 0) -> str:
    return approve(key, device, choices, Clock().utc() - timedelta(minutes=minutes))


def test_two_persons_agree_with_a_key_of_the_second(tmp_path: Path) -> None:
    said = checked(SIGNED, BOTH, tmp_path, passphrase=approved(BOTH))
    assert said == "authorised by Ada, seconded by Bob: CHG7 took the branch down"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (approved(BOTH, key=Ed25519PrivateKey.generate()), "made with another key"),
        (approved(BOTH, device="core1"), "of something else"),
        (approved(replace(BOTH, reason="I like to")), "of something else"),
        (approved(replace(BOTH, target="20260101-000000Z")), "of something else"),
        (approved(BOTH, minutes=45), "is good for 30 minutes"),
        (approved(BOTH, minutes=-45), "which has not come yet"),
        ("", "of something else"),
        ("20260101T000000Z.eA==", "of something else"),
    ],
)
def test_an_approval_of_something_else_is_none(typed: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(GuardStopped, match=why):
        checked(SIGNED, BOTH, tmp_path, passphrase=typed)


CONFIRM = Policy(persons="confirm", minutes=10, seconds={"Bob": sealed("correct horse")})


def test_one_may_begin_where_another_confirms_it_in_time(tmp_path: Path) -> None:
    assert "to be confirmed by Bob before anything is changed" in checked(CONFIRM, BOTH, tmp_path)
    assert confirm(EDGE, CONFIRM, BOTH, lambda name: "correct horse", Clock()).text == "confirmed by Bob"
    with pytest.raises(GuardStopped, match="another one has to second it"):
        checked(CONFIRM, ADA, tmp_path)


def test_a_confirmation_that_comes_too_late_is_none() -> None:
    seconds = iter((0.0, 601.0))
    late = Clock(monotonic=lambda: next(seconds))
    with pytest.raises(GuardStopped, match="Bob has not confirmed it within 10 minutes"):
        confirm(EDGE, CONFIRM, BOTH, lambda name: "correct horse", late)


def test_what_a_run_had_when_it_began_is_enough_until_the_policy_demands_more(tmp_path: Path) -> None:
    assert "as when it began" in checked(TWO, BOTH, tmp_path, passphrase="", had="two")
    with pytest.raises(GuardStopped, match="the passphrase is another one"):
        checked(TWO, BOTH, tmp_path, passphrase="", had="one")
    with pytest.raises(GuardStopped, match="Eve is not among those"):
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

    with pytest.raises(GuardStopped, match="not the word of Bob"):
        resume(run.name, site.entry("core1"), replace(site.means("eve"), ask=lambda name: "guessed"))
    assert "attempt.started" not in site.events(run.name)

    policy.write_text(policy.read_text().replace("confirm", "two"))
    with pytest.raises(GuardStopped, match="not the word of Bob"):
        resume(run.name, site.entry("core1"), site.means("eve"))

    right = replace(site.means("eve"), ask=lambda name: "correct horse")
    assert resume(run.name, site.entry("core1"), right).exit_code == 0
    persons = [entry.marks["persons"] for entry in site.journal(run.name).entries if entry.event == "authority.given"]
    assert persons == ["one", "one", "two"]
    assert asked == ["Bob"]


def test_the_second_enrols_and_approves_on_a_machine_of_their_own(tmp_path: Path) -> None:
    pem = tmp_path / "bob.pem"
    pem.write_bytes(BOBS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))

    def oob(*words: str) -> str:
        return CliRunner().invoke(oob_command, ["approve", "edge1", *words], standalone_mode=False).output.strip()

    assert oob("--enrol", "--key", str(pem)) == kept(BOBS)
    made = oob("--key", str(pem), "--authorised-by", "Ada", "--reason", BOTH.reason)
    assert "seconded by Bob" in checked(SIGNED, BOTH, tmp_path, passphrase=made)


def test_nobody_there_to_ask_is_no_word(site: Site, tmp_path: Path) -> None:
    write_inventory(site, "core1")
    (site.home.path / "policy.yaml").write_text(f"persons: two\nseconds: {{Bob: '{sealed('correct horse')}'}}\n")
    words = ("recover", "core1", "--authorised-by", "Ada", "--seconded-by", "Bob", "--reason", "it broke")
    with Program(site, *words) as program:
        code, said = program.end()
    assert (code, "not the word of Bob" in said) == (7, True), said
