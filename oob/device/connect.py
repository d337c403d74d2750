"""A device without an inventory: a session over URLs alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oob.console.login import LoginSecrets
from oob.console.stream import Tape
from oob.device.device import Device
from oob.device.session import LOGIN, DeviceSession
from oob.events import Events
from oob.inventory import device as inventory
from oob.transport.access import Access


def entry_of(
    paths: str | Sequence[str], platform: str, *, name: str = "console", expect: inventory.Expect | None = None
) -> inventory.InventoryDevice:
    """Return an inventory entry of the URLs *paths*."""
    urls = [paths] if isinstance(paths, str) else list(paths)
    return inventory.InventoryDevice(
        name=name,
        platform=platform,
        paths=tuple(inventory.ConsolePath(url=url, name=str(number)) for number, url in enumerate(urls, 1)),
        expect=expect or inventory.Expect(),
    )


def connect(
    paths: str | Sequence[str],
    *,
    platform: str,
    secrets: LoginSecrets,
    access: Access | None = None,
    tape: Callable[[str], Tape] | None = None,
    events: Events | None = None,
    timeout: float = LOGIN,
    expect: inventory.Expect | None = None,
) -> Device:
    """Return the device behind the first of *paths* that leads to it; see DeviceSession.open."""
    entry = entry_of(paths, platform, expect=expect)
    return DeviceSession(entry, secrets, access=access, events=events, tape=tape).open(timeout=timeout)
