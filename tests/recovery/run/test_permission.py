"""Permission to begin an attempt and to confirm it; each test has one guard, and the same run without it recovers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from oob.inventory.device import Critical
from oob.recovery.api import make_plan, recover, verify
from oob.recovery.authority.approval import sealed
from oob.recovery.context import RunOptions
from oob.recovery.ladder import plan as plans
from oob.recovery.ladder.plan import Plan, PlanInputs
from oob.recovery.question import Reply, TimedQuestion
from oob.recovery.record.ending import Ending
from oob.recovery.record.events import IMPACT
from oob.recovery.record.journal import NAME, JournalEntry, read
from oob.recovery.record.outcome import Outcome
from tests.recovery.conftest import Site

QUICK = RunOptions(converge=10.0, reopen=30.0)


class Person:
    """A person who gives every question the same reply."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.asked: list[TimedQuestion] = []

    def __call__(self, question: TimedQuestion) -> Reply:
        self.asked.append(question)
        return self.reply


def policy(home: Path, **said: object) -> None:
    (home / "policy.yaml").write_text(yaml.safe_dump(said))


@pytest.fixture
def only_unarmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave of each ladder only the attempt that types the difference, which no revert timer undoes."""
    made: Callable[..., Plan] = plans.plan

    def plan(inputs: PlanInputs, **others: object) -> Plan:
        whole = made(inputs, **others)
        left = (replace(one, skipped="" if one.rung == "surgical" else "not in this test") for one in whole.attempts)
        return replace(whole, attempts=tuple(left))

    monkeypatch.setattr(plans, "plan", plan)


@pytest.mark.parametrize("reply", ["no", "no reply"])
def test_an_attempt_without_a_revert_timer_is_begun_only_once_a_person_agrees(
    site: Site, only_unarmed: None, reply: Reply
) -> None:
    site.broken("edge1")
    person = Person(reply)
    choices = replace(QUICK, allow_unarmed=False, put_back=False)

    outcome = recover(site.entry("edge1"), replace(site.means(), agree=person), choices)

    assert outcome.exit_code == 1
    assert "step.started" not in site.events(outcome.run)
    assert "no revert timer, and no person agreed" in outcome.attempts[-2].skipped
    assert "the device does not revert it by itself" in person.asked[0].text
    assert person.asked[0].seconds == 120.0
    assert any("no revert timer" in warning for warning in outcome.warnings)

    agreed = recover(site.entry("edge1"), replace(site.means(), agree=Person("yes")), choices)
    assert agreed.exit_code == 0


def test_saying_yes_beforehand_is_not_enough_where_the_policy_requires_an_approval(
    site: Site, only_unarmed: None
) -> None:
    site.broken("edge1")
    policy(site.home.path, unarmed="approval", seconds={"Bob": sealed("correct horse")})
    means = replace(site.means(), agree=Person("yes"), ask=lambda name: "correct horse")

    refused = recover(site.entry("edge1"), means, replace(QUICK, put_back=False))

    assert refused.exit_code == 1
    assert "step.started" not in site.events(refused.run)
    assert "the policy requires an approval" in refused.attempts[-2].skipped

    policy(site.home.path, unarmed="approval", persons="two", seconds={"Bob": sealed("correct horse")})
    words = {"authorised_by": "Ada", "reason": "CHG7", "seconded_by": "Bob"}
    assert recover(site.entry("edge1"), means, replace(QUICK, **words)).exit_code == 0


def test_no_attempt_is_begun_after_the_agreed_time(site: Site) -> None:
    site.broken("core1")
    past = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}"

    late = recover(site.entry("core1"), site.means(), replace(QUICK, no_attempt_after=past))

    assert late.ending is Ending.PUT_BACK
    assert "attempt.started" not in site.events(late.run)
    assert {one.skipped for one in late.attempts} >= {f"after {past} no further attempt is begun"}

    future = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    assert recover(site.entry("core1"), site.means(), replace(QUICK, no_attempt_after=future)).exit_code == 0


@pytest.mark.parametrize(("name", "reply"), [("core1", "no reply"), ("edge1", "no")])
def test_the_device_reverts_a_proven_change_that_no_person_confirms(site: Site, name: str, reply: Reply) -> None:
    site.broken(name)
    policy(site.home.path, confirm="person")
    person = Person(reply)

    outcome = recover(site.entry(name), replace(site.means(), agree=person), QUICK)

    assert outcome.ending is Ending.PUT_BACK
    said = {"no": "the person at the run declined it", "no reply": "no person confirmed it within 120 s"}[reply]
    failed = next(one for one in outcome.attempts if one.failure)
    assert failed.failure == f"proven, but {said}: the device reverts it"
    assert len(person.asked) == 1
    assert "confirm.started" not in site.events(outcome.run)
    assert not verify(site.entry(name), site.means(), QUICK).is_proven

    assert recover(site.entry(name), replace(site.means(), agree=Person("yes")), QUICK).exit_code == 0


def test_a_person_who_may_confirm_has_the_time_for_it_before_the_device_reverts(site: Site) -> None:
    policy(site.home.path, confirm="person", reply_minutes=7)

    assert make_plan(site.entry("edge1"), site.means(), QUICK).attempts[0].minutes > 7


def test_a_run_that_touches_more_prefixes_than_the_policy_allows_needs_a_persons_word(site: Site) -> None:
    site.broken("core1")
    policy(site.home.path, impact={"prefixes": 0})
    person = Person("no")

    refused = recover(site.entry("core1"), replace(site.means(), agree=person), QUICK)

    assert refused.ending is Ending.PUT_BACK
    assert "attempt.started" not in site.events(refused.run)
    assert "prefixes whose routes change, the policy's limit is 0" in person.asked[0].text
    assert len(person.asked) == 1

    policy(site.home.path, impact={"prefixes": 1000, "devices": 1})
    assert recover(site.entry("core1"), site.means(), QUICK).exit_code == 0

    site.broken("edge1")  # a second device within the hour
    second = recover(site.entry("edge1"), site.means(), QUICK)
    assert "attempt.started" not in site.events(second.run)
    assert "2 devices recovered within the last hour" in str(second.attempts)
    agreed = replace(site.means(), agreed=frozenset({"impact"}))  # with the whole fleet, before this run
    assert recover(site.entry("edge1"), agreed, QUICK).exit_code == 0


def test_prefixes_of_the_runs_of_the_last_hour_count_together_each_once(site: Site) -> None:
    policy(site.home.path, impact={"prefixes": 1000})
    site.broken("core1")
    first = _impact(site, recover(site.entry("core1"), site.means(), QUICK))
    site.broken("edge1")
    second = _impact(site, recover(site.entry("edge1"), site.means(), QUICK))

    own = set(second.data["places"])
    assert first.marks["prefixes"] == len(first.data["places"]) > 0
    assert second.marks["prefixes"] == len(own | set(first.data["places"]))
    assert second.marks["devices"] == 2

    policy(site.home.path, impact={"prefixes": len(own | set(first.data["places"])) - 1})
    site.broken("edge1")
    refused = recover(site.entry("edge1"), replace(site.means(), agreed=frozenset({"impact"})), QUICK)
    assert "attempt.started" not in site.events(refused.run)
    assert "prefixes whose routes change" in str(refused.attempts)
    assert recover(site.entry("edge1"), replace(site.means(), agree=Person("yes")), QUICK).exit_code == 0


def test_more_users_than_the_policy_allows_need_a_persons_word(site: Site) -> None:
    site.broken("core1")
    policy(site.home.path, impact={"users": 10000})
    person = Person("no")

    for users, said in ((20000, "20000 users affected"), (None, "an unknown number of users affected")):
        choices = replace(QUICK, users=users)
        refused = recover(site.entry("core1"), replace(site.means(), agree=person), choices)
        assert "attempt.started" not in site.events(refused.run)
        assert f"{said}, the policy's limit is 10000" in person.asked[-1].text

    assert recover(site.entry("core1"), site.means(), replace(QUICK, users=10000)).exit_code == 0


def _impact(site: Site, outcome: Outcome) -> JournalEntry:
    assert outcome.exit_code == 0
    (entry,) = [one for one in read(site.home.runs / outcome.run / NAME).entries if one.event == IMPACT]
    return entry


def test_an_error_rate_of_five_times_its_baseline_stops_before_the_next_attempt(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.broken("core1")
    policy(site.home.path, breaker={"growth": 5})
    rates = iter([2.0, 10.0])
    monkeypatch.setattr("oob.recovery.run.impact.error_rate", lambda *_: next(rates))
    fails = replace(site.entry("core1"), critical_prefixes=(Critical(target="192.0.2.128/25"),))

    stopped = recover(fails, site.means(), replace(QUICK, converge=0.0))

    assert site.events(stopped.run).count("attempt.started") == 1
    assert "the error rate is 10 %, 5 times its baseline of 2 % or more, and no person agreed" in str(stopped.attempts)

    rates = iter([2.0, 9.9, 2.0, 2.0, 2.0, 2.0])
    went_on = recover(fails, site.means(), replace(QUICK, converge=0.0))
    assert site.events(went_on.run).count("attempt.started") > 1
    assert recover(site.entry("core1"), replace(site.means(), agree=Person("yes")), QUICK).exit_code == 0


def test_an_error_rate_that_cannot_be_read_needs_a_persons_word(site: Site) -> None:
    site.broken("core1")
    policy(site.home.path, breaker={})

    stopped = recover(site.entry("core1"), site.means(), QUICK)

    assert "attempt.started" not in site.events(stopped.run)
    assert "the error rate cannot be read" in str(stopped.attempts)
    assert recover(site.entry("core1"), replace(site.means(), agree=Person("yes")), QUICK).exit_code == 0
