"""One line of the post-recovery check list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["yes", "no", "not looked at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One line of the check list."""

    text: str
    standing: Standing
    why: str = ""
