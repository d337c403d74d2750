"""The state of the runs under way, made from journal events alone: verdict, progress, deadlines. Pure; draws nothing.

A view asks for the fields at a moment: *at* is the seconds of a steady clock, *utc* the time of day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import oob.recovery.record.events as events
from oob.events import PAUSE, REOPEN, Event, Tone
from oob.recovery.record.ending import PUT_BACK, Ending
from oob.recovery.record.events import RUN_ENDS, named
from oob.report.words import ViewLine, line

VERDICTS: Mapping[object, str] = {
    Ending.RECOVERED: "PROVEN",
    Ending.UNCHANGED: "PROVEN",
    Ending.WAITING: "NEIGHBOUR DOWN",
    Ending.PUT_BACK: "PUT BACK",
    Ending.FAILED: "NOT PROVEN",
}
DISARMED = frozenset({events.CONFIRM.finished, events.REVERT.finished, events.ATTEMPT_ENDED, *RUN_ENDS})
RENEWED = frozenset({events.RUN_STARTED, events.RUN_RESUMED, events.ATTEMPT_STARTED, REOPEN.finished})
REPEATED: Mapping[str, str] = {
    events.ATTEMPT_JUDGED: "attempt {number} did not work",
    events.RUN_STOPPED: "the run stopped",
    events.RUN_INTERRUPTED: "the run was interrupted",
}
ALMOST = 99  # percent of a run that has not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something under way *since* a moment, expected to take *expected* seconds, 0 where that is unknown."""

    text: str
    expected: float
    since: float

    def left(self, at: float) -> float:
        """Return the rest of the expected seconds."""
        return max(0.0, self.expected - (at - self.since))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBoard:
    """The run on one device. *ahead* are the expected seconds of what has not begun, None while nothing is known.

    *closing_seconds* are those of confirming and saving; at *routes_until* the wait for missing routes ends.
    *act* is the act under way and *activity* the part of it to show; *deadline* is when the device reverts,
    *reconnect_until* when the reconnect is given up.
    """

    device: str
    began: float
    verdict: str = ""
    ahead: float | None = None
    proof_seconds: float = 0.0
    closing_seconds: float = 0.0
    routes_until: float | None = None
    planned: tuple[int, ...] = ()
    attempt: int = 0
    is_put_back: bool = False
    deadline: datetime | None = None
    reconnect_until: float | None = None
    act: Activity | None = None
    activity: Activity | None = None
    is_over: bool = False

    def left(self, at: float) -> float | None:
        """Return the expected seconds until the end if the attempt under way works, None while that is unknown."""
        if self.is_over:
            return 0.0
        if self.ahead is None:
            return None
        return self.ahead + (self.act.left(at) if self.act else 0.0)

    def percent(self, at: float) -> int | None:
        """Return how much of the whole run is done, by expected seconds; None while that is unknown."""
        if self.is_over:
            return 100
        left, spent = self.left(at), at - self.began
        if left is None:
            return None
        return min(ALMOST, int(100 * spent / (spent + left))) if spent + left > 0 else 0

    @property
    def place(self) -> tuple[int, int] | None:
        """The attempt under way and how many are planned: (1, 3) is the first of three."""
        if self.attempt in self.planned and not self.is_put_back:
            return self.planned.index(self.attempt) + 1, len(self.planned)
        return None

    def reverts_in(self, utc: datetime) -> float | None:
        """Return the seconds until the device reverts on its own, None where no timer is armed."""
        return max(0.0, (self.deadline - utc).total_seconds()) if self.deadline else None

    def waits_for_routes(self, at: float) -> float | None:
        """Return for how many seconds at most missing routes are still waited for, None where none are."""
        return max(0.0, self.routes_until - at) if self.routes_until is not None else None

    def reconnects_for(self, at: float) -> float | None:
        """Return how many seconds the reconnect is still tried, None where the path works."""
        return max(0.0, self.reconnect_until - at) if self.reconnect_until is not None else None

    def apply(self, event: Event, at: float) -> DeviceBoard:
        """Return the board after *event*, which happened at the moment *at*."""
        return _ended(_timed(_planned(_active(self, event, at), event, at), event, at), event)


class Board:
    """The boards of all devices, and which lines are worth saying: each failure once."""

    def __init__(self) -> None:
        self._boards: dict[str, DeviceBoard] = {}
        self._said: dict[str, list[str]] = {}

    def __iter__(self) -> Iterator[DeviceBoard]:
        return iter(tuple(self._boards.values()))

    def take(self, event: Event, at: float) -> ViewLine | None:
        """Follow *event* and return the line to say, None where it says nothing new."""
        if event.device:
            known = self._boards.get(event.device)
            if known is None or event.name == events.RUN_STARTED:
                known = DeviceBoard(device=event.device, began=at)
            self._boards[event.device] = known.apply(event, at)
        shown = line(event)
        return self._once(event, shown) if shown else None

    def _once(self, event: Event, shown: ViewLine) -> ViewLine | None:
        said = self._said.setdefault(event.device, [])
        if event.name in RENEWED:
            said.clear()
        if shown.tone not in (Tone.FAIL, Tone.WARN):
            return shown
        if not any(shown.text in one for one in said):
            said.append(shown.text)
            return shown
        short = REPEATED.get(event.name)
        return replace(shown, text=short.format(number=event.data.get("number", ""))) if short else None


def _active(board: DeviceBoard, event: Event, at: float) -> DeviceBoard:
    shown, name = line(event), named(event.name)
    if shown and shown.is_going:
        activity = Activity(text=shown.text, expected=shown.expected, since=at)
        if name.is_part:
            return replace(board, activity=activity)
        if event.name == events.PROOF.started and board.proof_seconds:
            activity = replace(activity, expected=board.proof_seconds)
        ahead = None if board.ahead is None else max(0.0, board.ahead - activity.expected)
        return replace(board, activity=activity, act=activity, ahead=ahead)
    if name.endswith((".finished", ".failed", ".interrupted")):
        return replace(board, activity=None, act=None)
    if shown and board.act is None:  # a part of no act, such as the reading of a baseline, ends with the next line
        return replace(board, activity=None)
    return board


def _planned(board: DeviceBoard, event: Event, at: float) -> DeviceBoard:
    if event.name == events.READING_EXPECTED and board.verdict and board.ahead is None:
        seconds = _number(event.data, "seconds")  # a proof reads about as much as a snapshot does
        act = replace(board.act, expected=seconds, since=at) if board.act else None
        return replace(board, act=act, ahead=seconds, proof_seconds=seconds)
    if event.name == events.PLAN_MADE:
        plan = event.data.get("plan")
        if not isinstance(plan, Mapping):
            return board
        proof, closing = _number(plan, "proof_seconds"), _number(plan, "closing_seconds")
        attempts = [one for one in plan.get("attempts", ()) if isinstance(one, Mapping) and not one.get("skipped")]
        first = _number(attempts[0], "seconds") + proof + closing if attempts else 0.0
        numbers = tuple(int(_number(one, "number")) for one in attempts)
        return replace(board, planned=numbers, proof_seconds=proof, closing_seconds=closing, ahead=first, act=None)
    if event.name == events.ATTEMPT_STARTED:
        return replace(
            board,
            verdict="RECOVERING",
            attempt=int(_number(event.data, "number")),
            is_put_back=event.data.get("phase") == PUT_BACK,
            ahead=_number(event.data, "expected") + board.proof_seconds + board.closing_seconds,
            act=None,
        )
    return board


def _timed(board: DeviceBoard, event: Event, at: float) -> DeviceBoard:
    if event.name == events.TIMER_ARMED:
        return replace(board, deadline=_moment(event.data.get("deadline")))
    if event.name in DISARMED:
        board = replace(board, deadline=None)
    if event.name in (REOPEN.started, PAUSE.started):
        limit = _number(event.data, "limit")
        word = "PATH LOST" if event.name == REOPEN.started else "PAUSED"
        return replace(board, verdict=word, reconnect_until=at + limit if limit else None)
    if event.name == events.PROOF_WAITING:
        return replace(board, routes_until=at + _number(event.data, "left"))
    if event.name in events.PROOF.events:
        return replace(board, routes_until=None)
    if event.name in {*REOPEN.events, *PAUSE.events}:
        return replace(board, verdict="RECOVERING", reconnect_until=None)
    return board


def _ended(board: DeviceBoard, event: Event) -> DeviceBoard:
    if event.name in (events.RUN_STARTED, events.RUN_RESUMED):
        return replace(board, verdict="RECOVERING", is_over=False)
    if event.name == events.REVERT.finished:
        return replace(board, verdict="REVERTED")
    if event.name not in RUN_ENDS:
        return board
    ending = event.data.get("ending")
    word = "STOPPED" if event.name != events.RUN_FINISHED else VERDICTS.get(ending, "ENDED")
    return replace(board, verdict=word, is_over=True, act=None, activity=None, reconnect_until=None)


def _number(data: Mapping[str, object], key: str) -> float:
    value = data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
