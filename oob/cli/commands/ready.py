"""`oob ready`: whether a recovery of each device would work tonight, from logins and runs that happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from oob import durable
from oob.cli.findings import InventoryFinding, findings
from oob.cli.options import Settings, common
from oob.cli.selection import selector_options
from oob.cli.several import Shape, carry_out, pace_options
from oob.cli.target import reach
from oob.errors import BackupError, NotProven, OobError, ProfileError, SecretError, UsageError
from oob.recovery.readiness.evidence import AuditFinding, BaselineEvidence, DeviceEvidence, PathEvidence
from oob.recovery.readiness.thresholds import ReadyThresholds
from oob.recovery.readiness.verdict import ReadyVerdict, judge
from oob.recovery.record.results import DeviceResult, Results, utc_now

if TYPE_CHECKING:
    from oob.inventory.device import ConsolePath, InventoryDevice
    from oob.inventory.home import Home
    from oob.inventory.inventory import Inventory
    from oob.inventory.selector import Selector

# Findings of `oob inventory check` that a check of the paths says better, or that do not keep a recovery from working.
_ELSEWHERE = frozenset({"entry", "path", "second-path", "credentials", "server-login", "local", "program"})
_STOPS = frozenset({"platform"})
CARD = "card"  # as `oob card` keeps that it was printed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """The question to all devices: thresholds, earlier checks, findings by device; and the verdicts so far."""

    opens: bool
    thresholds: ReadyThresholds
    earlier: Mapping[str, DeviceResult]
    audit: Mapping[str, list[AuditFinding]]
    last_drill: tuple[datetime | None, str]
    cards: Mapping[str, DeviceResult]
    verdicts: list[ReadyVerdict] = field(default_factory=list)


@click.command("ready")
@common
@selector_options
@pace_options
@click.option("--recorded", is_flag=True, help="Open no path: judge by recorded checks.")
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to this file.")
@click.option(
    "--prometheus", type=click.Path(dir_okay=False, path_type=Path), help="Write metrics for the textfile collector."
)
def command(
    settings: Settings,
    selector: Selector,
    failed: bool,
    jobs: int | None,
    recorded: bool,
    page: Path | None,
    prometheus: Path | None,
) -> int:
    """Say for each device whether a recovery would work tonight: ready, at risk, not ready, or unknown since a date.

    Each path is opened and logged in over, with the device's identity compared, and left; nothing else is typed. The
    verdict then counts these dates, the baseline, what its configuration allows while AAA is down, and the inventory.
    No path asks a resolver. Thresholds are in the home's ready.yaml. Exit code 1 where a device is not ready.
    """
    home = settings.home
    question = _Question(
        opens=not recorded,
        thresholds=ReadyThresholds.load(home.path),
        earlier=Results(home, "ready").last(),
        audit=_audit(settings.inventory()),
        last_drill=_last_drill(home),
        cards=Results(home, CARD).last(),
    )
    shape = Shape(kind="ready", detail=lambda document: {"paths": document["paths"]})
    selector = replace(selector, is_list=bool(selector.names))  # also one device is asked as several are
    code = carry_out(settings, shape, _ready, selector, failed=failed, jobs=jobs, question=question)
    _write(question.verdicts, page, prometheus)
    return code


def _ready(settings: Settings, target: str, question: _Question) -> int:
    """Check the paths of one device, where that is asked for, and answer with its verdict."""
    device = settings.inventory().device(target)
    evidence = DeviceEvidence(
        device=device.name,
        wanted=tuple(path.name for path in device.paths),
        paths=tuple(_paths(settings, device, question)),
        baseline=_baseline(settings, device),
        audit=(
            *question.audit.get(device.name, ()),
            *_of_platform(device),
            *_expiring(settings, device, question),
            *_tunnels(device),
        ),
        last_drill=question.last_drill[0],
        drill_fault=question.last_drill[1],
        card=question.cards[device.name].when if device.name in question.cards else None,
    )
    verdict = judge(evidence, question.thresholds, datetime.now(UTC))
    question.verdicts.append(verdict)
    settings.answer(verdict.as_json(), str(verdict))
    return 0 if verdict.word in ("ready", "at risk") else NotProven.exit_code


# --- evidence


def _paths(settings: Settings, device: InventoryDevice, question: _Question) -> Iterator[PathEvidence]:
    """Yield the evidence of each path; a metered path that was checked lately is not paid for again."""
    known = {path.name: path for path in _earlier(question.earlier.get(device.name))}
    for path in device.paths:
        before = known.get(path.name)
        before = before if before and before.url == path.url else None
        if question.opens and not _is_spared(path, before, question.thresholds):
            yield _checked(settings, device, path, before)
        elif before:
            yield before


def _earlier(result: DeviceResult | None) -> Iterator[PathEvidence]:
    for kept in result.detail.get("paths", ()) if result else ():
        if isinstance(kept, dict) and (found := PathEvidence.of(kept)):
            yield found


def _is_spared(path: ConsolePath, before: PathEvidence | None, thresholds: ReadyThresholds) -> bool:
    if path.byte_budget is None or before is None or before.outcome != "ok":
        return False
    return datetime.fromisoformat(before.checked) > datetime.now(UTC) - timedelta(days=thresholds.metered_days)


def _checked(
    settings: Settings, device: InventoryDevice, path: ConsolePath, before: PathEvidence | None
) -> PathEvidence:
    from oob.device.path_check import check_path

    settings.note(f"oob: checking {path.name}: {path.url}")
    at = utc_now()
    try:
        outcome, text = check_path(_session(settings, device, path))
    except OobError as error:  # before anything was opened: no credentials, a program that may not be started
        outcome, text = "failed", str(error)
    last_ok = at if outcome == "ok" else before.last_ok if before else ""
    return PathEvidence(
        name=path.name,
        url=path.url,
        outcome=outcome,  # type: ignore[arg-type]  # check_path names just these
        text=text,
        checked=at,
        last_ok=last_ok,
    )


def _session(settings: Settings, device: InventoryDevice, path: ConsolePath) -> Any:
    return reach(
        settings,
        device.name,
        platform="",
        paths=(path.name,),
        username=None,
        evict=False,
        accept_new_key=False,
        any_device=False,
    )


def _baseline(settings: Settings, device: InventoryDevice) -> BaselineEvidence:
    from oob.backup.catalogue import GOOD, Catalogue
    from oob.profile.store import load
    from oob.recovery.ladder import hazard

    try:
        good = Catalogue(settings.home.backups).find(device.name, GOOD)
        profile = load(device.platform)
        hazards, jobs = hazard.find(profile, good), hazard.jobs(profile, good)
    except (BackupError, UsageError, ProfileError) as error:
        return BaselineEvidence(fault=str(error))
    manifest = good.manifest
    taken = None
    with suppress(ValueError):
        taken = datetime.fromisoformat(manifest.finished or manifest.started)
    return BaselineEvidence(
        id=manifest.id,
        taken=taken if taken and taken.tzinfo else None,
        routes=manifest.routes,
        doubt=manifest.doubt,
        lockouts=hazards.lockouts,
        cautions=hazards.cautions,
        jobs=jobs,
        sha256=manifest.contents_sha256,
    )


def _audit(inventory: Inventory) -> dict[str, list[AuditFinding]]:
    """Return the findings of the inventory's check that concern a recovery, by device."""
    found: dict[str, list[AuditFinding]] = defaultdict(list)
    for each in findings(inventory, None, date.today()):
        if each.kind not in _ELSEWHERE:
            found[each.device].append(_finding(each))
    return found


def _finding(found: InventoryFinding) -> AuditFinding:
    return AuditFinding(kind=found.kind, text=found.text, is_stop=found.kind in _STOPS)


def _of_platform(device: InventoryDevice) -> Iterator[AuditFinding]:
    from oob.profile.store import load
    from oob.recovery.ladder.plan import undrilled

    try:
        profile = load(device.platform)
    except ProfileError:
        return  # a finding of the inventory
    if not profile.strategies:
        yield AuditFinding(kind="no-rollback", text=f"no rollback of {profile.title} is known", is_stop=True)
    elif profile.timer is None:
        yield AuditFinding(kind="no-timer", text=f"{profile.title} has no revert timer")
    if why := undrilled(profile):
        yield AuditFinding(kind="undrilled", text=why)


def _expiring(settings: Settings, device: InventoryDevice, question: _Question) -> Iterable[AuditFinding]:
    try:
        secrets = settings.secrets()
    except SecretError:
        return []  # a path that needs the file says so
    days = question.thresholds.secret_days
    texts = secrets.expiring(device.name, device.groups, today=date.today(), days=days) if secrets else ()
    return [AuditFinding(kind="secret", text=text) for text in texts]


def _tunnels(device: InventoryDevice) -> Iterable[AuditFinding]:
    """Say that all paths leave this machine through a VPN, which may be down when the network behind it is."""
    from oob.transport.tunnel import tunnel_to

    table = device.hosts.names if device.hosts else {}
    hosts = [urlsplit(f"//{path.url.partition('://')[2]}").hostname or "" for path in device.paths]
    tunnels = [tunnel_to(table.get(host, host)) for host in hosts]
    if not tunnels or not all(tunnels):
        return []
    names = ", ".join(dict.fromkeys(tunnels))
    return [AuditFinding(kind="vpn-only", text=f"all paths leave this machine through a VPN ({names})")]


def _last_drill(home: Home) -> tuple[datetime | None, str]:
    """Return when the newest drill of the home was, and what it did not reach.

    A drill is kept as a result; one of people has a folder, of which the name says when it began.
    """
    found = []
    with suppress(OSError):
        for path in (home.path / "drills").iterdir():
            with suppress(ValueError):
                found.append((datetime.strptime(path.name[:16], "%Y%m%d-%H%M%SZ").replace(tzinfo=UTC), ""))
    found += [(each.when, each.text if each.exit_code else "") for each in Results(home, "drill").last().values()]
    return max(found, default=(None, ""))


def _write(verdicts: list[ReadyVerdict], page: Path | None, prometheus: Path | None) -> None:
    from oob.report import readiness

    now = datetime.now(UTC)
    verdicts = sorted(verdicts, key=lambda each: each.device)
    for path, text in ((page, readiness.html), (prometheus, readiness.prometheus)):
        if path is not None:
            try:
                durable.replace_file(path, text(verdicts, now).encode())
                path.chmod(0o644)  # for a web server, or the exporter's user; it holds no secret
            except OSError as error:
                raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
