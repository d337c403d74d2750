"""From an inventory entry to an open device: its paths in order, a transcript with the secrets masked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from oob.console.lenient import Lenient
from oob.console.login import LoginSecrets
from oob.console.stream import Tape
from oob.console.transcript import Transcript
from oob.device.connect import LOGIN, connect
from oob.device.device import Device
from oob.errors import ProfileError, UsageError
from oob.events import Events
from oob.inventory import device as entries
from oob.naming import folder_name
from oob.profile.model import Profile
from oob.profile.store import load
from oob.secret.masking import Masker
from oob.transport.access import Access
from oob.transport.budget import Budget
from oob.transport.url import parse


class Reach:
    """Opens the consoles of one inventory entry; *folder* is where transcripts go, *masker* knows the secrets.

    In *budgets* lies what paths with a byte budget have used.
    """

    def __init__(
        self,
        entry: entries.Device,
        login: LoginSecrets,
        *,
        folder: Path,
        masker: Masker,
        budgets: Path | None = None,
        access: Access | None = None,
        events: Events | None = None,
    ) -> None:
        self.entry = entry
        self.login = login
        self.folder = folder
        self.masker = masker
        self.events = events or Events()
        hosts = dict(entry.hosts.names) if entry.hosts else {}
        access = access or Access()
        self.access = replace(access, hosts={**access.hosts, **hosts}, events=self.events)
        if budgets:
            self.access = replace(self.access, budgets=self._budgets(budgets))
        if (profile := _profile(entry.platform)) and profile.configuration:
            masker.look_for(profile.configuration.secrets, profile.console.notices)

    def open(self, paths: Sequence[str] = (), *, timeout: float = LOGIN) -> Device:
        """Return the device over the first of *paths* (else of the entry's own) that works; see connect."""
        if not self.entry.platform:
            raise UsageError(f"{self.entry.name}: no platform is given; say which with --platform or in the inventory")
        return connect(
            list(paths) or [path.url for path in self.entry.paths],
            platform=self.entry.platform,
            secrets=self.login,
            access=self.access,
            tape=self._tape,
            events=self.events,
            timeout=timeout,
        )

    def _tape(self, path: str) -> Tape | None:
        """Return what the session over *path* is written on: a disk that takes none keeps nobody from the device."""
        say = partial(self.events.say, "console.note")
        try:
            return Lenient(self.transcript(path), say)
        except OSError as error:
            say(f"there will be no transcript: {error.strerror}")
            return None

    def _budgets(self, folder: Path) -> dict[str, Budget]:
        file = folder / f"{folder_name(self.entry.name)}.json"
        budgets = {}
        for path in self.entry.paths:
            if path.byte_budget:
                with suppress(UsageError):  # a path that cannot be understood fails when it is opened
                    url = str(parse(path.url, self.access.hosts))
                    budgets[url] = Budget(path.name, path.byte_budget, file)
        return budgets

    def transcript(self, path: str) -> Transcript:
        """Return a new transcript for a session over *path*."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%fZ")
        name = folder_name(self.entry.name)
        return Transcript(self.folder, f"{name}-{now}", self.masker, title=f"{self.entry.name} over {path}")


def _profile(platform: str) -> Profile | None:
    """Return the profile of *platform*; a person's console, and Netmiko, need none."""
    try:
        return load(platform) if platform else None
    except ProfileError:
        return None
