"""oob as a library: `oob.connect(...)` gives a device that can also be backed up and recovered."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oob.console.transcripts import Transcripts
from oob.device.connect import entry_of
from oob.device.identity import Trust
from oob.device.session import DeviceSession
from oob.events import Events
from oob.inventory.device import Expect, InventoryDevice
from oob.inventory.home import Home
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker
from oob.transport.access import Access

if TYPE_CHECKING:
    from oob.backup.folder import Backup
    from oob.console.output import Output
    from oob.console.paste import Pasted
    from oob.recovery.context import Collaborators, RunOptions
    from oob.recovery.record.outcome import Outcome
    from oob.routing.table import RouteTable


class Connection:
    """A device whose console is open; use it with `with`, so that the console is left as it was found.

    `recover` closes the console and opens it again over its own path, with its own transcript.
    """

    def __init__(
        self,
        entry: InventoryDevice,
        login: Credentials,
        home: Home,
        access: Access,
        events: Events,
        trust: Trust | None = None,
    ) -> None:
        self.entry = entry
        self._login = login
        self._home = home
        self._events = events
        masker = Masker(login.secrets())
        self._session = DeviceSession(
            entry,
            login,
            trust=trust,
            tape=Transcripts.of(home.transcripts, entry.name, masker).begin,
            masker=masker,
            budgets=home.budgets,
            pastes=home.pastes,
            access=access,
            events=events,
        )
        self.device = self._session.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the console as it was found."""
        self.device.close()

    def run(self, command: str, *, silence: float | None = None) -> Output:
        """Run *command* and return its whole output; *silence* is how long the device may say nothing, in seconds."""
        return self.device.run(command, silence=silence)

    def paste(self, lines: Sequence[str]) -> Pasted:
        """Paste configuration lines, each echo checked."""
        return self.device.paste(lines)

    def routes(self) -> RouteTable:
        """Return the routing tables, all VRFs and families; unrecognised lines are kept as opaque lines."""
        return self.device.routes()

    def backup(self, *, change: str = "", reason: str = "") -> Backup:
        """Read the device whole into a new folder of the home's backups; the session stays open."""
        from oob.recovery.api import keep, reading_lease

        means = self._means()
        with reading_lease(self.entry, means):
            return keep(self._session, means, change=change, reason=reason)

    def recover(self, choices: RunOptions | None = None) -> Outcome:
        """Bring the device back to its known-good backup and prove it; see `oob recover`."""
        from oob.recovery.api import recover

        self.close()
        return recover(self.entry, self._means(), choices)

    def _means(self) -> Collaborators:
        from oob.recovery.context import Collaborators

        return Collaborators(
            home=self._home,
            secrets=self._login,
            operator=getpass.getuser(),
            access=self._session.access,
            trust=self._session.trust,
            events=self._events,
        )


def connect(
    url: str | Sequence[str],
    *,
    platform: str,
    name: str = "console",
    username: str | None = None,
    password: str | None = None,
    enable: str | None = None,
    home: str | Path = "",
    access: Access | None = None,
    events: Events | None = None,
    expect: Expect | None = None,
    any_device: bool = False,
) -> Connection:
    """Open the console behind *url* (or the first of several that leads to it), log in, and return the device.

    *expect* names the device: its serial number and hostname are compared before anything else is typed, and
    WrongDevice is raised where no path leads to it. *any_device* types credentials at the prompt of any hostname.
    *name* is what its backups are filed under; *home* is where everything is written (else `OOB_HOME`, else `~/.oob`).
    """
    entry = entry_of(url, platform, name=name, expect=expect)
    login = Credentials(username=username, password=password, enable=enable)
    trust = Trust(any_name=any_device)
    return Connection(entry, login, Home.find(str(home)), access or Access(), events or Events(), trust)
