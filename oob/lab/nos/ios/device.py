"""The IOS router on its console: it boots, asks for a login and serves it."""

from __future__ import annotations

from oob.lab.dialog import Dialog
from oob.lab.nos.base.login import wait_for_return
from oob.lab.nos.ios import boot, login
from oob.lab.nos.ios.router import IosRouter
from oob.lab.nos.ios.session import TABLE, IosSession


class IosDevice(IosRouter):
    """An IOS router that boots, asks for a login and serves it on its console."""

    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again."""
        yield from boot.screen(self)
        found = self.load_startup()
        if not found:
            yield from boot.set_up(self)
        yield from boot.ready(self)
        yield from wait_for_return()
        while True:
            granted = yield from login.login(self)
            if granted is not None:
                yield from self._serve(*granted)
            yield from login.press_return(self)

    def _serve(self, username: str, privilege: int) -> Dialog[None]:
        session = IosSession(self, username, privilege, TABLE)
        self.user = session.who
        console = self.console
        self.terminal.length = int(console.value("length") or 24)
        self.terminal.width = int(console.value("width") or 80)
        self.settle_terminal()
        yield from boot.welcome(self)
        yield from session.run()
        self.user = None
        self.terminal.synchronous = False
