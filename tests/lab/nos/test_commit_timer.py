"""The timer that the platforms share for a change that reverts unless it is confirmed."""

from __future__ import annotations

from oob.lab.clock import SteppedClock
from oob.lab.nos.base.commit_timer import CommitTimer


def test_an_unconfirmed_change_reverts_once_when_its_time_is_up() -> None:
    clock, reverted = SteppedClock(), list[str]()
    timer = CommitTimer(clock, reverted.append)
    timer.arm("replace", 60)
    clock.advance(59)
    assert (timer.pending, timer.seconds_left, reverted) == ("replace", 1, [])
    clock.advance(100)
    assert (timer.pending, timer.seconds_left, reverted) == (None, 0, ["replace"])


def test_a_confirmed_change_never_reverts() -> None:
    clock, reverted = SteppedClock(), list[str]()
    timer = CommitTimer(clock, reverted.append)
    timer.arm("replace", 60)
    assert timer.disarm() == "replace"
    clock.advance(100)
    timer.fire()
    assert reverted == []


def test_arming_again_replaces_the_pending_change() -> None:
    clock, reverted = SteppedClock(), list[str]()
    timer = CommitTimer(clock, reverted.append)
    timer.arm("first", 60)
    timer.arm("second", 90)
    clock.advance(80)
    assert reverted == []
    clock.advance(10)
    assert reverted == ["second"]
