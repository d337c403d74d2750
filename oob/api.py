"""oob as a library: `oob.connect(...)` gives a device that can also be backed up and recovered."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from oob.device.reach import Reach
from oob.events import Events
from oob.inventory.device import ConsolePath, Device
from oob.inventory.home import Home
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker
from oob.transport.access import Access

if TYPE_CHECKING:
    from oob.backup.folder import Backup
    from oob.console.output import Output
    from oob.console.paste import Pasted
    from oob.recovery.means import Choices, Means
    from oob.recovery.outcome import Outcome
    from oob.routing.table import RouteTable


class Connection:
    """A device whose console is open; use it with `with`, so that the console is left as it was found.

    `backup` and `recover` close the console and open it again over their own path, with their own transcript.
    """

    def __init__(self, entry: Device, login: Credentials, home: Home, access: Access, events: Events) -> None:
        self.entry = entry
        self._login = login
        self._home = home
        self._events = events
        way = Reach(
            entry,
            login,
            folder=home.transcripts,
            masker=Masker(login.secrets()),
            budgets=home.budgets,
            access=access,
            events=events,
        )
        self._access = way.access
        self.device = way.open()

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
        """Return the routing tables, all VRFs and families; raises RouteError at a line that no rule understands."""
        return self.device.routes()

    def backup(self, *, change: str = "", reason: str = "") -> Backup:
        """Read the device whole into a new folder of the home's backups."""
        from oob.recovery.recover import take_backup

        self.close()
        return take_backup(self.entry, self._means(), change=change, reason=reason)

    def recover(self, choices: Choices | None = None) -> Outcome:
        """Bring the device back to its known-good backup and prove it; see `oob recover`."""
        from oob.recovery.recover import recover

        self.close()
        return recover(self.entry, self._means(), choices)

    def _means(self) -> Means:
        from oob.recovery.means import Means

        return Means(
            home=self._home,
            secrets=self._login,
            operator=getpass.getuser(),
            access=self._access,
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
) -> Connection:
    """Open the console behind *url* (or the first of several that works), log in, and return the device.

    *name* is what its backups are filed under; *home* is where everything is written (else `OOB_HOME`, else `~/.oob`).
    """
    urls = [url] if isinstance(url, str) else list(url)
    entry = Device(
        name=name,
        platform=platform,
        paths=tuple(ConsolePath(url=one, name=str(number)) for number, one in enumerate(urls, 1)),
    )
    login = Credentials(username=username, password=password, enable=enable)
    return Connection(entry, login, Home.find(str(home)), access or Access(), events or Events())
