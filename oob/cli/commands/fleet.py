"""`oob fleet`: recover many devices in order, with one plan, one approval and one board."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.ask import confirm
from oob.cli.naming import devices
from oob.cli.operator import operator
from oob.cli.options import Amount, CommandGroup, Settings, common, is_attended, shared
from oob.cli.selection import selector_options
from oob.errors import GuardStopped, UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from oob.cli.fleet_means import FleetMeans
    from oob.fleet.api import FleetContext
    from oob.fleet.document import FleetPlan
    from oob.fleet.engine import Engine
    from oob.fleet.record import FleetState
    from oob.inventory.selector import Selector
    from oob.recovery.context import RunOptions
    from oob.secret.masking import Masker


Command = TypeVar("Command", bound=Callable[..., Any])


@click.group("fleet", cls=CommandGroup)
@shared
def command() -> None:
    """Recover many devices in waves: a device that another one's console runs through comes first.

    One plan, signed and approved once for all; each device is an ordinary run with a journal of its own.
    """


def _fleets(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem  # only a shell that completes needs these

    from oob.fleet.api import fleets
    from oob.inventory.home import Home

    names = [*reversed(fleets(Home.find(str(ctx.params.get("home") or "")))), "latest"]
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


fleet_argument = click.argument("fleet", shell_complete=_fleets)
tls_option = click.option(
    "--tls", type=click.Path(path_type=Path), help="Folder of ca.pem, cert.pem, key.pem (else tls in the home)."
)


def _engine_options(command: Command) -> Command:
    """Give *command* the options that say with what devices are recovered."""
    options = (
        click.option("--figures", type=click.Path(path_type=Path), help="File with error_rate=PERCENT, for each wave."),
        click.option("--username", default=None, help="User on the devices; else $OOB_USERNAME, the secrets file."),
        click.option("--accept-new-key", is_flag=True, help="Trust SSH console servers seen for the first time."),
        click.option("--cluster", default="", metavar="tls://HOST:PORT", help="Scheduler of the jump hosts."),
        tls_option,
        click.option("--skip-neighbours", is_flag=True, help="Do not ask the neighbours of what was recovered."),
    )
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


@command.command("plan")
@common
@selector_options
@click.option("--canary", "chosen", multiple=True, metavar="NAME", help="Recover this one first; may be given again.")
@click.option("--no-canary", is_flag=True, help="No canary; else one device of each platform comes first, alone.")
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup to restore (else known-good).")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--converge", type=Amount(), default=60.0, show_default=True, help="Seconds for routes to come back.")
@click.option("--allow-reload", is_flag=True, help="Count on attempts that restart a device.")
@click.option("--change", default="", metavar="ID", help="The change that it is for.")
@click.option("--yes", is_flag=True, help="Plan also platforms that were never drilled.")
@click.option("--jobs", type=click.IntRange(1), help="Devices at once (else the home's fleet.yaml, else 32).")
@click.option("--stop-failed", type=click.IntRange(1), default=1, show_default=True, help="Halt after N in a wave.")
@click.option("--stop-percent", type=Amount(), default=10.0, show_default=True, help="Halt above this share of all.")
@click.option("--stop-impact", type=click.IntRange(1), help="Halt after N devices of the whole fleet.")
@click.option("--stop-error-rate", type=Amount(), help="Halt above this error rate in percent (recover --figures).")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan to this file.")
@click.option("--sign", type=click.Path(exists=True, path_type=Path), help="Sign it with this Ed25519 key (PEM).")
def plan(settings: Settings, selector: Selector, output: Path | None, sign: Path | None, **given: Any) -> int:
    """Plan the recovery of many devices: waves, caps, the expected end. NAME is a device, or a change with backups.

    Opens no path. Refused where devices need each other in a cycle, which is named. With -o it becomes a document with
    a hash over it, for `oob fleet approve` and `oob fleet recover`.
    """
    from oob.recovery.ladder.document import render

    if sign is not None and output is None:
        raise UsageError("--sign needs -o FILE: only a document can be signed")
    content = _drawn(settings, selector, **given)
    if output is None:
        settings.answer(content, _plan_text(content))
        return 0
    digest = _write(output, render(content, sign))
    settings.answer(
        {"written": str(output), "sha256": digest, "signed": sign is not None},
        f"{_plan_text(content)}\n{output}: the plan of the fleet, SHA-256 {digest}",
    )
    return 0


def _drawn(
    settings: Settings, selector: Selector, *, chosen: tuple[str, ...], no_canary: bool, **given: Any
) -> dict[str, Any]:
    from datetime import UTC, datetime

    from oob.cli.fleet_means import FleetMeans
    from oob.events import Events
    from oob.fleet import document
    from oob.fleet.limits import FleetLimits
    from oob.fleet.rules import StopRules
    from oob.recovery.authority.authority import STRENGTH, Policy
    from oob.recovery.context import RunOptions

    means = FleetMeans(settings, Events(), username=None, accept_new_key=False)
    selection = means.select(selector)
    entries = selection.devices
    limits = FleetLimits.load(settings.home.path)
    policy = Policy.load(settings.home.path)
    return document.draw_up(
        entries,
        means.collaborators,
        RunOptions(
            target=given["target_backup"],
            baseline=given["baseline"],
            converge=given["converge"],
            allow_reload=given["allow_reload"],
            change=given["change"],
            allow_undrilled=given["yes"],
        ),
        limits=limits.model_copy(update={"jobs": given["jobs"] or limits.jobs}),
        rules=StopRules(
            failed_in_wave=given["stop_failed"],
            failed_percent=given["stop_percent"],
            impact=given["stop_impact"],
            error_rate=given["stop_error_rate"],
        ),
        chosen=() if no_canary else chosen or None,
        persons=max((policy.needed(entry) for entry in entries), key=STRENGTH.__getitem__, default="none"),
        left_out={name: str(error) for name, error in selection.problems.items()},
        by=operator(),
        now=datetime.now(UTC),
    )


def _write(output: Path, text: str) -> str:
    from oob import durable
    from oob.fleet.document import read

    if output.exists() and not output.is_file():
        raise UsageError(f"{output}: a plan cannot be written there")
    try:
        durable.replace_file(output.resolve(), text.encode())
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    return read(output).sha256


def _plan_text(content: dict[str, Any]) -> str:
    from oob.report.live import duration

    expected, found = content["expected"], content["devices"]
    lines = [f"{len(found)} devices in {len(content['waves'])} waves, about {duration(expected['seconds'])}"]
    for number, (names, times) in enumerate(zip(content["waves"], expected["waves"], strict=True), 1):
        when = f"{duration(times['begins'])} to {duration(times['ends'])}"
        lines.append(f"wave {number} ({len(names)} devices, {when}): {_some(names)}")
    chain = " -> ".join(expected["longest_chain"])
    lines.append(f"longest chain: {chain}, {duration(expected['longest_chain_seconds'])}")
    caps = ", ".join(f"{name} {count}" for name, count in content["caps"].items())
    lines.append(f"at once: {content['jobs']} devices{f'; {caps}' if caps else ''}")
    lines.append(f"halts: {_rules_text(content['rules'])}")
    lines += [f"beyond the budgets: {text}" for text in content["beyond_budgets"]]
    lines += [f"left out: {text}" for text in content["left_out"].values()]
    lines += [f"assumed to work, not in this plan: {_some(content['assumed_working'])}"] * bool(
        content["assumed_working"]
    )
    return "\n".join(lines)


def _rules_text(rules: dict[str, Any]) -> str:
    words = {
        "failed_in_wave": "{:g} not recovered in a wave",
        "failed_percent": "more than {:g} % of all not recovered",
        "impact": "{:g} not recovered in all",
        "error_rate": "an error rate above {:g} %",
    }
    said = [words[name].format(value) for name, value in rules.items() if value is not None]
    return ", or ".join(said) or "never"


def _some(names: list[str], most: int = 8) -> str:
    return f"{', '.join(names[:most])}{f' and {len(names) - most} more' if len(names) > most else ''}"


@command.command("recover")
@common
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PLAN")
@click.option("--reason", default="", metavar="TEXT", help="Why it is rolled back, for the record.")
@click.option("--authorised-by", default="", metavar="NAME", help="Who authorised it, where the policy requires that.")
@click.option("--seconded-by", default="", metavar="NAME", help="The approver, who approves the whole plan once.")
@click.option("--approval", default="", metavar="TEXT", help="What the approver's `oob fleet approve` printed.")
@click.option("--signed-by", type=click.Path(exists=True, path_type=Path), help="Public key the plan is signed by.")
@click.option("--leave-broken", is_flag=True, help="When nothing helps, do not put the state back that was found.")
@_engine_options
def recover(
    settings: Settings,
    plan_file: Path,
    signed_by: Path | None,
    reason: str,
    authorised_by: str,
    seconded_by: str,
    approval: str,
    leave_broken: bool,
    **engine: Any,
) -> int:
    """Recover the devices of PLAN in its waves, each as an ordinary run with its own journal.

    A stop rule that is met halts what has not begun. Ctrl-C halts it, too, and lets what is under way end; what is lost
    is unknown, and `oob fleet resume` continues.
    """
    from oob.clock import Clock
    from oob.fleet import api
    from oob.fleet.document import read
    from oob.recovery.context import RunOptions

    found = read(plan_file, signed_by=signed_by)
    options = RunOptions(
        reason=reason,
        authorised_by=authorised_by,
        seconded_by=seconded_by,
        put_back=not leave_broken,
        allow_undrilled=True,
        change=found.change,
    )
    context = _context(settings, **engine)
    options = _masked(options, context.masker)
    fleet = api.create(settings.home, plan_file, Clock())
    given = {**asdict(options), "tolerate": [], "steps": []}
    context = replace(_approved(settings, context, found, options, fleet, approval), given=given)
    with _watching(settings, found, context):
        code, state = api.recover(fleet, found, context)
    return _tell(settings, fleet, found, state, code)


@command.command("resume")
@common
@fleet_argument
@click.option("--failed", is_flag=True, help="Also devices that an error stopped or that were not recovered.")
@_engine_options
def resume(settings: Settings, fleet: str, failed: bool, **engine: Any) -> int:
    """Continue FLEET where it was killed, halted or interrupted; what is unknown is resumed, nothing is done twice."""
    from oob.fleet import api
    from oob.fleet.work import chosen

    fleet = api.find(settings.home, fleet)
    found = api.plan_of(settings.home, fleet)
    context = _context(settings, **engine)
    given = api.given(settings.home, fleet)
    if not given.get("approval"):  # a passphrase is kept nowhere, so it is asked for again
        context = _approved(settings, context, found, chosen(given), fleet, "")
    with _watching(settings, found, context):
        code, state = api.resume(fleet, context, failed=failed)
    return _tell(settings, fleet, found, state, code)


def _context(
    settings: Settings,
    *,
    figures: Path | None,
    username: str | None,
    accept_new_key: bool,
    cluster: str,
    tls: Path | None,
    skip_neighbours: bool,
) -> FleetContext:
    from oob.cli.fleet_means import FleetMeans
    from oob.events import Events
    from oob.fleet.api import FleetContext
    from oob.fleet.figures import error_rate

    emitter = Events()
    means = FleetMeans(settings, emitter, username=username, accept_new_key=accept_new_key)
    context = FleetContext(
        home=settings.home,
        operator=operator(),
        engine=_cluster(settings, cluster, tls) if cluster else _threads(settings, means.unlock()),
        events=emitter,
        masker=means.masker,
        error_rate=lambda: error_rate(figures),
    )
    if cluster or skip_neighbours:  # over jump hosts this host need not reach a console
        return context
    from oob.fleet.neighbour_proof import NeighbourProof

    return replace(context, check=NeighbourProof(settings.home, means.inventory, means))


def _threads(settings: Settings, means: FleetMeans) -> Engine:
    from oob.fleet.threads import ThreadEngine
    from oob.fleet.work import Worker

    return ThreadEngine(Worker(settings.home, means))


def _cluster(settings: Settings, address: str, tls: Path | None) -> Engine:
    from oob.fleet.dask_engine import DaskEngine

    return DaskEngine(address, _tls(settings, tls))


def _tls(settings: Settings, tls: Path | None) -> Path:
    from oob.fleet.mutual_tls import FOLDER

    return tls or settings.home.path / FOLDER


@command.command("scheduler")
@common
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8786, show_default=True, help="Port; 0 is any free one.")
@tls_option
def scheduler(settings: Settings, host: str, port: int, tls: Path | None) -> None:
    """Run the scheduler of several jump hosts until Ctrl-C; it sees no secret, and refuses to start without TLS."""
    import asyncio

    from oob.fleet.dask_worker import serve_scheduler

    asyncio.run(serve_scheduler(host, port, _tls(settings, tls), settings.show))


@command.command("worker")
@common
@click.argument("address", metavar="tls://HOST:PORT")
@click.option("--site", "sites", multiple=True, required=True, metavar="SITE", help="A site that this host reaches.")
@click.option("--name", default="", metavar="NAME", help="Name of this jump host (else its hostname).")
@click.option("--username", default=None, help="User on the devices; else $OOB_USERNAME, the secrets file.")
@click.option("--accept-new-key", is_flag=True, help="Trust SSH console servers seen for the first time.")
@tls_option
def worker(
    settings: Settings,
    address: str,
    sites: tuple[str, ...],
    name: str,
    username: str | None,
    accept_new_key: bool,
    tls: Path | None,
) -> None:
    """Recover devices of the SITEs of this jump host for the scheduler at tls://HOST:PORT, until Ctrl-C.

    Inventory, backups and secrets are those of this host's own home; secrets never cross the scheduler.
    """
    import asyncio
    import socket

    from oob.cli.fleet_means import FleetMeans
    from oob.events import Events
    from oob.fleet.dask_worker import offered, serve_worker
    from oob.fleet.document import resources
    from oob.fleet.limits import FleetLimits
    from oob.fleet.work import Worker

    means = FleetMeans(settings, Events(), username=username, accept_new_key=accept_new_key).unlock()
    limits = FleetLimits.load(settings.home.path)
    caps = limits.caps(one for entry in means.inventory for path in entry.paths for one in resources(entry, path))
    named = name or socket.gethostname()
    serving = serve_worker(
        address,
        _tls(settings, tls),
        name=named,
        resources=offered(sites, caps, limits.jobs),
        jobs=limits.jobs,
        work=Worker(settings.home, means, named),
        ready=settings.show,
    )
    asyncio.run(serving)


def _masked(options: RunOptions, masker: Masker) -> RunOptions:
    """Return *options* without secrets, which an operator in a hurry may have put into a reason."""
    return replace(options, reason=masker.mask(options.reason), authorised_by=masker.mask(options.authorised_by))


def _approved(
    settings: Settings, context: FleetContext, found: FleetPlan, options: RunOptions, fleet: str, approval: str
) -> FleetContext:
    """Return *context* with the approval of the whole plan, asked for once; GuardStopped where it is not valid."""
    from oob.clock import Clock
    from oob.fleet.approval import obtain
    from oob.inventory.inventory import Inventory

    inventory = Inventory.load(settings.home)
    entries = [inventory.device(name) for name in found.members if name in inventory]
    ask = (lambda name: approval) if approval else _asked(settings)
    given = obtain(settings.home, entries, found.sha256, options, fleet, ask, Clock())
    if given.text and not given.is_signed and not isinstance(context.engine, _thread_engine()):
        raise UsageError("a passphrase never crosses a scheduler; over jump hosts the approver signs with a key")
    return replace(context, approval=given.text, is_signed=given.is_signed)


def _asked(settings: Settings) -> Callable[[str], str]:
    from oob.cli.ask import ask

    def asked(text: str) -> str:
        if not is_attended():
            settings.note(text)
            return ""
        return ask(text, is_secret=True)

    return asked


def _thread_engine() -> type:
    from oob.fleet.threads import ThreadEngine

    return ThreadEngine


@command.command("approve")
@common
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PLAN")
@click.option("--key", required=True, type=click.Path(exists=True, path_type=Path), help="Your Ed25519 key (PEM).")
@click.option("--reason", required=True, metavar="TEXT", help="The reason that `oob fleet recover` will be given.")
@click.option("--authorised-by", required=True, metavar="NAME", help="Who authorises it, as there.")
@click.option("--leave-broken", is_flag=True, help="As there.")
def approve(
    settings: Settings, plan_file: Path, key: Path, reason: str, authorised_by: str, leave_broken: bool
) -> None:
    """Approve the recovery of all devices of PLAN once: print an approval to be read out, sent or pasted."""
    from oob.clock import Clock
    from oob.fleet.document import read
    from oob.recovery.authority import approval
    from oob.recovery.authority.keys import private_key
    from oob.recovery.authority.scope import Scope
    from oob.recovery.context import RunOptions

    found = read(plan_file)
    options = RunOptions(reason=reason, authorised_by=authorised_by, put_back=not leave_broken, change=found.change)
    scope = Scope.of_fleet(found.sha256, options)
    shown = [_plan_text(dict(found.content)), *scope.lines()]
    settings.note("\n".join(shown))
    if is_attended() and not confirm("Approve this?"):
        raise GuardStopped("it was not approved")
    made = approval.approve(private_key(key), scope, Clock().utc())
    settings.answer({"plan": found.sha256, "devices": len(found.members), "approval": made}, made)


def _watching(settings: Settings, found: FleetPlan, context: FleetContext) -> AbstractContextManager[None]:
    from oob.cli.interrupt import INTERRUPTS
    from oob.fleet.view import Ahead, watch

    context.events.subscribe(INTERRUPTS.hear)
    ahead = Ahead(
        devices=len(found.members), waves=len(found.waves), seconds=float(found.content["expected"]["seconds"])
    )
    return watch(context.events, sys.stderr, ahead, plain=settings.plain)


def _tell(settings: Settings, fleet: str, found: FleetPlan, state: FleetState, code: int) -> int:
    from oob.fleet.summary import document, lines

    settings.answer(document(fleet, found, state, code), "\n".join(lines(fleet, found, state)))
    return code


@command.command("show")
@common
@fleet_argument
def show(settings: Settings, fleet: str) -> int:
    """Say what FLEET has done so far, from its journal: each device, its wave, its run, and how it ended."""
    from oob.fleet import api
    from oob.fleet.summary import document, lines

    fleet = api.find(settings.home, fleet)
    found = api.plan_of(settings.home, fleet)
    state, history = api.state_of(settings.home, fleet)
    history.check()
    settings.answer(document(fleet, found, state, 0), "\n".join(lines(fleet, found, state)))
    return 0


@command.command("report")
@common
@fleet_argument
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File (else in the fleet's own).")
def report(settings: Settings, fleet: str, output: Path | None) -> None:
    """Write FLEET down as one HTML page with its waves, from its plan and journal; needs no device."""
    from oob import durable
    from oob.fleet import api
    from oob.fleet.report import html

    fleet = api.find(settings.home, fleet)
    state, history = api.state_of(settings.home, fleet)
    where = output or settings.home.fleets / fleet / "report.html"
    text = html(fleet, api.plan_of(settings.home, fleet), state, history.damage)
    try:
        durable.replace_file(where.resolve(), text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{where}: the report cannot be written: {error.strerror}") from error
    settings.answer({"fleet": fleet, "written": str(where)}, str(where))


@command.command("list")
@common
def list_all(settings: Settings) -> None:
    """List the recoveries of fleets, oldest first."""
    from oob.fleet import api
    from oob.fleet.summary import row

    rows = [row(name, api.state_of(settings.home, name)[0]) for name in api.fleets(settings.home)]
    settings.answer(rows, "\n".join(f"{one['fleet']}  {one['text']}" for one in rows) or "no fleet was recovered yet")


@command.command("pause")
@common
@fleet_argument
def pause(settings: Settings, fleet: str) -> None:
    """Let no further device of FLEET begin, from another terminal; what is under way ends."""
    _ask(settings, fleet, "pause")


@command.command("continue")
@common
@fleet_argument
def go_on(settings: Settings, fleet: str) -> None:
    """Let devices of a paused FLEET begin again."""
    _ask(settings, fleet, "continue")


@command.command("skip")
@common
@fleet_argument
@click.argument("device", shell_complete=devices)
@click.option("--reason", default="", metavar="TEXT", help="Why, for the record.")
def skip(settings: Settings, fleet: str, device: str, reason: str) -> None:
    """Leave DEVICE out of FLEET if it has not begun; what needs it is skipped with it."""
    _ask(settings, fleet, "skip", device, reason)


def _ask(settings: Settings, fleet: str, do: Any, member: str = "", reason: str = "") -> None:
    from oob.fleet import api
    from oob.fleet.control import FleetRequest

    fleet = api.find(settings.home, fleet)
    if member and member not in api.plan_of(settings.home, fleet).members:
        raise UsageError(f"{member}: not a device of fleet {fleet}")
    if api.state_of(settings.home, fleet)[0].is_finished:
        raise UsageError(f"fleet {fleet} has ended")
    api.control(settings.home, fleet).ask(FleetRequest(do=do, by=operator(), member=member, reason=reason))
    settings.answer({"fleet": fleet, "asked": do, "device": member}, f"fleet {fleet}: {do} {member}".rstrip())
