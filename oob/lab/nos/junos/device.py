"""The Junos router on its console: it boots, asks for a login and serves it."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say
from oob.lab.nos.junos.boot import boot
from oob.lab.nos.junos.cli import cli
from oob.lab.nos.junos.configure import CONFIGURE
from oob.lab.nos.junos.login import login, welcome
from oob.lab.nos.junos.operational import OPERATIONAL
from oob.lab.nos.junos.router import JunosRouter
from oob.lab.nos.junos.session import JunosSession
from oob.lab.nos.junos.shell import shell


class JunosDevice(JunosRouter):
    """A Junos router that boots, asks for a login and serves it on its console."""

    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again; an unconfirmed commit is rolled back on the way."""
        recovery = yield from boot(self)
        if self.database.pending is not None:
            self.roll_back()
        self.applied()
        if recovery:
            yield from self._serve("root")
        while True:
            user = yield from login(self)
            yield from self._serve(user)

    def _serve(self, user: str) -> Dialog[None]:
        self.terminal.length, self.terminal.width = 24, 80
        self.user = user
        session = JunosSession(self, user, OPERATIONAL, CONFIGURE)
        yield Say(text=welcome(self))
        if user == "root":
            yield from shell(session, user)
        else:
            yield from cli(session)
        self.user = None
