"""What a person sees while a run goes on."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest

from oob.events import Event, Events, Tone
from oob.recovery.record.events import named
from oob.report.live import LiveView, PlainView, watch
from oob.report.words import line

NOON = datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC)


def event(name: str, text: str = "", **data: object) -> Event:
    return Event(name=name, device="edge1", text=text, data=data)


def test_plain_lines_only_grow_and_hold_no_escape_sequence() -> None:
    stream = io.StringIO()
    view = PlainView(stream, lambda: datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC))
    view.hear(event("reach.started", "reach the console", expected=12.4))
    view.hear(event("backups.started", "of no interest"))
    view.hear(event("reach.finished", "reach the console", seconds=3.21))
    assert stream.getvalue() == (
        "12:00:00Z WAIT edge1  reach the console (about 12 s)\n12:00:00Z OK   edge1  reach the console done (3.2 s)\n"
    )


def test_watching_plainly_writes_no_control_characters() -> None:
    stream, events = io.StringIO(), Events()
    with watch(events, stream, plain=True):
        events.emit(named("run.stopped"), "a guard said no", device="edge1")
    assert "FAIL edge1  a guard said no" in stream.getvalue()
    assert not any(ord(character) < 32 and character != "\n" for character in stream.getvalue())


def test_what_is_no_terminal_gets_plain_lines_however_long_they_are() -> None:
    stream, events = io.StringIO(), Events()
    with watch(events, stream, plain=False):
        events.emit(named("warning"), "word " * 40, device="edge1")
    assert stream.getvalue().count("\n") == 1


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_watching_with_rich_takes_text_from_a_device_literally() -> None:
    stream, events = Screen(), Events()
    with watch(events, stream, plain=False):
        events.emit(named("step.started"), "type [/bold] [red]", device="edge1")
        events.emit(named("warning"), "mind [bold]this[/bold]", device="edge1")
    assert "mind [bold]this[/bold]" in re.sub(r"\x1b\[[0-9;?]*\w", "", stream.getvalue())


def view(seconds: list[float]) -> LiveView:
    return LiveView(lambda: seconds[0], lambda: NOON + timedelta(seconds=seconds[0]))


def texts(shown: LiveView, width: int) -> list[str]:
    return [row.text for row in shown.rows(width, 20)]


def recovering(shown: LiveView) -> None:
    """Tell *shown* of a run in its first attempt of two, under a revert timer."""
    attempts = [
        {"number": 1, "seconds": 30.0, "skipped": ""},
        {"number": 2, "seconds": 0.0, "skipped": "the device has only one checkpoint"},
        {"number": 3, "seconds": 60.0, "skipped": ""},
    ]
    shown.take(event("run.started", "recover edge1"))
    shown.take(event("plan.made", "2 attempts", plan={"proof_seconds": 20.0, "attempts": attempts}))
    shown.take(event("attempt.started", "configure replace", phase="recover", number=1, expected=30.0))
    shown.take(event("timer.armed", "reverts", deadline="2026-03-04T12:05:00+00:00"))
    shown.take(event("step.started", "type configure replace", expected=30.0))


def test_the_board_says_percent_time_left_attempt_deadline_and_time_of_day() -> None:
    seconds = [0.0]
    shown = view(seconds)
    recovering(shown)
    seconds[0] = 10.0
    assert texts(shown, 100) == [
        "▶ edge1 RECOVERING  20 %, about 40 s left  attempt 1 of 2  reverts in 4:50" + " " * 17 + "12:00:10Z",
        "  type configure replace  ########................ 20 s left",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal_and_none_lacks_the_deadline(width: int) -> None:
    seconds = [0.0]
    shown = view(seconds)
    recovering(shown)
    shown.take(event("step.started", "type " + "a long text of a device " * 9, expected=30.0))
    lines = texts(shown, width)
    assert max(map(len, lines)) <= width
    assert "reverts in 5:00" in "\n".join(lines)
    assert "12:00:00Z" in "\n".join(lines)
    assert len(lines) <= 7


def test_an_activity_that_is_late_says_what_was_expected() -> None:
    seconds = [0.0]
    shown = view(seconds)
    shown.take(event("step.started", "read", expected=10.0))
    seconds[0] = 15.0
    assert texts(shown, 80)[-1] == "  read  15 s, expected 10 s"
    shown.take(event("step.finished", "read", seconds=15.0))
    assert texts(shown, 80) == []


def test_missing_routes_are_waited_for_with_a_limit_and_the_end_of_the_run_is_counted() -> None:
    seconds = [0.0]
    shown = view(seconds)
    plan = {"proof_seconds": 20.0, "closing_seconds": 6.0, "attempts": [{"number": 1, "seconds": 30.0, "skipped": ""}]}
    shown.take(event("run.started", "recover edge1"))
    shown.take(event("plan.made", "1 attempt", plan=plan))
    shown.take(event("attempt.started", "configure replace", phase="recover", number=1, expected=30.0))
    shown.take(event("step.started", "type configure replace", expected=30.0))
    seconds[0] = 30.0
    shown.take(event("step.finished", "type configure replace", seconds=30.0))
    shown.take(event("proof.started", "prove it on the device"))
    assert "about 26 s left" in "\n".join(texts(shown, 100))
    seconds[0] = 50.0
    shown.take(event("proof.waiting", "not yet", left=45.0))
    seconds[0] = 55.0
    assert "waits for routes, 0:40 at most" in "\n".join(texts(shown, 100))
    shown.take(event("proof.finished", "prove it on the device", seconds=25.0))
    shown.take(event("confirm.started", "confirm", expected=4.0))
    seconds[0] = 58.0
    assert "about 3 s left" in "\n".join(texts(shown, 100))
    assert " 1 s left" in "\n".join(texts(shown, 100))


def test_a_lost_path_says_how_long_the_reconnect_is_tried() -> None:
    seconds = [0.0]
    shown = view(seconds)
    recovering(shown)
    shown.take(event("reopen.started", "reconnect to the console", limit=300.0))
    seconds[0] = 60.0
    assert "edge1 PATH LOST" in texts(shown, 120)[0]
    assert "tried for 4:00 more" in texts(shown, 120)[0]
    shown.take(event("reopen.finished", "reconnect to the console", seconds=60.0))
    assert "edge1 RECOVERING" in texts(shown, 120)[0]


def test_each_device_has_lines_of_its_own() -> None:
    shown = view([0.0])
    for device in ("edge1", "core1"):
        shown.take(Event(name="step.started", device=device, text="b", data={}))
    shown.take(Event(name="step.failed", device="core1", text="b", data={}))
    assert [each.split()[:2] for each in texts(shown, 80)] == [["▶", "edge1"], ["b", "0"]]


@pytest.mark.parametrize(
    ("name", "data", "tone"),
    [
        ("run.started", {}, Tone.HEADING),
        ("path.failed", {}, Tone.WARN),
        ("attempt.judged", {}, Tone.FAIL),
        ("attempt.ended", {"verdict": "proven"}, Tone.OK),
        ("attempt.ended", {"verdict": "failed"}, None),
        ("attempt.skipped", {}, Tone.SKIP),
        ("run.finished", {"exit_code": 0}, Tone.OK),
        ("run.finished", {"exit_code": 1}, Tone.FAIL),
        ("step.started", {}, Tone.WAIT),
        ("step.finished", {}, Tone.OK),
        ("step.failed", {}, Tone.FAIL),
        ("proof.routes", {}, Tone.WAIT),
        ("timer.awaited", {}, Tone.WAIT),
        ("line.counted", {}, None),
    ],
)
def test_an_event_has_the_tone_of_what_it_means(name: str, data: dict[str, object], tone: Tone | None) -> None:
    shown = line(event(name, "text", **data))
    assert (shown.tone if shown else None) == tone


@pytest.mark.parametrize("screen", [io.StringIO, Screen])
def test_what_a_device_says_is_harmless_and_one_line(screen: type[io.StringIO]) -> None:
    stream, events = screen(), Events()
    text = "[red]x[/red] [/cyan] \x1b\x1b[m]52;c;x\x07 \x9b2J \u202e\r\n12:00:00 OK   edge1: proven \\"
    with watch(events, stream, plain=False):
        events.emit(named("reach.started"), text, device="edge1")
        events.emit(named("warning"), text, device="edge1")
    shown = stream.getvalue()
    assert "[red]x[/red]" in shown
    assert "]52" in shown
    assert not any(
        hostile in shown for hostile in ("\x1b]", "\x1b\x1b", "\x07", "\x9b", "\u202e", "\n12:00:00 OK   edge1: p")
    )
