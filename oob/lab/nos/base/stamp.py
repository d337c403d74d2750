"""Dates and durations in the ways IOS writes them."""

from __future__ import annotations

from datetime import datetime


def long_date(when: datetime) -> str:
    """Return `12:00:00 UTC Sun Mar 1 2026`."""
    return f"{when:%H:%M:%S} UTC {when:%a %b} {when.day} {when.year}"


def uptime(seconds: int) -> str:
    """Return `2 days, 3 hours, 4 minutes`."""
    minutes = seconds // 60
    parts = (("week", minutes // 10080), ("day", minutes // 1440 % 7), ("hour", minutes // 60 % 24))
    words = [f"{count} {name}{'s' if count != 1 else ''}" for name, count in parts if count]
    return ", ".join([*words, f"{minutes % 60} minute{'s' if minutes % 60 != 1 else ''}"])


def age(seconds: int) -> str:
    """Return `00:05:45`, `1d18h` or `5w2d`, as ages stand in tables."""
    if seconds < 86400:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if seconds < 604800:
        return f"{seconds // 86400}d{seconds // 3600 % 24:02d}h"
    return f"{seconds // 604800}w{seconds // 86400 % 7}d"
