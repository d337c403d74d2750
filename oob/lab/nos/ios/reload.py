"""A scheduled reload."""

from __future__ import annotations

from datetime import timedelta

from oob.lab.clock import ScheduledCall
from oob.lab.nos.base.router import FamilyRouter
from oob.lab.nos.base.stamp import long_date, uptime

BOX = "\n\n***\n*** --- SHUTDOWN {} ---\n***\n\n"


class Reload:
    """A reload that was scheduled."""

    def __init__(self, router: FamilyRouter) -> None:
        self._router = router
        self._timer: ScheduledCall | None = None
        self.text = ""
        self.reason = "Reload Command"

    def announced(self, minutes: int, who: str) -> str:
        """Return what IOS says of a reload in *minutes*."""
        when = long_date(self._router.clock.utc() + timedelta(minutes=minutes))
        return f"Reload scheduled for {when} (in {uptime(minutes * 60)}) by {who} on console"

    def schedule(self, minutes: int, who: str) -> None:
        """Reload in *minutes*."""
        self.forget()
        self._timer = self._router.clock.call_later(minutes * 60, self._fire)
        self.text = self.announced(minutes, who)

    def cancel(self) -> bool:
        """Cancel the reload; return False when none was scheduled."""
        had = self._timer is not None
        self.forget()
        return had

    def forget(self) -> None:
        """Lose the schedule."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.text = ""

    def _fire(self) -> None:
        self._timer = None
        self._router.terminal.interject(BOX.format("NOW").strip("\n"))
        self.now("console")

    def now(self, who: str) -> None:
        """Reload at once."""
        self._router.say(f"%SYS-5-RELOAD: Reload requested by {who} on console. Reload Reason: Reload Command.")
        self.reason = "Reload Command"
        self._router.reboot()
