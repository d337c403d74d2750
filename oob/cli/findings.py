"""Gaps of an inventory that hurt during a recovery; nothing is opened and no name looked up."""

from __future__ import annotations

import ipaddress
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlsplit

from oob.cli.servers import shared
from oob.errors import ProfileError, UsageError
from oob.inventory.device import ConsolePath, InventoryDevice
from oob.inventory.importer.schemes import LOCAL, local_parts
from oob.inventory.inventory import Inventory
from oob.profile import store
from oob.secret.credentials import LOGIN, Credentials
from oob.transport.opening import check
from oob.transport.programs import Programs, command_of
from oob.transport.url import parse

OLD = timedelta(days=90)
SOME = 5  # devices of many that are named
ASKING = ("ssh", "sol")  # these always log in to the server, others where the URL names a user for it
NAMING = ("ssh", "console")  # these are not opened without a user
SERVER = ("server_username", "server_password")
UNUSABLE = ("entry", "path", "server-user", "url", "name", "program", "via", "shared-console", "server-login")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryFinding:
    """A `problem` keeps oob from recovering a device; a `warning` makes it less likely to succeed."""

    level: Literal["problem", "warning"]
    kind: str
    device: str
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.device}: {self.text}"


def findings(
    inventory: Inventory,
    credentials: Callable[[InventoryDevice], Credentials] | None,
    today: date,
    programs: Programs | None = None,
    same_servers: Mapping[str, str] | None = None,
) -> tuple[InventoryFinding, ...]:
    """Return all that is wrong with *inventory*, first what makes a path unusable, then problems, then warnings.

    Without *credentials* only URLs are looked at for a server's user. *programs* are those that paths of the inventory
    may start; *same_servers* maps addresses of one server to one of them.
    """
    users = _users(inventory)
    found = [
        InventoryFinding(level="problem", kind="entry", device=name, text=str(error))
        for name, error in inventory.problems().items()
    ]
    for device in inventory:
        found += _platform(device)
        found += _paths(device, users)
        found += _local(device, programs)
        found += _second_path(device, same_servers or {})
        found += _server_users(device, credentials(device) if credentials else None)
        found += _proof(device, today)
        if credentials:
            found += _logins(device, credentials(device))
    return tuple(sorted(found, key=lambda each: (each.kind not in UNUSABLE, each.level != "problem")))


def names(devices: Iterable[InventoryDevice]) -> tuple[str, ...]:
    """Return every name that stands where an address belongs, in paths and as the address in-band."""
    found = {name: None for device in devices for path in device.paths if (name := _name(_host(path)))}
    found |= {name: None for device in devices if (name := _name(device.hostname))}
    return tuple(found)


def _platform(device: InventoryDevice) -> Iterator[InventoryFinding]:
    if not device.platform:
        yield _problem(device, "platform", "no platform is given; oob platforms lists them")
        return
    try:
        store.load(device.platform)
    except ProfileError as error:
        yield _problem(device, "platform", str(error))


def _paths(device: InventoryDevice, users: dict[str, list[str]]) -> Iterator[InventoryFinding]:
    table = device.hosts.names if device.hosts else {}
    if not device.paths:
        yield _problem(device, "path", "no path to its console")
    if device.name in device.after:
        yield _problem(device, "after", "it has to come back after itself")
    for path in device.paths:
        name = _name(_host(path))
        if name and name not in table:
            lack = f"path {path.name} has the name {name} and no address for it; --resolve finds it"
            yield _problem(device, "name", lack)
            continue
        try:
            url = check(parse(path.url, table))
        except UsageError as error:
            yield _problem(device, "url", f"path {path.name}: {error}")
        else:
            if url.scheme == "console" and (url.text("verify") == "no" or url.flag("plain")):
                yield _warning(device, "unproven-server", f"path {path.name} sends its login to an unproven server")
        if path.via == device.name:
            yield _problem(device, "via", f"path {path.name} runs through the device itself")
        sharing = users[path.url]
        if others := [user for user in sharing[: SOME + 1] if user != device.name][:SOME]:
            more = len(sharing) - 1 - len(others)
            named = f"{', '.join(others)}{f' and {more} more' if more else ''}"
            yield _problem(device, "shared-console", f"path {path.name} is also that of {named}")
    if (name := _name(device.hostname)) and name not in table:
        yield _warning(device, "name", f"in-band it is known by the name {name} and no address; --resolve finds one")


def _local(device: InventoryDevice, programs: Programs | None) -> Iterator[InventoryFinding]:
    """Name every path that starts a program or uses a file on this machine."""
    for path in device.paths:
        parts = local_parts(path.url)
        if others := [part for part in parts if part != "exec"]:
            said = " and ".join(f"{LOCAL[part]} ({part})" for part in others)
            yield _warning(device, "local", f"path {path.name} {said}: {path.url}")
        if "exec" in parts:
            yield _program(device, path, programs)


def _program(device: InventoryDevice, path: ConsolePath, programs: Programs | None) -> InventoryFinding:
    try:
        command = command_of(parse(path.url, device.hosts.names if device.hosts else {}))
    except UsageError:
        command = ()
    text = f"path {path.name} starts a program (exec): {shlex.join(command) or path.url}"
    if programs and command and not programs.allows(command):
        hint = f"oob inventory allow {shlex.quote(command[0])}"
        return _problem(device, "program", f"{text}; it is not listed in {programs.file} ({hint})")
    return _warning(device, "program", text)


def _server_users(device: InventoryDevice, known: Credentials | None) -> Iterator[InventoryFinding]:
    """Name every path that cannot be opened because no user of its server is known."""
    for path in device.paths:
        try:
            url = check(parse(path.url, device.hosts.names if device.hosts else {}))
        except UsageError:
            continue  # a finding of its own
        if url.scheme not in NAMING or url.user or (known and not known.lacks(("server_username",))):
            continue
        where = "in its URL or in the secrets file" if known else "in its URL; the secrets file was not looked at"
        text = f"path {path.name} has no user for its server {where}: write {url.scheme}://USER@..."
        yield _problem(device, "server-user", text) if known else _warning(device, "server-user", text)


def _logins(device: InventoryDevice, known: Credentials) -> Iterator[InventoryFinding]:
    if lacks := known.lacks(LOGIN):
        yield _problem(device, "credentials", f"no {' and no '.join(lacks)} in the secrets file")
    for path in device.paths:
        try:
            url = check(parse(path.url, device.hosts.names if device.hosts else {}))
        except UsageError:
            continue  # a finding of its own
        if url.user or url.scheme in ASKING:
            needed = ("server_password",) if url.user or url.scheme in NAMING else SERVER
            if lacks := known.lacks(needed):
                missing = f"no {' and no '.join(lacks)} in the secrets file for the server of path {path.name}"
                if url.scheme == "ssh":
                    yield _warning(device, "server-login", f"{missing}: only a key of an agent lets oob in")
                else:
                    yield _problem(device, "server-login", missing)


def _second_path(device: InventoryDevice, same: Mapping[str, str]) -> Iterator[InventoryFinding]:
    paths = device.paths
    if len(paths) == 1:
        yield _warning(device, "second-path", f"there is one path only, {paths[0].url}")
    if len(paths) < 2:
        return
    remote = [path for path in paths if _host(path)]
    unnamed = [path.name for path in remote if not path.carrier]
    if unnamed:
        yield _warning(device, "carrier", f"no carrier is named for path {', '.join(unnamed)}")
    carriers = {path.carrier for path in paths}
    if len(carriers) == 1 and (carrier := carriers.pop()):
        yield _warning(device, "shared-carrier", f"all paths share the carrier {carrier}")
    for server, sharing in shared(device, paths, same).items():
        left = [path.name for path in paths if path.name not in sharing]
        others = f"without it only path {', '.join(left)} is left" if left else "all paths share it"
        yield _warning(device, "shared-server", f"paths {', '.join(sharing)} depend on {server}: {others}")
    through = {path.via for path in paths}
    if len(through) == 1 and (via := through.pop()):
        yield _warning(device, "via", f"all paths run through {via}")


def _proof(device: InventoryDevice, today: date) -> Iterator[InventoryFinding]:
    if not (device.expect.serial or device.expect.hostname):
        yield _warning(device, "expect", "neither its serial number nor its hostname is given, to tell it from another")
    if device.hosts and device.hosts.taken + OLD < today:
        yield _warning(device, "old-names", f"its table of names is of {device.hosts.taken}")


def _users(inventory: Inventory) -> dict[str, list[str]]:
    users: dict[str, list[str]] = defaultdict(list)
    for device in inventory:
        for path in device.paths:
            users[path.url].append(device.name)
    return users


def _host(path: ConsolePath) -> str:
    try:
        return urlsplit(f"//{path.url.partition('://')[2]}").hostname or ""
    except ValueError:  # a bracket missing: the URL itself is a finding then
        return ""


def _name(host: str) -> str:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return ""


def _problem(device: InventoryDevice, kind: str, text: str) -> InventoryFinding:
    return InventoryFinding(level="problem", kind=kind, device=device.name, text=text)


def _warning(device: InventoryDevice, kind: str, text: str) -> InventoryFinding:
    return InventoryFinding(level="warning", kind=kind, device=device.name, text=text)
