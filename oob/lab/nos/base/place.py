"""A place in a configuration, and the refusal of a line there."""

from __future__ import annotations

from dataclasses import dataclass


class Rejected(Exception):
    """A well-formed line that the device refuses; the text is its message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in the configuration: the name of the mode, and the lines above."""

    mode: str = "config"
    path: tuple[tuple[str, str], ...] = ()  # (mode it is in, line)

    @property
    def texts(self) -> tuple[str, ...]:
        """The lines above, outermost first."""
        return tuple(text for _, text in self.path)

    def up(self) -> Where:
        """Return the place that `exit` leads to."""
        return Where(mode=self.path[-1][0], path=self.path[:-1]) if self.path else self

    def into(self, mode: str, text: str) -> Where:
        """Return the place that *text* opens."""
        return Where(mode=mode, path=(*self.path, (self.mode, text)))


TOP = Where()
