"""The boot screen, and the loader that a space bar stops it in."""

from __future__ import annotations

from oob.lab.dialog import Ask, AskKey, Dialog, Say, TypedLine, Wait
from oob.lab.nos.junos.router import JunosRouter

_LOADER = """
Consoles: serial port
BIOS drive C: is disk0

FreeBSD/x86 bootstrap loader, Revision 1.1

Loading /boot/defaults/loader.conf
/kernel text=0x8b6d60 data=0x53d68+0x11d890 |
"""
_KERNEL = """Booting [/kernel]...
Copyright (c) 1996-2024, Juniper Networks, Inc.
All rights reserved.
Copyright (c) 1992-2007 The FreeBSD Project.
        The Regents of the University of California. All rights reserved.
FreeBSD is a registered trademark of The FreeBSD Foundation.
JUNOS {version} #0: 2024-01-12 21:55:46 UTC
Security policy loaded: Junos MAC/veriexec (mac_veriexec)
real memory  = 4294967296 (4096 MB)
avail memory = 4101361664 (3911 MB)
"""
_INIT = """Trying to mount root from ufs:/dev/md0
Mounting junos-platform packages
Loading configuration ...
Starting optional daemons: usbd.
Doing initial network setup:.
Additional TCP options:.
Initial interactive configuration: mgd: commit complete
Setting initial options: debugger_on_panic=NO.
Local package initialization:.
starting local daemons:.
"""


def boot(router: JunosRouter) -> Dialog[bool]:
    """Show the boot; True when the operator asks the loader for root password recovery."""
    part = router.boot_seconds / 4
    yield Wait(seconds=part)
    yield Say(text=_LOADER)
    recovery = yield from _chance(router, part)
    yield Say(text=_KERNEL.format(version=router.version))
    yield Wait(seconds=part)
    yield Say(text=_INIT)
    yield Wait(seconds=part)
    return recovery


def _chance(router: JunosRouter, seconds: float) -> Dialog[bool]:
    yield Say(text="\nHit [Enter] to boot immediately, or space bar for command prompt.\n")
    key = yield AskKey(prompt=f"Booting [/kernel] in {max(1, round(seconds))} seconds... ", idle=max(seconds, 0.01))
    yield Say(text="\n")
    if key != " ":
        return False
    yield Say(text="\nType '?' for a list of commands, 'help' for more detailed help.\n")
    while True:
        line = (yield Ask(prompt="loader> ", ends="", quiet=True)).text.split()
        if line[:1] == ["boot"]:
            return (yield from _single_user()) if "-s" in line else False
        if line[:1] == ["reboot"]:
            router.reboot()
            return False
        yield Say(text=f"unknown command: {' '.join(line)}\n" if line else "")


def _single_user() -> Dialog[bool]:
    yield Say(text="System watchdog timer disabled\n")
    question = "Enter full pathname of shell or 'recovery' for root password recovery or RETURN for /bin/sh: "
    typed: TypedLine = yield Ask(prompt=question, ends="", quiet=True)
    return typed.text.strip() == "recovery"
