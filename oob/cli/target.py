"""What TARGET stands for: an inventory name or a console URL, with credentials that are asked for only when needed."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from oob.cli.options import Settings
from oob.device.reach import Reach
from oob.errors import SecretError, UsageError
from oob.events import Event, Events
from oob.inventory.device import ConsolePath, Device
from oob.inventory.inventory import Inventory
from oob.secret.credentials import LOGIN, Credentials, resolve
from oob.secret.masking import Masker
from oob.transport.access import Access, ServerLogin

Command = TypeVar("Command", bound=Callable[..., Any])


def target_options(command: Command) -> Command:
    """Give *command* the options that say how a console is reached."""

    @click.option("--platform", default="", metavar="NAME", help="What the device runs; needed with a URL.")
    @click.option("--path", "paths", multiple=True, metavar="URL|NAME", help="Use this path; may be given again.")
    @click.option(
        "--username", default=None, help="User on the device; else $OOB_USERNAME, the secrets file, a prompt."
    )
    @click.option("--evict", is_flag=True, help="Take the console away from whoever holds it.")
    @click.option("--accept-new-key", is_flag=True, help="Trust an SSH console server seen for the first time.")
    @functools.wraps(command)
    def with_target(*args: Any, **kwargs: Any) -> Any:
        return command(*args, **kwargs)

    return with_target  # type: ignore[return-value]  # click's decorators keep what they wrap callable as it was


def entry(settings: Settings, target: str, platform: str, paths: tuple[str, ...]) -> Device:
    """Return the inventory entry of *target*, or one made for a URL; raises UsageError or InventoryError."""
    if "://" in target:
        if not platform:
            raise UsageError(f"{target}: a console URL needs --platform; `oob platforms` lists them")
        found = Device(name="console", platform=platform, paths=(ConsolePath(url=target, name="given"),))
    else:
        found = Inventory.load(settings.home).device(target)
        found = replace(found, platform=platform or found.platform)
    if paths:
        chosen = [ConsolePath(url=path, name=path) if "://" in path else found.path(path) for path in paths]
        found = replace(found, paths=tuple(chosen))
    return found


def reach(
    settings: Settings,
    target: str,
    *,
    platform: str,
    paths: tuple[str, ...],
    username: str | None,
    evict: bool,
    accept_new_key: bool,
    needs_login: bool = True,
) -> Reach:
    """Return the way to the device that *target* names; nothing is opened yet."""
    device = entry(settings, target, platform, paths)
    credentials = _credentials(settings, device, username, needs_login=needs_login)
    events = Events(functools.partial(_tell, settings))
    access = Access(
        known_hosts=settings.home.known_hosts,
        accept_new_key=accept_new_key,
        evict=evict,
        server_login=ServerLogin(
            user=credentials.server_username or "", password=credentials.server_password or "", use_agent=True
        ),
    )
    folder = settings.home.transcripts
    return Reach(device, credentials, folder=folder, masker=Masker(), access=access, events=events)


def _credentials(settings: Settings, device: Device, username: str | None, *, needs_login: bool) -> Credentials:
    given = Credentials(username=username)
    path = settings.home.secrets

    def stored() -> Credentials:
        from oob.secret.store import Store, find_key  # the encrypted file is opened only where it is needed

        if not path.exists():
            return Credentials()
        key = find_key(path, os.environ, _ask_passphrase if sys.stdin.isatty() else None)
        return Store(path, key).read().credentials(device.name, device.groups)

    ask = _ask if needs_login and sys.stdin.isatty() and not settings.as_json else None
    return resolve(given, environ=os.environ, stored=stored, ask=ask, needed=LOGIN)


def _ask(slot: str) -> str:
    return str(click.prompt(slot.replace("_", " ").capitalize(), hide_input="password" in slot, default="", err=True))


def _ask_passphrase() -> str:
    try:
        return str(click.prompt("Passphrase of the secrets file", hide_input=True, err=True))
    except click.Abort as error:
        raise SecretError("no passphrase was given") from error


def _tell(settings: Settings, event: Event) -> None:
    if event.name in {"path.failed", "console.note", "path.key_accepted"}:
        settings.note(f"oob: {event.text}")
