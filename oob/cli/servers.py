"""The servers that the paths of a device depend on: paths that end at one server are one path when it dies."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping

from oob.errors import UsageError
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.transport.opening import check
from oob.transport.url import ConsoleURL, address_of, parse

_LOOPBACK = ("127.", "::1")


def shared(
    device: InventoryDevice, paths: Iterable[ConsolePath], same: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Return each server or adapter that two or more of *paths* need, with the names of these.

    *same* maps addresses of one server to one of them, where its host key tells.
    """
    hosts = device.hosts.names if device.hosts else {}
    users: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for server in sorted(_servers(path, hosts, same or {})):
            users[server].append(path.name)
    return {server: names for server, names in users.items() if len(names) > 1}


def _servers(path: ConsolePath, hosts: Mapping[str, str], same: Mapping[str, str]) -> set[str]:
    """Return what *path* ends at and goes through; nothing where its URL cannot be understood."""
    try:
        url = check(parse(path.url, hosts))
        jumps = [parse(f"ssh://{jump}", hosts) for jump in url.text("jump").split(",") if jump]
        server = address_of(url.text("server"), hosts) if url.scheme == "console" else _end(url)
    except UsageError:
        return set()
    if url.scheme == "serial":
        return {f"adapter {os.path.realpath(url.path)}"}
    return {f"server {same.get(host, host)}" for host in (server, *map(_end, jumps)) if host}


def _end(url: ConsoleURL) -> str:
    """Return the address that *url* ends at; one of this machine's own is a tunnel's near end, told by its port."""
    return f"{url.host}:{url.port}" if url.host.startswith(_LOOPBACK) else url.host
