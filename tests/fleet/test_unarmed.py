"""Attempts without a revert timer in a fleet: said in the plan, and begun only once a person or the approver agrees."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oob.fleet.document import FleetPlan
from oob.fleet.member import FleetRefused
from oob.fleet.rules import StopRules
from oob.fleet.unarmed import said, settle
from oob.fleet.work import chosen
from oob.inventory.device import InventoryDevice
from oob.recovery.authority.authority import Policy
from oob.recovery.authority.scope import Scope
from oob.recovery.context import RunOptions
from oob.recovery.question import Reply, TimedQuestion

UNSAID = RunOptions(reason="outage", allow_unarmed=False)
ENTRY = InventoryDevice(name="frr1", platform="frr", paths=())


def plan(*no_timer: str) -> FleetPlan:
    return FleetPlan(
        sha256="0" * 64,
        signer="",
        signature={},
        change="",
        waves=(),
        members={},
        parts={},
        caps={},
        jobs=1,
        rules=StopRules(),
        unarmed={name: ("1 (replace)",) for name in no_timer},
        no_timer=no_timer,
        content={},
    )


def answering(reply: Reply, asked: list[TimedQuestion]) -> Any:
    return lambda question: asked.append(question) or reply


def test_the_plan_says_which_devices_have_no_revert_timer_and_in_which_attempts() -> None:
    devices = {
        "frr1": {"attempts": ["replace"], "unarmed": ["1 (replace)"]},
        "edge1": {"attempts": ["checkpoint", "lines"], "unarmed": ["2 (surgical)"]},
        "core1": {"attempts": ["checkpoint"], "unarmed": []},
    }

    assert [text.partition(";")[0] for text in said(devices)] == [
        "no revert timer at all: frr1",
        "no revert timer in attempt 2 (surgical): edge1",
    ]


@pytest.mark.parametrize("reply", ["no", "no reply"])
def test_a_device_without_any_revert_timer_is_begun_only_once_a_person_agrees(reply: Reply) -> None:
    asked: list[TimedQuestion] = []

    with pytest.raises(FleetRefused, match="frr1: no attempt has a revert timer, and no person agreed"):
        settle(plan("frr1"), [ENTRY], Policy(reply_minutes=3), UNSAID, answering(reply, asked))
    assert asked[0].seconds == 180
    assert "do not revert by themselves" in asked[0].text

    assert settle(plan("frr1"), [ENTRY], Policy(), UNSAID, answering("yes", asked)).allow_unarmed
    assert settle(plan(), [ENTRY], Policy(), UNSAID, answering("no", asked)) == UNSAID
    assert len(asked) == 2


def test_saying_yes_is_not_enough_where_the_policy_requires_an_approval() -> None:
    asked: list[TimedQuestion] = []
    policy, yes = Policy(unarmed="approval"), replace(UNSAID, allow_unarmed=True)

    with pytest.raises(FleetRefused, match="the policy requires an approval that covers it"):
        settle(plan("frr1"), [ENTRY], policy, yes, answering("yes", asked))
    two = policy.model_copy(update={"persons": "two"})
    with pytest.raises(FleetRefused, match="the policy requires an approval that covers it"):
        settle(plan("frr1"), [ENTRY], two, UNSAID, answering("yes", asked))

    assert settle(plan("frr1"), [ENTRY], two, yes, answering("no", asked)) == yes
    assert not asked


def test_an_approval_of_the_fleet_covers_whether_attempts_without_a_revert_timer_are_begun() -> None:
    assert Scope.of_fleet("0" * 64, UNSAID).sha256 != Scope.of_fleet("0" * 64, chosen({"allow_unarmed": True})).sha256


def test_a_run_of_a_fleet_begins_no_attempt_without_a_revert_timer_unless_it_was_said() -> None:
    assert not chosen({"reason": "outage"}).allow_unarmed
    assert chosen({"allow_unarmed": True}).allow_unarmed
