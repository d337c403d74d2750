"""What a person sees while a run goes on."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from oob.events import Event, Events, Tone
from oob.recovery.record.events import named
from oob.report.live import Now, PlainView, watch
from oob.report.words import ViewLine, line


def event(name: str, text: str = "", **data: object) -> Event:
    return Event(name=name, device="edge1", text=text, data=data)


def test_plain_lines_only_grow_and_hold_no_escape_sequence() -> None:
    stream = io.StringIO()
    view = PlainView(stream, lambda: datetime(2026, 3, 4, 12, 0, 0, tzinfo=UTC))
    view.hear(event("reach.started", "reach the console", expected=12.4))
    view.hear(event("backups.started", "of no interest"))
    view.hear(event("reach.finished", "reach the console", seconds=3.21))
    assert stream.getvalue() == (
        "12:00:00 WAIT edge1: reach the console (about 12 s)\n12:00:00 OK   edge1: reach the console (3.2 s)\n"
    )


def test_watching_plainly_writes_no_control_characters() -> None:
    stream, events = io.StringIO(), Events()
    with watch(events, stream, plain=True):
        events.emit(named("run.stopped"), "a guard said no", device="edge1")
    assert "FAIL edge1: a guard said no" in stream.getvalue()
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


def test_what_is_going_on_shows_how_much_of_it_is_left_and_when_it_is_late() -> None:
    seconds = [0.0]
    now = Now(lambda: seconds[0])
    now.take(ViewLine(tone=Tone.WAIT, text="read", device="edge1", expected=10.0, is_going=True))
    seconds[0] = 5.0
    assert now.lines() == ["WAIT edge1: read  ############............ 5 s left"]
    seconds[0] = 15.0
    assert now.lines() == ["WAIT edge1: read  15 s, expected 10 s"]
    now.take(ViewLine(tone=Tone.OK, text="read", device="edge1"))
    assert now.lines() == []


def test_each_device_has_a_line_of_its_own() -> None:
    now = Now(lambda: 0.0)
    now.take(ViewLine(tone=Tone.WAIT, text="a", device="edge1", is_going=True))
    now.take(ViewLine(tone=Tone.WAIT, text="b", device="core1", is_going=True))
    now.take(ViewLine(tone=Tone.FAIL, text="b", device="core1"))
    assert now.lines() == ["WAIT edge1: a  0 s"]


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
