"""By whose word a device is recovered; each guard is here the only thing that stops it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oob.errors import GuardStopped, UsageError
from oob.inventory.device import Device
from oob.recovery.authority import Policy, check, figures, sealed
from oob.recovery.decision import Thresholds
from oob.recovery.means import Choices
from oob.recovery.recover import recover
from tests.recovery.conftest import Site

EDGE = Device(name="edge1", groups=("core",), authorised=("Ada", "Bob"))
ADA = Choices(authorised_by="Ada", reason="CHG7 took the branch down")
TWO = Policy(persons="one", groups={"core": "two"}, seconds={"Bob": sealed("correct horse")})


def checked(policy: Policy, choices: Choices, tmp_path: Path, passphrase: str = "correct horse") -> str:
    return check(EDGE, policy, Thresholds.load(tmp_path), choices, lambda name: passphrase)


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
    with pytest.raises(GuardStopped, match="is not that of Bob"):
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


def test_figures_are_typed_as_names_and_numbers() -> None:
    assert figures("availability=80, corruption=1").corruption
    for wrong in ("availability", "availability=x", "colour=7"):
        with pytest.raises(UsageError):
            figures(wrong)


def test_a_policy_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    assert Policy.load(tmp_path) == Policy()
    (tmp_path / "policy.yaml").write_text("persons: three\n")
    with pytest.raises(UsageError, match="cannot be used"):
        Policy.load(tmp_path)


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
