"""`oob fleet plan` and `oob fleet approve`: which devices in which order, agreed on once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from oob.cli.ask import confirm
from oob.cli.operator import operator
from oob.cli.options import Amount, Settings, common, is_attended
from oob.cli.selection import selector_options
from oob.errors import GuardStopped, UsageError

if TYPE_CHECKING:
    from oob.inventory.selector import Selector


@click.command("plan")
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
@click.option("--stop-percent", type=Amount(100), default=10.0, show_default=True, help="Halt above this share of all.")
@click.option("--stop-impact", type=click.IntRange(1), help="Halt after N devices of the whole fleet.")
@click.option("--stop-error-rate", type=Amount(100), help="Halt above this error rate in percent (recover --figures).")
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
        settings.answer(content, plan_text(content))
        return 0
    digest = _write(output, render(content, sign))
    settings.answer(
        {"written": str(output), "sha256": digest, "signed": sign is not None},
        f"{plan_text(content)}\n{output}: the plan of the fleet, SHA-256 {digest}",
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


def plan_text(content: dict[str, Any]) -> str:
    from oob.fleet.unarmed import named, said
    from oob.report.spans import duration

    expected, found = content["expected"], content["devices"]
    lines = [f"{len(found)} devices in {len(content['waves'])} waves, about {duration(expected['seconds'])}"]
    for number, (names, times) in enumerate(zip(content["waves"], expected["waves"], strict=True), 1):
        when = f"{duration(times['begins'])} to {duration(times['ends'])}"
        lines.append(f"wave {number} ({len(names)} devices, {when}): {named(names)}")
    chain = " -> ".join(expected["longest_chain"])
    lines.append(f"longest chain: {chain}, {duration(expected['longest_chain_seconds'])}")
    caps = ", ".join(f"{name} {count}" for name, count in content["caps"].items())
    lines.append(f"at once: {content['jobs']} devices{f'; {caps}' if caps else ''}")
    lines.append(f"halts: {_rules_text(content['rules'])}")
    lines += [f"beyond the budgets: {text}" for text in content["beyond_budgets"]]
    lines += said(found)
    lines += _cautions(found)
    lines += [f"left out: {text}" for text in content["left_out"].values()]
    lines += [f"assumed to work, not in this plan: {named(content['assumed_working'])}"] * bool(
        content["assumed_working"]
    )
    return "\n".join(lines)


def _cautions(found: dict[str, Any], most: int = 8) -> list[str]:
    """Return what each device's own plan warns of, cut where there is much of it."""
    said = [f"warning: {name}: {text}" for name, part in found.items() for text in part["plan"]["cautions"]]
    return [*said[:most], f"{len(said) - most} more warnings: see the document"] if len(said) > most else said


def _rules_text(rules: dict[str, Any]) -> str:
    words = {
        "failed_in_wave": "{:g} not recovered in a wave",
        "failed_percent": "more than {:g} % of all not recovered",
        "impact": "{:g} not recovered in all",
        "error_rate": "an error rate above {:g} %",
    }
    said = [words[name].format(value) for name, value in rules.items() if value is not None]
    return ", or ".join(said) or "never"


@click.command("approve")
@common
@click.argument("plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="PLAN")
@click.option("--key", required=True, type=click.Path(exists=True, path_type=Path), help="Your Ed25519 key (PEM).")
@click.option("--reason", required=True, metavar="TEXT", help="The reason that `oob fleet recover` will be given.")
@click.option("--authorised-by", required=True, metavar="NAME", help="Who authorises it, as there.")
@click.option("--leave-broken", is_flag=True, help="As there.")
@click.option("--yes", is_flag=True, help="As there: begin attempts that have no revert timer.")
def approve(
    settings: Settings, plan_file: Path, key: Path, reason: str, authorised_by: str, leave_broken: bool, yes: bool
) -> None:
    """Approve the recovery of all devices of PLAN once: print an approval to be read out, sent or pasted."""
    from oob.clock import Clock
    from oob.fleet.document import read
    from oob.recovery.authority import approval
    from oob.recovery.authority.keys import private_key
    from oob.recovery.authority.scope import Scope
    from oob.recovery.context import RunOptions

    found = read(plan_file)
    options = RunOptions(
        reason=reason,
        authorised_by=authorised_by,
        put_back=not leave_broken,
        allow_unarmed=yes,
        change=found.change,
    )
    scope = Scope.of_fleet(found.sha256, options)
    shown = [plan_text(dict(found.content)), *scope.lines()]
    settings.note("\n".join(shown))
    if is_attended() and not confirm("Approve this?"):
        raise GuardStopped("it was not approved")
    made = approval.approve(private_key(key), scope, Clock().utc())
    settings.answer({"plan": found.sha256, "devices": len(found.members), "approval": made}, made)
