"""The heartbeats of a run at their times, on a clock that runs a hundred times as fast."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.errors import JournalError
from oob.events import Event, Events
from oob.recovery.api import recover
from oob.recovery.context import RunOptions
from oob.recovery.record.heartbeat import Heartbeat
from oob.recovery.record.journal import Journal
from oob.recovery.record.record import Record
from oob.recovery.record.window import RollbackWindow
from oob.report.messages import messages
from oob.secret.masking import Masker
from tests.recovery.conftest import Site

FASTER = 200.0
STEADY = 60.0  # of this one a busy machine loses no five minutes in one stall


def fast_clock(faster: float = FASTER) -> Clock:
    """Return a clock on which *faster* seconds pass in one."""
    began, noon = time.monotonic(), datetime.now(UTC)

    def passed() -> float:
        return faster * (time.monotonic() - began)

    return Clock(
        utc=lambda: noon + timedelta(seconds=passed()),
        monotonic=passed,
        wait=lambda seconds: time.sleep(seconds / faster),
        pause=lambda until, seconds: until.wait(seconds / faster),
    )


def test_a_path_that_is_dead_for_twelve_minutes_has_two_heartbeats_at_their_times(site: Site) -> None:
    site.broken("core1")
    site.lab.fault("core1", "drop", seconds=12 * 60 / STEADY, when={"line": "commit confirmed"})
    clock, said = fast_clock(STEADY), list[Event]()
    means = replace(site.means(), clock=clock, events=Events(said.append))
    reopening = RunOptions(converge=10.0, reopen=30 * 60.0, window=10)

    outcome = recover(site.entry("core1"), means, reopening)

    assert outcome.exit_code == 0
    entries = site.journal(outcome.run).entries
    at = {entry.sequence: datetime.fromisoformat(entry.utc) for entry in entries}
    dead = [n for n, entry in enumerate(entries) if entry.event in ("reopen.started", "reopen.finished")]
    gone = at[entries[dead[0]].sequence]
    beats = [entry for entry in entries[dead[0] : dead[1]] if entry.event == events.HEARTBEAT]
    beats = [entry for entry in beats if at[entry.sequence] - gone < timedelta(minutes=12)]
    assert len(beats) >= 2
    numbers = [(at[entry.sequence] - at[1]) // timedelta(minutes=5) for entry in beats]
    assert numbers == list(range(numbers[0], numbers[0] + len(beats)))
    assert all("reconnect to the console" in entry.data["text"] for entry in beats)
    lines = [message.lines for message in messages(entries) if message.kind == "extension"]
    (once,) = [each for each in lines if each[2].startswith("Reason: under way for")]
    assert [line.partition(":")[0] for line in once] == ["Old end", "New end", "Reason", "Done"]
    told = [message for message in messages(entries) if message.kind == "heartbeat"]
    assert [message.utc for message in told if message.number in {entry.sequence for entry in beats}] == [
        entry.utc for entry in beats
    ]


def test_a_window_is_watched_while_one_act_goes_on(tmp_path: Path) -> None:
    clock = fast_clock()
    with Journal.create(
        tmp_path / "run", run="r", operator="ada", device="edge1", masker=Masker(), clock=clock
    ) as journal:
        missed = threading.Event()
        said: list[Event] = []

        def hear(event: Event) -> None:
            said.append(event)
            if event.name == events.WINDOW_MISSED:
                missed.set()

        record = Record(journal, Events(hear), Masker(), clock)
        record.window = RollbackWindow(clock, 2)
        with Heartbeat(record, clock), record.act(events.STEP, "type the difference"):
            assert missed.wait(30)
    told = [event for event in said if event.name in (events.WINDOW_EXTENDED, events.WINDOW_MISSED)]
    assert told[0].name == events.WINDOW_EXTENDED
    assert "the rollback window ends at" in told[0].text
    assert set(told[0].data) == {"until", "before", "reason", "percent"}
    assert "is missed by half: under way for" in told[-1].text


def test_a_heartbeat_that_cannot_be_written_disturbs_nothing(tmp_path: Path) -> None:
    clock = fast_clock()
    journal = Journal.create(tmp_path / "run", run="r", operator="ada", device="edge1", masker=Masker(), clock=clock)
    tried = threading.Event()

    def write(*given: object, **options: object) -> None:
        tried.set()
        raise JournalError("the disk is full")

    journal.write = write  # type: ignore[assignment,method-assign]  # a disk that fails
    with Heartbeat(Record(journal, Events(), Masker(), clock), clock, every=60.0):
        assert tried.wait(30)
    journal.close()
