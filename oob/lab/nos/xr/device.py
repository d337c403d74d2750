"""The IOS-XR router on its console: it boots, asks for a login and serves it."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.login import Words, login, wait_for_return
from oob.lab.nos.base.router import replay
from oob.lab.nos.xr import text
from oob.lab.nos.xr.language import LANGUAGE
from oob.lab.nos.xr.router import XrRouter
from oob.lab.nos.xr.session import TABLE, XrSession

_BOOT = """

  GNU GRUB  version 2.00
Press F12 to goto grub menu..

Loading Kernel..
Loading initrd..
Booting from disk: IOS-XR {version}
"""
_READY = """

ios con0/RP0/CPU0 is now available





Press RETURN to get started.





"""


class XrDevice(XrRouter):
    """An IOS-XR router that boots, asks for a login and serves it on its console."""

    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again."""
        yield Say(text=_BOOT.format(version=self.version))
        yield Wait(seconds=self.boot_seconds)
        self.config = Configuration(LANGUAGE, self.physical)
        self.config.refuse = self.refuse
        replay(self.config, text.parse(self.commits.committed))
        self.configured()
        self.changed_at = None
        while True:
            yield Say(text=_READY)
            yield from wait_for_return()
            words = Words(
                username=lambda: "Username: ",
                heading="\n\nUser Access Verification\n\n",
                refused="% User Authentication failed\n\n",
            )
            user = yield from login(self, words)
            if user is not None:
                yield from self._serve(user)

    def _serve(self, user: str) -> Dialog[None]:
        yield Say(text="\n\n")
        session = XrSession(self, user, 15, TABLE)
        self.user = session.who
        self.terminal.length = 24
        yield from session.run()
        self.user = None
