"""Runs a dialog without a console; its output interrupts the console."""

from __future__ import annotations

from oob.lab.clock import ScheduledCall
from oob.lab.dialog import AskKey, Dialog, Say, Wait
from oob.lab.router import Router


class Background:
    """One dialog running beside the console; its questions are answered with yes."""

    def __init__(self, router: Router, dialog: Dialog[None]) -> None:
        self._router = router
        self._dialog = dialog
        self._timer: ScheduledCall | None = None
        self._step()

    def stop(self) -> None:
        """Stop the dialog where it is."""
        if self._timer is not None:
            self._timer.cancel()
        self._dialog.close()

    def _step(self) -> None:
        self._timer = None
        answer: str | None = None
        while True:
            try:
                act = self._dialog.send(answer)
            except StopIteration:
                return
            answer = "y" if isinstance(act, AskKey) else None
            if isinstance(act, Say) and act.text.strip():
                self._router.terminal.interject(act.text.strip("\n"))
            elif isinstance(act, Wait):
                self._timer = self._router.clock.call_later(act.seconds, self._step)
                return
