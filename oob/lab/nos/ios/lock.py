"""The one lock that protects the configuration from two people at once."""

from __future__ import annotations


class ConfigurationLock:
    """Held by a user or by nobody."""

    def __init__(self) -> None:
        self.holder = ""

    def take(self, who: str) -> bool:
        """Take the lock; False while somebody else has it."""
        if self.holder and self.holder != who:
            return False
        self.holder = who
        return True

    def give(self, who: str) -> None:
        """Give it back."""
        if self.holder == who:
            self.holder = ""
