"""A question to the person at the run, with a window: silence is a reply of its own, and never agreement by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Reply = Literal["yes", "no", "no reply"]


def _nowhere() -> Reply | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedQuestion:
    """A yes-or-no question. It may be answered for *seconds*; *silence* says what happens after that.

    *elsewhere* returns the reply that came from another terminal or from the live page, None without one: who
    waits for the person at the terminal calls it again and again.
    """

    text: str
    seconds: float
    silence: str
    elsewhere: Callable[[], Reply | None] = field(default=_nowhere, compare=False, repr=False)


def unanswered(question: TimedQuestion) -> Reply:
    """Return the reply of an unattended run."""
    return "no reply"
