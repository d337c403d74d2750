"""Carries a command out on several devices at once: a line and a record for each, a board, and the worst exit code."""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.options import UNATTENDED, Settings, leave_unread
from oob.cli.selection import filter_options, names_argument
from oob.errors import InternalFault, Interrupted, OobError, SecretError, UsageError
from oob.events import Tone
from oob.printable import one_line, printable, printable_json
from oob.recovery.record.results import DeviceResult, Results, utc_now
from oob.report.screen import SCREEN

if TYPE_CHECKING:
    from rich.console import Console

    from oob.inventory.inventory import Inventory
    from oob.inventory.selector import Selection, Selector
    from oob.report.crowd import CrowdView
    from oob.secret.content import Secrets
    from oob.transport.carriers import SharedAllowance

Command = TypeVar("Command", bound=Callable[..., Any])
Summary = Callable[[Any], str]
Detail = Callable[[Any], dict[str, Any]]

UNTRIED = frozenset({UsageError.exit_code, 141})  # exit codes that say nothing of a device
READERS = 200  # devices at once for a command that only reads; caps on what they share hold all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The form in which a command's answers are shown for several devices.

    *summary* is the line of an answer, else its first one; *detail* is the part kept for later. With *whole* the
    text below the line is shown for devices that are well, too. *jobs* is how many devices are under way at once, 0
    for what the home's limits say; *logs_in* opens the secrets file first. With *keeps* the end of a single device is
    kept, too.
    """

    kind: str
    summary: Summary | None = None
    detail: Detail | None = None
    whole: bool = False
    jobs: int = READERS
    logs_in: bool = True
    keeps: bool = True


@dataclass(slots=True)
class DeviceAnswer:
    """The answer of a command about one device: its *document*, its *text*, and *notes* on the way."""

    document: Any = None
    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessSettings(Settings):
    """The options of a command on one device, whose answer is kept as it is printed."""

    kept: DeviceAnswer

    def answer(self, document: object, text: str, *, is_copied: bool = False) -> None:
        """Keep the answer and print it."""
        self.kept.document = document
        self.kept.text.append(text)
        Settings.answer(self, document, text, is_copied=is_copied)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The things that the devices share: inventory, bytes of carriers, and the secrets or why they were not opened."""

    inventory: Inventory
    secrets: Secrets | SecretError | None
    carriers: Mapping[str, SharedAllowance]
    view: CrowdView


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSettings(Settings):
    """The options of a command on one device of several; it keeps the answer instead of printing it."""

    kept: DeviceAnswer
    shared: Shared

    def inventory(self) -> Inventory:
        """Return the inventory that all share."""
        return self.shared.inventory

    def carriers(self) -> Mapping[str, SharedAllowance]:
        """Return the bytes of carriers that all share."""
        return self.shared.carriers

    def secrets(self) -> Secrets:
        """Return the secrets that all share; raises SecretError where the file could not be opened."""
        if self.shared.secrets is None:
            raise SecretError(f"{self.home.secrets}: it was not opened")
        if isinstance(self.shared.secrets, SecretError):
            raise self.shared.secrets
        return self.shared.secrets

    def answer(self, document: object, text: str, *, is_copied: bool = False) -> None:
        """Keep the answer."""
        self.kept.document = document
        self.show(text)

    def show(self, text: str) -> None:
        """Keep *text*."""
        if text:
            self.kept.text.append(text)

    def note(self, text: str) -> None:
        """Keep progress messages, and show them as the device's."""
        self.kept.notes.append(text)
        self.shared.view.says(self.device, text.removeprefix("oob: "))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceEnd:
    """The end of the command on one device."""

    result: DeviceResult
    answer: DeviceAnswer
    error: dict[str, object] | None = None

    def record(self) -> dict[str, object]:
        """Return the JSON record of the device."""
        result = self.result
        record: dict[str, object] = {
            "device": result.device,
            "exit_code": result.exit_code,
            "text": result.text,
            "at": result.at,
            "seconds": result.seconds,
            "answer": self.answer.document,
            "notes": self.answer.notes,
        }
        return record | ({"error": self.error} if self.error else {})


def pace_options(command: Command) -> Command:
    """Give *command* the options --failed and --jobs."""
    at_once = click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="At most so many devices at once.")
    again = click.option("--failed", is_flag=True, help="Of these, the devices on which it failed the last time.")
    return again(at_once(command))


def several(shape: Shape, argument: Callable[[Any], Any] = names_argument) -> Callable[[Command], Command]:
    """Let a command that takes one `target` take several: names, selectors, `-`, --failed and --jobs.

    One name alone is carried out as the command itself does it. *argument* declares the names.
    """

    def decorate(command: Command) -> Command:
        @filter_options
        @pace_options
        @functools.wraps(command)
        def with_devices(settings: Settings, *, selector: Selector, failed: bool, jobs: int | None, **rest: Any) -> Any:
            return carry_out(settings, shape, command, selector, failed=failed, jobs=jobs, **rest)

        named: Command = argument(with_devices)
        return named

    return decorate


def carry_out(
    settings: Settings,
    shape: Shape,
    command: Callable[..., Any],
    selector: Selector,
    *,
    failed: bool,
    jobs: int | None,
    **rest: Any,
) -> int:
    """Carry *command* out on what *selector* chooses and return the exit code, the worst of all devices."""
    from oob.inventory.selector import select

    if selector.is_one_name and not failed:
        return alone(settings, shape, functools.partial(command, target=selector.names[0], **rest), selector.names[0])
    if any("://" in name for name in selector.names):
        raise UsageError("a console URL is given alone; several devices are named by the inventory")
    selection = _with_failed(settings, shape, selector) if failed else select(selector, settings.inventory())
    if not len(selection):
        settings.note(f"oob: {shape.kind} failed on no device the last time")
        return 0
    crowd = _Crowd(settings, shape, selection, lambda its, name: command(its, target=name, **rest))
    return crowd.run(jobs or shape.jobs)


def alone(settings: Settings, shape: Shape, command: Callable[[Settings], Any], name: str) -> int:
    """Carry *command* out as it is on one device, and keep how it ended."""
    began, at = time.monotonic(), utc_now()
    kept = DeviceAnswer()
    code, text = InternalFault.exit_code, ""
    try:
        code = command(_witness(settings, kept)) or 0
        return code
    except OobError as error:
        code, text = error.exit_code, str(error)
        raise
    except KeyboardInterrupt:
        code, text = Interrupted.exit_code, "interrupted"
        raise
    finally:
        if shape.keeps and code not in UNTRIED and "://" not in name:
            with suppress(OobError):  # a full disk must not change how it ends
                ended = _result(shape, name, at, time.monotonic() - began, code, kept, text)
                Results(settings.home, shape.kind).add(ended)


class _Crowd:
    """One command on the devices of a selection."""

    def __init__(
        self, settings: Settings, shape: Shape, selection: Selection, work: Callable[[Settings, str], Any]
    ) -> None:
        from oob.report.crowd import CrowdView  # as all below: one device alone needs none of it

        self._settings = settings
        self._shape = shape
        self._selection = selection
        self._work = work
        self._view = CrowdView(shape.kind, len(selection))
        self._width = min(24, max(len(device.name) for device in selection) if selection.devices else 0)
        self._results = Results(settings.home, shape.kind)
        self._codes: list[int] = []
        self._is_unread = False
        self._fault = ""
        self._shared: Shared | None = None
        self._console: Console | None = None

    def run(self, jobs: int) -> int:
        """Return the worst exit code, after a line and a record for each device."""
        from oob.fleet.lanes import Lanes
        from oob.fleet.limits import FleetLimits
        from oob.fleet.pool import DevicePool
        from oob.fleet.shares import shares
        from oob.transport.carriers import allowances

        limits = FleetLimits.load(self._settings.home.path)
        taken = {device.name: shares(device) for device in self._selection}
        lanes = Lanes(limits.caps(one for each in taken.values() for one in each), jobs or limits.jobs)
        for name, resources in taken.items():
            lanes.add(name, resources)
        self._shared = Shared(
            inventory=self._settings.inventory(),
            secrets=self._secrets(),
            carriers=allowances(limits.budgets()),
            view=self._view,
        )
        for name, problem in self._selection.problems.items():
            self._tell(self._end(name, utc_now(), 0.0, DeviceAnswer(), problem))
        with self._drawn():
            DevicePool(lanes, self._one, self._tell).run()
        for name in lanes.waiting():
            self._tell(self._end(name, utc_now(), 0.0, DeviceAnswer(), Interrupted("not begun: interrupted")))
        return self._close()

    def _secrets(self) -> Secrets | SecretError | None:
        """Return the opened secrets file, for which the person is asked once, before anything is drawn."""
        if not self._shape.logs_in or not self._settings.home.secrets.exists():
            return None
        from oob.cli.unlock import unlock  # only where there is a file to open

        try:
            return unlock(self._settings).read()
        except SecretError as error:
            return error

    def _one(self, name: str) -> DeviceEnd:
        """Carry the command out on one device, in a thread where no question can be asked."""
        assert self._shared is not None
        UNATTENDED.set(True)
        self._view.began(name)
        kept, began, at = DeviceAnswer(), time.monotonic(), utc_now()
        settings = DeviceSettings(
            as_json=self._settings.as_json,
            plain=True,
            home=self._settings.home,
            raw=self._settings.raw,
            hear=self._view.hear,
            device=name,
            kept=kept,
            shared=self._shared,
        )
        try:
            ended: Any = self._work(settings, name) or 0
        except (Exception, SystemExit) as error:  # of one device: it is reported, and the others go on
            ended = error
        return self._end(name, at, time.monotonic() - began, kept, ended)

    def _end(self, name: str, at: str, seconds: float, kept: DeviceAnswer, ended: object) -> DeviceEnd:
        if isinstance(ended, int):
            return DeviceEnd(result=_result(self._shape, name, at, seconds, ended, kept), answer=kept)
        error = _told(ended)
        code, text = error.exit_code, one_line(str(error))
        result = _result(self._shape, name, at, seconds, code, kept, text)
        problem: dict[str, object] = {"kind": type(error).__name__, "text": text, "exit_code": code}
        return DeviceEnd(result=result, answer=kept, error=problem)

    def _tell(self, end: DeviceEnd) -> None:
        """Print the line or the record of a device, and keep its result; a reader that has gone stops no device."""
        self._codes.append(end.result.exit_code)
        self._view.ended(end.result.device, is_well=not end.result.exit_code)
        try:
            self._results.add(end.result)
        except OobError as error:
            self._fault = str(error)
        if self._is_unread:
            return
        try:
            self._print(self._shown(end))
        except OSError:
            self._is_unread = True

    def _print(self, shown: str) -> None:
        """Print *shown* on standard output, above the board where both are on the terminal."""
        if self._console is not None and sys.stdout.isatty():
            self._console.print(shown, markup=False, soft_wrap=True)
            return
        click.echo(shown)
        sys.stdout.flush()

    def _shown(self, end: DeviceEnd) -> str:
        if self._settings.as_json:
            is_unicode = (getattr(sys.stdout, "encoding", None) or "ascii").lower().startswith("utf")
            return printable_json(json.dumps(end.record(), ensure_ascii=not is_unicode))
        from oob.report.spans import duration

        result = end.result
        code = Tone.OK.code if not result.exit_code else Tone.FAIL.code
        lines = [f"{code:<4} {result.device:<{self._width}}  {result.text}  ({duration(result.seconds)})"]
        if self._shape.whole or (result.exit_code and not end.error):
            said = "\n".join(end.answer.text).splitlines()
            lines += [f"     {line}" for line in (said if self._shape.whole else said[1:])]
        shown = "\n".join(lines)
        return shown if self._settings.raw else printable(shown)

    @contextmanager
    def _drawn(self) -> Iterator[None]:
        """Draw the board while the devices are under way, where standard error is a terminal that can redraw."""
        if self._settings.plain or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console  # slow to import
        from rich.live import Live

        console = Console(file=sys.stderr, highlight=False)
        with SCREEN.drawing(lambda: Live(self._view, console=console, refresh_per_second=4, transient=True)):
            self._console = console
            try:
                yield
            finally:
                self._console = None

    def _close(self) -> int:
        failed = sum(1 for code in self._codes if code)
        hint = f" (oob {self._shape.kind} --failed tries them again)" if failed else ""
        if self._fault:
            self._settings.note(f"oob: WARN results were not kept: {self._fault}")
        self._settings.note(f"oob: {len(self._codes)} devices, {failed} failed{hint}")
        if self._is_unread:
            leave_unread()
        return max(self._codes, default=0)


def _with_failed(settings: Settings, shape: Shape, selector: Selector) -> Selection:
    """Return those of the chosen devices on which the command failed the last time."""
    from oob.inventory.selector import Selection, Selector, select

    failed = {name for name, result in Results(settings.home, shape.kind).last().items() if result.exit_code}
    found = select(selector if selector.is_given else Selector(everything=True), settings.inventory())
    return Selection(
        devices=tuple(device for device in found if device.name in failed),
        problems={name: error for name, error in found.problems.items() if name in failed},
    )


def _witness(settings: Settings, kept: DeviceAnswer) -> Settings:
    return WitnessSettings(
        as_json=settings.as_json, plain=settings.plain, home=settings.home, raw=settings.raw, kept=kept
    )


def _result(
    shape: Shape, name: str, at: str, seconds: float, code: int, kept: DeviceAnswer, text: str = ""
) -> DeviceResult:
    if not text:
        first = kept.text[0].partition("\n")[0] if kept.text else ""
        summary = shape.summary(kept.document) if shape.summary and kept.document is not None else first
        text = one_line(summary.removeprefix(f"{name}: "))
    detail = shape.detail(kept.document) if shape.detail and kept.document is not None else {}
    return DeviceResult(device=name, at=at, seconds=round(seconds, 1), exit_code=code, text=text, detail=detail)


def _told(error: object) -> OobError:
    """Return what ended a device as one of oob's errors; a traceback would quote whatever the error does."""
    if isinstance(error, OobError):
        return error
    if isinstance(error, click.ClickException):
        return UsageError(error.format_message())
    if isinstance(error, click.Abort):
        return UsageError("a question could not be asked while several devices are worked on")
    return InternalFault.of(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))
