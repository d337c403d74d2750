"""`oob run`: commands over a console, their whole output."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from oob.cli import over_netmiko
from oob.cli.naming import target_argument
from oob.cli.options import Amount, Settings, common
from oob.cli.selection import STDIN, filter_options, with_stdin
from oob.cli.several import Shape, carry_out, pace_options
from oob.cli.target import reach, target_options
from oob.console.output import MAX_OUTPUT, Output
from oob.console.screen import decode, plain
from oob.device.device import Device
from oob.errors import DeviceError, OobError, UsageError

if TYPE_CHECKING:
    from oob.adapters.tables import Row
    from oob.inventory.selector import Selector


@click.command("run")
@common
@target_options
@filter_options
@pace_options
@target_argument
@click.argument("commands", nargs=-1, metavar="CMD...")
@click.option(
    "--silence",
    type=Amount(is_positive=True),
    default=None,
    metavar="SECONDS",
    help="How long the device may say nothing.",
)
@click.option(
    "--max-output",
    type=Amount(is_positive=True),
    default=MAX_OUTPUT / 1e6,
    metavar="MB",
    help="Cancel a longer output.",
    show_default=True,
)
@click.option("--parse", "parses", is_flag=True, help="Print tables: rows by ntc-templates, where it knows the output.")
@click.option("--csv", "as_csv", is_flag=True, help="With --parse: print the rows as CSV.")
def command(
    settings: Settings,
    target: str,
    commands: tuple[str, ...],
    selector: Selector,
    failed: bool,
    jobs: int | None,
    **options: Any,
) -> int:
    """Run CMD... on TARGET over its console and print what each printed, whole.

    The console is left as it was found. A command that the device refuses ends the run with exit code 8, after what
    came before it has been printed. With --any-device it goes on, with a warning, on another device than the expected
    one. With --platform netmiko:TYPE Netmiko runs them, on any platform that it knows. With --parse an output that no
    template reads is printed as it is; templates in the home's folder `templates` come first.

    With --group, --site, --tag, --where, --all or --failed there is no TARGET; `-` takes names from standard input.
    """
    names: tuple[str, ...] = ()
    if (selector.is_given or failed) and target != STDIN:
        commands = (target, *commands)
    else:
        names = with_stdin((target,))
    if not commands:
        raise UsageError("there is no CMD to run")
    selector = replace(selector, names=names, is_list=target == STDIN)
    shape = Shape(kind="run", summary=_summary, whole=True)
    return carry_out(settings, shape, run_on, selector, failed=failed, jobs=jobs, commands=commands, **options)


def run_on(
    settings: Settings,
    target: str,
    commands: tuple[str, ...],
    silence: float | None,
    max_output: float,
    parses: bool,
    as_csv: bool,
    **options: Any,
) -> int:
    """Run *commands* on the device that *target* names, print what each printed, and return the exit code."""
    from oob.backup.catalogue import Catalogue
    from oob.recovery.proof.afford import afford_command

    if as_csv and not parses:
        raise UsageError("--csv goes with --parse")
    if parses:
        from oob.adapters.tables import check_installed

        check_installed()
    way = reach(settings, target, only_reads=True, **options)
    if over_netmiko.is_meant(way.entry.platform):
        settings.answer(*over_netmiko.run(way, commands, silence))
        return 0
    outputs: list[tuple[Output, list[Row] | None]] = []
    error: OobError | None = None
    with way.open() as device:
        device.console.conversation.max_output = int(max_output * 1e6)
        try:
            for text in commands:
                afford_command(device, Catalogue(settings.home.backups), way.entry.name, text)
                output = device.run(text, silence=silence)
                table = _table(settings, device.platform, output) if parses else None
                outputs.append((output, table))
                if not settings.as_json:
                    settings.show(_shown(output, table, as_csv=as_csv))
                refuse(device, output)
        except OobError as caught:
            # What came before it is worth as much as ever.
            error = caught
        document = {
            "platform": device.platform,
            "path": device.path,
            "hostname": device.hostname,
            "state_found": device.state_found,
            "connect_seconds": round(device.console.connect_seconds, 3),
            "commands": [_row(output) | ({"rows": table} if parses else {}) for output, table in outputs],
        }
    if settings.as_json or settings.device:
        if error:
            document["error"] = _problem(error)
        settings.answer(document, "")
    if error is None:
        return 0
    settings.note(f"oob: {' '.join(str(error).split())}")
    return error.exit_code


def _summary(document: dict[str, Any]) -> str:
    return f"{len(document['commands'])} commands over {document['path']}"


def refuse(device: Device, output: Output) -> None:
    """Raise DeviceError where *output* says that the device did not take the command."""
    refusal = device.console.grammar.refusal
    if refusal and refusal.search(output.text):
        raise DeviceError(f"the device refused {output.command!r}", command=output.command, answer=output.text)


def _table(settings: Settings, platform: str, output: Output) -> list[Row] | None:
    """Return the rows of *output*, None where no template reads it, which is said."""
    from oob.adapters.tables import Unparsed, rows

    try:
        return rows(platform, output.command, output.text, settings.home.templates)
    except Unparsed as error:
        settings.note(f"oob: {error}; it is printed as it is")
        return None


def _shown(output: Output, table: list[Row] | None, *, as_csv: bool) -> str:
    if not table:
        return output.text
    from oob.adapters import tables

    return tables.as_csv(table) if as_csv else tables.as_columns(table)


def _row(output: Output) -> dict[str, object]:
    return {
        "command": output.command,
        "output": output.text,
        "seconds": round(output.seconds, 3),
        "notices": list(output.notices),
        "doubtful": output.doubtful,
    }


def _problem(error: OobError) -> dict[str, object]:
    """Return an error as data, with what had been read of an output that could not be proven whole."""
    read = getattr(error, "read", b"")
    return {
        "kind": type(error).__name__,
        "text": str(error),
        "exit_code": error.exit_code,
        "read": decode(plain(read)),
    }
