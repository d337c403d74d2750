"""The resources that the paths of devices share: console servers, which have so many lines, and carriers."""

from __future__ import annotations

from contextlib import suppress

from oob.errors import UsageError
from oob.inventory.device import InventoryDevice
from oob.transport.url import parse


def shares(device: InventoryDevice) -> tuple[str, ...]:
    """Return the resources of all paths of *device*, as `server:192.0.2.9` and `carrier:lte-a`.

    All of them, since a session that fails over takes the next path's.
    """
    found: dict[str, None] = {}
    for path in device.paths:
        with suppress(UsageError):  # the device itself says so when it is opened
            if host := parse(path.url, device.hosts.names if device.hosts else None).host:
                found[f"server:{host}"] = None
        if path.carrier:
            found[f"carrier:{path.carrier}"] = None
    return tuple(found)
