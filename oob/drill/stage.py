"""The stage of a drill: routers, a home with their inventory and baselines, and the faults to inject.

A drill changes routers only over their consoles or by a fault of the lab.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self, TypeVar

from oob.backup.catalogue import Catalogue
from oob.backup.folder import Backup
from oob.console.transcripts import Transcripts
from oob.deadline import Deadline
from oob.device.session import DeviceSession
from oob.drill.part import RouterPart
from oob.errors import DeviceError
from oob.events import STAGE, Event, Events
from oob.inventory.home import Home
from oob.inventory.inventory import Inventory
from oob.recovery.api import take_backup
from oob.recovery.context import Collaborators
from oob.secret.credentials import Credentials
from oob.secret.masking import Masker
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.opening import open_url

T = TypeVar("T")
TRIES = 3  # an approver may be misheard
HOLD_SECONDS = 30.0
START_SECONDS = 300.0


class DrillStage(ABC):
    """Routers to drill on, and the home that the drill's recoveries work in. Use with `with`."""

    is_own: ClassVar[bool]
    is_scripted: bool = True  # the drill knows these routers, and has commands of its own for them
    inventory: Inventory

    def __init__(self, folder: Path, events: Events, access: Access) -> None:
        self.home = Home(folder)
        self.logins: dict[str, Credentials] = {}  # of routers that are recovered with another login than the lab's
        self.ask: Callable[[str], str] = lambda name: ""  # what an approver answers
        self._events = events
        self._access = access
        self._starts: dict[str, threading.Event] = {}
        self._holders: list[Transport] = []

    @abstractmethod
    def __enter__(self) -> Self: ...

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    # --- the routers

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """The routers to break; a scenario with a single router takes the first."""

    @abstractmethod
    def part(self, name: str) -> RouterPart:
        """Return the commands for a player; its baseline exists by then."""

    @abstractmethod
    def credentials(self, name: str) -> Credentials:
        """Return the local login of a router."""

    def means(self, name: str) -> Collaborators:
        """Return the context for the recovery of a router."""
        return Collaborators(
            home=self.home,
            secrets=self.logins.get(name) or self.credentials(name),
            operator="drill",
            access=self._access,
            events=self._events,
            ask=self.ask,
            tries=TRIES,
        )

    # --- setting it

    @contextmanager
    def quickly(self) -> Iterator[None]:
        """Let lines be fast while it lasts, where the stage can: the drill begins afterwards."""
        yield

    def say(self, text: str, device: str = "") -> None:
        """Report a change of the stage, or of one *device* on it."""
        self._events.emit(STAGE, text, device=device)

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call *listener* with each event of the runs."""
        self._events.subscribe(listener)

    def start_later(self, name: str) -> threading.Event:
        """Let the recovery of *name* begin only once the returned event is set."""
        return self._starts.setdefault(name, threading.Event())

    def wait_for_start(self, name: str) -> None:
        """Wait until the recovery of *name* may begin."""
        if name in self._starts and not self._starts[name].wait(START_SECONDS):
            raise DeviceError(f"the recovery of {name} could not begin within {START_SECONDS:.0f} s")

    def hold(self, url: str) -> None:
        """Keep the path *url* open until the drill ends, as another operator does."""
        self._holders.append(open_url(url, Deadline(HOLD_SECONDS), self._access))

    def release(self) -> None:
        """Close the paths that `hold` keeps open."""
        while self._holders:
            self._holders.pop().close()

    def at_once(self, names: Sequence[str], act: Callable[[str], T]) -> tuple[T, ...]:
        """Run *act* for each of *names* in parallel: a console is slow, and each router has its own.

        An interrupt does not wait for work on oob's own routers, which are thrown away.
        """
        results: list[Future[T]] = [Future() for _ in names]

        def work(name: str, result: Future[T]) -> None:
            try:
                result.set_result(act(name))
            except BaseException as error:  # it is raised where the result is asked for
                result.set_exception(error)

        threads = [
            threading.Thread(target=work, args=pair, name=f"drill {pair[0]}", daemon=self.is_own)
            for pair in zip(names, results, strict=True)
        ]
        for thread in threads:
            thread.start()
        try:
            return tuple(result.result() for result in results)
        except KeyboardInterrupt:
            threads = [] if self.is_own else threads
            raise
        finally:
            for thread in threads:
                thread.join()

    def type(self, name: str, lines: Sequence[str], *commands: str) -> None:
        """Paste *lines* into a router and run *commands*, as an engineer would in a change."""
        secrets = self.credentials(name)
        masker = Masker(secrets.secrets())
        entry = self.inventory.device(name)
        tape = Transcripts.of(self.home.transcripts, name, masker).begin
        with DeviceSession(entry, secrets, tape=tape, masker=masker, access=self._access) as device:
            if lines:
                refused = device.paste(lines).errors
                if refused:
                    raise DeviceError(f"the stage could not be set: {name} refused {refused[0].text!r}")
            for command in commands:
                device.run(command)

    def baseline(self, name: str) -> Backup:
        """Back a router up and mark the backup known-good."""
        backup = take_backup(self.inventory.device(name), self.means(name), reason="baseline of a drill")
        good = Catalogue(self.home.backups).mark_good(name, backup.manifest.id, by="drill")
        self.say("baseline taken", name)
        return good

    def backups(self, name: str) -> tuple[Backup, ...]:
        """Return the backups of a router, oldest first."""
        catalogue = Catalogue(self.home.backups)
        return tuple(catalogue.find(name, entry.id) for entry in reversed(catalogue.list(name)))

    @abstractmethod
    def fault(self, name: str, fault: str, **arguments: Any) -> None:
        """Inject a fault into a router or its line; raises UsageError where the stage cannot."""
