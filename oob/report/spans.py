"""Spans of time as people read them. Pure."""

from __future__ import annotations

MINUTE = 60


def duration(seconds: float) -> str:
    """Return *seconds* for people: `42 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 2 * MINUTE:
        return f"{whole} s"
    minutes, rest = divmod(whole, MINUTE)
    return f"{minutes} min {rest:02d} s" if minutes < MINUTE else f"{minutes // MINUTE} h {minutes % MINUTE:02d} min"


def countdown(seconds: float) -> str:
    """Return *seconds* as minutes and seconds: `4:50`."""
    return f"{int(seconds) // MINUTE}:{int(seconds) % MINUTE:02d}"
