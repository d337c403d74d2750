"""`oob secrets`: the encrypted file of credentials; no command of it ever prints a value."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import click

from oob.cli.ask import confirm
from oob.cli.file import STDIN, text_of
from oob.cli.options import CommandGroup, Settings, common, is_attended, shared
from oob.cli.unlock import unlock
from oob.errors import NotProven, UsageError
from oob.inventory.inventory import Inventory
from oob.inventory.platform import platform as platform_called
from oob.inventory.simple import suggestion
from oob.profile.store import load
from oob.secret.content import SecretName, Secrets
from oob.secret.credentials import LOGIN
from oob.secret.masking import mask_configuration

SOON = timedelta(days=14)


@click.group("secrets", cls=CommandGroup)
@shared
def command() -> None:
    """Keep credentials in an age-encrypted file.

    It opens with the age identity that $OOB_IDENTITY names, else with a passphrase.
    """


@command.command("edit")
@common
def edit(settings: Settings) -> None:
    """Change the file in $VISUAL, $EDITOR or vi; the first time, this makes it.

    The plain text lies in memory where the system has a place for it, and is overwritten afterwards.
    """
    changed = unlock(settings, may_be_new=True).edit(_editor(), _edit_again)
    path = settings.home.secrets
    settings.answer({"path": str(path), "changed": changed}, f"{path}: {'changed' if changed else 'not changed'}")


@command.command("list")
@common
def list_names(settings: Settings) -> None:
    """List whose secrets are there and until when they are good, without any value."""
    rows = [_row(name, date.today()) for name in unlock(settings).read().names()]
    width = max((len(row["scope"] or "") for row in rows), default=0)
    text = [f"{row['scope']:<{width}}  {row['slot']:<15}  {_until(row)}".rstrip() for row in rows]
    settings.answer(rows, "\n".join(text) or "there are no secrets in it")


@command.command("check")
@common
def check(settings: Settings) -> int:
    """List the faults of the file: expired, missing for a device, of an unknown device, readable by others.

    Exit code 1 where there is something.
    """
    secrets = unlock(settings).read()
    problems = [*_readable(settings.home.secrets), *_expiry(secrets), *_against(secrets, Inventory.load(settings.home))]
    settings.answer({"problems": problems}, "\n".join(problems) or "nothing is wrong with it")
    return NotProven.exit_code if problems else 0


@command.command("mask")
@common
@click.option("--platform", required=True, metavar="NAME", help="What the configuration is of.")
@click.argument("file", default=STDIN)
def mask(settings: Settings, platform: str, file: str) -> None:
    """Print the configuration in FILE (- is standard input) with its secrets masked, to send it to a vendor.

    Read the result before you send it: a secret in free text, such as a description, is not recognised.
    """
    text = mask_configuration(text_of(file), load(platform_called(platform) or platform).secrets)
    settings.answer({"platform": platform, "text": text}, text.removesuffix("\n"))


def _editor() -> list[str]:
    text = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"the editor {text!r} cannot be understood: {error}") from error


def _edit_again(problem: str) -> bool:
    return is_attended() and confirm(f"{problem}\nEdit again?", default=True)


def _row(name: SecretName, today: date) -> dict[str, str | None]:
    state = "good"
    if name.expires and name.expires <= today + SOON:
        state = "expired" if name.expires < today else "expires soon"
    return {
        "scope": name.scope,
        "slot": name.slot,
        "expires": name.expires.isoformat() if name.expires else None,
        "state": state,
    }


def _until(row: dict[str, str | None]) -> str:
    if not row["expires"]:
        return ""
    return f"until {row['expires']}" + ("" if row["state"] == "good" else f"  {row['state']}")


def _readable(path: Path) -> Iterator[str]:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield f"{path}: others on this machine may read it; chmod 600 it"


def _expiry(secrets: Secrets) -> Iterator[str]:
    rows = (_row(name, date.today()) for name in secrets.names())
    late = {(row["scope"], row["state"], row["expires"]): None for row in rows if row["state"] != "good"}
    for scope, state, expires in late:
        yield f"credentials of {scope} {'expired' if state == 'expired' else 'expire'} on {expires}"


def _against(secrets: Secrets, inventory: Inventory) -> Iterator[str]:
    """Compare with the inventory: devices without a login, and logins without a device."""
    devices = {device.name: device for device in inventory}
    groups = {group: None for device in inventory for group in device.groups}
    for device in devices.values():
        lacks = secrets.credentials(device.name, device.groups).lacks(LOGIN)
        if lacks:
            yield f"device {device.name}: no {' and no '.join(lacks)}"
    for kind, there, known in (("device", secrets.devices, devices), ("group", secrets.groups, groups)):
        for name in there:
            if inventory and name not in known:
                yield f"{kind} {name}: is not in the inventory{suggestion(name, known)}"
