"""Limits of impact and the circuit breaker over a fleet: before the next device a person's word is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from oob.fleet.control import Control, FleetRequest
from oob.fleet.permission import FRESH, FleetPermission
from oob.recovery.authority.authority import Policy
from oob.recovery.authority.impact import Breaker, ImpactLimits
from oob.recovery.question import Reply, TimedQuestion
from oob.recovery.record import events
from tests.fleet.stand import Stand, device

FOUR = [device(name) for name in "abcd"]


def person(reply: Reply, asked: list[str]) -> Callable[[TimedQuestion], Reply]:
    def answer(question: TimedQuestion) -> Reply:
        asked.append(question.text)
        return reply

    return answer


def limited(folder: Path, reply: Reply, asked: list[str], permission: FleetPermission) -> Stand:
    return Stand(folder, FOUR, jobs=1, permission=permission, agree=person(reply, asked))


def test_the_device_beyond_the_limit_of_the_policy_is_begun_only_once_a_person_agrees(tmp_path: Path) -> None:
    asked: list[str] = []
    policy = Policy(impact=ImpactLimits(devices=2))

    halted = limited(tmp_path / "no", "no reply", asked, FleetPermission(policy))
    assert halted.go() == 1
    assert halted.begun() == ["a", "b"]
    assert "3 devices recovered within the last hour, the policy's limit is 2" in halted.state.halted
    assert "no person agreed to continue (no reply)" in halted.state.halted

    agreed = limited(tmp_path / "yes", "yes", asked, FleetPermission(policy))
    assert agreed.go() == 0
    assert agreed.begun() == ["a", "b", "c", "d"]
    assert len(asked) == 2  # once a fleet

    assert limited(tmp_path / "none", "no", asked, FleetPermission(Policy())).go() == 0
    assert len(asked) == 2


def test_devices_that_other_runs_changed_within_the_hour_count_and_one_of_them_counts_once(tmp_path: Path) -> None:
    policy = Policy(impact=ImpactLimits(devices=4))

    assert limited(tmp_path / "same", "no", [], FleetPermission(policy, before=("a", "b"))).go() == 0
    others = limited(tmp_path / "others", "no", [], FleetPermission(policy, before=("x",)))
    assert others.go() == 1
    assert others.begun() == ["a", "b", "c"]


def test_more_users_than_the_policy_allows_need_a_persons_word_before_the_first_device(tmp_path: Path) -> None:
    asked: list[str] = []
    policy = Policy(impact=ImpactLimits(users=10000))

    for number, users in enumerate((20000, None)):
        refused = limited(tmp_path / f"no{number}", "no", asked, FleetPermission(policy, users=users))
        assert refused.go() == 1
        assert refused.begun() == []
    assert "20000 users affected, the policy's limit is 10000" in asked[0]
    assert "an unknown number of users affected" in asked[1]
    assert limited(tmp_path / "few", "no", asked, FleetPermission(policy, users=10000)).go() == 0
    assert limited(tmp_path / "yes", "yes", asked, FleetPermission(policy, users=20000)).go() == 0
    assert len(asked) == 3


def breaking(folder: Path, reply: Reply, asked: list[str], rates: Iterator[float | None]) -> Stand:
    """Return a fleet in which the error rate is measured anew before each device."""
    stand = Stand(folder, FOUR, jobs=1, agree=person(reply, asked), draw=lambda one: ("recovered", FRESH))
    measured: list[float] = []

    def measure() -> float | None:
        rate = next(rates)
        measured.extend([] if rate is None else [rate])
        return rate

    stand.permission = FleetPermission(
        Policy(breaker=Breaker(growth=5)),
        measure=measure,
        lowest=lambda: min(measured, default=None),
        clock=stand.time.clock(),
    )
    return stand


def test_five_times_the_error_rate_stops_before_the_next_device(tmp_path: Path) -> None:
    asked: list[str] = []

    tripped = breaking(tmp_path / "no", "no", asked, iter([2.0, 9.9, 10.0, 10.0]))
    assert tripped.go() == 1
    assert tripped.begun() == ["a", "b"]
    assert "the error rate is 10 %, 5 times its baseline of 2 % or more" in tripped.state.halted

    assert breaking(tmp_path / "below", "no", asked, iter([2.0, 9.9, 9.9, 9.9])).go() == 0
    assert len(asked) == 1


def test_a_person_agrees_to_an_error_rate_as_it_is_and_to_none_above(tmp_path: Path) -> None:
    asked: list[str] = []

    assert breaking(tmp_path / "f", "yes", asked, iter([2.0, 10.0, 10.0, 11.0])).go() == 0
    assert [text.partition(" %")[0] for text in asked] == ["the error rate is 10", "the error rate is 11"]


def test_an_error_rate_that_cannot_be_read_needs_a_persons_word(tmp_path: Path) -> None:
    asked: list[str] = []

    unread = breaking(tmp_path / "no", "no reply", asked, iter([None] * 4))
    assert unread.go() == 1
    assert unread.begun() == []
    assert "the error rate cannot be read" in unread.state.halted
    assert breaking(tmp_path / "yes", "yes", asked, iter([None] * 4)).go() == 0
    assert len(asked) == 2


def test_another_terminal_gives_the_word_and_what_else_it_asked_for_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "f"

    def elsewhere(question: TimedQuestion) -> Reply:
        control = Control(folder)
        control.write(FleetRequest(do="skip", by="bob", member="d"))
        control.write(FleetRequest(do="continue", by="bob"))
        return question.elsewhere() or "no reply"

    stand = Stand(
        folder, FOUR, jobs=1, permission=FleetPermission(Policy(impact=ImpactLimits(devices=2))), agree=elsewhere
    )
    assert stand.go() == 1
    assert stand.endings() == {"a": "recovered", "b": "recovered", "c": "recovered", "d": "skipped"}
    (continued,) = [one for one in stand.history.entries if one.event == events.FLEET_CONTINUED]
    assert (continued.data["by"], continued.data["agreed"]) == ("bob", "impact")
