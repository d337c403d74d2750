"""The boot loader: what a BREAK during the boot leads to."""

from __future__ import annotations

import re

from oob.lab.dialog import CTRL_C, Ask, Dialog, Say
from oob.lab.nos.ios.router import IosRouter

_CONFREG = re.compile(r"confreg\s+(0x[0-9a-fA-F]{1,4})")
_HELP = """boot                 boot up an external process
confreg              configuration register utility
dir                  list files in file system
help                 monitor builtin command help
reset                system reset
set                  display the monitor variables
"""


def rommon(router: IosRouter) -> Dialog[None]:
    """Read commands until one of them boots."""
    number = 0
    yield Say(text='\n\nmonitor: command "boot" aborted due to user interrupt\n')
    while True:
        number += 1
        typed = yield Ask(prompt=f"rommon {number} > ", ends=CTRL_C)
        line = typed.text.strip()
        if line in ("boot", "reset", "i") or line.startswith("boot "):
            return
        yield Say(text=_answer(router, line))


def _answer(router: IosRouter, line: str) -> str:
    if not line:
        return ""
    if found := _CONFREG.fullmatch(line):
        router.register = int(found[1], 16)
        return "\nYou must reset or power cycle for new config to take effect\n"
    if line in ("?", "help"):
        return _HELP
    if line == "set":
        return f"PS1=rommon ! >\nConfigReg=0x{router.register:04x}\n"
    if line.split()[0] == "dir":
        return "".join(f"{size:>10}  -rw-  {name}\n" for name, size, _ in router.flash.files())
    return f'monitor: command "{line.split()[0]}" not found\n'
