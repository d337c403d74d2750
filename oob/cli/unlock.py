"""Opens the secrets file of a home: with the identity that the environment names, else with a typed passphrase."""

from __future__ import annotations

import os
from datetime import date
from functools import partial
from pathlib import Path

from oob.cli.ask import ask_again, ask_twice
from oob.cli.options import Settings, is_attended
from oob.errors import SecretError
from oob.secret.credentials import Credentials
from oob.secret.store import SecretsFile, SecretsKey, find_key


def unlock(settings: Settings, *, may_be_new: bool = False) -> SecretsFile:
    """Return the secrets file; a passphrase is asked for on a terminal only, and twice for a new file."""
    path = settings.home.secrets
    is_new = not path.exists()
    if is_new and not may_be_new:
        raise SecretError(f"{path}: there is no secrets file; oob secrets edit makes one")
    asks = partial(ask_twice, "passphrase for the new secrets file") if is_new else partial(_known, path)
    return SecretsFile(path, find_key(path, os.environ, asks if is_attended() else None))


def stored_credentials(settings: Settings, device: str, groups: tuple[str, ...]) -> Credentials:
    """Return what the secrets file says of *device*, nothing without a file; says which of it expires."""
    if not settings.home.secrets.exists():
        return Credentials()
    secrets = settings.secrets()
    if secrets is None:
        secrets = unlock(settings).read()
    for warning in secrets.expiring(device, groups, today=date.today()):
        settings.note(f"oob: {warning}")
    return secrets.credentials(device, groups)


def _known(path: Path) -> str:
    """Ask for the passphrase of the secrets file, and again where it does not open the file."""

    def wrong(typed: str) -> str:
        try:
            SecretsFile(path, SecretsKey(passphrase=typed)).text()
        except SecretError as error:
            return str(error)
        return ""

    return ask_again("passphrase of the secrets file", wrong)
