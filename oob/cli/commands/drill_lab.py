"""`oob drill --lab`: a lab of one's own as the stage of a drill, once its owner has allowed that."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from oob.cli.ask import ask, confirm
from oob.cli.options import Settings, is_attended
from oob.cli.unlock import stored_credentials
from oob.drill.borrowed import Borrowed, breakable, check
from oob.drill.scenario import Scenario
from oob.errors import UsageError
from oob.events import Events
from oob.inventory.device import InventoryDevice
from oob.inventory.importer.lab import read
from oob.inventory.inventory import Inventory
from oob.secret.credentials import Credentials, resolve
from oob.transport.access import Access, ServerLogin


def borrow(
    settings: Settings,
    scenario: Scenario,
    file: Path,
    folder: Path,
    events: Events,
    *,
    server: str,
    names: tuple[str, ...],
    username: str | None,
    yes: bool,
) -> Borrowed:
    """Return the routers in *file* (those called *names*, else all) as a stage; nothing has been opened yet.

    Raises UsageError where it is not allowed, or *scenario* cannot be played on them.
    """
    imported = read(file, server)
    for note in imported.notes:
        settings.note(f"oob: {note}")
    everything = Inventory(imported.devices)
    devices = Inventory([everything.device(name) for name in names] or imported.devices)
    check(scenario, devices)
    _allow(settings, devices, yes=yes)
    asked = _ask()
    logins = {device.name: _login(settings, device, username, asked) for device in devices}
    return Borrowed(folder, devices, lambda device: logins[device.name], _access(settings, logins), events)


def _allow(settings: Settings, devices: Inventory, *, yes: bool) -> None:
    settings.note("This breaks routers on purpose, and then recovers them:")
    for device in breakable(devices):
        settings.note(f"  {device.name}  {device.platform}  {device.paths[0].url}")
    settings.note("A broken one loses static routes, routing protocols and an interface; what it runs is saved on it.")
    if yes:
        return
    if not is_attended():
        raise UsageError("there is no terminal to ask on; --yes allows it")
    if not confirm("May it?"):
        raise UsageError("nothing was done")


def _login(
    settings: Settings, device: InventoryDevice, username: str | None, ask: Callable[[str], str] | None
) -> Credentials:
    stored = partial(stored_credentials, settings, device.name, device.groups)
    return resolve(Credentials(username=username), environ=os.environ, stored=stored, ask=ask)


def _ask() -> Callable[[str], str] | None:
    """Return the function that asks for a part of the login, once for all routers; None without a terminal."""
    if not is_attended():
        return None

    @cache
    def asked(slot: str) -> str:
        return ask(f"{slot} on the routers", is_secret=slot != "username")

    return asked


def _access(settings: Settings, logins: dict[str, Credentials]) -> Access:
    """Return the settings of a console server in front of the routers; one lab has one."""
    first = next(iter(logins.values()), Credentials())
    login = ServerLogin(user=first.server_username or "", password=first.server_password or "", use_agent=True)
    return Access(known_hosts=settings.home.known_hosts, server_login=login)
