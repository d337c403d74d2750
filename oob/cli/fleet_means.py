"""The collaborators of the runs of a fleet: one opened secrets file, one inventory, and one question at a time."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

from oob.backup.catalogue import Catalogue
from oob.cli.ask import reply
from oob.cli.operator import operator
from oob.cli.options import Settings
from oob.cli.target import AskedLogin
from oob.cli.unlock import unlock
from oob.device.session import DeviceSession
from oob.events import Events
from oob.fleet.limits import FleetLimits
from oob.inventory.device import InventoryDevice
from oob.inventory.inventory import Inventory
from oob.inventory.selector import Selection, Selector, select
from oob.recovery.context import Collaborators
from oob.recovery.question import Reply, TimedQuestion
from oob.secret.content import Secrets
from oob.secret.credentials import LOGIN, Credentials, resolve
from oob.secret.masking import Masker
from oob.transport.access import Access, ServerLogin
from oob.transport.carriers import allowances
from oob.transport.programs import Programs
from oob.web.presence import address_of


class FleetMeans:
    """Returns the inventory entry of a device and the collaborators of a run on it; *masker* learns every secret.

    A program that a path starts has to be in the home's programs.yaml: a fleet asks no question about it.
    """

    def __init__(self, settings: Settings, events: Events, *, username: str | None, accept_new_key: bool) -> None:
        self._settings = settings
        self._events = events
        self._username = username
        self._accept_new_key = accept_new_key
        self._programs = Programs.load(settings.home.programs)
        self._carriers = allowances(FleetLimits.load(settings.home.path).budgets())
        self._secrets: Secrets | None = None
        self.inventory = Inventory.load(settings.home)
        self.masker = Masker()

    def unlock(self) -> FleetMeans:
        """Open the secrets file, where there is one, and return this."""
        if self._settings.home.secrets.exists():
            self._secrets = unlock(self._settings).read()
        return self

    def __call__(self, name: str) -> tuple[InventoryDevice, Collaborators]:
        entry = self.inventory.device(name)
        return entry, self.collaborators(entry)

    def collaborators(self, entry: InventoryDevice) -> Collaborators:
        """Return the collaborators of a run on *entry*."""
        known = resolve(
            Credentials(username=self._username), environ=os.environ, stored=lambda: self._stored(entry), needed=LOGIN
        )
        login = AskedLogin(entry.name, known, can_ask=False)
        login.tell(self.masker.add)
        home = self._settings.home
        access = Access(
            programs=self._programs,
            known_hosts=home.known_hosts,
            carriers=self._carriers,
            accept_new_key=self._accept_new_key,
            server_login=ServerLogin(
                user=known.server_username or "", password=known.server_password or "", use_agent=True
            ),
        )
        way = DeviceSession(entry, login, budgets=home.budgets, access=access, events=self._events)
        return Collaborators(
            home=home,
            secrets=login,
            operator=operator(),
            access=way.access,
            events=self._events,
            agree=partial(self._ask, entry.name),
        )

    def _ask(self, name: str, question: TimedQuestion) -> Reply:
        """Put the question of the run on one device to the operator; one is asked at a time."""
        named = replace(question, text=f"{name}: {question.text}")
        return reply(named, plain=self._settings.plain, is_served=lambda: bool(address_of(self._settings.home)))

    def select(self, selector: Selector) -> Selection:
        """Return the chosen devices; a name that is not one is a change, of the devices that have a backup for it."""
        names = [
            name for word in selector.names for name in ([word] if word in self.inventory else self._changed_by(word))
        ]
        return select(replace(selector, names=tuple(dict.fromkeys(names))), self.inventory)

    def _changed_by(self, change: str) -> list[str]:
        known = Catalogue(self._settings.home.backups).list()
        found = [entry.device for entry in known if entry.manifest and entry.manifest.change == change]
        return [name for name in dict.fromkeys(found) if name in self.inventory] or [change]

    def _stored(self, entry: InventoryDevice) -> Credentials:
        return self._secrets.credentials(entry.name, entry.groups) if self._secrets else Credentials()
