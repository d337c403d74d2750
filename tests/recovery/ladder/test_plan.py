"""The ladder for a device: what is tried, what is left out and why, what is sent, and how long it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from oob.device.checkpoint import Checkpoint
from oob.profile.store import load
from oob.recovery.ladder.plan import Attempt, PlanInputs, plan, values
from oob.recovery.ladder.speed import Speed
from tests.recovery.papers import CONFIGURATION, backup


@pytest.fixture
def ground(tmp_path: Path) -> PlanInputs:
    """Nothing is known of the device yet; its line runs at 9600 bit/s."""
    good = backup(tmp_path)
    return PlanInputs(profile=load("cisco_ios"), target=good, baseline=good, speed=Speed.of_baud(9600))


def looked_at(
    ground: PlanInputs, tmp_path: Path, *, configuration: str, checkpoints: tuple[str, ...] = ()
) -> PlanInputs:
    found = backup(tmp_path, configuration=configuration, is_good=False)
    return replace(ground, observed=found, checkpoints=tuple(Checkpoint(name=name) for name in checkpoints))


def attempts(ground: PlanInputs) -> dict[str, Attempt]:
    return {attempt.strategy: attempt for attempt in plan(ground).attempts}


def test_the_attempts_are_the_profiles_strategies_in_their_order(ground: PlanInputs) -> None:
    made = plan(ground)
    assert [attempt.strategy for attempt in made.attempts] == list(ground.profile.strategies)
    assert [attempt.number for attempt in made.attempts] == list(range(1, len(made.attempts) + 1))
    assert all(attempt.why for attempt in made.attempts)
    assert made.device == "edge1"


def test_an_attempt_that_restarts_the_device_is_left_out_until_it_is_allowed(ground: PlanInputs) -> None:
    assert "--allow-reload has to allow" in attempts(ground)["startup"].skipped
    assert not attempts(replace(ground, allow_reload=True))["startup"].skipped


def test_before_the_device_was_asked_its_checkpoints_have_names_that_say_so(ground: PlanInputs) -> None:
    found = attempts(ground)
    assert found["archive"].checkpoint == "NEWEST"
    assert found["older-archive"].checkpoint == "OLDER"
    assert "configure replace NEWEST" in found["archive"].steps[0].commands[0]


@pytest.mark.parametrize(
    ("checkpoints", "newest", "older"),
    [
        ((), "no checkpoint to roll back to", "no checkpoint to roll back to"),
        (("flash:a-2",), "", "only one checkpoint"),
        (("flash:a-2", "flash:a-1"), "", ""),
    ],
)
def test_a_rung_without_its_checkpoint_is_left_out(
    ground: PlanInputs, tmp_path: Path, checkpoints: tuple[str, ...], newest: str, older: str
) -> None:
    broken = CONFIGURATION.replace("ip route", "ip  route")
    found = attempts(looked_at(ground, tmp_path, configuration=broken, checkpoints=checkpoints))
    assert newest in found["archive"].skipped
    assert bool(newest) == bool(found["archive"].skipped)
    assert older in found["older-archive"].skipped
    assert bool(older) == bool(found["older-archive"].skipped)


def test_a_configuration_that_is_right_already_is_not_loaded_again(ground: PlanInputs, tmp_path: Path) -> None:
    found = attempts(replace(looked_at(ground, tmp_path, configuration=CONFIGURATION), allow_reload=True))
    assert "already" in found["backup"].skipped
    assert "already" in found["surgical"].skipped
    assert not found["startup"].skipped


def test_what_preflight_found_is_the_reason_that_is_given(ground: PlanInputs) -> None:
    found = attempts(replace(ground, unmet={"backup": "no room on flash"}))
    assert found["backup"].skipped == "no room on flash"


def test_the_surgical_attempt_sends_the_lines_that_differ_and_no_others(ground: PlanInputs, tmp_path: Path) -> None:
    broken = CONFIGURATION.replace("ip route 198.51.100.0 255.255.255.0 192.0.2.9\n", "")
    found = attempts(looked_at(ground, tmp_path, configuration=broken))
    assert found["surgical"].steps[0].commands == ("ip route 198.51.100.0 255.255.255.0 192.0.2.9",)


def test_a_slower_line_takes_longer_and_its_timer_is_never_shorter_than_the_proof(ground: PlanInputs) -> None:
    for baud in (9600, 1200, 110):
        made = plan(replace(ground, speed=Speed.of_baud(baud)))
        armed = [attempt for attempt in made.attempts if attempt.armed]
        assert armed
        assert all(attempt.minutes * 60 > 1.5 * made.proof_seconds for attempt in armed)
    slow, fast = plan(replace(ground, speed=Speed.of_baud(110))), plan(ground)
    assert slow.preserve_seconds > 80 * fast.preserve_seconds
    assert slow.attempts[2].seconds > fast.attempts[2].seconds


def test_the_time_is_spelled_as_each_platform_wants_it(ground: PlanInputs) -> None:
    attempt = attempts(ground)["backup"]
    words = values(ground, attempt, None).words
    assert words["minutes"] == str(attempt.minutes)
    assert words["time"] == f"00:{attempt.minutes:02d}:00"
    assert words["file"] == "flash:oob-RUN.cfg"
    assert len(words["md5"]) == 32


def test_every_attempt_is_judged_by_the_target_also_where_it_is_not_the_baseline(
    ground: PlanInputs, tmp_path: Path
) -> None:
    other = backup(tmp_path, is_good=False)
    assert {attempt.target for attempt in attempts(replace(ground, target=other)).values()} == {other.manifest.id}


def test_a_banner_with_every_possible_mark_in_it_leaves_out_only_what_would_bring_it(
    ground: PlanInputs, tmp_path: Path
) -> None:
    impossible = CONFIGURATION.replace("version", "banner motd ^C~@#%&|^C\nversion")
    found = attempts(replace(ground, target=backup(tmp_path, configuration=impossible)))
    assert "every character" in found["backup"].skipped
    assert not found["archive"].skipped


def test_a_plan_is_plain_data_and_says_the_same_twice(ground: PlanInputs) -> None:
    assert plan(ground).as_json() == plan(ground).as_json()
    assert plan(ground, warnings=["mind the gap"]).warnings == ("mind the gap",)


def test_the_timer_is_longer_than_the_proof_and_the_time_that_routes_may_take(ground: PlanInputs) -> None:
    patient = plan(replace(ground, converge=600.0))
    assert all(attempt.minutes * 60 > 600 + patient.proof_seconds for attempt in patient.to_try if attempt.armed)
