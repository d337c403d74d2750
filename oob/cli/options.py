"""The options that every command has, and the two forms that every answer has."""

from __future__ import annotations

import functools
import json
import math
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from oob.cli.folding import for_terminal
from oob.errors import UsageError
from oob.events import Listener
from oob.inventory.home import Home
from oob.printable import printable, printable_json
from oob.report.screen import SCREEN

if TYPE_CHECKING:
    from oob.inventory.inventory import Inventory
    from oob.secret.content import Secrets
    from oob.transport.carriers import SharedAllowance

Command = TypeVar("Command", bound=Callable[..., Any])

# Set in the threads that work on several devices at once: there no question can be put to the person.
UNATTENDED: ContextVar[bool] = ContextVar("unattended", default=False)

LARGEST = 1e9  # of any amount; a time of more seconds than that does not fit a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The common options: *as_json* one document on stdout, *plain* no colour and no redraw.

    With *raw* text of devices and files goes to standard output as it is, control characters and all. *device* is
    the device that this is about where a command works on several, and *hear* follows its events.
    """

    as_json: bool
    plain: bool
    home: Home
    raw: bool = False
    hear: Listener | None = None
    device: str = ""

    @classmethod
    def given(cls, ctx: click.Context) -> Settings:
        """Return what the command line of *ctx* says, before and after the command."""
        # A terminal that cannot redraw, or none at all, gets plain lines without being asked.
        plain = _KEY + "plain" in ctx.meta or os.environ.get("TERM") == "dumb" or "NO_COLOR" in os.environ
        return cls(as_json=_KEY + "as_json" in ctx.meta, plain=plain, home=home_of(ctx), raw=_KEY + "raw" in ctx.meta)

    def inventory(self) -> Inventory:
        """Return the inventory of the home."""
        from oob.inventory.inventory import Inventory  # loaded by the commands that use it

        return Inventory.load(self.home)

    def carriers(self) -> Mapping[str, SharedAllowance]:
        """Return what carriers may carry for all devices of this command; for a single device nothing is shared."""
        return {}

    def secrets(self) -> Secrets | None:
        """Return the secrets file as several devices share it, None where the one device opens it itself."""
        return None

    def answer(self, document: object, text: str, *, is_copied: bool = False) -> None:
        """Print the answer of a command: *document* with --json, else *text*; UsageError where it can't be written.

        Text is folded to the terminal's width unless it *is_copied*: commands and configuration lines to paste.
        """
        if self.as_json:
            with said():
                click.echo(as_json(document))
        else:
            self.show(text if is_copied or self.raw else for_terminal(printable(text), sys.stdout))

    def show(self, text: str) -> None:
        """Print *text* on stdout, made safe for a terminal unless --raw says otherwise."""
        with said():
            click.echo(text if self.raw else printable(text), color=self.raw or None)  # else it takes out what it knows

    def note(self, text: str) -> None:
        """Say something on the way, on stderr."""
        SCREEN.above(lambda: click.echo(for_terminal(printable(text), sys.stderr), err=True))


def as_json(document: object) -> str:
    """Return *document* as JSON that this standard output can take, with nothing in it that a terminal acts on."""
    is_unicode = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "").startswith("utf")
    return printable_json(json.dumps(document, ensure_ascii=not is_unicode, indent=2))


class Amount(click.ParamType[float]):
    """A number from zero, or with *is_positive* above zero, to *most*."""

    name = "number"

    def __init__(self, most: float = LARGEST, *, is_positive: bool = False) -> None:
        self._most = most
        self._is_positive = is_positive

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number <= self._most or (self._is_positive and not number):
            self.fail(f"{value!r} is not a number {self._range}", param, ctx)
        return number

    @property
    def _range(self) -> str:
        least = "above zero" if self._is_positive else "from zero"
        return f"{least} to {self._most:,g}" if self._most < LARGEST else f"{least} to a billion"


class Duration(click.ParamType[float]):
    """A time span such as 90s, 30m or 2h, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", str(value))
        if match is None:
            self.fail(f"{value!r} is not a duration such as 90s, 30m or 2h", param, ctx)
        seconds = float(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]]
        if not 0 < seconds <= LARGEST:
            self.fail(f"{value!r} is not a duration between 1s and 30 years", param, ctx)
        return seconds


class Regex(click.ParamType[str]):
    """A regular expression, checked before the run rather than in the middle of it."""

    name = "regex"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return re.compile(str(value)).pattern
        except re.error as error:
            self.fail(f"{value!r} is not a regular expression: {error}", param, ctx)


class Day(click.ParamType[str]):
    """A day, or with *example* a month, as ISO 8601 writes it."""

    name = "date"

    def __init__(self, example: str = "2026-11-30") -> None:
        self._example = example

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value:
            return ""
        text = str(value)
        try:
            date.fromisoformat(text + "-01" if len(self._example) == len("2026-11") else text)
        except ValueError:
            text = ""
        if len(text) != len(self._example):
            self.fail(f"{value!r} is not a date such as {self._example}", param, ctx)
        return text


class TimeOfDay(click.ParamType[str]):
    """A time: ISO 8601 with a zone, or HH:MM in UTC, the nearest to now. Its value is ISO 8601 in UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if not value:
            return ""
        now = datetime.now(UTC)
        try:
            at = _clock_time(str(value), now) or datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time such as 02:40 (UTC) or 2026-11-30T02:40Z", param, ctx)
        if at.tzinfo is None:
            self.fail(f"{value!r} has no time zone: write {value}Z for UTC", param, ctx)
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _clock_time(text: str, now: datetime) -> datetime | None:
    """Return the moment nearest to *now* at which a UTC clock shows HH:MM, None for another text."""
    if not re.fullmatch(r"\d\d:\d\dZ?", text):
        return None
    clock = time.fromisoformat(text.rstrip("Z"))
    near = (datetime.combine(now.date() + timedelta(days=days), clock, UTC) for days in (-1, 0, 1))
    return min(near, key=lambda at: abs(at - now))


class Renamed(click.Option):
    """An option whose first spelling is shown; the older ones after it work for one release."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opts, self._older = self.opts[:1], self.opts[1:]

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Let *parser* understand every spelling."""
        shown, self.opts = self.opts, [*self.opts, *self._older]
        super().add_to_parser(parser, ctx)
        self.opts = shown


@contextmanager
def said() -> Iterator[None]:
    """Print on standard output while it lasts: UsageError where it can't be written, 141 where its reader has gone."""
    try:
        yield
    except BrokenPipeError:
        leave_unread()
    except OSError as error:
        raise UsageError(f"standard output: cannot be written: {error.strerror}") from error


def leave_unread() -> NoReturn:
    """End with 141, where click would end with 1, which says that something differs; the rest goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(128 + signal.SIGPIPE)


def is_attended() -> bool:
    """Tell whether a person at a keyboard can be asked."""
    return not UNATTENDED.get() and sys.stdin is not None and sys.stdin.isatty()


def shared(command: Command) -> Command:
    """Give *command* or a group the options --json, --plain, --raw and --home, which count wherever they stand."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def common(command: Command) -> Command:
    """Give *command* the options of `shared`; it gets a Settings as its first argument."""

    @shared
    @functools.wraps(command)
    def with_settings(*args: Any, **kwargs: Any) -> Any:
        return command(Settings.given(click.get_current_context()), *args, **kwargs)

    return with_settings  # type: ignore[return-value]  # click's decorators keep what they wrap callable as it was


def after_shared(args: Sequence[str]) -> int:
    """Return at which place of *args* the options of `shared` end."""
    place = 0
    while place < len(args) and args[place].partition("=")[0] in {"--json", "--plain", "--raw", "--home"}:
        place += 2 if args[place] == "--home" else 1
    return place


def home_of(ctx: click.Context) -> Home:
    """Return the home that --home names, before or after the command, else the environment's or the usual one."""
    return Home.find(str(ctx.meta.get(_KEY + "home", "")))


class CommandGroup(click.Group):
    """Commands under one name, each listed with the whole first sentence of its help."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _about(each)) for name, each in sorted(self.commands.items())])


def _about(command: click.Command) -> str:
    """Return the first paragraph of the help of *command*."""
    return " ".join(cleandoc(command.help or "").partition("\n\n")[0].split())


def _keep(ctx: click.Context, option: click.Parameter, value: Any) -> None:
    """Keep the given values; a click context shares `meta` with those above and below it."""
    if value and option.name:
        ctx.meta[_KEY + option.name] = value


_KEY = "oob."
_SHARED: tuple[Callable[[Any], Any], ...] = tuple(
    click.option(*names, **more, callback=_keep, expose_value=False)
    for names, more in (
        (("--json", "as_json"), {"is_flag": True, "help": "Print one JSON document on stdout and nothing else there."}),
        (("--plain",), {"is_flag": True, "help": "No colour and no redrawing: for a serial line or a log."}),
        (
            ("--raw",),
            {"is_flag": True, "help": "Print text of devices and files as it is, control characters and all."},
        ),
        (
            ("--home",),
            {"default": "", "metavar": "DIR", "help": "Keep everything below DIR (else $OOB_HOME, else ~/.oob)."},
        ),
    )
)
