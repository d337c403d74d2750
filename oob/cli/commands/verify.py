"""`oob verify`: compare a device with its baseline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from oob.backup.catalogue import Catalogue
from oob.cli.options import Amount, Regex, Settings, common
from oob.cli.several import Shape, several
from oob.cli.target import target_options
from oob.cli.viewing import viewing
from oob.errors import NotProven

if TYPE_CHECKING:
    from oob.recovery.proof.collection import CollectionResult


@click.command("verify")
@common
@target_options
@several(Shape(kind="verify"))
@click.option("--to", "target_backup", default="good", metavar="WHICH", help="Backup whose configuration it must have.")
@click.option("--baseline", default="good", metavar="WHICH", help="Backup to compare the routes with.")
@click.option("--tolerate", type=Regex(), multiple=True, metavar="REGEX", help="Configuration lines that may differ.")
@click.option(
    "--confidence",
    type=click.Choice(["summary", "critical", "table"]),
    help="Compare the routes alone, with as few bytes as this takes.",
)
@click.option("--budget", type=click.IntRange(min=1), metavar="BYTES", help="Spend no more on the routes.")
@click.option("--minutes", type=Amount(is_positive=True), metavar="N", help="The same, as time.")
@click.option("--health", is_flag=True, help="Look at gateway, paths, CPU, memory and log too.")
@click.option("--in-band", is_flag=True, help="Then ask over the management network too, with NAPALM.")
@click.option("--converge", type=Amount(), default=0.0, metavar="SECONDS", help="Time for routes to come back.")
def command(
    settings: Settings,
    target: str,
    target_backup: str,
    baseline: str,
    tolerate: tuple[str, ...],
    converge: float,
    confidence: str | None,
    budget: int | None,
    minutes: float | None,
    health: bool,
    in_band: bool,
    **options: Any,
) -> int:
    """Read configuration, routes and neighbours of TARGET, ping critical addresses, and compare; changes nothing.

    Over a slow line, --confidence compares the routes alone: `summary` their numbers per VRF and protocol, `critical`
    the critical prefixes of the inventory too, `table` all of them. It ends below that where --budget or --minutes does
    not allow more, names the parts not looked at, and the cost of more.
    """
    from oob.cli import in_band as management
    from oob.cli.recovery import means
    from oob.device.table_check.confidence import Confidence
    from oob.recovery.api import collect
    from oob.recovery.context import RunOptions
    from oob.recovery.proof.collection import Extent

    entry, with_means = means(settings, target, **options)
    if in_band:
        management.check(entry)
    choices = RunOptions(target=target_backup, baseline=baseline, tolerate=tolerate, converge=converge)
    levels = {
        "summary": Confidence.SUMMARY_EQUAL,
        "critical": Confidence.CRITICAL_EQUAL,
        "table": Confidence.TABLE_EQUAL,
    }
    is_frugal = bool(confidence or budget or minutes)
    extent = Extent(
        proof=not is_frugal,
        confidence=levels[confidence or "table"] if is_frugal else None,
        size=budget,
        minutes=minutes,
        health=health,
    )
    with viewing(settings, with_means.events):
        found = collect(entry, with_means, choices, extent)
    document, lines = found.as_json(), list(_lines(entry.name, found))
    is_well = found.is_well
    if in_band:
        kept = Catalogue(settings.home.backups).find(entry.name, baseline).manifest
        answered = management.ask(entry, with_means.secrets, entry.expect.serial or kept.serial)
        is_well = is_well and answered.is_back
        document |= {"in_band": answered.as_json(), "well": is_well}
        lines.append(answered.line())
    settings.answer(document, "\n".join(lines))
    return 0 if is_well else NotProven.exit_code


def _lines(name: str, found: CollectionResult) -> Iterator[str]:
    proof = found.proof
    if proof and proof.is_proven:
        level = f" ({proof.level})" if proof.routes and proof.routes.lines_as_text else ""
        yield f"{name}: configuration as in {proof.target}, routes as in {proof.baseline}{level}"
    elif proof:
        yield f"{name}: differs from its baseline"
        yield from (f"  {reason}" for reason in proof.reasons)
    else:
        yield f"{name}: compared with {found.baseline}"
    yield from (f"  {line}" for line in found.lines())
