"""The lock that protects the configuration from concurrent sessions."""

from __future__ import annotations


class ConfigurationLock:
    """The lock; an empty *holder* means that it is free."""

    def __init__(self) -> None:
        self.holder = ""

    def take(self, who: str) -> bool:
        """Take the lock; False while another user holds it."""
        if self.holder and self.holder != who:
            return False
        self.holder = who
        return True

    def give(self, who: str) -> None:
        """Give it back."""
        if self.holder == who:
            self.holder = ""
