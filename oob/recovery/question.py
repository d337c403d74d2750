"""A question to the person at the run, with a window: silence is a reply of its own, and never agreement by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reply = Literal["yes", "no", "no reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedQuestion:
    """A yes-or-no question. It may be answered for *seconds*; *silence* says what happens after that."""

    text: str
    seconds: float
    silence: str


def unanswered(question: TimedQuestion) -> Reply:
    """Return the reply of an unattended run."""
    return "no reply"
