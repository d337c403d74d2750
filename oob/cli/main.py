"""The `oob` command: finds each subcommand's module only when it is asked for, and turns errors into exit codes."""

from __future__ import annotations

import io
import os
import signal
import sys
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

import oob
from oob.cli.folding import for_terminal
from oob.cli.interrupt import INTERRUPTS
from oob.cli.options import Settings, as_json, leave_unread, said, shared
from oob.errors import InternalFault, OobError
from oob.printable import one_line

if TYPE_CHECKING:
    from types import FrameType

    from click.shell_completion import CompletionItem

ENDING = (signal.SIGTERM, signal.SIGHUP)

# Name on the command line → what it does, in one line. Its module is `oob.cli.commands.<name>` and holds `command`.
COMMANDS = {
    "after": "Run the post-recovery checks and write the hand-over note.",
    "approve": "Approve another operator's recovery, offline, with a key or passphrase.",
    "backup": "Take, list, verify and compare backups of a device.",
    "bootloader": "Stop a device in its boot loader, run commands there, load a file.",
    "card": "Print one page for the person at the rack.",
    "completion": "Print the script that completes oob's commands in a shell.",
    "console": "Open a plain console, with a transcript; ~b is a BREAK, ~. leaves.",
    "decide": "Decide from figures whether to roll back.",
    "docs": "Open the documentation, which needs no network.",
    "discover": "Sweep the lines of a console server and compare them with the inventory.",
    "doctor": "Check what this machine has for each kind of path, and say what to install.",
    "facts": "Show which device is on a console, as it says itself.",
    "fleet": "Recover many devices in waves, with one plan and one board.",
    "drill": "Break virtual routers on purpose and recover them over their consoles.",
    "help": "Print the help of a command.",
    "guard": "Watch a device while it is changed in-band; recover it on a trigger.",
    "inventory": "Show and check which devices there are and how they are reached.",
    "lab": "Start and stop virtual routers.",
    "metrics": "Print how recoveries go over time, in figures.",
    "neighbors": "Show the LLDP and CDP neighbours of a device.",
    "notify": "Test the channels that are told what a recovery does.",
    "paste": "Paste configuration lines, each echo checked.",
    "plan": "Say what a recovery would do, and why; touch nothing.",
    "platforms": "List the platforms, and how far each has been proven.",
    "power": "Show or switch a device's power through its BMC.",
    "ports": "List serial adapters.",
    "probe": "Try and time every path to a device.",
    "ready": "Say per device whether a recovery would work tonight, and why not.",
    "recover": "Roll a device back over its console and prove it.",
    "report": "Write the report of a recovery: timeline, differences, proof, record texts.",
    "resume": "Resume an interrupted recovery, as any operator, over any path.",
    "routes": "Parse and compare routing tables in files.",
    "run": "Run commands on a device over its console.",
    "runs": "List recoveries, each with a code to read out.",
    "schedule": "Run probes, backups, checks and drills by timers; say when each last ran.",
    "secrets": "Keep credentials in an encrypted file.",
    "serve": "Serve a live page of the recoveries, for browsers.",
    "show": "Show one recovery, line by line of its journal.",
    "tell": "Tell a run under way to pause, or reply to its question.",
    "verify": "Compare a device with its baseline.",
    "watch": "Watch the stability of a recovered device.",
}

EPILOG = """\
TARGET is a name in the inventory, or a console URL with --platform:
serial:///dev/ttyUSB0?baud=9600, tcp://192.0.2.10:4007, telnet://192.0.2.10:2007, exec:///usr/bin/virsh?arg=console&arg=r1

Exit codes: 0 proven or no difference, 1 differs or not proven, 2 usage, 3 no path reached the console,
4 console busy, 5 login refused, 6 wrong device, 7 stopped by a guard, 8 the device refused,
9 data not understood, 10 a path's byte budget would be broken, 70 oob itself failed, 130 interrupted,
141 the reader of the output has gone.
"""


class Commands(click.Group):
    """The subcommands, each imported only when it is used."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with said():  # the help and the version are printed here
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            leave_unread()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"oob.cli.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, 2)
            hint = f"; did you mean {' or '.join(near)}?" if near else "; oob --help lists them"
            raise click.UsageError(f"there is no command {args[0]!r}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # only a shell that completes needs it

        found = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return found + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@shared
@click.version_option(oob.__version__, message="oob %(version)s")
@click.pass_context
def oob_command(ctx: click.Context) -> None:
    """Restore a network device over its console after a failed change, and prove it from the device.

    Try it without any device: oob drill
    """
    if ctx.invoked_subcommand is None:
        from oob.cli.first_steps import first_steps

        settings = Settings.given(ctx)
        settings.answer(*first_steps(settings.home))


def main() -> None:
    """Run the command line; every error is one sentence on stderr, perhaps a hint, and the exit code of its class."""
    _keep_numbers()
    _take_any_text()
    _end_as_by_hand()
    INTERRUPTS.install()
    try:
        code = oob_command.main(standalone_mode=False)
    except OobError as error:
        from oob.cli.hints import hint

        _fail(str(error) or type(error).__name__, error.exit_code, type(error).__name__, hint(error))
    except click.ClickException as error:
        if "--json" in sys.argv:
            _fail(error.format_message(), error.exit_code, "UsageError")
        error.show()
        sys.exit(2)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _fail("interrupted", 130, "Interrupted")
    except Exception as error:  # a traceback would quote whatever the error does
        _fail(str(InternalFault.of(error)), InternalFault.exit_code, InternalFault.__name__)
    sys.exit(code if isinstance(code, int) else 0)


def _keep_numbers() -> None:
    """Open the null device where a standard stream is closed, so that no file or path of ours gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
            if name != "stdin":  # of which it is known that nothing can be asked
                setattr(sys, name, os.fdopen(number, "w"))


def _take_any_text() -> None:
    """Let standard output and error show as an escape what their encoding lacks: LANG=C must not end a recovery."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _end_as_by_hand() -> None:
    """Let a polite kill, and a terminal that goes away, end it as Ctrl-C does; what `nohup` ignores stays ignored."""
    for number in ENDING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)  # shell and kernel both tell of a lost terminal: once is enough
    if number == signal.SIGHUP:  # its reader has gone, and writing there would stop the tidying up
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            if os.isatty(stream):
                os.dup2(nowhere, stream)
    raise KeyboardInterrupt


def _fail(text: str, code: int, kind: str, hint: str = "") -> None:
    """Say what went wrong: a sentence for a person, and the same as the one document of `--json`."""
    if "--json" in sys.argv:
        with suppress(OSError):  # it may be standard output that cannot be written
            click.echo(as_json({"error": {"kind": kind, "text": text, "exit_code": code}}))
    told = f"oob: {one_line(text)}{f' (try: {one_line(hint)})' if hint else ''}"
    click.echo(for_terminal(told, sys.stderr), err=True)
    sys.exit(code)
