"""The commit timer of `configure replace`: what is not confirmed is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oob.lab.clock import Timer
from oob.lab.nos.base.configuration import Configuration

if TYPE_CHECKING:
    from oob.lab.nos.nxos.router import NxosRouter


class CommitTimer:
    """At most one replacement that waits to be confirmed."""

    def __init__(self, router: NxosRouter) -> None:
        self._router = router
        self._timer: Timer | None = None
        self._before: Configuration | None = None
        self.ends = 0.0

    @property
    def is_armed(self) -> bool:
        """Tell whether a replacement waits to be confirmed."""
        return self._timer is not None

    def arm(self, seconds: int, before: Configuration) -> None:
        """Go back to *before* in *seconds* unless somebody confirms."""
        self.forget()
        self._before = before
        self.ends = self._router.clock.now() + seconds
        self._timer = self._router.clock.call_later(seconds, self.fire)

    def confirm(self) -> bool:
        """Keep what is there; False where nothing waits."""
        was_armed = self.is_armed
        self.forget()
        return was_armed

    def fire(self) -> None:
        """Go back now."""
        before = self._before
        self.forget()
        if before is not None:
            self._router.config = before
            self._router.configured()
            self._router.history.append("Commit timer expired: the previous configuration was restored")
            self._router.say("%VSHD-2-VSHD_CONFIG_REPLACE: Config-replace commit timer expired, configuration reverted")

    def forget(self) -> None:
        """Lose an armed timer."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._before = None
