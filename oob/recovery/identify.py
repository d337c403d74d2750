"""Whether the device on the console is the one that is meant, before a byte is written to it. Pure."""

from __future__ import annotations

from oob.backup.manifest import Manifest
from oob.device.facts import Facts
from oob.errors import WrongDevice
from oob.inventory.device import Expect


def identify(device: str, facts: Facts, expect: Expect, baseline: Manifest | None = None) -> tuple[str, ...]:
    """Return what is odd about the device without being wrong; raises WrongDevice where it is another one.

    The inventory's word counts before the baseline's. A serial number decides where one is known: the hostname may be
    what the broken change has altered.
    """
    serial = expect.serial or (baseline.serial if baseline else "")
    hostname = expect.hostname or (baseline.hostname if baseline else "")
    if serial and facts.serial != serial:
        raise WrongDevice(
            f"{device}: the device on this console has serial number {facts.serial} (it calls itself "
            f"{facts.hostname}), {serial} was expected; nothing was changed"
        )
    if hostname and facts.hostname != hostname:
        if serial:
            return (f"it calls itself {facts.hostname} instead of {hostname}; its serial number is the right one",)
        raise WrongDevice(
            f"{device}: the device on this console calls itself {facts.hostname}, {hostname} was expected and there is "
            f"no serial number to go by; nothing was changed"
        )
    if not serial and not hostname:
        return ("neither the inventory nor a baseline says what it should call itself or which serial number it has",)
    return ()
