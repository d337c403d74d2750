"""The way to one device's console, kept open: the first path that works, and any path again after one has died."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from oob.console.lenient import Lenient
from oob.console.transcript import Transcript
from oob.deadline import Deadline
from oob.device.connect import OPEN, Failure, connect
from oob.device.device import Device
from oob.errors import (
    BudgetSpent,
    ConsoleInUse,
    ConsoleSilent,
    JournalError,
    OobError,
    PathBusy,
    PathLost,
    TransportError,
    UsageError,
)
from oob.events import Event
from oob.inventory import device as inventory
from oob.recovery.interruption import is_interruption
from oob.recovery.means import Means
from oob.recovery.record import Record
from oob.transport.url import open_url

PAUSE = (0.2, 5.0)  # seconds between the tries to come back, the first and the longest
WAIT = (1.0, 15.0)  # the same for a path that somebody has
LOOK = 5.0  # how long a path may take to open that is not needed yet
READINGS = 3  # how often a part of a run that only reads is begun again after the path died
HANDS_OFF = 10.0  # how long nobody may have typed before we do again

_T = TypeVar("_T")


def _pauses(bounds: tuple[float, float]) -> Iterator[float]:
    """Yield pauses of which each is twice the one before, from the first to the longest."""
    pause, longest = bounds
    while True:
        yield pause
        pause = min(2 * pause, longest)


class Tally:
    """A tape that counts what crosses the line before it is written down; *lines* are the returns that were typed.

    A disk that stops taking it does not stop a recovery: that is said once, and from then on the line is only counted.
    """

    def __init__(self, transcript: Transcript, counted: dict[str, int], record: Record) -> None:
        self._tape = Lenient(transcript, partial(record.note, "warning"))
        self._counted = counted

    def received(self, data: bytes) -> None:
        """Count and write down what came from the device."""
        self._counted["bytes_in"] += len(data)
        self._tape.received(data)

    def sent(self, data: bytes) -> None:
        """Count and write down what went to the device."""
        self._counted["bytes_out"] += len(data)
        self._counted["lines"] += data.count(b"\r")
        self._tape.sent(data)

    def mark(self, text: str) -> None:
        """Mark that something begins here."""
        self._tape.mark(text)

    def close(self) -> None:
        """End the transcript."""
        self._tape.close()


class Hold:
    """Opens the console of *entry* and writes everything that crosses it below *folder*.

    A path that died is tried again, with the others, for up to *reopen* seconds.
    """

    def __init__(self, entry: inventory.Device, means: Means, record: Record, folder: Path, reopen: float) -> None:
        self._entry = entry
        self._means = means
        self._access = replace(means.access, events=record.below)
        self._record = record
        self._folder = folder
        self._limit = reopen
        self._tapes: list[Tally] = []
        self.counted = {"bytes_in": 0, "bytes_out": 0, "lines": 0}
        self._device: Device | None = None
        self._url = ""
        self._failed: set[str] = set()  # the paths that were busy or dead when last tried
        record.below.subscribe(self._heard)

    @property
    def device(self) -> Device:
        """The device, once `open` has reached it."""
        if self._device is None:
            raise UsageError(f"{self._entry.name} has not been reached yet")
        return self._device

    def open(self, wait: float = 0.0) -> Device:
        """Reach the device over the first path that works, and return it logged in.

        Where none does and one is busy, all are tried again until it is given back, for up to *wait* seconds.
        """
        urls = [path.url for path in self._entry.paths]
        with self._record.act("reach", f"reach the console of {self._entry.name}") as outcome:
            self._device = connect(
                urls,
                platform=self._entry.platform,
                secrets=self._means.secrets,
                access=self._access,
                tape=self._tape,
                events=self._record.below,
                again=self._waiting(wait),
            )
            self._record.journal.path = self._device.path
            outcome.update(path=self._device.path, state_found=self._device.state_found, hostname=self._device.hostname)
        return self._device

    def _waiting(self, seconds: float) -> Callable[[Sequence[Failure]], bool]:
        """Return what waits for a path that is busy and says who has it, until *seconds* are over."""
        clock = self._means.clock
        deadline, pauses, said = Deadline(seconds, clock.monotonic), _pauses(WAIT), ""

        def again(failures: Sequence[Failure]) -> bool:
            nonlocal said
            busy = "; ".join(str(failure) for failure in failures if isinstance(failure, PathBusy))
            if not busy or deadline.is_over:
                return False
            if busy != said:
                said = busy
                self._record.note("path.failed", f"{busy}; it is waited for, up to {deadline.remaining():.0f} s")
            clock.wait(min(next(pauses), deadline.remaining()))
            return True

        return again

    def steady(self, part: Callable[[], _T]) -> _T:
        """Do a *part* that may be done twice, and again after the path died in the middle of it."""
        left = READINGS
        while True:
            left -= 1
            try:
                return part()
            except OobError as error:
                if not is_interruption(error) or not left:
                    raise
                self._record.note("part.interrupted", str(error), kind=type(error).__name__)
                self.again(error)

    def again(self, error: OobError) -> None:
        """Come back to the console after *error*: once nobody else types on it, or over a path that works again.

        Raises what keeps us from it for too long.
        """
        if isinstance(error, ConsoleInUse):
            self._wait_for_turn(error)
        else:
            if isinstance(error, PathLost) and error.is_gone:
                self._failed.add(self._url)
            self._reopen()

    def _wait_for_turn(self, error: ConsoleInUse) -> None:
        """Type nothing until it has been quiet for a while; what was left half typed is then cleared, not run."""
        text = f"{error}; nothing is typed until it has been quiet for {HANDS_OFF:.0f} s"
        conversation = self.device.console.conversation
        deadline, quiet = Deadline(self._limit), Deadline(HANDS_OFF)
        with self._record.act("pause", text):
            while not quiet.is_over:
                if conversation.typed_in(conversation.stream.read(quiet.remaining())):
                    quiet = Deadline(HANDS_OFF)
                if deadline.is_over:
                    raise error
            self.device.console.open(max(1.0, deadline.remaining()))

    def _reopen(self) -> None:
        """Come back over whichever path works before the time for it is over.

        First only a return is typed, so that a device in the middle of a command is not disturbed; a console that says
        nothing to that for half of the time is woken. Raises the last error when no path comes back.
        """
        clock = self._means.clock
        deadline = Deadline(self._limit, clock.monotonic)
        gentle = Deadline(self._limit / 2, clock.monotonic)
        pauses, said = _pauses(PAUSE), ""
        with self._record.act("reopen", "come back to the console") as outcome:
            while True:
                try:
                    self._try_paths(deadline, is_gentle=not gentle.is_over)
                    break
                except (TransportError, ConsoleSilent) as error:
                    if str(error) != said:
                        said = str(error)
                        self._record.note("path.failed", said)
                    if deadline.is_over or isinstance(error, BudgetSpent):
                        raise
                clock.wait(min(next(pauses), deadline.remaining()))
            outcome.update(path=self.device.path, hostname=self.device.hostname)

    def try_others(self) -> Iterator[tuple[inventory.ConsolePath, str]]:
        """Open each path behind the one in use and give it back; tell why it did not open, "" where it did.

        Nothing is typed on them. Those before the one in use have been tried on the way in.
        """
        urls = [path.url for path in self._entry.paths]
        behind = urls.index(self._url) + 1 if self._url in urls else len(urls)
        for path in self._entry.paths[behind:]:
            try:
                open_url(path.url, Deadline(LOOK), self._access).close()
                yield path, ""
            except OobError as error:
                yield path, str(error)

    def _heard(self, event: Event) -> None:
        if event.name == "path.trying":
            self._url = event.text
            self._failed.discard(event.text)
        elif event.name == "path.failed":
            self._failed.add(self._url)

    def close(self) -> None:
        """Leave the console as it was found."""
        if self._device is not None:
            self._device.close()
            self._record.journal.path = ""
        self._close_tapes()

    def drop(self) -> None:
        """Let go of the path without typing anything: what the device is doing goes on."""
        if self._device is not None:
            self._device.console.stream.transport.close()
            self._device = None
        self._close_tapes()

    def _try_paths(self, deadline: Deadline, *, is_gentle: bool) -> None:
        """Try every path once; raises the error of the last.

        The one in use comes first, which is often there again at once, then the others; those that were busy or dead
        when last tried come after all of these, in the same order.
        """
        console = self.device.console
        failure: TransportError | ConsoleSilent | None = None
        for path in sorted(self._entry.paths, key=lambda path: (path.url in self._failed, path.url != self._url)):
            console.stream.transport.close()  # a path that is exclusive could not be opened again beside itself
            try:
                transport = open_url(path.url, Deadline(min(OPEN, max(1.0, deadline.remaining()))), self._access)
                self.device.reopen(transport)
            except ConsoleSilent as error:
                failure = error
                if is_gentle:
                    continue
                try:
                    console.open(max(1.0, deadline.remaining()))
                except (TransportError, ConsoleSilent) as silent:
                    failure = silent
                    continue
            except BudgetSpent as error:
                failure = failure or error  # waiting brings no bytes, but may bring another path
                self._failed.add(path.url)
                continue
            except TransportError as error:
                failure = error
                self._failed.add(path.url)
                continue
            self._url = path.url
            self._failed.discard(path.url)
            self._record.journal.path = self.device.path
            return
        raise failure or UsageError(f"{self._entry.name} has no path to its console")

    def _tape(self, path: str) -> Tally:
        number = len(list(self._folder.glob("console-*.log"))) + 1
        try:
            transcript = Transcript(self._folder, f"console-{number}", self._record.masker, title=path)
        except OSError as error:
            raise JournalError(f"{self._folder}: no transcript can be begun: {error.strerror}") from error
        tape = Tally(transcript, self.counted, self._record)
        self._tapes.append(tape)
        return tape

    def _close_tapes(self) -> None:
        for tape in self._tapes:
            tape.close()
