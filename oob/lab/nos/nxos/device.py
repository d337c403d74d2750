"""The NX-OS switch on its console: it boots, asks for a login and serves it."""

from __future__ import annotations

from oob.lab.dialog import Dialog, Say, Wait
from oob.lab.nos.base.login import Words, login
from oob.lab.nos.nxos.router import NxosRouter
from oob.lab.nos.nxos.session import TABLE, NxosSession

_LOADER = """

Version 2.22.1219. Copyright (C) 2023 American Megatrends, Inc.
Board type  3
Booting bootflash:/nxos64-cs.{image}.M.bin ...
Booting bootflash:/nxos64-cs.{image}.M.bin
"""
_STARTING = """Image Signature verification was Successful.

Boot Time: {date}
INIT: version 2.96 booting
Installing SSE module with card index 21159 ... done
Creating the sse device node ... done
Loading system software
INIT: Entering runlevel: 3
System is coming up ... Please wait ...
"""
_WELCOME = """Cisco Nexus Operating System (NX-OS) Software
TAC support: http://www.cisco.com/tac
Copyright (C) 2002-2023, Cisco and/or its affiliates.
All rights reserved.
The copyrights to certain works contained in this software are
owned by other third parties and used and distributed under their own
licenses, such as open source.  This software is provided "as is," and unless
otherwise stated, there is no warranty, express or implied.
"""


class NxosDevice(NxosRouter):
    """An NX-OS switch that boots, asks for a login and serves it on its console."""

    def life(self) -> Dialog[None]:
        """Boot, log in, serve, and again."""
        yield Say(text=_LOADER.format(image=self.image))
        yield Wait(seconds=self.boot_seconds / 2)
        yield Say(text=_STARTING.format(date=f"{self.clock.utc():%a %b %d %H:%M:%S %Y}"))
        yield Wait(seconds=self.boot_seconds / 2)
        self.config = self.load(self.startup_config())
        self.configured()
        self.changed_at = None
        yield Say(text="\n\nUser Access Verification\n")
        while True:
            user = yield from login(self, Words(username=lambda: f"{self.hostname} login: "))
            if user is not None:
                yield from self._serve(user)

    def _serve(self, user: str) -> Dialog[None]:
        if self.aaa_mode == "dead" and self.login_methods()[0] != "local":
            yield Say(text="\nRemote AAA servers unreachable; local authentication done\n")
        banner = self.config.root.value("banner motd")
        yield Say(text=(banner[1:-1] + "\n" if banner else "") + _WELCOME)
        session = NxosSession(self, user, 15, TABLE)
        self.user = session.who
        self.terminal.length = 24
        yield from session.run()
        self.user = None
