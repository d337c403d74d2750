"""Nornir: a connection plug-in `oob`, and tasks that run commands, back up, verify and recover over consoles.

A host's ways in are the `oob:` block under its `data`, as in oob's own inventory, inherited as Nornir inherits. What
an inventory file should not hold stands in the extras of the connection options: `enable`, and `home` for another home.
"""

from __future__ import annotations

import getpass
import os
from typing import Any

from nornir.core.configuration import Config
from nornir.core.inventory import Host
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task

from oob.api import Connection
from oob.events import Events
from oob.inventory import block
from oob.inventory.device import InventoryDevice
from oob.inventory.home import Home
from oob.recovery import api as recovery
from oob.recovery.context import Collaborators, RunOptions
from oob.secret.credentials import Credentials, resolve
from oob.transport.access import Access
from oob.transport.programs import Programs

NAME = "oob"
OWN = ("enable", "home", "name")  # the extras that do not belong to the `oob:` block


class ConsoleConnection:
    """Nornir's connection to a console: `connection` is what `oob.connect` returns.

    The extras are the keys of an `oob:` block, with `enable`, `home` and `name`.
    """

    connection: Connection

    def open(
        self,
        hostname: str | None,
        username: str | None,
        password: str | None,
        port: int | None,
        platform: str | None,
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,
    ) -> None:
        """Reach the console over the first path that works, and log in."""
        extras = extras or {}
        entry = _entry(str(extras.get("name") or hostname or "console"), platform, hostname, extras)
        login = _login(username, password, extras)
        self.connection = Connection(entry, login, _home(extras), _access(extras), Events())

    def close(self) -> None:
        """Leave the console as it was found."""
        self.connection.close()


ConnectionPluginRegister.register(NAME, ConsoleConnection)


def run(task: Task, command: str, silence: float | None = None) -> Result:
    """Run *command* on the host's console; the result is its whole output."""
    host = task.host
    if NAME not in host.connections:
        host.open_connection(NAME, task.nornir.config, extras=_extras(host))
    connection: Connection = host.get_connection(NAME, task.nornir.config)
    return Result(host=host, result=connection.run(command, silence=silence).text)


def backup(task: Task, change: str = "", reason: str = "") -> Result:
    """Read the host whole into a new backup, which is the result."""
    entry, means = _free(task.host)
    return Result(host=task.host, result=recovery.take_backup(entry, means, change=change, reason=reason))


def verify(task: Task, choices: RunOptions | None = None) -> Result:
    """Compare the host with its baseline; the result is the Proof, failed where it differs."""
    entry, means = _free(task.host)
    proof = recovery.verify(entry, means, choices)
    return Result(host=task.host, result=proof, failed=not proof.is_proven)


def recover(task: Task, choices: RunOptions | None = None) -> Result:
    """Bring the host back to its known-good backup and prove it; the result is the Outcome, failed where it is not."""
    entry, means = _free(task.host)
    outcome = recovery.recover(entry, means, choices)
    return Result(host=task.host, result=outcome, changed=not outcome.is_unchanged, failed=outcome.exit_code != 0)


def _free(host: Host) -> tuple[InventoryDevice, Collaborators]:
    """Return the host's entry and what to work on it with, its console free: a console is one conversation."""
    if NAME in host.connections:
        host.close_connection(NAME)
    extras = _extras(host)
    given = host.get_connection_parameters(NAME)
    login = _login(given.username, given.password, extras)
    entry = _entry(host.name, given.platform, given.hostname, extras)
    return entry, Collaborators(home=_home(extras), secrets=login, operator=getpass.getuser(), access=_access(extras))


def _extras(host: Host) -> dict[str, Any]:
    """Return the extras of the host's connection with its `oob:` block, each key of which is inherited by itself."""
    extras: dict[str, Any] = {}
    for data in (host.data, *(group.data for group in host.extended_groups()), host.defaults.data):
        extras = {**(data.get("oob") or {}), **extras}
    return {**extras, **(host.get_connection_parameters(NAME).extras or {}), "name": host.name}


def _entry(name: str, platform: str | None, hostname: str | None, extras: dict[str, Any]) -> InventoryDevice:
    content = {key: value for key, value in extras.items() if key not in OWN}
    values = block.read(content, f"{name}.data.oob").values()
    return InventoryDevice(name=name, platform=platform or "", hostname=hostname or "", **values)


def _login(username: str | None, password: str | None, extras: dict[str, Any]) -> Credentials:
    given = Credentials(username=username, password=password, enable=extras.get("enable"))
    return resolve(given, environ=os.environ)


def _home(extras: dict[str, Any]) -> Home:
    return Home.find(str(extras.get("home") or ""))


def _access(extras: dict[str, Any]) -> Access:
    """Return what opening a path may need; an inventory starts only programs that the home lists."""
    return Access(programs=Programs.load(_home(extras).programs))
