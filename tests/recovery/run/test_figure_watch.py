"""The given figures of the impact are read beside the run: it never waits for one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import oob.recovery.record.events as events
from oob.clock import Clock
from oob.events import Event, Events
from oob.inventory.home import Home
from oob.recovery.record.journal import NAME, Journal, read
from oob.recovery.record.record import Record
from oob.recovery.run.figure_watch import FigureWatch
from oob.report.incident import incident
from oob.secret.masking import Masker


class Told:
    """A listener that counts the readings written down."""

    def __init__(self) -> None:
        self.count = 0
        self._turn = threading.Condition()

    def hear(self, event: Event) -> None:
        with self._turn:
            self.count += event.name == events.FIGURES_READ
            self._turn.notify_all()

    def wait(self, count: int) -> None:
        with self._turn:
            assert self._turn.wait_for(lambda: self.count >= count, 20)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def record(tmp_path: Path, told: Told) -> Iterator[Record]:
    with Journal.create(tmp_path / "run", run="r", operator="ada", device="edge1", masker=Masker()) as journal:
        made = Record(journal, Events(told.hear), Masker(), Clock())
        made.note(events.RUN_STARTED, "recover edge1", marks={"choices": {}})
        yield made


def figures(home: Path, file: Path) -> None:
    (home / "figures.yaml").write_text(
        f"impact: {{orders: {{command: [/bin/cat, '{file}'], baseline: 40, unit: /s}}, "
        f"tickets: {{command: [/bin/cat, '{home}/gone'], baseline: 0, rises: true}}}}"
    )


def test_a_figure_off_its_baseline_is_an_alert_of_the_impact_tile_and_clears(
    tmp_path: Path, record: Record, told: Told
) -> None:
    value = tmp_path / "orders"
    value.write_text("12")
    figures(tmp_path, value)
    with FigureWatch(record, Home(tmp_path), Clock(), every=0.01):
        told.wait(1)
        tile = incident(read(tmp_path / "run" / NAME).entries).tiles[3]
        assert tile.text == "nothing critical read yet; orders 12 /s (baseline 40); tickets not read"
        assert tile.is_alert
        value.write_text("39.9")
        told.wait(2)
    tile = incident(read(tmp_path / "run" / NAME).entries).tiles[3]
    assert "orders 39.9 /s" in tile.text
    assert not tile.is_alert


def test_a_figure_that_does_not_change_is_written_once(tmp_path: Path, record: Record, told: Told) -> None:
    (tmp_path / "orders").write_text("40")
    figures(tmp_path, tmp_path / "orders")
    readings = threading.Semaphore(0)
    clock = Clock(pause=lambda over, seconds: readings.release() or over.wait(0.001))  # type: ignore[func-returns-value]
    with FigureWatch(record, Home(tmp_path), clock):
        told.wait(1)
        for _ in range(3):
            assert readings.acquire(timeout=20)
    assert told.count == 1


def test_a_slow_figure_holds_no_run_up_and_writes_nothing_into_a_closed_journal(
    tmp_path: Path, record: Record, told: Told
) -> None:
    (tmp_path / "figures.yaml").write_text("impact: {slow: {command: [/bin/sh, -c, 'sleep 1; echo 1'], baseline: 1}}")
    with FigureWatch(record, Home(tmp_path), Clock()):
        pass
    record.journal.close()
    for thread in [one for one in threading.enumerate() if one.name == "figures"]:
        thread.join(20)
    assert told.count == 0


def test_a_home_without_figures_has_no_thread(tmp_path: Path, record: Record) -> None:
    with FigureWatch(record, Home(tmp_path), Clock()):
        assert not [one for one in threading.enumerate() if one.name == "figures"]
