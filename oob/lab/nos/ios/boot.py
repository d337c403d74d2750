"""The boot: screen, system configuration dialog, banners."""

from __future__ import annotations

from oob.lab.dialog import Ask, Dialog, Say, Wait
from oob.lab.nos.ios.login import banner
from oob.lab.nos.ios.rommon import rommon
from oob.lab.nos.ios.router import IosRouter

_ROM = """

Initializing Hardware ...

System integrity status: 90170400 12030107

System Bootstrap, Version 17.6(1r), RELEASE SOFTWARE
Copyright (c) 1994-2021 by cisco Systems, Inc.

Current image running: Boot ROM0
Last reset cause: {reason}
C8200L-1N-4T platform with 4194304 Kbytes of main memory

"""
_IMAGE = """boot: reading file {image}
"""
_HASHES = "#" * 64 + "\n"
_RESTRICTED = """

              Restricted Rights Legend

Use, duplication, or disclosure by the Government is
subject to restrictions as set forth in the license agreement.

Cisco IOS Software [Cupertino], Virtual XE Software, Version {version}, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport

cisco C8200L-1N-4T (1RU) processor with 1728172K/6147K bytes of memory.
Processor board ID {serial}
{ports} Gigabit Ethernet interfaces
32768K bytes of non-volatile configuration memory.
4194304K bytes of physical memory.

"""


def screen(router: IosRouter) -> Dialog[None]:
    """Show the boot screen for as long as the router takes to boot."""
    share = router.boot_seconds / 4
    yield Wait(seconds=share)
    yield Say(text=_ROM.format(reason=router.reload.reason))
    yield Wait(seconds=share)
    if router.is_broken_into:
        yield from rommon(router)
    router.is_broken_into = False
    yield Say(text=_IMAGE.format(image=image(router)))
    for _ in range(4):
        yield Say(text=_HASHES)
        yield Wait(seconds=share / 4)
    yield Say(
        text=_RESTRICTED.format(version=router.version, serial=router.identity.serial, ports=len(router.physical))
    )
    yield Wait(seconds=share)


def set_up(router: IosRouter) -> Dialog[None]:
    """Run the system configuration dialog of a router without a configuration."""
    yield Say(text="\n\n         --- System Configuration Dialog ---\n\n")
    question = "Would you like to enter the initial configuration dialog? [yes/no]: "
    while not (yield Ask(prompt=question, quiet=True)).text.strip().lower().startswith("n"):
        yield Say(text="% Please answer 'yes' or 'no'.\n")
    yield Ask(prompt="\nWould you like to terminate autoinstall? [yes]: ", quiet=True)


def ready(router: IosRouter) -> Dialog[None]:
    """Print that the router is ready, and log the start."""
    yield Say(text="\n\nPress RETURN to get started!\n\n\n")
    router.say("%SYS-5-RESTART: System restarted --")


def welcome(router: IosRouter) -> Dialog[None]:
    """Show the exec banner after a login."""
    yield Say(text=banner(router, "exec"))


def image(router: IosRouter) -> str:
    """Return the name of the image file."""
    return f"bootflash:c8000be-universalk9.{router.version}.SPA.bin"
