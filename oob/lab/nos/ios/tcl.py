"""`tclsh`."""

from __future__ import annotations

from oob.lab.dialog import Dialog
from oob.lab.nos.base.commands import Params, Words
from oob.lab.nos.base.tcl import Shell
from oob.lab.nos.ios.session import TABLE, IosSession


@TABLE.command("tclsh", text="Tool Command Language shell")
def tclsh(session: IosSession, params: Params, words: Words) -> Dialog[None]:
    """Run Tcl; words that Tcl does not know are exec commands."""
    router = session.router
    shell = Shell(flash=router.flash, prompt=lambda: f"{router.hostname}(tcl)#", more="+>", execute=session.execute)
    yield from shell.run()
