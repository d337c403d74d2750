"""The EOS router on its console: it boots, asks for a login and serves it."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.configuration import Configuration
from oob.lab.nos.base.login import Words, login
from oob.lab.nos.eos import text
from oob.lab.nos.eos.language import LANGUAGE
from oob.lab.nos.eos.router import EosRouter
from oob.lab.nos.eos.session import TABLE, EosSession

_BOOT = """

Aboot 9.0.3-4core-14223577


Press Control-C now to enter Aboot shell
"""
_STARTING = """Booting flash:/EOS-{version}.swi
[   11.224431] Starting new kernel
Starting Sysdb: [  OK  ]
Starting EOS initialization stage 1: [  OK  ]
Starting NorCal initialization: [  OK  ]
Starting EOS initialization stage 2: [  OK  ]
Completing EOS initialization (press ESC to skip): [  OK  ]
"""


class EosDevice(EosRouter):
    """An EOS router that boots, asks for a login and serves it on its console."""

    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again."""
        yield Say(text=_BOOT)
        yield Wait(seconds=self.boot_seconds / 2)
        yield Say(text=_STARTING.format(version=self.version))
        yield Wait(seconds=self.boot_seconds / 2)
        self.config = Configuration(LANGUAGE, self.physical)
        self.config.refuse = self.refuse
        self.config = self.config.empty()
        text.take(self.config, self.startup_config())
        self.configured()
        self.changed_at = None
        self.say_later(0.1, "%SYS-5-SYSTEM_RESTARTED: System restarted")
        while True:
            yield Say(text="\n" + self._banner("login"))
            user = yield from login(self, Words(username=lambda: f"{self.hostname} login: "))
            if user is not None:
                yield from self._serve(user)

    def _serve(self, user: str) -> Dialog[None]:
        yield Say(text=self._banner("motd"))
        session = EosSession(self, user, 15 if self._authorizes() else 1, TABLE)
        self.user = session.who
        self.terminal.length = 24
        yield from session.run()
        self.user = None

    def _authorizes(self) -> bool:
        """Tell whether a login opens with the privileges that its user has."""
        return bool(self.config.root.under("aaa authorization exec default"))

    def _banner(self, kind: str) -> str:
        banner = self.config.root.value(f"banner {kind}")
        return banner.removesuffix("EOF") if banner else ""
