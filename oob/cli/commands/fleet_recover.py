"""`oob fleet recover` and `oob fleet resume`: carry a plan out, over this host or over jump hosts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from oob.cli.fleet_arguments import fleet_argument, tls_folder, tls_option
from oob.cli.operator import operator
from oob.cli.options import Renamed, Settings, common, is_attended
from oob.cli.run_options import emergency_option, reopen_option, wait_option
from oob.errors import UsageError

if TYPE_CHECKING:
    from oob.cli.fleet_means import FleetMeans
    from oob.fleet.api import FleetContext
    from oob.fleet.document import FleetPlan
    from oob.fleet.engine import Engine
    from oob.fleet.record import FleetState
    from oob.inventory.device import InventoryDevice
    from oob.recovery.context import RunOptions
    from oob.secret.masking import Masker


Command = TypeVar("Command", bound=Callable[..., Any])


def _engine_options(command: Command) -> Command:
    """Give *command* the options that say with what devices are recovered."""
    options = (
        click.option(
            "--figures", type=click.Path(path_type=Path), help="File with error_rate=PERCENT, else figures.yaml."
        ),
        click.option("--username", default=None, help="User on the devices; else $OOB_USERNAME, the secrets file."),
        click.option("--accept-new-key", is_flag=True, help="Trust SSH console servers seen for the first time."),
        click.option("--cluster", default="", metavar="tls://HOST:PORT", help="Scheduler of the jump hosts."),
        tls_option,
        click.option("--skip-neighbours", is_flag=True, help="Do not ask the neighbours of recovered devices."),
    )
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


@click.command("recover")
@common
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PLAN")
@click.option("--reason", default="", metavar="TEXT", help="Why it is rolled back, for the record.")
@click.option("--authorised-by", default="", metavar="NAME", help="Who authorised it, where the policy requires that.")
@click.option(
    "--approver",
    "--seconded-by",
    cls=Renamed,
    default="",
    metavar="NAME",
    help="The approver, who approves the whole plan once.",
)
@click.option("--approval", default="", metavar="TEXT", help="What the approver's `oob fleet approve` printed.")
@click.option("--signed-by", type=click.Path(exists=True, path_type=Path), help="Public key the plan is signed by.")
@emergency_option
@wait_option
@click.option("--users", type=click.IntRange(0), default=None, metavar="N", help="How many users it affects.")
@reopen_option
@click.option("--leave-broken", is_flag=True, help="When nothing helps, do not put the state back that was found.")
@click.option("--yes", is_flag=True, help="Begin attempts that have no revert timer, without being asked.")
@_engine_options
def recover(
    settings: Settings,
    plan_file: Path,
    signed_by: Path | None,
    reason: str,
    authorised_by: str,
    approver: str,
    approval: str,
    wait: float,
    leave_broken: bool,
    yes: bool,
    emergency: str,
    users: int | None,
    reopen: float,
    **engine: Any,
) -> int:
    """Recover the devices of PLAN in its waves, each as an ordinary run with its own journal.

    A stop rule that is met halts what has not begun. Ctrl-C halts it, too, and lets runs under way end; what is lost
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
        seconded_by=approver,
        put_back=not leave_broken,
        allow_undrilled=True,  # the plan was refused where that is not allowed
        allow_unarmed=yes,
        emergency=emergency,
        users=users,
        reopen=reopen,
        change=found.change,
        wait=wait,
    )
    context = _context(settings, **engine)
    entries = _entries(settings, found)
    options = _settled(settings, found, entries, _masked(options, context.masker))
    fleet = api.create(settings.home, plan_file, Clock())
    given = {**asdict(options), "tolerate": [], "steps": []}
    context = replace(_approved(settings, context, found, entries, options, fleet, approval), given=given)
    with _watching(settings, found, context):
        code, state = api.recover(fleet, found, context)
    return _tell(settings, fleet, found, state, code)


@click.command("resume")
@common
@fleet_argument
@click.option("--failed", is_flag=True, help="Also devices that an error stopped or that were not recovered.")
@_engine_options
def resume(settings: Settings, fleet: str, failed: bool, **engine: Any) -> int:
    """Continue FLEET where it was killed, halted or interrupted; unknown devices are resumed, nothing is done twice."""
    from oob.fleet import api
    from oob.fleet.work import chosen

    fleet = api.find(settings.home, fleet)
    found = api.plan_of(settings.home, fleet)
    context = _context(settings, **engine)
    given = api.given(settings.home, fleet)
    if not given.get("approval"):  # a passphrase is kept nowhere, so it is asked for again
        context = _approved(settings, context, found, _entries(settings, found), chosen(given), fleet, "")
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
    from oob.cli.ask import reply
    from oob.cli.fleet_means import FleetMeans
    from oob.clock import Clock
    from oob.events import Events
    from oob.fleet.api import FleetContext
    from oob.fleet.figures import error_rate
    from oob.recovery.run import impact

    emitter = Events()
    means = FleetMeans(settings, emitter, username=username, accept_new_key=accept_new_key)
    context = FleetContext(
        home=settings.home,
        operator=operator(),
        engine=_cluster(settings, cluster, tls) if cluster else _threads(settings, means.unlock()),
        events=emitter,
        masker=means.masker,
        error_rate=lambda: error_rate(figures) if figures else impact.error_rate(settings.home, Clock()),
        agree=partial(reply, plain=settings.plain, is_served=lambda: True),  # `oob fleet continue` is always there
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

    return DaskEngine(address, tls_folder(settings, tls))


def _masked(options: RunOptions, masker: Masker) -> RunOptions:
    """Return *options* without secrets, which an operator in a hurry may have put into a reason."""
    return replace(options, reason=masker.mask(options.reason), authorised_by=masker.mask(options.authorised_by))


def _settled(settings: Settings, found: FleetPlan, entries: list[InventoryDevice], options: RunOptions) -> RunOptions:
    """Return *options* with a person's word about attempts without a revert timer; GuardStopped where it is missing."""
    from oob.cli.ask import reply
    from oob.fleet.unarmed import settle
    from oob.recovery.authority.authority import Policy

    policy = Policy.load(settings.home.path)
    return settle(found, entries, policy, options, partial(reply, plain=settings.plain))


def _entries(settings: Settings, found: FleetPlan) -> list[InventoryDevice]:
    inventory = settings.inventory()
    return [inventory.device(name) for name in found.members if name in inventory]


def _approved(
    settings: Settings,
    context: FleetContext,
    found: FleetPlan,
    entries: list[InventoryDevice],
    options: RunOptions,
    fleet: str,
    approval: str,
) -> FleetContext:
    """Return *context* with the approval of the whole plan, asked for once; GuardStopped where it is not valid."""
    from oob.clock import Clock
    from oob.fleet.approval import obtain

    ask = (lambda name: approval) if approval else _asked(settings)
    given = obtain(settings.home, entries, found, options, fleet, ask, Clock())
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


def _watching(settings: Settings, found: FleetPlan, context: FleetContext) -> AbstractContextManager[None]:
    from oob.cli.interrupt import INTERRUPTS
    from oob.fleet.view import Ahead, watch
    from oob.web.presence import address_of

    context.events.subscribe(INTERRUPTS.hear)
    if address := address_of(settings.home):
        settings.note(f"oob: in a browser: {address}")
    ahead = Ahead(
        devices=len(found.members), waves=len(found.waves), seconds=float(found.content["expected"]["seconds"])
    )
    return watch(context.events, sys.stderr, ahead, settings.home, plain=settings.plain)


def _tell(settings: Settings, fleet: str, found: FleetPlan, state: FleetState, code: int) -> int:
    from oob.fleet.summary import document, lines

    settings.answer(document(fleet, found, state, code), "\n".join(lines(fleet, found, state)))
    return code
