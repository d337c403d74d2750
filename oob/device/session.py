"""The session to one device: opened over the first path that leads to it, identified each time, and reopened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from oob.clock import Clock
from oob.console.console import Console
from oob.console.conversation import OthersTyping
from oob.console.counting_tape import CountingTape
from oob.console.lenient import Lenient
from oob.console.login import LoginSecrets
from oob.console.stream import Tape
from oob.console.window import Learnt
from oob.deadline import Deadline
from oob.device.device import Device
from oob.device.identity import UNCHECKED, Expected, Identity, Trust
from oob.device.paste_memory import PasteMemory
from oob.device.session_log import EventLog, SessionLog
from oob.errors import (
    BudgetSpent,
    ConsoleInUse,
    ConsoleSilent,
    HostKeyRefused,
    JournalError,
    LoginRefused,
    OobError,
    PathBusy,
    PathLost,
    ProfileError,
    ServerLoginRefused,
    TransportError,
    UsageError,
    WrongDevice,
)
from oob.events import (
    CONSOLE_NOTE,
    PATH_FAILED,
    PATH_OPEN,
    PATH_TRYING,
    PAUSE,
    REACH,
    REOPEN,
    Events,
)
from oob.inventory import device as inventory
from oob.naming import folder_name
from oob.profile.model import Profile
from oob.profile.store import load, platforms
from oob.secret.masking import Masker
from oob.transport.access import Access
from oob.transport.base import Transport
from oob.transport.budget import UNLIMITED, Budget
from oob.transport.opening import open_url
from oob.transport.url import parse

OPEN = 30.0
LOGIN = 180.0
BACK, AT_ONCE = 10.0, 2.0  # seconds for a path to open over which we only log out
LOOK = 5.0  # how long a path may take to open that is not needed yet
RETRY = (0.2, 5.0)  # seconds between the tries to come back, the first and the longest
WAIT = (1.0, 15.0)  # the same for a path that is busy
HANDS_OFF = 10.0  # how long another operator must not have typed before we do again
FINAL = (LoginRefused, JournalError)  # another path leads to the same accounts, and to the same disk

_T = TypeVar("_T")
Failures = list[tuple[inventory.ConsolePath, OobError]]


def _never(failures: Failures) -> bool:
    return False


class DeviceSession:
    """Opens the console of *entry* over the first path that leads to the expected device, and keeps it.

    Each opening, the first and any after a drop, identifies the device before anything else is typed. With *reopen* a
    path that died is tried again, with the others, for so many seconds. *tape* makes the transcript of a path; a full
    disk does not block access to the device. *pastes* is the folder of what pastes have learnt of paths. The *lease*
    is held while the session is used with `with`.
    """

    def __init__(
        self,
        entry: inventory.InventoryDevice,
        login: LoginSecrets,
        *,
        expected: Expected | None = None,
        trust: Trust | None = None,
        access: Access | None = None,
        budgets: Path | None = None,
        pastes: Path | None = None,
        events: Events | None = None,
        tape: Callable[[str], Tape] | None = None,
        masker: Masker | None = None,
        log: SessionLog | None = None,
        clock: Clock | None = None,
        lease: Callable[[], AbstractContextManager[object]] = nullcontext,
        reopen: float = 0.0,
    ) -> None:
        self.entry = entry
        self.login = login
        self.events = events or Events()
        self.masker = masker or Masker()
        self.counted = {"bytes_in": 0, "bytes_out": 0, "lines": 0}
        self.access = _access(entry, access or Access(), self.events, budgets)
        self.log = log or EventLog(self.events, entry.name)
        self._clock = clock or Clock()
        self._memory = PasteMemory(pastes, entry.name)
        self._recalled: Learnt | None = None
        self._lease = lease
        self._limit = reopen
        self._begin = tape
        self._stack = ExitStack()
        self._tapes: list[CountingTape] = []
        self._device: Device | None = None
        self._path: inventory.ConsolePath | None = None
        self._failed: set[str] = set()  # the paths that were busy or dead when last tried
        self._wrong: dict[str, WrongDevice] = {}  # the paths that lead to another device
        self._locked: dict[str, OobError] = {}  # the paths whose server refused our login or shows another key
        self.trust = trust or Trust()
        self._identity = Identity(
            entry.name,
            expected or Expected.of(entry.expect),
            trust=self.trust,
            warn=self.log.warn,
            pins=reopen > 0,
        )
        self._look_for_secrets()

    def _look_for_secrets(self) -> None:
        """Let the masker hide the platform's secrets; where none is known, those of any."""
        names = (self.entry.platform,) if profile_of(self.entry.platform) else platforms()
        for profile in filter(None, map(profile_of, names)):
            self.masker.look_for(profile.secrets, profile.console.notices)

    def expect(self, expected: Expected) -> None:
        """Compare each device that is met from now on with *expected*."""
        self._identity.expected = expected

    def __enter__(self) -> Device:
        with ExitStack() as stack:
            stack.enter_context(self._lease())
            device = self.open()
            self._stack = stack.pop_all()
        return device

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._stack:
            self.close()

    # --- what it is now

    @property
    def device(self) -> Device:
        """The device, once `open` has reached it."""
        if self._device is None:
            raise UsageError(f"{self.entry.name} has not been reached yet")
        return self._device

    @property
    def url(self) -> str:
        """The URL of the path in use, "" before one is open."""
        return self._path.url if self._path else ""

    @property
    def budget(self) -> Budget | None:
        """The byte budget of the path in use, where it has one."""
        return self.device.budget

    # --- opening it

    def open(self, *, wait: float = 0.0, timeout: float = LOGIN) -> Device:
        """Reach the device over the first path that leads to it, and return it identified and in its home state.

        A path that fails in any way, or leads to another device, gives way to the next; a refused login does not, since
        another path leads to the same accounts. Where none works and one is busy, all are tried again until it is given
        back, for up to *wait* seconds. Raises WrongDevice where a path led to another device and none to this one, else
        the error of the first path, with the others in its text.
        """
        if not self.entry.platform:
            raise UsageError(f"{self.entry.name}: no platform is given; say which with --platform or in the inventory")
        profile = load(self.entry.platform)
        with self.log.act(REACH, f"reach the console of {self.entry.name}") as outcome:
            self._device = device = self.first(lambda path: self._enter(path, profile, timeout), self._waiting(wait))
            outcome.update(path=device.path, state_found=device.state_found, hostname=device.hostname)
        return device

    def open_line(self) -> Transport:
        """Open the first path that opens and return it; nothing is typed on it, and no login is made.

        A server that has refused a login is not asked again: that could lock the account.
        """

        def opened(path: inventory.ConsolePath) -> Transport:
            if path.url in self._locked:
                raise self._locked[path.url]
            try:
                return self._open_path(path, OPEN)
            except (ServerLoginRefused, HostKeyRefused) as error:
                self._locked[path.url] = error
                raise

        return self.first(opened)

    def first(self, act: Callable[[inventory.ConsolePath], _T], again: Callable[[Failures], bool] = _never) -> _T:
        """Return what *act* gives for the first path that it does not fail on; *again* says whether to start over."""
        if not self.entry.paths:
            raise UsageError(f"{self.entry.name} has no path to its console")
        failures: Failures = []
        while True:
            for path in self.entry.paths:
                try:
                    return self._try(path, act)
                except FINAL:
                    raise
                except OobError as error:
                    failures.append((path, error))
                    if path is not self.entry.paths[-1]:  # why the last one failed is in the error
                        self.events.emit(PATH_FAILED, _named(path, error))
            if not again(failures):
                raise _all_failed(failures)
            failures.clear()

    def _try(self, path: inventory.ConsolePath, act: Callable[[inventory.ConsolePath], _T]) -> _T:
        if path.url in self._wrong:
            raise self._wrong[path.url]
        self.events.emit(PATH_TRYING, path.url)
        try:
            found = act(path)
        except OobError as error:
            self._failed.add(path.url)
            if isinstance(error, WrongDevice):
                self._wrong[path.url] = error
            raise
        self._failed.discard(path.url)
        self._path = path
        return found

    def _enter(self, path: inventory.ConsolePath, profile: Profile, timeout: float) -> Device:
        started = self._clock.monotonic()
        transport = self._open_path(path, OPEN)
        console = Console(
            transport,
            profile,
            self.login,
            tape=self.tape(transport.path),
            say=lambda text: self.events.emit(CONSOLE_NOTE, text, device=self.entry.name),
            gate=self._identity,
            trip=self._clock.monotonic() - started,
        )
        try:
            self._log_in(console, timeout)
        except BaseException:
            console.stream.close()
            raise
        self.events.emit(PATH_OPEN, transport.path)
        self.log.reached(transport.path)
        self._recall(path, console)
        return Device(console, self._ways_back, lambda: self._identity.answers)

    def _log_in(self, console: Console, timeout: float) -> None:
        """Bring *console* to its home state, once more after another operator has typed into that."""
        try:
            console.open(timeout)
        except ConsoleInUse as error:
            if not self._limit:
                raise
            self._wait_for_turn(console, error)
            console.open(timeout)

    def _recall(self, path: inventory.ConsolePath, console: Console) -> None:
        """Let pastes over *path* begin with what earlier ones have learnt of it."""
        self._recalled = self._memory.recall(path.url, console.host, console.stream)
        console.conversation.learnt = self._recalled

    def _keep_learnt(self) -> None:
        """Keep what pastes over the present path have learnt."""
        learnt = self._device.console.conversation.learnt if self._device else None
        if learnt and learnt != self._recalled:
            self._memory.keep(self.url, self.device.hostname, learnt)

    def _open_path(self, path: inventory.ConsolePath, seconds: float) -> Transport:
        return open_url(path.url, Deadline(seconds), self.access)

    def tape(self, path: str) -> CountingTape:
        """Return what the session over *path* is counted and written on."""

        def say(text: str) -> None:
            self.log.note(CONSOLE_NOTE, text)

        tape = None
        try:
            tape = Lenient(self._begin(path), say) if self._begin else None
        except OSError as error:
            self._begin = None  # said once, not for each path
            say(f"no transcript is written: {error.strerror}")
        self._tapes.append(CountingTape(tape, self.counted))
        return self._tapes[-1]

    def compare_name(self, name: str, secret: str = "") -> WrongDevice | None:
        """Return why a device that shows *name* is not the expected one, where a library logs in and not we."""
        if not self._identity.expected.names:
            self._identity.say(UNCHECKED)
        return self._identity.objection(name, secret)

    def _waiting(self, seconds: float) -> Callable[[Failures], bool]:
        """Return what waits for a path that is busy and says who has it, until *seconds* are over."""
        deadline, pauses, said = Deadline(seconds, self._clock.monotonic), _pauses(WAIT), ""

        def again(failures: Failures) -> bool:
            nonlocal said
            busy = "; ".join(str(error) for _, error in failures if isinstance(error, PathBusy))
            if not busy or deadline.is_over:
                return False
            if busy != said:
                said = busy
                self.log.note(PATH_FAILED, f"{busy}; it is waited for, up to {deadline.remaining():.0f} s")
            self._clock.wait(min(next(pauses), deadline.remaining()))
            return True

        return again

    # --- coming back to it

    def again(self, error: OobError) -> None:
        """Come back to the console after *error*: once no other operator types on it, or over a path that works again.

        Raises what keeps us from it for too long; WrongDevice where only paths to another device are left.
        """
        if isinstance(error, ConsoleInUse):
            self._wait_for_turn(self.device.console, error)
            self.device.console.open(max(1.0, self._limit))
        else:
            if isinstance(error, PathLost) and error.is_gone:
                self._failed.add(self.url)
            self._reopen()

    def _wait_for_turn(self, console: Console, error: ConsoleInUse) -> None:
        """Type nothing until it has been quiet for a while; a half-typed line is then cleared, not run."""
        text = f"{error}; nothing is typed until it has been quiet for {HANDS_OFF:.0f} s"
        typing = OthersTyping(console.conversation)
        deadline, quiet = Deadline(self._limit), Deadline(HANDS_OFF)
        with self.log.act(PAUSE, text, limit=self._limit):
            while not quiet.is_over:
                if typing.goes_on(quiet.remaining()):
                    quiet = Deadline(HANDS_OFF)
                if deadline.is_over:
                    raise error

    def _reopen(self) -> None:
        """Come back over whichever path works before the time for it is over.

        First only a return is typed, so that a device in the middle of a command is not disturbed; a console that says
        nothing to that for half of the time is woken. Raises the last error when no path comes back.
        """
        deadline = Deadline(self._limit, self._clock.monotonic)
        gentle = Deadline(self._limit / 2, self._clock.monotonic)
        pauses, said = _pauses(RETRY), ""
        with self.log.act(REOPEN, "reconnect to the console", limit=self._limit) as outcome:
            while True:
                try:
                    self._try_paths(deadline, is_gentle=not gentle.is_over)
                    break
                except FINAL:
                    raise
                except OobError as error:
                    if str(error) != said:
                        said = str(error)
                        self.log.note(PATH_FAILED, said)
                    if deadline.is_over or isinstance(error, BudgetSpent | WrongDevice):
                        raise next(iter(self._wrong.values()), error) from error
                self._clock.wait(min(next(pauses), deadline.remaining()))
            outcome.update(path=self.device.path, hostname=self.device.hostname)

    def _try_paths(self, deadline: Deadline, *, is_gentle: bool) -> None:
        """Try every path once that does not lead to another device; raises the error of the last.

        The one in use comes first, which is often there again at once, then the others; those that were busy or dead
        when last tried come after all of these, in the same order.
        """
        failure: OobError | None = None
        self._keep_learnt()
        for path in self._in_order():
            self.device.drop()  # a path that is exclusive could not be opened again beside itself
            try:
                self._try(path, lambda path: self._come_back(path, deadline, is_gentle=is_gentle))
                return
            except FINAL:
                raise
            except BudgetSpent as error:
                failure = failure or error  # waiting brings no bytes, but may bring another path
            except WrongDevice as error:
                self.log.note(PATH_FAILED, _named(path, error))
                failure = failure if failure and not isinstance(failure, BudgetSpent) else error
            except OobError as error:
                failure = error
        if len(self._wrong) == len(self.entry.paths):
            failure = next(iter(self._wrong.values()))
        raise failure or UsageError(f"{self.entry.name} has no path to its console")

    def _in_order(self) -> Sequence[inventory.ConsolePath]:
        left = [path for path in self.entry.paths if path.url not in self._wrong]
        return sorted(left, key=lambda path: (path.url in self._failed, path is not self._path))

    def _come_back(self, path: inventory.ConsolePath, deadline: Deadline, *, is_gentle: bool) -> None:
        transport = self._open_path(path, min(OPEN, max(1.0, deadline.remaining())))
        try:
            self.device.reopen(transport)
        except ConsoleSilent:
            if is_gentle:
                raise
            self.device.console.open(max(1.0, deadline.remaining()))
        self.log.reached(transport.path)
        self._recall(path, self.device.console)

    def _ways_back(self) -> Iterator[Transport]:
        """Yield the paths that open, the dead path last and only if it is there at once."""
        for path in sorted(self.entry.paths, key=lambda path: path is self._path):
            if path.url in self._wrong:
                continue
            with suppress(OobError):
                yield self._open_path(path, AT_ONCE if path is self._path else BACK)

    # --- beside it

    def try_others(self) -> Iterator[tuple[inventory.ConsolePath, str]]:
        """Open each path behind the one in use and give it back; tell why it did not open, "" where it did.

        Nothing is typed on them. Those before the one in use have been tried on the way in.
        """
        behind = [path is self._path for path in self.entry.paths].index(True) + 1 if self._path else 0
        for path in self.entry.paths[behind:]:
            try:
                self._open_path(path, LOOK).close()
                yield path, ""
            except OobError as error:
                yield path, str(error)

    def close(self) -> None:
        """Leave the console as it was found."""
        self._keep_learnt()
        if self._device is not None:
            self._device.close()
            self.log.reached("")
        self._close_tapes()

    def drop(self) -> None:
        """Let go of the path without typing anything: what the device is doing goes on."""
        self._keep_learnt()
        if self._device is not None:
            self._device.drop()
            self._device = None
        self._close_tapes()

    def _close_tapes(self) -> None:
        for tape in self._tapes:
            tape.close()


def _access(entry: inventory.InventoryDevice, access: Access, events: Events, budgets: Path | None) -> Access:
    """Return what opening the paths of *entry* takes: its names, and its byte budgets from the folder *budgets*."""
    hosts = {**access.hosts, **(entry.hosts.names if entry.hosts else {})}
    access = replace(access, hosts=hosts, events=events)
    if budgets is None:
        return access
    file = budgets / f"{folder_name(entry.name)}.json"
    found = {}
    for path in entry.paths:
        shared = access.carriers.get(path.carrier)
        if path.byte_budget or shared:
            with suppress(UsageError):  # a URL that cannot be understood is never opened
                url = str(parse(path.url, hosts))
                found[url] = Budget(path.name, path.byte_budget or UNLIMITED, file, shared=shared)
    return replace(access, budgets={**access.budgets, **found})


def profile_of(platform: str) -> Profile | None:
    """Return the profile of *platform*; a person's console, and Netmiko, need none."""
    try:
        return load(platform) if platform else None
    except ProfileError:
        return None


def _pauses(bounds: tuple[float, float]) -> Iterator[float]:
    """Yield pauses of which each is twice the one before, from the first to the longest."""
    pause, longest = bounds
    while True:
        yield pause
        pause = min(2 * pause, longest)


def _named(path: inventory.ConsolePath, error: OobError) -> str:
    """Return the error with its path in front, where it does not say it."""
    return str(error) if isinstance(error, TransportError) and error.path else f"path {path.name}: {error}"


def _all_failed(failures: Failures) -> OobError:
    """Return what to raise where no path works: that one led to another device comes before all else."""
    errors = [error for _, error in failures]
    chosen = next((error for error in errors if isinstance(error, WrongDevice)), errors[0])
    if len(failures) > 1:
        texts = "; ".join(_named(path, error) for path, error in failures)
        chosen.args = (f"none of {len(failures)} paths works: {texts}",)
    return chosen
