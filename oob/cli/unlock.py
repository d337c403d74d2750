"""The secrets file of a home, opened: with the identity that the environment names, else a passphrase that is typed."""

from __future__ import annotations

import os
from datetime import date

import click

from oob.cli.options import Settings, is_attended
from oob.errors import SecretError
from oob.secret.credentials import Credentials
from oob.secret.store import SecretsFile, find_key


def unlock(settings: Settings, *, may_be_new: bool = False) -> SecretsFile:
    """Return the secrets file; a passphrase is asked for on a terminal only, and twice for a new file."""
    path = settings.home.secrets
    is_new = not path.exists()
    if is_new and not may_be_new:
        raise SecretError(f"{path}: there is no secrets file; oob secrets edit makes one")
    key = find_key(path, os.environ, (lambda: _ask(is_new=is_new)) if is_attended() else None)
    return SecretsFile(path, key)


def stored_credentials(settings: Settings, device: str, groups: tuple[str, ...]) -> Credentials:
    """Return what the secrets file says of *device*, nothing where there is no file; says which of it expires."""
    if not settings.home.secrets.exists():
        return Credentials()
    secrets = unlock(settings).read()
    for warning in secrets.expiring(device, groups, today=date.today()):
        settings.note(f"oob: {warning}")
    return secrets.credentials(device, groups)


def _ask(*, is_new: bool) -> str:
    try:
        text = "Passphrase for the new secrets file" if is_new else "Passphrase of the secrets file"
        return str(click.prompt(text, hide_input=True, err=True, confirmation_prompt=is_new))
    except click.Abort as error:
        raise SecretError("no passphrase was given") from error
