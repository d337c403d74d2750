"""Turns an event of a run into the line that a person sees, or into nothing. Pure; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

import oob.recovery.record.events as events
from oob.events import Event, Tone
from oob.recovery.record.ending import Ending
from oob.recovery.record.events import named
from oob.recovery.record.journal import JournalEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLine:
    """One line to show. One that is *going* tells what the device is doing now, for *expected* seconds."""

    tone: Tone
    text: str
    device: str = ""
    expected: float = 0.0
    is_going: bool = False


def event_of(entry: JournalEntry) -> Event:
    """Return the event that the line *entry* of a journal records."""
    data = {key: value for key, value in entry.data.items() if key != "text"}
    text = str(entry.data.get("text", ""))
    return Event(name=entry.event, device=entry.device, run_id=entry.run, text=text, data={**data, **entry.marks})


def line(event: Event) -> ViewLine | None:
    """Return the line to show for *event*, None where it is not shown."""
    name = named(event.name)
    tone = _tone(event)
    if tone is Tone.HIDDEN:
        return None
    is_going = tone is Tone.WAIT and (name.is_start or name.is_part)
    return ViewLine(
        tone=tone,
        text=_text(event),
        device=event.device,
        expected=_number(event, "seconds" if name.is_part else "expected") if is_going else 0.0,
        is_going=is_going,
    )


def _tone(event: Event) -> Tone:
    """Return the declared tone, or the tone that the result in the event's data decides."""
    if event.name == events.ATTEMPT_ENDED:  # a failed attempt has been judged in a line before
        tones: dict[object, Tone] = {"proven": Tone.OK, "waiting": Tone.WARN}
        return tones.get(event.data.get("verdict"), Tone.HIDDEN)
    if event.name == events.RUN_FINISHED:
        if event.data.get("ending") == Ending.WAITING:
            return Tone.WARN
        return Tone.OK if event.data.get("exit_code") == 0 else Tone.FAIL
    if event.name == events.WATCH_FINISHED and event.data.get("stable") is False:
        return Tone.FAIL
    return named(event.name).tone


def _text(event: Event) -> str:
    if event.name == events.ATTEMPT_SKIPPED:
        return f"{event.data.get('title', '')}: {event.text}"
    if event.name.endswith(".finished") and "seconds" in event.data:
        return f"{event.text} done ({_number(event, 'seconds'):.1f} s)"
    return event.text


def _number(event: Event, key: str) -> float:
    value = event.data.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
