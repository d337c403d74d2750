"""The agreed time for a recovery, and that its extension is said before it is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.events import Event, Events
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.recovery.record.journal import Journal
from oob.recovery.record.record import Record
from oob.recovery.record.window import RollbackWindow
from oob.secret.masking import Masker
from tests.recovery.conftest import Site
from tests.recovery.papers import NOON


class Hands:
    """The hands of a clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON
        self.set_ahead = timedelta()

    @property
    def clock(self) -> Clock:
        return Clock(utc=lambda: self.now + self.set_ahead, monotonic=lambda: (self.now - NOON).total_seconds())

    def move(self, minutes: float) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now


def test_what_ends_in_time_needs_no_extension() -> None:
    assert RollbackWindow(Hands().clock, 10).extension("an attempt", 600) is None


def test_an_extension_is_said_before_the_window_ends_and_once() -> None:
    hands = Hands()
    window = RollbackWindow(hands.clock, 10)
    hands.move(8)
    said = window.extension("the next attempt", 240)
    assert said is not None
    assert said.text == "the rollback window ends at 12:10:00 UTC; the next attempt needs it until 12:13:00 UTC"
    assert (said.old, said.new) == (NOON + timedelta(minutes=10), NOON + timedelta(minutes=13))
    assert (said.reason, said.percent) == ("the next attempt", 61)
    assert window.extension("the next attempt", 240) is None
    hands.move(10)
    late = window.extension("its proof", 60)
    assert late is not None
    assert "has ended at 12:13:00" in late.text


def test_a_wall_clock_that_is_set_neither_ends_the_window_nor_extends_it() -> None:
    hands = Hands()
    window = RollbackWindow(hands.clock, 10)
    hands.set_ahead = timedelta(hours=2)
    assert window.extension("the next attempt", 240) is None
    hands.set_ahead = timedelta(hours=-2)
    hands.move(8)
    said = window.extension("the next attempt", 240)
    assert said is not None
    assert "the rollback window ends at 10:10:00 UTC" in said.text


def test_what_goes_on_at_the_end_of_the_window_extends_it_once_before_that_and_is_escalated_at_half_more() -> None:
    hands = Hands()
    window = RollbackWindow(hands.clock, 10)
    said = []
    for _ in range(40):
        hands.move(1)
        extended, missed = window.overrun("reconnect"), window.escalation("reconnect")
        said += [(f"{hands.now:%M}", text) for text in (extended.text if extended else "", missed) if text]
    assert said == [
        ("09", "the rollback window ends at 12:10:00 UTC; reconnect needs it until 12:15:00 UTC"),
        ("15", "the rollback window of 10 minutes, until 12:10 UTC, is missed by half: reconnect"),
    ]


def test_every_act_of_a_run_is_compared_with_the_window(tmp_path: Path) -> None:
    hands, said = Hands(), list[Event]()
    with Journal.create(
        tmp_path / "run", run="r", operator="ada", device="edge1", masker=Masker(), clock=hands.clock
    ) as journal:
        record = Record(journal, Events(said.append), Masker(), hands.clock)
        record.window = RollbackWindow(hands.clock, 1)
        with record.act(events.STEP, "type the difference", expected=30.0):
            pass
        with record.act(events.STEP, "replace", expected=90.0):
            pass
    names = [event.name for event in said]
    assert names.index("window.extended") == names.index("step.started", 1) - 1
    assert names.count("window.extended") == 1


def test_window_and_deadline_are_shown_in_a_run(site: Site) -> None:
    site.broken("core1")
    outcome = recover(site.entry("core1"), site.means(), RunOptions(converge=10.0, window=0.01))
    assert outcome.exit_code == 0
    entries = {entry.event: entry for entry in site.journal(outcome.run).entries}
    armed, plan = entries["timer.armed"], entries["plan.made"].data["plan"]
    deadline = datetime.fromisoformat(armed.data["deadline"])
    left = (deadline - datetime.fromisoformat(armed.utc)).total_seconds()
    assert left > plan["proof_seconds"]
    assert "window.extended" in entries
