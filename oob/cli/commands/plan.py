"""`oob plan`: what a recovery would do, and why; as a document on demand. Touches nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.naming import device_argument
from oob.cli.operator import operator
from oob.cli.options import CommandGroup, Regex, Settings, TimeOfDay, after_shared, common, shared
from oob.cli.run_options import signed_by_option
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.errors import NotProven, UsageError

if TYPE_CHECKING:
    from oob.inventory.device import InventoryDevice
    from oob.recovery.context import RunOptions
    from oob.recovery.ladder.plan import Attempt, Plan
    from oob.recovery.ladder.steps import ServerStep


class Value(click.ParamType[tuple[str, str]]):
    """A name and its value, `NAME=VALUE`."""

    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, separator, text = str(value).partition("=")
        if not separator or not name:
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, text


class Plans(CommandGroup):
    """`oob plan TARGET` is `oob plan make TARGET`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = after_shared(args)
        if args[first:] and args[first] not in {*self.commands, *ctx.help_option_names}:
            args = [*args[:first], "make", *args[first:]]
        return super().parse_args(ctx, args)


@click.group("plan", cls=Plans)
@shared
def command() -> None:
    """Say what a recovery would do, and why; touch nothing. `oob plan TARGET` is `oob plan make TARGET`."""


@command.command("make")
@common
@target_options
@several(Shape(kind="plan", keeps=False, logs_in=False))
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup to restore (else known-good).")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--tolerate", type=Regex(), multiple=True, metavar="REGEX", help="Configuration lines that may differ.")
@click.option("--allow-reload", is_flag=True, help="Count on attempts that restart the device.")
@click.option("--steps", "steps_file", type=click.Path(exists=True, path_type=Path), help="Steps on a server (YAML).")
@click.option(
    "--set", "values", type=Value(), multiple=True, metavar="NAME=VALUE", help="A value of the file of steps."
)
@click.option("--change", default="", metavar="ID", help="The change that it is for.")
@click.option(
    "--no-attempt-after", type=TimeOfDay(), default="", metavar="TIME", help="Begin no further attempt after this time."
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to this file.")
@click.option("--sign", type=click.Path(exists=True, path_type=Path), help="Sign it with this Ed25519 key (PEM).")
def make(
    settings: Settings,
    target: str,
    target_backup: str,
    baseline: str,
    tolerate: tuple[str, ...],
    allow_reload: bool,
    steps_file: Path | None,
    values: tuple[tuple[str, str], ...],
    change: str,
    no_attempt_after: str,
    output: Path | None,
    sign: Path | None,
    **options: Any,
) -> int:
    """Print the attempts on TARGET in their order, their commands, and how long each takes at this line's speed.

    With -o it becomes a document with a hash over it: oob recover --plan does it, and refuses a changed one.
    With --steps it is made of steps on a server's console, each with its command, what has to be printed, and its undo.
    """
    from oob.cli.recovery import means
    from oob.recovery.context import RunOptions

    if sign is not None and output is None:
        raise UsageError("--sign needs -o FILE: only a document can be signed")
    if values and steps_file is None:
        raise UsageError("--set needs --steps FILE: it fills in a value of the file's steps")
    if output is not None and settings.device:
        raise UsageError("-o FILE is for one device; oob fleet plan makes a document for several")
    entry, with_means = means(settings, target, opens=False, **options)
    choices = RunOptions(
        target=target_backup,
        baseline=baseline,
        tolerate=tolerate,
        allow_reload=allow_reload,
        change=change,
        no_attempt_after=no_attempt_after,
    )
    if steps_file is not None:
        from oob.recovery.ladder.recipe import load as load_recipe

        return _of_steps(settings, load_recipe(steps_file, dict(values)), entry, choices, output, sign)

    from oob.profile.store import load
    from oob.recovery.api import make_plan, plan_backups
    from oob.recovery.authority.authority import Policy
    from oob.recovery.ladder import document

    backups = plan_backups(entry, with_means, choices)
    plan = make_plan(entry, with_means, choices, backups)
    if output is None:
        return show(settings, plan)
    content = document.draw_up(
        plan,
        entry,
        choices,
        profile=load(entry.platform),
        backups=backups,
        by=operator(),
        persons=Policy.load(settings.home.path).needed(entry),
        now=with_means.clock.utc(),
    )
    return _write(settings, content, output, sign)


def _of_steps(
    settings: Settings,
    steps: tuple[ServerStep, ...],
    entry: InventoryDevice,
    choices: RunOptions,
    output: Path | None,
    sign: Path | None,
) -> int:
    from datetime import UTC, datetime

    from oob.profile.store import load
    from oob.recovery.authority.authority import Policy
    from oob.recovery.ladder import document

    if output is None:
        return show_steps(settings, entry.name, steps)
    content = document.draw_up_steps(
        steps,
        entry,
        choices,
        profile=load(entry.platform),
        by=operator(),
        persons=Policy.load(settings.home.path).needed(entry),
        now=datetime.now(UTC),
    )
    return _write(settings, content, output, sign)


def _write(settings: Settings, content: dict[str, Any], output: Path, sign: Path | None) -> int:
    from oob import durable
    from oob.recovery.ladder import document

    if output.exists() and not output.is_file():
        raise UsageError(f"{output}: a plan cannot be written there")
    try:
        durable.replace_file(output.resolve(), document.render(content, sign).encode())
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    written = document.read(output)
    settings.answer(
        {"written": str(output), "sha256": written.sha256, "signed": bool(written.signer)},
        f"{output}: the plan for {written.device}, SHA-256 {written.sha256}",
    )
    return 0


@command.command("check")
@common
@device_argument
@click.option("--change", default="", metavar="ID", help="The change that has not happened yet.")
@click.option("--plan", "file", type=click.Path(exists=True, path_type=Path), help="A plan that has to hold, too.")
@signed_by_option
def check(settings: Settings, device: str, change: str, file: Path | None, signed_by: Path | None) -> int:
    """List what a rollback of DEVICE would lack, before the change that may have to be rolled back has happened."""
    from oob.backup.catalogue import Catalogue
    from oob.cli.target import entry as find
    from oob.profile.store import load
    from oob.recovery.ladder import document
    from oob.recovery.ladder.readiness import missing

    entry = find(settings, device, "", ())
    profile, catalogue = load(entry.platform), Catalogue(settings.home.backups)
    found = list(missing(entry, profile, catalogue, change=change))
    if file is not None:
        try:
            document.check(document.read(file, signed_by=signed_by), entry, profile=profile, catalogue=catalogue)
        except document.PlanRefused as error:
            found.append(str(error))
    text = "\n".join(f"missing: {one}" for one in found) or f"{device}: a rollback is prepared"
    settings.answer({"device": device, "missing": found}, text)
    return NotProven.exit_code if found else 0


def show(settings: Settings, plan: Plan) -> int:
    """Print *plan*."""
    lines = [
        f"{plan.device} ({plan.platform}): restore {plan.target}, routes as in {plan.baseline}",
        f"before any change: keep the state that is found, {_time(plan.preserve_seconds)}",
    ]
    for attempt in plan.attempts:
        lines += _attempt(attempt)
    lines.append(f"after each attempt: read back and compare, {_time(plan.proof_seconds)} or more")
    lines += ["", *_times(plan)]
    lines += [f"warning: {warning}" for warning in plan.warnings]
    document = {**plan.as_json(), "best_seconds": plan.best_seconds, "worst_seconds": plan.worst_seconds}
    settings.answer(document, "\n".join(lines), is_copied=True)
    return 0


def _times(plan: Plan) -> list[str]:
    """Return how long the whole run takes, at best and at worst."""
    count = len(plan.to_try)
    if not count:
        return ["in all: no attempt can be made"]
    best = f"in all: {_time(plan.best_seconds)} to the proof where attempt {plan.to_try[0].number} works"
    worst = f", {_time(plan.worst_seconds)} where only the last of {count} does" if count > 1 else ""
    return [f"{best}{worst} (line: {plan.speed})"]


def show_steps(settings: Settings, device: str, steps: tuple[ServerStep, ...]) -> int:
    """Print the steps of a plan for a server."""
    from oob.recovery.ladder.steps import plain

    lines = [f"{device}: {len(steps)} steps"]
    for number, step in enumerate(steps, 1):
        back = f"   undone by {step.undo}" if step.undo else "   changes nothing" if step.reads else "   no undo"
        lines += [f"{number}. {step.about}", f"       {step.run}", f"   has to print {step.expect}", back]
    settings.answer({"device": device, "steps": list(plain(steps))}, "\n".join(lines), is_copied=True)
    return 0


NO_TIMER = "NO REVERT TIMER: it needs a person to agree, or --yes; a mistake may lock you out"


def _attempt(attempt: Attempt) -> list[str]:
    lines = ["", f"{attempt.number}. {attempt.title} ({attempt.strategy})", f"   why: {attempt.why}"]
    if attempt.skipped:
        return [*lines, f"   skipped: {attempt.skipped}"]
    when = f"after {attempt.minutes} min" if attempt.minutes else "when the session ends"
    timer = f", reverted by the device {when} unless confirmed" if attempt.armed else f"; {NO_TIMER}"
    lines.append(f"   takes {_time(attempt.seconds)}{timer}")
    for step in attempt.steps:
        lines.append(f"   - {step.about} ({_time(step.seconds)})")
        lines += [f"       {command}" for command in step.commands]
        lines += [f"           {answer}" for answer in step.answers]
    return lines


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
