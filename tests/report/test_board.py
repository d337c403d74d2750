"""The board of a run, made from its events."""

from __future__ import annotations

from oob.events import Event
from oob.report.board import Board


def event(name: str, text: str = "", **data: object) -> Event:
    return Event(name=name, device="edge1", text=text, data=data)


def test_a_failure_is_said_once_an_attempt() -> None:
    board = Board()
    told = [
        board.take(event("attempt.started", "configure replace", number=1), 0.0),
        board.take(event("step.failed", "the device refused line 3"), 1.0),
        board.take(event("attempt.judged", "the device refused line 3", number=1), 2.0),
        board.take(event("warning", "the device refused line 3"), 2.0),
        board.take(event("attempt.started", "rollback 1", number=2), 3.0),
        board.take(event("step.failed", "the device refused line 3"), 4.0),
        board.take(event("run.stopped", "the device refused line 3", exit_code=8), 5.0),
    ]
    assert [each.text if each else None for each in told] == [
        "configure replace",
        "the device refused line 3",
        "attempt 1 did not work",
        None,
        "rollback 1",
        "the device refused line 3",
        "the run stopped",
    ]


def test_the_percent_ends_at_a_hundred_only_with_the_run() -> None:
    board = Board()
    board.take(event("run.started"), 0.0)
    plan = {"proof_seconds": 5.0, "attempts": [{"number": 1, "seconds": 5.0, "skipped": ""}]}
    board.take(event("plan.made", plan=plan), 10.0)
    board.take(event("attempt.started", number=1, expected=5.0), 10.0)
    (now,) = board
    assert (now.percent(10.0), now.left(10.0), now.place) == (50, 10.0, (1, 1))
    board.take(event("step.started", expected=5.0), 10.0)
    board.take(event("step.finished", seconds=5.0), 15.0)
    board.take(event("proof.started"), 15.0)
    (now,) = board
    assert (now.percent(15.0), now.left(15.0)) == (75, 5.0)
    assert now.percent(1000.0) == 99
    board.take(event("run.finished", exit_code=0, ending="recovered"), 1001.0)
    (now,) = board
    assert (now.verdict, now.percent(1001.0)) == ("PROVEN", 100)


def test_the_deadline_goes_with_the_timer() -> None:
    board = Board()
    board.take(event("timer.armed", deadline="2026-03-04T12:05:00+00:00"), 0.0)
    (armed,) = board
    assert armed.deadline is not None
    board.take(event("confirm.finished"), 1.0)
    (confirmed,) = board
    assert confirmed.deadline is None


def test_a_journal_line_that_lacks_what_it_should_say_harms_nothing() -> None:
    board = Board()
    for name in ("plan.made", "timer.armed", "attempt.started", "reopen.started", "reading.expected"):
        board.take(event(name, plan="x", deadline=3, expected="x", limit=None, number="x"), 0.0)
    (now,) = board
    assert now.deadline is None


def test_a_part_outside_an_act_ends_with_the_next_line_of_its_device() -> None:
    board = Board()
    board.take(event("reading.health", "read CPU, memory, log and critical paths"), 0.0)
    (reading,) = board
    assert reading.activity is not None
    board.take(event("stage", "baseline taken"), 30.0)
    (done,) = board
    assert done.activity is None
