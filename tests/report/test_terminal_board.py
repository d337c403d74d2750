"""The board of a run on a terminal, drawn on a real pty and read from an emulator's screen."""

from __future__ import annotations

import os
import pty
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pyte
import pytest

import oob.recovery.record.events as events
from oob.events import Event, EventName, Events
from oob.fleet.view import Ahead, FleetBoard
from oob.inventory.home import Home
from oob.recovery.record.events import named
from oob.recovery.record.journal import read
from oob.report.incident import incident
from oob.report.live import LiveView, PlainView, watch
from oob.report.screen import SCREEN
from oob.report.terminal_board import details
from oob.report.words import event_of
from tests.fleet.stand import Stand, device
from tests.web.written import ATTEMPT, RUN, SECOND, WrittenRun

PRINTED = "2027-01-01T03:00:00.000Z < edge1#show version\n2027-01-01T03:00:00.100Z > show version\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def run(home: Home) -> Iterator[WrittenRun]:
    written = WrittenRun(home)
    with written.journal:
        yield written


class Terminal:
    """A terminal emulator behind a real pty; *lines* is what stands on its screen."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        ours, theirs = pty.openpty()
        pyte_screen = pyte.Screen(columns, rows)
        self._screen, self._stream, self._ours = pyte_screen, pyte.ByteStream(pyte_screen), ours
        self.stream = os.fdopen(theirs, "w", encoding="utf-8")
        os.environ["COLUMNS"], os.environ["LINES"] = str(columns), str(rows)
        self._turn = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # the other end is closed
                return
            if not data:
                return
            with self._turn:
                self._stream.feed(data)
                self._turn.notify_all()

    def wait(self, is_so: Callable[[str], bool], seconds: float = 10.0) -> str:
        """Return the screen once *is_so* of it holds; fails after *seconds*."""
        with self._turn:
            assert self._turn.wait_for(lambda: is_so(self._text()), seconds), self._text()
            return self._text()

    def _text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def close(self) -> None:
        """Close the terminal and let the emulator read what is left."""
        self.stream.close()
        self._reader.join(5)
        os.close(self._ours)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Terminal]]:
    made: list[Terminal] = []
    for name in ("COLUMNS", "LINES"):
        monkeypatch.setenv(name, "0")
    monkeypatch.setenv("TERM", "xterm")

    def make(columns: int = 80, rows: int = 24) -> Terminal:
        made.append(Terminal(columns, rows))
        return made[-1]

    yield make
    for each in made:
        each.close()


def tell(emitter: Events, run: WrittenRun, number: int) -> None:
    """Emit the lines of the journal behind the first *number*."""
    for entry in read(run.journal.location).entries[number:]:
        event = event_of(entry)
        emitter.emit(named(event.name), event.text, device=event.device, run_id=event.run_id, **event.data)


def in_second_attempt(run: WrittenRun) -> None:
    run.begin()
    run.attempt(ATTEMPT, fails=True)
    run.attempt(SECOND, fails=False)
    run.note(events.TIMER_ARMED, "the device reverts at 03:10", SECOND, deadline="2099-01-01T03:10:00+00:00")
    run.note(events.PROOF.started, "prove it on the device", SECOND, expected=20.0)
    (run.journal.location.parent / "console-1.log").write_text(PRINTED)


@contextmanager
def board(run: WrittenRun, home: Home, emitter: Events, shown: Terminal) -> Iterator[None]:
    """Draw the board of *run* in its second attempt until the block ends."""
    with watch(emitter, shown.stream, plain=False, runs=home.runs):
        in_second_attempt(run)
        tell(emitter, run, 0)
        yield


def test_a_screen_of_80x24_shows_band_ladder_timeline_tiles_device_and_keys(
    run: WrittenRun, home: Home, terminal: Callable[..., Terminal]
) -> None:
    emitter, shown = Events(), terminal()
    with board(run, home, emitter, shown):
        text = shown.wait(
            lambda text: all(part in text for part in ("Ctrl-C", "|prove", "attempt 2 of 2  reverts in "))
        )
    for part in (
        "▶ edge1 RECOVERING",
        "prove it on the device",
        "■ 1 failed       replace the configuration: the device refused",
        "▶ 2 in progress  replace the configuration",
        "▲health",
        "ALERT for ",
        "2 of 4 neighbours and interfaces up",
        "▲impact",
        "7 of 10 critical prefixes and pings",
        "  edge1#show version",
        f"oob tell {RUN} pause",
    ):
        assert part in text
    lines = text.splitlines()
    assert lines[-1] == "" or "Ctrl-C" in lines[-1] or "Ctrl-C" in lines[-2]
    assert "> show version" not in text


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("rows", [8, 12, 24, 50])
def test_the_board_fits_every_terminal_and_never_lacks_verdict_and_deadline(
    run: WrittenRun, home: Home, columns: int, rows: int
) -> None:
    in_second_attempt(run)
    view = LiveView(runs=home.runs)
    for entry in read(run.journal.location).entries:
        view.take(event_of(entry))
    drawn = [row.text for row in view.rows(columns, rows - 4)]
    assert len(drawn) <= max(4, rows - 4)
    assert max(map(len, drawn)) <= columns
    assert "edge1 RECOVERING" in "\n".join(drawn[:3])
    assert "reverts in " in "\n".join(drawn)
    if rows >= 24:
        assert [name for name in ("progress", "error rate", "health", "impact") if name in "\n".join(drawn)]


def test_a_long_ladder_keeps_the_attempt_in_progress_and_says_how_many_are_left_out(run: WrittenRun) -> None:
    run.begin()
    for number in range(3, 12):
        run.note(
            events.ATTEMPT_SKIPPED, "no copy there", {"strategy": f"s{number}"}, title=f"s{number}", phase="recover"
        )
    run.attempt(SECOND, fails=False)
    found = incident(read(run.journal.location).entries)
    drawn = [row.text for row in details(found, datetime.now(UTC), (), 80, 12)]
    assert any(text.startswith("▶ 2 in progress") for text in drawn)
    assert any("more of the ladder" in text for text in drawn)


def test_a_question_stands_alone_until_it_is_answered_and_the_board_comes_back(
    run: WrittenRun, home: Home, terminal: Callable[..., Terminal]
) -> None:
    emitter, shown = Events(), terminal()
    with board(run, home, emitter, shown):
        shown.wait(lambda text: "Ctrl-C stops" in text)
        with SCREEN.asking():
            shown.stream.write("Confirm it on the device? ")
            shown.stream.flush()
            emitter.emit(named("warning"), "the path is slow", device="edge1")
            text = shown.wait(lambda text: "Confirm it" in text)
            assert "Ctrl-C stops" not in text
            shown.stream.write("y\n")
            shown.stream.flush()
        text = shown.wait(lambda text: "Ctrl-C stops" in text)
        assert "Confirm it on the device? y" in text
        assert text.index("the path is slow") > text.index("Confirm it")


def test_a_line_that_is_no_event_stands_above_the_board_and_is_not_drawn_over(
    run: WrittenRun, home: Home, terminal: Callable[..., Terminal]
) -> None:
    emitter, shown = Events(), terminal()

    def note() -> None:
        shown.stream.write("no message was delivered\n")
        shown.stream.flush()

    with board(run, home, emitter, shown):
        shown.wait(lambda text: "Ctrl-C stops" in text)
        SCREEN.above(note)
        text = shown.wait(lambda text: "Ctrl-C stops" in text.partition("no message was delivered\n")[2])
        with SCREEN.asking():
            SCREEN.above(note)
            assert shown.wait(lambda text: "Ctrl-C stops" not in text).count("delivered") == 1
        shown.wait(lambda text: text.count("delivered") == 2)
    assert text.count("no message was delivered") == 1


def test_nothing_of_the_board_is_left_when_the_run_is_over(
    run: WrittenRun, home: Home, terminal: Callable[..., Terminal]
) -> None:
    emitter, shown = Events(), terminal()
    with watch(emitter, shown.stream, plain=False, runs=home.runs):
        in_second_attempt(run)
        told = len(read(run.journal.location).entries)
        tell(emitter, run, 0)
        shown.wait(lambda text: "Ctrl-C stops" in text)
        run.finish()
        tell(emitter, run, told)
        shown.wait(lambda text: "Ctrl-C stops" not in text and "recovered and proven" in text)


def test_plain_lines_tell_the_ladder_the_percent_and_what_turned_to_alert_and_back(
    run: WrittenRun, home: Home, tmp_path: Path
) -> None:
    with (tmp_path / "plain.txt").open("w+") as stream:
        view = PlainView(stream, runs=home.runs)
        for number in (1, 2, 3):
            told = len(read(run.journal.location).entries) if number > 1 else 0
            {1: run.begin, 2: lambda: run.attempt(SECOND, fails=False), 3: run.finish}[number]()
            for entry in read(run.journal.location).entries[told:]:
                view.hear(event_of(entry))
        stream.seek(0)
        text = stream.read()
    for part in (
        "edge1  ladder 1 next: do archive",
        "WARN edge1  impact alert: 7 of 10 critical prefixes and pings",
        "replace it (about 30 s; run ",
        "OK   edge1  impact back: 10 of 10",
        "OK   edge1  recovered and proven",
    ):
        assert part in text
    assert "\x1b" not in text


def test_a_journal_that_cannot_be_read_leaves_the_band(home: Home) -> None:
    view = LiveView(runs=home.runs)
    view.take(Event(name=events.RUN_STARTED, device="edge1", run_id="gone", text="recover edge1"))
    view.take(Event(name=events.STEP.started, device="edge1", run_id="gone", text="reload"))
    assert [row.text.split("  ")[0] for row in view.rows(80, 20)] == ["▶ edge1 RECOVERING", ""]


def fleet_event(name: EventName, fleet: str, **data: object) -> Event:
    return Event(name=name, run_id=fleet, data=data)


@pytest.mark.parametrize("columns", [40, 58, 80])
def test_a_fleet_shows_its_waves_and_only_devices_that_are_under_way(
    home: Home, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = Stand(home.fleets / "f1", [device("a"), device("b", "a")], draw=lambda one: ("recovered", 10.0))
    stand.go()

    class Plan:
        waves = stand.order

    monkeypatch.setattr("oob.fleet.view.plan_of", lambda home, fleet: Plan)
    board = FleetBoard(Ahead(devices=2, waves=2, seconds=20.0), home)
    board.take(Event(name=named("reading.health"), device="a", text="read CPU"))
    assert any("read CPU" in row.text for row in board.rows(columns, 20))
    board.take(fleet_event(events.FLEET_STARTED, "f1"))
    drawn = [row.text for row in board.rows(columns, 20)]
    assert max(map(len, drawn)) <= columns
    assert drawn[0].startswith("● fleet f1 PROVEN") or drawn[1].startswith("● fleet f1 PROVEN")
    assert "wave 1  ● a proven" in drawn
    assert "wave 2  ● b proven" in drawn
    assert not any("read CPU" in text for text in drawn)
